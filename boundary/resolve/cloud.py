"""Stores of a cloud that are called through an SDK: tables and buckets by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from boundary.model import EdgeKind, Hole, Unresolved, Value
from boundary.resolve import connections
from boundary.resolve.code.things import Effect, Made, Pairs, Several, Thing
from boundary.resolve.connections import Address
from boundary.resolve.context import Context, at, chain
from boundary.resolve.invocations import MODE
from boundary.resolve.landscape import Service
from boundary.resolve.messages import CLOUD
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.triggers import triggers
from boundary.resolve.stacks.wiring import wires
from boundary.resolve.stores import Stores
from boundary.resolve.values import Filled, shown

_ACCOUNTS = {"blob": "azure-storage"}
"""What a part is kept in that has no name of its own in a cloud: containers of one name are in every account."""

_PATHS = {"s3-path": "", "s3-url": "s3://"}
"""The services of calls that take the path of an object, and how it begins where it may be that of a file as well."""
_NOTHING = Several(())

_DEEPEST = 6
_LEAST = 4
"""Letters that must be known of a name."""


def resolve(context: Context, stores: Stores) -> None:
    """Add what is read and written to the stores, also through the stream of a table's changes."""
    for one in triggers(context.land):
        if one.resource is not None and one.resource.row and one.resource.row.kind == "store":
            owner = context.land.service(one.service)
            address = Address(one.technology, Value.of(one.resource.uid))
            stores.connect(owner, address, one.evidence, "configured", "reads")
    for wire in wires(context.land):
        owner = context.land.service(wire.service)
        if wire.resource is not None and wire.does in ("reads", "writes"):
            address = Address(wire.technology, Value.of(wire.resource.uid))
            stores.connect(owner, address, wire.evidence, "configured", _kind(wire.does))
    for effect in context.effects.get("cloud", ()):
        kind = _text(effect.get("mode"))
        service = _text(effect.get("service"))
        called = effect.receiver.field("service") if isinstance(effect.receiver, Made) else None
        if service in CLOUD or kind == MODE or (isinstance(called, Value) and called.text and called.text != service):
            continue
        if _of_account(context, stores, effect, kind):
            continue
        if service in _ACCOUNTS:
            _in_account(context, stores, effect, kind, _ACCOUNTS[service])
            continue
        for resource in _resources(effect.get("resource"), 0):
            if service not in _PATHS:
                _use(context, stores, effect, service, kind, resource)
            elif str(resource).startswith(_PATHS[service]):
                _use(context, stores, effect, "s3", kind, _bucket(resource))
        source = effect.get("source")
        for resource in _resources((source.get("Bucket") if isinstance(source, Pairs) else source) or _NOTHING, 0):
            _use(context, stores, effect, service, "reads", _bucket(resource))


def _bucket(written: Value) -> Value:
    """The bucket of an address (``s3://bucket/key``) or of what is copied (``bucket/key``)."""
    parts: list[str | Hole] = []
    first, *others = written.parts or ("",)
    for part in (first.removeprefix("s3://").lstrip("/") if isinstance(first, str) else first, *others):
        literal = isinstance(part, str) and not part.startswith("arn:")
        parts.append(part.partition("/")[0] if isinstance(part, str) and literal else part)
        if literal and "/" in str(part):
            break
    return Value.of(*parts)


def _of_account(context: Context, stores: Stores, effect: Effect, kind: str) -> bool:
    """Whether a container is one of an account whose address its client has, and which a stack declares: what is in it
    is the account's."""
    given = effect.receiver.fields if isinstance(effect.receiver, Made) else ()
    known = tuple((name, thing) for name, thing in given if name in ("dsn", "engine"))
    found = False
    for owner in context.actors(effect) if len(known) == 2 else ():
        for address in connections.addresses(context, replace(effect, values=known), owner.id):
            if stores.target(owner, address) is not None:
                name = _text(effect.get("resource"))
                evidence = chain(effect, f"{effect.call} {kind} {name}".rstrip())
                stores.connect(owner, address, evidence, "coded", _kind(kind))
                found = True
    return found


def _in_account(context: Context, stores: Stores, effect: Effect, kind: str, engine: str) -> None:
    """What is read or written by a client that is handed over: it is of the one account that its service has, or has in
    each of its deployments, where one place of the code makes the only client."""
    for owner in context.actors(effect):
        told = [one for one in stores.connections if one.service == owner.id and one.engine == engine]
        name = _text(effect.get("resource"))
        hosts = {one.host: one for one in reversed(told)}
        made = {one.evidence[0].location for one in told if one.kind == "connects"}
        if len(hosts) == 1 or len(made) == 1:
            what = chain(effect, f"{effect.call} {kind} {name}".rstrip())
            for one in sorted(hosts.values(), key=lambda one: one.host):
                stores.again(one, (*what, *one.evidence), _kind(kind))
        else:
            reason = "the account is not known" if not told else "the service has several accounts"
            context.found.unresolved.append(Unresolved(owner.id, kind, name or engine, at(effect.place), reason))


def _use(context: Context, stores: Stores, effect: Effect, service: str, kind: str, resource: Value) -> None:
    for owner in context.actors(effect):
        for filled in _declared(context, service, owner, context.filler.fill(resource, owner.id)):
            name = name_in(filled.value) or _fitting(context, service, filled.value)
            evidence = (*chain(effect, f"{effect.call} {kind} {name or shown(filled.value)}"), *filled.evidence)
            if not name:
                reason = "the name of the resource is not known"
                open_end = Unresolved(owner.id, kind, shown(filled.value) or service, at(effect.place), reason)
                context.found.unresolved.append(open_end)
            else:
                address = Address(service, Value.of(name))
                stores.connect(owner, address, evidence, "coded", _kind(kind))


def _fitting(context: Context, technology: str, value: Value) -> str:
    """The one declared resource whose name fits what is known of a name: a part of it is the environment's."""
    stacks = context.land.stacks
    whole = str(value)
    if whole.startswith("arn:"):
        whole = re.split(r"[/:](?![^{]*\})", whole)[-1]
    known = len(re.sub(r"\{[^{}]*\}", "", whole))
    found = stacks.named(technology, whole) if stacks is not None and value.holes and known > _LEAST else None
    return found.uid if found is not None else ""


def _declared(context: Context, technology: str, owner: Service, found: list[Filled]) -> list[Filled]:
    """What deployments give as a name: where one of them names what a stack declares, the others are only defaults."""
    named = [one for one in found if (name := name_in(one.value)) and context.names.resource(technology, name, owner)]
    return named or found


def _resources(thing: Thing | None, depth: int) -> Iterator[Value]:
    """The names that a call gives: one, several, the keys of a batch (``RequestItems: {[TABLE]: …}``), or those in the
    parts of a transaction (``TransactItems: [{Put: {TableName}}]``)."""
    match thing:
        case Several(items) if depth < _DEEPEST:
            for item in items:
                yield from _resources(item, depth + 1)
        case Pairs(entries) if depth < _DEEPEST:
            name = thing.get("TableName")
            parts = [value for _, value in entries if isinstance(value, Pairs) and value.get("TableName")]
            if name is not None or parts:
                yield from _resources(Several(tuple(parts)) if name is None else name, depth + 1)
            else:
                yield from (key for key, _ in entries if isinstance(key, Value))
        case Value():
            yield thing
        case _:
            yield Value()


def _kind(mode: str) -> EdgeKind:
    return mode  # type: ignore[return-value]


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
