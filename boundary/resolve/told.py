"""What code tells a framework once, for all places that use it: settings under their keys, transports of messages.

``settings``
    ``values`` (an object, several, or what functions give back) are settings of the program below ``prefix``.
``events``
    ``entries`` of Amazon EventBridge, each with ``Source`` and ``DetailType``, are published; so is one with ``source``
    and ``kind``.
``statement``
    with a ``cluster``: it goes to a data API, which is told with every call what it leads to. With a ``partiql`` it is
    one of DynamoDB.
``transports``
    ``clients``, each with ``options``: where a framework's message clients connect to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from boundary.facts import Setting
from boundary.model import Hole, Value
from boundary.resolve import laravel
from boundary.resolve.code.things import Effect, Known, Made, Pairs, Several
from boundary.resolve.context import Context

_PARTIQL = re.compile(
    r"""\s*(?:(?P<reads>SELECT)\b.{0,2000}?\bFROM|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+["']?(?P<table>(?:[\w.-]|\{[^{}]*\}){3,255})""",
    re.IGNORECASE | re.DOTALL,
)
_ENGINES = {"RMQ": "amqp", "KAFKA": "kafka", "REDIS": "redis", "NATS": "nats", "MQTT": "mqtt"}
"""Transports of NestJS that are brokers. Source: NestJS, "Microservices"."""


def resolve(context: Context) -> None:
    """Add the settings to those of files, and the transports to the effects of code."""
    laravel.tell(context)
    for effect in context.effects.get("settings", ()):
        prefix = effect.get("prefix")
        start = f"{prefix.text}." if isinstance(prefix, Value) and prefix.text else ""
        for key, value in laravel.flat(effect.get("values"), start, 0):
            setting = Setting("code", key, value, line=max(effect.site.line, 1), column=effect.site.column)
            for service in context.actors(effect):
                context.filler.settings.tell(service.id, effect.site.path, setting)
    for effect in context.effects.get("events", ()):
        context.effects.setdefault("publish", []).extend(_events(effect))
    context.effects["statement"] = [_by_data_api(context, one) for one in context.effects.get("statement", ())]
    context.effects.setdefault("cloud", []).extend(_partiql(context.effects["statement"]))
    for effect in context.effects.get("transports", ()):
        for told in _transports(effect):
            context.effects.setdefault(told.kind, []).append(told)


def _events(effect: Effect) -> Iterator[Effect]:
    """Events of a bus, each called after its source and what it is about, as the rules of a bus choose them."""
    entries = effect.get("entries")
    pairs = [one for one in (entries.items if isinstance(entries, Several) else (entries,)) if isinstance(one, Pairs)]
    named = [(one.get("Source"), one.get("DetailType")) for one in pairs]
    for source, kind in (*named, (effect.get("source"), effect.get("kind"))):
        if isinstance(source, Value) and isinstance(kind, Value):
            values = (("channel", Value.of(source, "/", kind)), ("engine", Value.of("eventbridge")))
            yield Effect("publish", effect.site, values, None, effect.chain, effect.subject, effect.call)


def _by_data_api(context: Context, effect: Effect) -> Effect:
    """A statement on the connection that its own call tells; who makes it connects there."""
    cluster = effect.get("cluster")
    if cluster is None:
        return effect
    database = effect.get("database")
    told = (("host", cluster), *((("database", database),) if database is not None else ()))
    context.effects.setdefault("connect", []).append(replace(effect, kind="connect", values=told))
    return replace(effect, receiver=Made("data-api", told))


def _partiql(statements: list[Effect]) -> Iterator[Effect]:
    """Uses of tables by statements. See
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html ."""
    for effect in statements:
        told = effect.get("partiql")
        found = _PARTIQL.match(str(told)) if isinstance(told, Value) else None
        if found is not None:
            mode = "reads" if found["reads"] else "writes"
            table = _part(told, *found.span("table")) if isinstance(told, Value) else Value()
            values = (("service", Value.of("dynamodb")), ("resource", table), ("mode", Value.of(mode)))
            yield replace(effect, kind="cloud", values=values)


def _part(value: Value, start: int, end: int) -> Value:
    """A part of a text by its places, with the holes that lie in it."""
    parts: list[str | Hole] = []
    at = 0
    for part in value.parts:
        size = len(str(Value((part,))))
        if isinstance(part, str):
            parts.append(part[max(start - at, 0) : max(end - at, 0)])
        elif start <= at < end:
            parts.append(part)
        at += size
    return Value.of(*parts)


def _transports(effect: Effect) -> Iterator[Effect]:
    clients = effect.get("clients")
    for client in clients.items if isinstance(clients, Several) else (clients,):
        if not isinstance(client, Pairs):
            continue
        kind, options = client.get("transport"), client.get("options")
        name = kind.name.rpartition(".")[2] if isinstance(kind, Known) else "TCP"
        if not isinstance(options, Pairs):
            continue
        host, port = options.get("host"), options.get("port")
        if name in _ENGINES:
            inner = options.get("client")
            brokers = inner.get("brokers") if isinstance(inner, Pairs) else None
            dsn = options.get("urls") or options.get("url") or options.get("servers") or brokers
            given = {"engine": Value.of(_ENGINES[name]), "dsn": dsn, "host": host, "port": port}
            values = tuple((key, thing) for key, thing in given.items() if thing is not None)
            yield Effect("broker", effect.site, values, None, effect.chain, effect.subject, effect.call)
        elif name == "TCP" and isinstance(host, Value):
            parts: tuple[str | Value, ...] = (":", port) if isinstance(port, Value) else ()
            url = Value.of("tcp://", host, *parts, "/")
            yield Effect("http", effect.site, (("url", url),), None, effect.chain, effect.subject, effect.call)
