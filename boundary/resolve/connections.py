"""Where code connects: the addresses of stores and brokers as calls, settings and environments give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from boundary.model import Evidence, Hole, Value
from boundary.reading import dsn as dsns
from boundary.reading.endpoints import instance, socket
from boundary.reading.engines import engine_of
from boundary.resolve import paths
from boundary.resolve.code.things import Effect, Made, Pairs, Several, Site, Thing
from boundary.resolve.context import Context, chain
from boundary.resolve.values import Filled, shown

_ARN = re.compile(r"(?:arn:[\w-]*:rds:[\w-]*:\d*:(?:cluster|db):|arn::)([\w.-]+)")

_LISTED = re.compile(r"\[([^\[\]]*)\]")
"""Servers as a list of JSON, as one variable holds them."""

_PLACEHOLDER = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
"""What something else puts a host in the place of: no host name has an underscore."""

SERVERLESS = frozenset({"dynamodb", "s3"})
"""Engines without a server of one's own: the name of the table or bucket says all, and an address is an emulator's."""

_CARRIERS = ("http", "grpc")
"""What a server may be spoken to by, whatever it is: the call says which engine it is."""

ENTRY = re.compile(r"[a-z]\w*")
"""A name of an entry in Rails' ``config/database.yml``."""
_USUAL = "primary"
"""The entry of those that name none."""
_PLACES = ("production.{}", "{}", "{}_production", "staging.{}")
"""Where an entry stands in the file: by the environment, or by itself."""
_PARTS = {"engine": "adapter", "host": "host", "port": "port", "database": "database"}

DJANGO = {"postgresql": "postgres", "postgis": "postgres", "mysql": "mysql", "sqlite3": "sqlite", "oracle": "oracle",
          "djongo": "mongodb", "asyncpg": "postgres", "psycopg": "postgres"}  # fmt: skip
"""Last part of a database backend of Django or Tortoise ORM: the engine."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store or broker is, as far as a deployment tells. ``alias`` is the name that the code has for the
    connection (a SQLAlchemy bind, a Django database). ``evidence`` tells how the address became known."""

    engine: str
    host: Value
    port: int | None = None
    database: Value | None = None
    alias: str = ""
    evidence: tuple[Evidence, ...] = ()
    user: str = ""

    @property
    def known(self) -> bool:
        """Whether the host is known whole."""
        return bool(self.host.text)


def addresses(context: Context, effect: Effect, service: str) -> list[Address]:
    """The addresses that an effect with connection arguments means, one for each deployment that differs."""
    found: list[Address] = []
    entry = _text(effect.get("dsn")) if effect.get("entries") is not None else ""
    if ENTRY.fullmatch(entry):
        return of_entry(context, entry, service)
    named = _text(effect.get("alias"))
    for alias, given in _forms(effect):
        told = _filled(context, given, service, _engine(effect.values))
        told = (one for address in told for one in _through(context, address, effect.get("instance"), service))
        found += [replace(_near(context, address, service), alias=alias or named) for address in told]
    unique: dict[tuple[object, ...], Address] = {}
    for address in found:
        unique.setdefault((address.engine, address.host, address.port, address.database, address.alias), address)
    return list(unique.values())


def _through(context: Context, address: Address, dialled: Thing | None, service: str) -> Iterator[Address]:
    """An address that names no host, at the instance that a connector of its cloud dials."""
    if address.host.parts or not isinstance(dialled, Value):
        yield address
        return
    for filled in context.filler.fill(dialled, service):
        yield replace(address, host=_dialled(filled.value), evidence=(*address.evidence, *filled.evidence))


def _dialled(value: Value) -> Value:
    """An instance by its own name, as the socket of its connector has it: the project and region before it, which only
    the deployment may know, are not needed."""
    last = value.parts[-1] if value.parts else ""
    if isinstance(last, Hole):
        return value
    name = re.split("[:/]", last)[-1]
    whole = len(value.parts) == 1 or len(name) < len(last)
    return Value.of(socket(name)) if whole else value


def _near(context: Context, address: Address, service: str) -> Address:
    """An address whose host has a domain that is filled in from outside, by the host's own name if it runs here."""
    label = "" if address.known else paths.first_label(address.host)
    found = context.names.host(label, address.port, context.land.service(service)) if label else None
    return replace(address, host=Value.of(label)) if found else address


def of_entry(context: Context, entry: str, service: str) -> list[Address]:
    """What an entry of ``config/database.yml`` leads to; none for the usual one, which nobody has to name."""
    for place in _PLACES if entry != _USUAL else ():
        prefix = place.format(entry)
        if _is_set(context, f"{prefix}.url", service):
            return of_value(context, _setting(f"{prefix}.url"), service)
        if _is_set(context, f"{prefix}.host", service):
            values = tuple((name, _setting(f"{prefix}.{key}")) for name, key in _PARTS.items())
            return addresses(context, Effect("connect", Site("", 1), values), service)
    return []


def _is_set(context: Context, key: str, service: str) -> bool:
    return any(one.evidence for one in context.filler.fill(_setting(key), service))


def _setting(key: str) -> Value:
    return Value((Hole("config", key),))


def of_value(context: Context, value: Value, service: str, engine: str = "") -> list[Address]:
    """The addresses that a connection text means in the deployments of a service."""
    return list(_filled(context, value, service, engine))


def _forms(effect: Effect) -> Iterator[tuple[str, Thing | dict[str, Thing]]]:
    """What the call gives: a connection text, parts, or a dictionary of several connections."""
    binds = effect.get("binds") or effect.get("databases")
    if isinstance(binds, Pairs):
        for key, thing in binds.entries:
            name = key.text if isinstance(key, Value) else None
            yield name or "", _django(thing) if isinstance(thing, Pairs) else thing
        return
    options = effect.get("options")
    if isinstance(options, Pairs):
        servers = options.get("bootstrap.servers")
        if servers:
            yield "", servers
        return
    whole, host = effect.get("dsn"), effect.get("host")
    if host is not None and isinstance(whole, Value) and "://" not in str(whole):
        whole = None  # the name of a database, where its host is given apart
    if isinstance(whole, Made):
        yield "", dict(whole.fields)
    elif isinstance(whole, Value | Several):
        yield "", whole
    else:
        parts = {name: thing for name, thing in effect.values if name != "dsn"}
        fallback = Value() if "instance" in parts else parts.get("fallback", Value())
        yield "", {"host": fallback, **parts}


def _django(entry: Pairs) -> dict[str, Thing]:
    """One of several databases as Django or Tortoise ORM (``engine``, ``credentials``) write it."""
    engine = (_text(entry.get("ENGINE")) or _text(entry.get("engine"))).rpartition(".")[2]
    location = entry.get("LOCATION")
    if isinstance(location, Value):
        return {"dsn": location}
    client = entry.get("CLIENT") or entry.get("credentials")
    inner = client if isinstance(client, Pairs) else Pairs()
    address = inner.get("host")
    if isinstance(address, Value) and "://" in str(address):
        return {"dsn": address}
    parts = {name: inner.get(name) or entry.get(name.upper()) for name in ("host", "port", "user")}
    found = {name: thing for name, thing in parts.items() if thing is not None}
    found["engine"] = Value.of(DJANGO.get(engine, engine))
    name = entry.get("NAME") or inner.get("database")
    return {**found, "database": name} if name is not None else found


def _filled(context: Context, given: Thing | dict[str, Thing], service: str, engine: str) -> Iterator[Address]:
    if isinstance(given, dict):
        engine = _engine(given.items()) or engine
        if "dsn" in given:
            yield from _filled(context, given["dsn"], service, engine)
            return
        yield from _parts(context, given, service, engine)
        return
    if isinstance(given, Several):
        for item in given.items:
            yield from _filled(context, item, service, engine)
        return
    if isinstance(given, Pairs):  # one of the nodes of a cluster
        node = {name: thing for name in ("url", "host", "port") if (thing := given.get(name)) is not None}
        if node:
            yield from _filled(context, {"dsn": node["url"]} if "url" in node else node, service, engine)
        return
    if isinstance(given, Value):
        for filled in context.filler.fill(given, service):
            yield from _parsed(filled, engine)


def _parsed(filled: Filled, engine: str) -> Iterator[Address]:
    listed = _LISTED.fullmatch(filled.value.text or "")
    if listed:
        items = ",".join(item.strip(" \"'") for item in listed[1].split(","))
        filled = Filled(Value.of(items), filled.evidence, filled.unit)
    read = dsns.parse(filled.value)
    if read is None:
        told = filled.value if filled.value.holes or instance(filled.value.text or "") else Value()
        yield Address(engine, told, evidence=filled.evidence)
        return
    written = {word.lower(): word for word in _PLACEHOLDER.findall(filled.value.text or "")}
    for host, port in zip(read.hosts or (read.host,), read.ports or (read.port,), strict=False):
        open_end = written.get((host.text or "").lower())
        there = Value((Hole("variable", open_end),)) if open_end else host
        user = (read.user.text or "") if read.user else ""
        spoken = read.engine if read.engine not in _CARRIERS or engine in SERVERLESS else ""
        yield Address(
            spoken or engine or read.engine, there, _number(port), read.database, evidence=filled.evidence, user=user
        )


def _number(value: Value | None) -> int | None:
    text = (value.text or "") if value else ""
    return int(text) if text.isdigit() and len(text) < 6 else None


def _parts(context: Context, given: dict[str, Thing], service: str, engine: str) -> Iterator[Address]:
    """Host, port and database given apart; they are filled together so that they come from one deployment."""
    marks = "\x1f"
    pieces = [given.get(name) for name in ("host", "port", "database", "path", "user")]
    texts = [piece if isinstance(piece, Value) else Value() for piece in pieces]
    whole = Value.of(*(part for text in texts for part in (text, marks)))
    for filled in context.filler.fill(whole, service):
        host, port, database, path, user, _ = _split(filled.value, marks)
        if engine == "sqlite":
            yield Address("sqlite", path if path.parts else database, evidence=filled.evidence)
        elif not host.parts and isinstance(given.get("instance"), Value):
            yield Address(engine, host, database=database if database.parts else None, evidence=filled.evidence)
        elif host.parts:
            number = _number(port)
            for address in _parsed(Filled(_by_arn(context, host), filled.evidence), engine):
                base = address.database or (database if database.parts else None)
                login = address.user or user.text or ""
                yield replace(address, port=address.port or number, database=base, user=login)


def _by_arn(context: Context, host: Value) -> Value:
    """What a resource name of a cluster leads to, which a data API is given in place of a host."""
    found = _ARN.fullmatch(host.text or "")
    stacks = context.land.stacks
    declared = stacks.store(found[1]) if found and stacks is not None else None
    return Value.of(declared.uid if declared is not None else found[1]) if found else host


def _split(value: Value, mark: str) -> list[Value]:
    pieces: list[list[str | Hole]] = [[]]
    for part in value.parts:
        if isinstance(part, Hole):
            pieces[-1].append(part)
            continue
        first, *rest = part.split(mark)
        pieces[-1].append(first)
        pieces += [[text] for text in rest]
    return [Value.of(*piece) for piece in pieces]


def _engine(given: Iterable[tuple[str, Thing]]) -> str:
    """The engine that a call names, also by its driver (``sqlite3``, ``pgx``)."""
    written = next((_text(thing) for name, thing in given if name == "engine"), "")
    return engine_of(written) or written


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""


def reasons(effect: Effect, address: Address) -> tuple[Evidence, ...]:
    """The evidence of a connection: the call, how it got there, and what filled the address."""
    return (
        *chain(effect, f"{effect.call.removeprefix('setting:')} connects to {shown(address.host)}"),
        *address.evidence,
    )
