"""Under which name messages of a class are sent, where the set-up of a program says so and not the code that sends.

Effects ``event-channel`` have the ``event``, a class (the one that an annotation stands before, where they have none),
and the ``channel``: MassTransit's ``SetEntityName`` and ``[EntityName]``, routes of Wolverine, Rebus and NServiceBus.
Addresses of MassTransit have the kind in front of the name (``queue:orders``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Evidence, Value
from boundary.resolve.code.things import NOTHING, ClassOf, Instance, Known, Made, Several, Thing, value_of
from boundary.resolve.context import Context, chain

_MAKES = re.compile(r"(?:Deserialize|Create|Convert|Parse|Build|Map)(?=[A-Z]|$)|From(?=[A-Z])")
"""How methods of C# begin whose result is not known, where a class has no other class in it of such a name."""

_ADDRESS = re.compile(r"^(?:queue|exchange|topic):(?=[\w.-]+$)")

Carried = dict[str, tuple[str, tuple[Evidence, ...]]]
"""The name of a class of messages → the channel, and why."""


def carried(context: Context) -> Carried:
    """The channels by class; a class that is sent by several has none."""
    said: dict[str, dict[str, tuple[Evidence, ...]]] = defaultdict(dict)
    for effect in context.effects.get("event-channel", ()):
        event, channel = effect.get("event"), effect.get("channel")
        of = list(classes(event)) if event is not None else [effect.subject.rpartition(".")[2]]
        if not isinstance(channel, Value):
            continue
        for service in context.actors(effect):
            for filled in context.filler.fill(channel, service.id):
                name = bare(filled.value.text or "")
                for cls in of if name else ():
                    said[cls].setdefault(name, (*chain(effect, f"{cls} is sent as {name}"), *filled.evidence))
    return {cls: next(iter(ways.items())) for cls, ways in said.items() if len(ways) == 1}


def bare(name: str) -> str:
    """A name without the kind in front of it."""
    return _ADDRESS.sub("", name)


def engine_of(context: Context, service: str) -> str:
    """What the one bus that a service sets up speaks (effects ``bus``), "" where it sets up none or several."""
    found = {
        text for effect in context.effects.get("bus", ()) for one in context.actors(effect)
        if one.id == service and (text := value_of(effect.get("engine") or NOTHING).text)
    }  # fmt: skip
    return found.pop() if len(found) == 1 else ""


def typed(context: Context, thing: Thing | None) -> dict[str, str]:
    """The classes of events with their full names, as far as the workspace has them."""
    match thing:
        case Several(items):
            return {name: full for item in items for name, full in typed(context, item).items()}
        case Instance(of=ClassOf() as cls) | (ClassOf() as cls):
            space = context.evaluator.program.files[cls.path].namespace
            return {cls.name.rpartition(".")[2]: f"{space}.{cls.name}"} if space else {}
    return {}


def classes(thing: Thing | None) -> Iterator[str]:
    """The names of the classes of events; functions are none, whose results are not known: they begin with a small
    letter, in C# with what they do."""
    match thing:
        case Several(items):
            for item in items:
                yield from classes(item)
        case Instance(of=ClassOf(name=name)) | ClassOf(name=name) | Known(name) | Made(type=name):
            around, _, last = name.rpartition(".")
            if last[:1].isupper() and not (around and _MAKES.match(last)):
                yield last
