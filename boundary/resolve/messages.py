"""What code says about messages: who publishes and subscribes under which name, by which broker.

Effects ``publish`` and ``subscribe`` name a ``channel`` (topic, queue, subject), an AMQP ``exchange`` with ``key``, a
``queue``, or an ``event``: something whose class tells what the message is. Cloud queues and topics come as ``cloud``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from boundary.model import Edge, Evidence, FieldUse, Hole, Unresolved, Value
from boundary.resolve import connections, handlers
from boundary.resolve.carried import Carried, bare, carried, classes, typed
from boundary.resolve.carried import engine_of as bus_engine
from boundary.resolve.code.things import Effect, Made, Several, Thing
from boundary.resolve.context import Context, at, chain
from boundary.resolve.landscape import Service
from boundary.resolve.stacks import patterns
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.sources import sources
from boundary.resolve.stacks.triggers import forwarded, triggers
from boundary.resolve.stacks.wiring import wires
from boundary.resolve.stores import ENGINES
from boundary.resolve.values import shown

Direction = Literal["publishes", "subscribes"]

CLOUD = frozenset({"sqs", "sns", "kinesis"})
"""Services of a cloud that pass on messages; each is one broker."""

_FORMS: tuple[tuple[str, Direction, str], ...] = (
    ("publish", "publishes", "channel"),
    ("nameko-event", "publishes", "event"),
    ("task", "publishes", "channel"),
    ("subscribe", "subscribes", "channel"),
    ("consumer", "subscribes", "topics"),
    ("nameko-handler", "subscribes", "event"),
)
"""Effect, direction, and the argument that names the channel."""

_DIRECTIONS: dict[str, Direction] = {"publish": "publishes", "subscribe": "subscribes"}
_ADDRESS = ("dsn", "host", "port", "options")

_BINDER = Value((Hole("config", "spring.cloud.stream.default-binder"),))
_BINDERS = {"rabbit": "amqp", "kafka": "kafka", "kstream": "kafka"}
"""What Spring Cloud Stream calls its binders, and what they speak, where a program has several. See its reference,
"Binders"."""

UNNAMED = "?"
"""What the names of queues begin with to which the server gives their names: of whoever asks for one, and where."""


@dataclass(frozen=True, slots=True)
class Use:
    """A service publishes or subscribes. ``name`` is the channel's, or the routing key where ``exchange`` is not None;
    ``broker`` the id of the broker's node, or "" when nobody tells which it is. ``fields`` are those that are read.
    ``type`` is the name of the class after which the channel is called, where nothing else names it, in full where the
    workspace has the class."""

    service: str
    direction: Direction
    name: str
    engine: str
    broker: str
    evidence: tuple[Evidence, ...]
    exchange: str | None = None
    queue: bool = False
    expression: bool = False
    fields: tuple[FieldUse, ...] | None = None
    type: str = ""


def uses(context: Context) -> Iterator[Use]:
    """All of them; what has no known name is kept as unresolved."""
    called = carried(context)
    for kind, direction, argument in _FORMS:
        for effect in context.effects.get(kind, ()):
            for service in context.actors(effect):
                yield from _of_effect(context, effect, service, direction, argument, called)
    for one in handlers.bound(context):
        service = context.land.service(one.service)
        for use in _of_effect(context, one.effect, service, _DIRECTIONS[one.effect.kind], "channel", called):
            yield replace(use, evidence=(*use.evidence, *one.evidence))
    yield from _of_cloud(context)
    yield from _of_stacks(context)
    yield from _of_tasks(context)


def _of_tasks(context: Context) -> Iterator[Use]:
    """Celery tasks that are sent by name: who defines one takes it. Its name is the module's and the function's."""
    sent = {
        name for effect in context.effects.get("task", ()) for service in context.actors(effect)
        for name, _ in names(context, effect.get("channel"), service.id)
    }  # fmt: skip
    for effect in context.effects.get("celery-task", ()) if sent else ():
        module = effect.site.path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
        own = _text(effect.get("name"))
        for name in sorted(sent):
            if name == own or (not own and f".{module}.{effect.subject}".endswith(f".{name}")):
                for service in context.actors(effect):
                    broker, why = broker_of(context, effect, service, "celery")
                    evidence = (*chain(effect, f"{effect.subject} takes tasks {name}"), *why)
                    yield Use(service.id, "subscribes", name, "celery", broker, evidence, queue=True)


def _of_effect(
    context: Context, effect: Effect, service: Service, direction: Direction, argument: str, called: Carried
) -> Iterator[Use]:
    wanted = (effect.get("queue"), effect.get(argument), effect.get("event"), effect.get("key"))
    thing = next((each for each in wanted if each is not None), None)
    if thing is None and effect.get("exchange") is None:
        return
    engine = engine_of(effect) or bus_engine(context, service.id)
    broker, why = broker_of(context, effect, service, engine)
    heard = context.uses.heard(effect) if direction == "subscribes" else None
    first = Use(
        service.id, direction, "", engine, broker, (), expression=_text(effect.get("pattern")) != "", fields=heard
    )
    context.found.located[service.id] += 1
    exchange = next((name for name, _ in names(context, effect.get("exchange"), service.id)), None)
    if exchange is None and not is_empty(effect.get("exchange")):
        _open(context, effect, service.id, direction, effect.get("exchange"))
        return
    if exchange:
        keys = [name for name, _ in names(context, effect.get("key") or effect.get("channel"), service.id)] or [""]
        for key in keys:
            what = f"{effect.call} {direction} {key} by exchange {exchange}".replace("  ", " ")
            yield replace(first, name=key, exchange=exchange, evidence=(*chain(effect, what), *why))
        for read, more in names(context, effect.get("queue"), service.id) if direction == "subscribes" else ():
            what = f"{effect.call} reads the queue {read}"
            yield replace(first, name=read, queue=True, evidence=(*chain(effect, what), *more, *why))
        return
    found = list(names(context, thing, service.id))
    types: dict[str, str] = {}
    if not found:
        told_by = list(classes(effect.get("event")))
        known = typed(context, effect.get("event"))
        types = {name: known.get(name, name) for name in told_by if name not in called}
        found = [called.get(name, (name, ())) for name in told_by]
    for told, more in found:
        if not engine and told.startswith("/"):
            continue  # A destination of a web socket (STOMP), which leads to browsers.
        name = bare(told)
        what = f"{effect.call} {direction} {name}"
        queue = effect.get("queue") is not None or (engine == "amqp" and effect.get("event") is None)
        evidence = (*chain(effect, what), *more, *why)
        yield replace(first, name=name, queue=queue, evidence=evidence, type=types.get(told, ""))
    if not found:
        _open(context, effect, service.id, direction, thing)
        node = context.found.nodes.get(broker)
        if node is not None and node.kind == "broker" and broker not in context.found.connected(service.id):
            what = f"{effect.call} {direction} by {node.name}"
            context.found.edges.append(Edge(service.id, broker, "connects", (*chain(effect, what), *why)))


def _open(context: Context, effect: Effect, service: str, direction: str, thing: Thing | None) -> None:
    shows = shown(thing) if isinstance(thing, Value) else "?"
    reason = "the name of the channel is not known"
    context.found.unresolved.append(Unresolved(service, direction, shows, at(effect.place), reason))


def is_empty(thing: Thing | None) -> bool:
    """Whether nothing is given, or an empty text: AMQP's default exchange, and no routing key."""
    return thing is None or (isinstance(thing, Value) and thing.text == "")


def names(context: Context, thing: Thing | None, service: str) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """The names that texts mean, as deployments give them."""
    match thing:
        case Several(items):
            for item in items:
                yield from names(context, item, service)
        case Value():
            for filled in context.filler.fill(thing, service):
                if filled.value.text:
                    yield filled.value.text, filled.evidence
        case Made():
            inner = thing.field("queue") or thing.field("exchange")
            yield from names(context, inner, service) if not isinstance(inner, Made) else ()
            if thing.type == "amqp-queue" and thing.site and is_empty(inner):
                yield f"{UNNAMED}{service}:{thing.site.path}:{thing.site.line}", ()


def engine_of(effect: Effect) -> str:
    """What the broker speaks, as the row or the client that it is called on says; "" for a bus on anything."""
    told = effect.get("engine") or (effect.receiver.field("engine") if isinstance(effect.receiver, Made) else None)
    kinds = {"nameko-event": "amqp", "nameko-handler": "amqp", "task": "celery"}
    return _text(told) or kinds.get(effect.kind, "")


def broker_of(context: Context, effect: Effect, service: Service, engine: str) -> tuple[str, tuple[Evidence, ...]]:
    """The broker that an effect means: by its address, else the one that the service connects to, else the only one of
    the workspace. "" where none or several may be meant."""
    given = dict(effect.receiver.fields) if isinstance(effect.receiver, Made) else {}
    if engine == "celery" and "dsn" not in given:
        apps = [app for app in context.effects.get("tasks", ()) if service in context.services_at(app.place)]
        given |= dict(apps[0].values) if len(apps) == 1 else {}
    told = {**given, **dict(effect.values)}
    address = tuple((name, told[name]) for name in _ADDRESS if name in told)
    if address:
        asked = replace(effect, values=(*address, ("engine", Value.of(engine))))
        for found in connections.addresses(context, asked, service.id):
            node = _located(context, service, found)
            if node:
                return node, ()
    connected = {
        target: edge.evidence[:1] for target, edge in context.found.connected(service.id).items()
        if _speaks(context, target, engine)
    }  # fmt: skip
    if len(connected) > 1 and not engine:
        binder = context.filler.fill(_BINDER, service.id)[0].value
        spoken = _BINDERS.get((binder.text or "").strip().lower())
        connected = {t: why for t, why in connected.items() if spoken is None or _speaks(context, t, spoken)}
    if len(connected) == 1:
        return next(iter(connected.items()))
    servers = [s for s in context.land.servers if s.kind == "broker" and _speaks(context, s.id, engine)]
    if connected or len(servers) != 1 or engine in CLOUD:
        return "", ()
    only = servers[0]
    return only.id, (Evidence(only.location, f"{only.name} is the only broker of its kind here"),)


def _located(context: Context, service: Service, address: connections.Address) -> str:
    host = address.host.text
    named = context.names.host(host, address.port, service) if host else None
    node = named[0].id if named else f"store:{host}"
    return node if node in context.found.nodes else ""


def _speaks(context: Context, node: str, engine: str) -> bool:
    """Whether a node may pass on messages of an engine; any broker where the engine is not known."""
    known = context.found.nodes.get(node)
    if known is None or known.kind not in ("broker", "store"):
        return False
    spoken = ENGINES.get(known.technology, known.technology)
    if engine == "celery":
        return spoken in ("amqp", "redis") and known.kind == "broker"
    return spoken == engine if engine else known.kind == "broker"


def _of_stacks(context: Context) -> Iterator[Use]:
    """Functions that a stack has started by messages. Who empties a queue also gets what its topic is told."""
    emptied: dict[str, list[Use]] = {}
    for one in triggers(context.land):
        if one.resource is None or (one.resource.row and one.resource.row.kind == "channel"):
            use = Use(
                one.service, "subscribes", one.name, one.technology, "", one.evidence, queue=one.technology == "sqs"
            )
            emptied.setdefault(one.name, []).append(use)
            yield use
    for wire in wires(context.land):
        if wire.does in ("publishes", "subscribes"):
            held = wire.technology == "sqs"
            direction: Direction = "publishes" if wire.does == "publishes" else "subscribes"
            yield Use(wire.service, direction, wire.name, wire.technology, "", wire.evidence, queue=held)
    for engine, topic, queue, evidence in forwarded(context.land):
        for use in emptied.get(queue, ()):
            yield replace(use, name=topic, engine=engine, queue=False, evidence=(*use.evidence, evidence))


def chosen(found: Sequence[Use]) -> list[Use]:
    """Subscriptions to the events that a pattern lets pass, each under the names that are published."""
    put = dict.fromkeys(use.name for use in found if use.direction == "publishes" and use.engine == "eventbridge")
    made: list[Use] = []
    for use in found:
        taken = use.direction == "subscribes" and use.engine == "eventbridge"
        made += [replace(use, name=name) for name in patterns.chosen(use.name, put)] if taken else [use]
    return made


def permitted(context: Context, found: Sequence[Use]) -> Iterator[Use]:
    """Events that somebody takes and no code is seen to put: of the one service that may put those of their source."""
    put = {use.name for use in found if use.direction == "publishes"}
    taken = dict.fromkeys(use.name for use in found if use.direction == "subscribes" and use.engine == "eventbridge")
    whose: dict[str, dict[str, Evidence]] = {}
    for service, source, why in sources(context.land):
        whose.setdefault(source, {}).setdefault(service, why)
    for name in taken:
        senders = whose.get(name.rpartition("/")[0], {}) if name not in put else {}
        if len(senders) == 1:
            service, why = next(iter(senders.items()))
            yield Use(service, "publishes", name, "eventbridge", "", (why,))


def _of_cloud(context: Context) -> Iterator[Use]:
    for effect in context.effects.get("cloud", ()):
        engine, mode = _text(effect.get("service")), _text(effect.get("mode"))
        client = effect.receiver.field("service") if isinstance(effect.receiver, Made) else None
        if engine not in CLOUD or (_text(client) or engine) != engine or mode not in ("publishes", "subscribes"):
            continue
        direction: Direction = "publishes" if mode == "publishes" else "subscribes"
        resource = effect.get("resource")
        for service in context.actors(effect):
            for filled in context.filler.fill(resource if isinstance(resource, Value) else Value(), service.id):
                called = name_in(filled.value)
                declared = context.names.resource(engine, called, service) if called else None
                name = declared[0].name if declared else called
                evidence = (*chain(effect, f"{effect.call} {mode} {name or shown(filled.value)}"), *filled.evidence)
                if name:
                    yield Use(service.id, direction, name, engine, "", evidence, queue=engine == "sqs")
                else:
                    reason = "the name of the resource is not known"
                    shows = shown(filled.value) or engine
                    end = Unresolved(service.id, mode, shows, at(effect.place), reason)
                    context.found.unresolved.append(end)


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
