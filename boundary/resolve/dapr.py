"""Dapr's components: which stores and brokers are behind them, and which applications use them.

An application uses a component that is scoped to it, and one that its code names. What an application keeps in a state
store is by default kept under its own name, so that a store that several use is no shared one unless they say so
(``keyPrefix``). See https://docs.dapr.io/reference/components-reference/ .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Component
from boundary.model import Edge, EdgeKind, Evidence, Value
from boundary.reading.engines import engine_of
from boundary.resolve import connections
from boundary.resolve.connections import Address
from boundary.resolve.context import Context, chain
from boundary.resolve.files import stands
from boundary.resolve.landscape import Service
from boundary.resolve.proxies import address_of
from boundary.resolve.stores import Stores
from boundary.resolve.values import fold, shown

_KINDS = frozenset(("state", "pubsub", "bindings", "lock", "configuration"))
_WHERE = ("redisHost", "connectionString", "url", "host", "hosts", "brokers", "servers", "server", "natsURL")
_NO_STORES = frozenset(("http", "grpc", "smtp", "ftp", "ldap"))
_SERVERS = frozenset(("bindings.smtp", "bindings.http"))
_ENGINES = {
    "state.azure.cosmosdb": "cosmos",
    "pubsub.azure.servicebus": "servicebus",
    "state.postgresql": "postgres",
    "state.aws.dynamodb": "dynamodb",
    "pubsub.jetstream": "nats",
    "bindings.mqtt3": "mqtt",
    "pubsub.mqtt3": "mqtt",
}


def connect(context: Context, stores: Stores) -> None:
    """Connections of applications to what is behind their components."""
    components: dict[str, list[tuple[str, Component]]] = defaultdict(list)
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, Component) and fact.type.partition(".")[0] in _KINDS:
                components[fold(fact.name)].append((file.path, fact))
    for path, one in [entry for entries in components.values() for entry in entries]:
        for service, why in _scoped(context, path, one):
            _connect(context, stores, service, path, one, why, "configured")
    messages = (one for kind in ("publish", "subscribe") for one in context.effects.get(kind, ()))
    for effect in (*context.effects.get("component", ()), *messages):
        name = effect.get("name" if effect.kind == "component" else "component")
        for service in context.actors(effect):
            for filled in context.filler.fill(name, service.id) if isinstance(name, Value) else ():
                for path, one in _meant(context, service, components.get(fold(filled.value.text or ""), [])):
                    told = chain(effect, f"{effect.call} uses the component {shown(filled.value)}")
                    _connect(context, stores, service, path, one, (*told, *filled.evidence), "coded")


def _meant(context: Context, service: Service, among: list[tuple[str, Component]]) -> list[tuple[str, Component]]:
    """Of components of one name those that a service may use: what is scoped to it, else what lies among its files,
    else what is for everybody."""
    names = {fold(name) for name in (service.name, *service.names)}
    open_ones = [each for each in among if not each[1].scopes]
    scoped = [each for each in among if names & {fold(scope) for scope in each[1].scopes}]
    own = [each for each in open_ones if service.id in context.land.services_of(each[0])]
    return scoped or own or open_ones


def _scoped(context: Context, path: str, one: Component) -> Iterator[tuple[Service, tuple[Evidence, ...]]]:
    """The services that a component is scoped to."""
    place = stands(path, one)
    for scope in one.scopes:
        for service in context.land.services:
            if fold(scope) in {fold(name) for name in (service.name, *service.names)}:
                yield service, (Evidence(place, f"the component {one.name} is for {scope}"),)


def _connect(
    context: Context, stores: Stores, service: Service, path: str, one: Component, why: tuple[Evidence, ...], grade: str
) -> None:
    engine = _engine(one.type)
    place = stands(path, one)
    given = dict(one.metadata)
    if one.type in _SERVERS:
        _reach(context, service, given, (*why, Evidence(place, f"the component {one.name} is {one.type}")))
    if not engine or engine in _NO_STORES or one.type == "pubsub.redis":
        return  # A store that only passes on messages keeps nothing that others see.
    prefix = str(given.get("keyPrefix", "")) or "appid"
    own = one.type.startswith("state.") and prefix in ("appid", "namespace")
    kind: EdgeKind = "writes" if own else "connects"
    for where in (given[name] for name in _WHERE if name in given):
        shows = Evidence(place, f"the component {one.name} ({one.type}) is at {shown(where)}")
        for address in _addresses(context, where, service, engine):
            stores.connect(service, address, (*why, shows), grade, kind)  # type: ignore[arg-type]
        return


def _reach(context: Context, service: Service, given: dict[str, Value], why: tuple[Evidence, ...]) -> None:
    """The server that a binding sends mail or requests to, where that is here."""
    where = given.get("url", given.get("host", Value()))
    for filled in context.filler.fill(where, service.id):
        host, port = address_of(filled.value)
        told = str(given.get("port", ""))
        found = context.names.host(host, port or (int(told) if told.isdecimal() else None), service) if host else None
        if found is not None and found[0].id != service.id:
            evidence = (*why, *filled.evidence, found[1])
            context.found.edges.append(Edge(service.id, found[0].id, "connects", evidence, "configured"))


def _addresses(context: Context, where: Value, service: Service, engine: str) -> list[Address]:
    if "://" in str(where) or ";" in str(where) or "=" in str(where):
        return connections.of_value(context, where, service.id, engine)
    host, _, port = str(where).partition(",")[0].partition(":")
    return [Address(engine, Value.of(host), int(port) if port.isdecimal() and len(port) < 6 else None)]


def _engine(kind: str) -> str:
    known = next((engine for name, engine in _ENGINES.items() if kind.startswith(name)), "")
    return known or next((engine for part in kind.split(".")[1:] if (engine := engine_of(part))), "")
