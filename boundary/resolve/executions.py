"""Commands that code, scripts and pipelines run: programs of other services, other machines, stores by their clients.

What a client such as ``psql`` does to a store is told as an effect like that of a library call, so that it is resolved
like one.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from boundary.model import Hole, Value
from boundary.resolve.clients import Connection
from boundary.resolve.cloudcommands import Touch
from boundary.resolve.code.things import Effect, Made, Pairs, Site, Thing
from boundary.resolve.context import Context, chain
from boundary.resolve.environment import fill
from boundary.resolve.processes import words
from boundary.resolve.shells import Command, Shells
from boundary.resolve.whose import Whose


def resolve(context: Context) -> None:
    """Add the ``executes`` edges of commands, and what they do to stores to the effects of code."""
    shells = Shells(Whose(context.files, context.land), context.names)
    _deployed(context, shells)
    for effect in list(context.effects.get("run", ())):
        stored: dict[Effect, None] = {}
        for service in context.actors(effect):
            for command in _commands(context, shells, effect, service.id):
                edge = shells.edge(command, service.id, chain(effect, command.what))
                if edge:
                    context.found.edges.append(edge)
                elif command.connection:
                    stored |= dict.fromkeys(_stored(effect, command.connection, command.what))
                elif command.touch:
                    stored[_touched(effect, command.touch, command.what)] = None
        for told in stored:
            context.effects.setdefault(told.kind, []).append(told)


def _deployed(context: Context, shells: Shells) -> None:
    """What the tools do that are deployed beside programs: a job that dumps a database, a container that fills it.

    They are of the service among whose files they stand.
    """
    for unit in context.land.tools:
        place = unit.told or unit.location
        site = Site(place.path, place.line, place.column)
        started = Effect("run", site, (), call=unit.name)
        known = {one.name: one for one in unit.variables}
        services = context.services_at(site)
        for command in (
            shells.classify([Value.of(word) for word in unit.command], site.path, services[0].id)
            if len(services) == 1
            else ()
        ):
            edge = shells.edge(command, services[0].id, chain(started, command.what))
            if edge:
                context.found.edges.append(edge)
            elif command.connection:
                dsn = fill(_deployable(command.connection.dsn), known)[0]
                filled = msgspec.structs.replace(command.connection, dsn=dsn)
                for told in _stored(started, filled, command.what):
                    context.effects.setdefault(told.kind, []).append(told)


def _deployable(value: Value) -> Value:
    """A text whose variables are those of the container that it is read in."""
    parts = (Hole("variable", one.name, one.default) if isinstance(one, Hole) and one.kind == "env" else one
             for one in value.parts)  # fmt: skip
    return Value.of(*parts)


def _commands(context: Context, shells: Shells, effect: Effect, service: str) -> list[Command]:
    """What a command does. Its words are filled only as far as paths and names of containers need it: the address of a
    store keeps its holes, which each deployment fills."""
    folder, fed, variables = effect.get("folder"), effect.get("fed"), effect.get("variables")
    pairs = variables.entries if isinstance(variables, Pairs) else ()
    known = ((key.text, value) for key, value in pairs if isinstance(key, Value) and isinstance(value, Value))
    given = words(effect)
    around = {
        "folder": folder if isinstance(folder, Value) else None,
        "fed": fed if isinstance(fed, Value) else None,
    }
    named = {name: value for name, value in known if name}
    open_ended = shells.classify(given, effect.site.path, service, variables=named, **around)
    filled = [context.filler.fill(word, service)[0].value for word in given]
    if filled == given:
        return open_ended
    elsewhere = shells.classify(filled, effect.site.path, service, variables=named, **around)
    return [
        *(command for command in open_ended if command.kind == "store"),
        *(command for command in elsewhere if command.kind != "store"),
    ]


def _touched(effect: Effect, touch: Touch, what: str) -> Effect:
    """What a cloud's tool does to a store, as a call of an SDK says it."""
    given = (("service", Value.of(touch.technology)), ("mode", Value.of(touch.mode)), ("resource", touch.name))
    return Effect("cloud", effect.site, given, None, effect.chain, call=what.partition(" ")[0])


def _stored(effect: Effect, connection: Connection, what: str) -> Iterator[Effect]:
    """The connection of a client, its statements and the tables that its options name."""
    address: tuple[tuple[str, Thing], ...] = (("engine", Value.of(connection.engine)), ("dsn", connection.dsn))
    receiver = Made("sql", address, effect.site)

    def told(kind: str, *values: tuple[str, Thing], on: Thing | None = None) -> Effect:
        return Effect(kind, effect.site, values, on, effect.chain, call=what.partition(" ")[0])

    yield told("connect", *address)
    for statement in connection.statements:
        yield told("statement", ("sql", statement), on=receiver)
    for use in connection.tables:
        named = (("table", use.table), ("schema", use.schema), ("mode", use.mode))
        yield told("table", *((name, Value.of(text)) for name, text in named), on=receiver)
