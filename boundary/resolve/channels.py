"""Messages: who publishes to and subscribes from which channel, through which broker.

A channel is a name at a broker: equal names at two brokers are two channels. Where nobody tells the broker, the channel
is that of the one broker that has the name. With AMQP a message goes to an exchange and is read from a queue; the
bindings say which of them meet, and what meets is one channel, called by exchange and routing key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from boundary.facts import ChannelDefinition
from boundary.model import Edge, Evidence, Location, Node, Value
from boundary.resolve import eventing, events, spelt, subjects
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context
from boundary.resolve.messages import (
    CLOUD,
    UNNAMED,
    Use,
    broker_of,
    chosen,
    engine_of,
    is_empty,
    names,
    permitted,
    uses,
)
from boundary.resolve.stacks.servers import called
from boundary.resolve.stacks.triggers import forwarded

_QUEUES = ("sqs", "pubsub-subscription")
"""Technologies whose channels are the inside of whoever declares them."""

_ADDRESSES = ("dsn", "host", "options")


def touching(effects: dict[str, list[Effect]]) -> Iterator[Effect]:
    """Effects that tell the address of a broker."""
    for kind in ("broker", "consumer", "tasks", "task"):
        yield from effects.get(kind, ())
    for kind in ("publish", "subscribe"):
        for effect in effects.get(kind, ()):
            if any(effect.get(name) is not None for name in _ADDRESSES):
                yield effect


def resolve(context: Context) -> None:
    """Add channels, the edges to them, and the brokers that they tell of."""
    found = spelt.joined(chosen([*uses(context), *eventing.uses(context)]), spelt.declared(context.files))
    context.found.edges += eventing.sinks(context)
    found += permitted(context, found)
    bindings = _Bindings.of(context)
    published = [_published(use, bindings) for use in found if use.direction == "publishes"]
    reading = [use for use in found if use.direction == "subscribes"]
    subscribed = [each for use in reading for each in bindings.heard(use, published)]
    subscribed += _contended(reading, subscribed)
    subscribed += _passed_on(context, reading)
    everything = _placed([*published, *subscribed])
    ids = _ids(everything)
    declared = events.Declarations(context, [(use.service, use.name) for use in published])
    alike: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in everything:
        alike[_key(use)].append(use)
    for key, same in alike.items():
        node = _node(context, ids[key], same)
        known = context.found.nodes.setdefault(node.id, node)
        if not node.traits <= known.traits:  # What a stack declares is there already.
            context.found.nodes[node.id] = msgspec.structs.replace(known, traits=known.traits | node.traits)
    for use in everything:
        key = _key(use)
        context.found.edges.append(Edge(use.service, ids[key], use.direction, use.evidence, fields=use.fields))
        _connect(context, use)
    events.keep(context, declared, _creators(context))


@dataclass
class _Bindings:
    """Queue → the exchanges that it is bound to, with the pattern of keys; topic → queues that it is passed on to."""

    bound: dict[tuple[str, str], dict[tuple[str, str | None], None]] = field(default_factory=lambda: defaultdict(dict))
    broadcast: set[tuple[str, str]] = field(default_factory=set)
    forwarded: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, context: Context) -> _Bindings:
        """As the code of all services makes them: the broker does not care whose they are."""
        made = cls()
        heard = (one for one in context.effects.get("subscribe", ()) if one.get("queue") and one.get("exchange"))
        for effect in (*context.effects.get("bind", ()), *heard):
            for service in context.actors(effect):
                broker, _ = broker_of(context, effect, service, engine_of(effect) or "amqp")
                exchanges = [name for name, _ in names(context, effect.get("exchange"), service.id)]
                keys: list[str | None] = [name for name, _ in names(context, effect.get("key"), service.id)]
                if not keys:
                    keys = [""] if is_empty(effect.get("key")) else [None]
                for queue, _ in names(context, effect.get("queue"), service.id):
                    made.bound[broker, queue] |= dict.fromkeys(
                        (exchange, key) for exchange in exchanges for key in keys
                    )
        for effect in context.effects.get("subscribe", ()):  # a consumer that binds its queue by itself
            for service in context.actors(effect) if effect.get("bound") is not None else ():
                broker, _ = broker_of(context, effect, service, engine_of(effect) or "amqp")
                exchanges = [name for name, _ in names(context, effect.get("bound"), service.id)]
                patterns = [name for name, _ in names(context, effect.get("pattern"), service.id)]
                for queue, _ in names(context, effect.get("queue"), service.id):
                    made.bound[broker, queue] |= dict.fromkeys((one, key) for one in exchanges for key in patterns)
        for effect in context.effects.get("declare", ()):
            kind = effect.get("type")
            if isinstance(kind, Value) and kind.text in ("fanout", "headers"):
                for service in context.actors(effect):
                    broker, _ = broker_of(context, effect, service, "amqp")
                    made.broadcast |= {(broker, name) for name, _ in names(context, effect.get("channel"), service.id)}
        for effect in context.effects.get("forward", ()):
            for service in context.actors(effect):
                for queue, _ in names(context, effect.get("queue"), service.id):
                    topics = (_last(name) for name, _ in names(context, effect.get("channel"), service.id))
                    made.forwarded[_last(queue)] |= dict.fromkeys(topics)
        for ways in made.bound.values():  # A binding that is put together in steps is told its key in a later one.
            for exchange in {exchange for exchange, key in ways if key != ""}:
                ways.pop((exchange, ""), None)
        return made

    def heard(self, use: Use, published: Sequence[Use]) -> list[Use]:
        """A subscription, once for every channel that it takes messages from."""
        same = [each for each in published if each.engine == use.engine or "" in (each.engine, use.engine)]
        same = [each for each in same if each.broker == use.broker or "" in (each.broker, use.broker)]
        topics = self.forwarded.get(use.name, {}) if use.queue else {}
        if topics:
            return [replace(use, name=topic, engine="sns") for topic in topics]
        ways = self.bound.get((use.broker, use.name), {}) if use.queue else {}
        if use.exchange is not None:
            ways = {(use.exchange, use.name): None}
        if ways:
            direct = [use] if any(p.exchange is None and p.name == use.name for p in same) else []
            return [*direct, *(each for way in ways for each in self._by_exchange(use, way, same))]
        if use.name.startswith(UNNAMED):  # answers to one's own questions
            return []
        wanted = {p.name for p in same if subjects.matches(use.engine, use.name, p.name, expression=use.expression)}
        if not use.queue:  # a bus that takes events by their class has its name as routing key
            wanted |= {p.name for p in same if p.exchange is not None and _key_of(p) == use.name}
        return [replace(use, name=name) for name in sorted(wanted)] or [use]

    def _by_exchange(self, use: Use, way: tuple[str, str | None], published: Sequence[Use]) -> list[Use]:
        exchange, pattern = way
        met = {
            p.name for p in published
            if p.exchange == exchange
            and (pattern is None or not p.queue or subjects.matches("amqp", pattern, _key_of(p)))
        }  # fmt: skip
        own = _called(exchange, pattern or "")
        return [replace(use, name=name, exchange=exchange, queue=False) for name in sorted(met) or [own]]


def _contended(reading: Sequence[Use], told: Sequence[Use]) -> Iterator[Use]:
    """Readers of one queue that is bound to an exchange, as readers of the queue where they are several services: each
    message of the exchange reaches only one of them."""
    readers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for use in reading:
        if use.queue and use.engine == "amqp":
            readers[_key(use)].add(use.service)
    known = {(use.service, _key(use)) for use in told}
    for use in reading:
        if len(readers[_key(use)]) > 1 and (use.service, _key(use)) not in known:
            yield use


def _passed_on(context: Context, reading: Sequence[Use]) -> Iterator[Use]:
    """Readers of a subscription that a stack declares, as those of its topic."""
    found: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
    for engine, topic, queue, why in forwarded(context.land):
        if engine == "pubsub":
            found[queue].append((topic, why))
    for use in reading:
        for topic, why in found.get(_last(use.name), ()) if use.queue and use.engine == "pubsub" else ():
            yield replace(use, name=topic, queue=False, evidence=(*use.evidence, why))


def _published(use: Use, bindings: _Bindings) -> Use:
    """A publication by the name of its channel. With an exchange, ``queue`` says whether the routing key matters."""
    if use.exchange is None:
        return use
    narrow = bool(use.name) and (use.broker, use.exchange) not in bindings.broadcast
    return replace(use, name=_called(use.exchange, use.name if narrow else ""), queue=narrow)


def _called(exchange: str, key: str) -> str:
    return f"{exchange}[{key}]" if key else exchange


def _key_of(use: Use) -> str:
    return use.name.partition("[")[2].removesuffix("]")


def _last(name: str) -> str:
    """The name of a cloud resource that is given by its URL or ARN."""
    return name.rstrip("/").replace(":", "/").rpartition("/")[2]


def _key(use: Use) -> tuple[str, str]:
    return use.broker or use.engine, use.name


def _placed(found: Iterable[Use]) -> list[Use]:
    """Uses whose broker nobody tells, at the one broker that has a channel of this name."""
    found = list(found)
    brokers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for use in found:
        if use.broker or use.engine:
            brokers[use.name].add((use.broker, use.engine))
    placed = []
    for use in found:
        fitting = {b for b in brokers[use.name] if use.engine in ("", b[1]) or not b[1]}
        known = {b for b in fitting if b[0]} or fitting
        broker, engine = next(iter(known)) if len(known) == 1 and not use.broker else (use.broker, use.engine)
        placed.append(replace(use, broker=broker, engine=engine or use.engine))
    return placed


def _ids(found: Sequence[Use]) -> dict[tuple[str, str], str]:
    """The node of each channel: its name, with the broker's in front where several brokers have one of that name."""
    among: dict[str, set[str]] = defaultdict(set)
    for use in found:
        among[use.name].add(_key(use)[0])
    return {
        (place, name): f"channel:{name}" if len(places) == 1 else f"channel:{place.partition(':')[2] or place}/{name}"
        for name, places in among.items() for place in places
    }  # fmt: skip


def _node(context: Context, identity: str, same: Sequence[Use]) -> Node:
    use = same[0]
    queue = all(other.queue for other in same if other.exchange is None) and any(o.exchange is None for o in same)
    known = context.found.nodes.get(use.broker)
    return Node(
        identity, "channel", use.name, technology=(known.technology if known else "") or use.engine,
        parent=use.broker if known else None, location=use.evidence[0].location,
        traits=frozenset({"queue"} if queue else ()),
    )  # fmt: skip


def _connect(context: Context, use: Use) -> None:
    """Who uses a channel uses its broker, whoever told which one that is."""
    known = context.found.nodes.get(use.broker)
    if known is None or known.kind != "broker" or use.engine in CLOUD:
        return
    if use.broker not in context.found.connected(use.service):
        context.found.edges.append(Edge(use.service, use.broker, "connects", use.evidence))


def _creators(context: Context) -> dict[str, dict[str, Evidence]]:
    """Name of a queue or topic → the services whose code creates it, or whose stack declares a queue, and where."""
    found: dict[str, dict[str, Evidence]] = defaultdict(dict)
    binding = (one for one in context.effects.get("subscribe", ()) if one.get("bound") is not None)
    for effect in (*context.effects.get("declare", ()), *binding):
        asked = effect.get("passive")  # for one that is there
        for service in () if isinstance(asked, Value) and asked.text == "true" else context.actors(effect):
            for name, _ in names(context, effect.get("channel") or effect.get("queue"), service.id):
                place = events.place(effect)
                found[name].setdefault(service.id, Evidence(place, f"{service.name} creates {name}"))
    for file in context.files:
        mine = () if file.mark else context.land.services_of(file.path)
        for fact in file.facts if len(mine) == 1 else ():
            if isinstance(fact, ChannelDefinition):
                what = Evidence(Location(file.path, fact.line), f"{fact.name} is declared here")
                found[fact.name].setdefault(mine[0], what)
    stacks = context.land.stacks
    for resource in stacks.resources if stacks is not None else ():
        if resource.declared and resource.row is not None and resource.row.technology in _QUEUES:
            here = context.land.declaring(resource.location.path, resource.stack)
            if len(here) == 1:
                why = Evidence(resource.location, f"{called(resource)} is declared here")
                found[called(resource)].setdefault(here[0], why)
    return found
