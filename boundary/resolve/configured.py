"""What the configuration alone says: variables and settings that name a store, a broker or another service.

A value in a manifest is good evidence where the image is opaque, and where it is a connection text: who holds the
credentials has the connection. A bare name is taken only when the code reads the variable, or cannot be read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from boundary.model import Edge, EdgeKind, Evidence, Hole, HoleKind, Location, Value
from boundary.reading import dsn
from boundary.resolve import connections, paths, usage
from boundary.resolve.connections import SERVERLESS
from boundary.resolve.context import Context, at
from boundary.resolve.files import stands
from boundary.resolve.landscape import Server, Service
from boundary.resolve.named_databases import Sections
from boundary.resolve.names import is_declared
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.startwords import WORD
from boundary.resolve.stores import DIVIDED, MANAGED, Stores
from boundary.resolve.values import shown

SCHEMES = re.compile(
    r"^(?:jdbc:)?(postgres|mysql|mariadb|mongodb|redis|esdb|kurrentdb|amqp|mssql|sqlserver|oracle|clickhouse|kafka|nats|memcached)[a-z0-9+.:]*//"
    r"|^(?:mysql|pgsql|sqlsrv):\w+="
)
ADDRESS = re.compile(
    r"(HOST|HOSTNAME|URL|URI|ADDR|ADDRESS|ENDPOINT|SERVER|BROKER|BOOTSTRAP|DSN|SERVICE|(?<!DATA)BASE)S?(_\w+)?$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"_(?:NAME|AUD|AUDIENCE|ISSUER|SUBJECT|ACCOUNT|USER|USERNAME|ROLE|ID|KEY|TOKEN|SECRET|REALM|CLIENT|SCOPE|LABEL|TAG|"
    r"VERSION|MODE|TYPE|GROUP|TOPIC|QUEUE|EXCHANGE|IMAGE|PREFIX|NAMESPACE|SCHEMA|DATABASE|DB|COLLECTION|TABLE|BUCKET)S?$",
    re.IGNORECASE,
)
"""What something is called, and not where it is (``ORDERS_SERVICE_JWT_AUDIENCE``)."""
HOST = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?(:\d{1,5})?$")
_PORT = re.compile(r":\d{3,5}$")
_PAIRS = re.compile(r"(?:^|;)\s*(?:server|data source|host|endpoint|accountendpoint|blobendpoint|accountname)\s*="
                    r"|,\s*password\s*=", re.IGNORECASE)  # fmt: skip
MOST_HOSTS = 20
"""Hosts in one variable that are looked at."""
_WEB = frozenset(
    ("elasticsearch", "couchdb", "influxdb", "clickhouse", "azure-storage", "azure-search", "cosmosdb", "neo4j", "gcs",
     "solr", "meilisearch", "typesense", "qdrant", "weaviate", "neptune", "arangodb")
)  # fmt: skip
"""Stores that speak HTTP: a URL is the whole address."""
_BUCKETS = frozenset({"azure-storage", "gcs"})
"""Of these those in which an address alone does not tell whose part is meant, unless it is an account's."""
_NAMED = SERVERLESS | {"azure-search", "azure-storage", "bigquery", "bigtable", "cassandra", "cosmosdb", "firestore",
                       "gcs", "spanner", "timestream"}  # fmt: skip
"""Technologies whose clients are told the name of a bucket, an account or a database."""


def connect(context: Context, stores: Stores) -> None:
    """Connections that variables and settings give by themselves.

    Who is given a connection text for himself has the connection, even if he never uses it; of a block that several
    services get, those have it in whose code the variable's name can be found.
    """
    given = _given(context)
    sections = Sections(context.land, context.filler.settings, context.names)
    stacks = context.land.stacks
    for service, name, written, reasons in _values(context):
        value, more = stacks.followed(written) if stacks and "{{resolve:" in str(written) else (written, ())
        text, evidence = str(value), (*reasons, *more)
        if SCHEMES.match(text):
            alone = len(given[name, evidence[0].location]) < 2
            left = not alone and _of_whole_file(service, evidence)
            if not alone and usage.has_own(context, service, name):
                continue
            if left and usage.is_whole(context, service) and not usage.may_be_read(context, service, name):
                continue
            opaque = left and not context.mentioned(service.id)
            certain = alone or (usage.may_be_read(context, service, name) and not opaque)
            for address in connections.of_value(context, value, service.id):
                beside = sections.database(service.id, name, evidence) if address.engine in DIVIDED else None
                whole = replace(address, database=address.database or beside)
                stores.connect(service, whole, evidence, "configured", certain=certain)
        elif not (_server(context, stores, service, name, text, evidence, sections) or
                  _paired(context, stores, service, value, evidence)):  # fmt: skip
            _cloud(context, stores, service, name, value, evidence)


def _server(
    context: Context, stores: Stores, service: Service, name: str, text: str, evidence: tuple[Evidence, ...],
    sections: Sections,
) -> bool:  # fmt: skip
    """A bare host name, or the URL, of a store or broker that is known."""
    url = paths.parse(Value.of(text)) if text.startswith(("http://", "https://", "wss://")) else None
    if not _named(context, service, name, text) if url is None else not usage.counts(context, service, name):
        return False
    host, _, port = text.partition(":") if url is None else (url.host.text or "", "", str(url.port or ""))
    found = context.names.host(host, int(port) if port else None, service)
    if not found or not isinstance(found[0], Server) or found[0].kind not in ("store", "broker"):
        return False
    spoken = found[0].technology
    if url is None or (spoken in _WEB and (spoken not in _BUCKETS or is_declared(found[0]))):
        beside = sections.database(service.id, name, evidence) if spoken in DIVIDED else None
        address = connections.Address(spoken, Value.of(host), int(port) if port else None, beside)
        stores.connect(service, address, (*evidence, found[1]), "configured")
    return True


def _paired(context: Context, stores: Stores, service: Service, value: Value, evidence: tuple[Evidence, ...]) -> bool:
    """A connection text in pairs, as .NET and Azure have them; it counts where it leads to a server that is known."""
    if "=" not in str(value) or not _PAIRS.search(str(value)):
        return False
    found = False
    for address in connections.of_value(context, value, service.id):
        there = context.names.host(address.host.text or "", address.port, service) if address.engine else None
        if there and isinstance(there[0], Server) and there[0].kind in ("store", "broker"):
            stores.connect(service, address, (*evidence, there[1]), "configured")
            found = True
    return found


def _cloud(
    context: Context, stores: Stores, service: Service, name: str, value: Value, evidence: tuple[Evidence, ...]
) -> None:
    """A variable that names a table or bucket of a stack, for code that is not read so far."""
    called = name_in(value)
    if not called or not usage.counts(context, service, name):
        return
    found = context.names.resource("", called, service)
    if not found or not isinstance(found[0], Server) or found[0].technology not in _NAMED:
        return
    if not any(one.service == service.id and one.host == found[0].id for one in stores.connections):
        spoken = found[0].technology if found[0].technology in SERVERLESS else MANAGED
        address = connections.Address(spoken, Value.of(called))
        stores.connect(service, address, (*evidence, found[1]), "configured")


def call(context: Context, coded: set[tuple[str, str]]) -> Iterator[Edge]:
    """Edges to services that variables name, where code says nothing about that pair (``coded``)."""
    given = _given(context)
    for service, name, value, evidence in _values(context):
        text = str(value)
        url = paths.parse(value)
        host, port = (url.host.text or "", url.port) if url else (text.partition(":")[0], None)
        if not host or not (url or _named(context, service, name, text)):
            continue
        if not usage.counts(context, service, name):
            continue
        if len(given.get((name, evidence[0].location), ())) > 1 and not usage.is_spelled(context, service, name):
            continue  # One block for several services: whose code has its name nowhere does not use it.
        led = context.names.led(host, url.path or "/") if url else (host, None, ())
        found = context.names.host(led[0], port, service)
        target = found[0] if found else None
        if target is None or target.id == service.id or (service.id, target.id) in coded:
            continue
        if isinstance(target, Server) and target.kind in ("store", "broker"):
            continue
        kind: EdgeKind = "http" if url is None or url.scheme.startswith("http") else "connects"
        yield Edge(service.id, target.id, kind, (*evidence, *led[2], *((found[1],) if found else ())), "configured")


def between(context: Context) -> Iterator[Edge]:
    """Edges from one server to another that its variables or command name: a broker and what coordinates it, a console
    and its store. Images of others are opaque, and nobody sets a variable that they do not read; one in a file that
    services are given too is theirs."""
    given = _given(context)
    for server in context.land.servers:
        for unit in server.units:
            for binding in (*unit.variables, *unit.started):
                if binding.evidence and (binding.name, binding.evidence[0].location) in given:
                    continue
                for host, port in _hosts(binding.name, str(binding.value)):
                    found = context.names.host(host, port, unit)
                    if found and found[0].id != server.id and binding.evidence and _may(server, found[0]):
                        what = f"{binding.name} of {unit.name} is {shown(binding.value)}"
                        why = (Evidence(binding.evidence[0].location, what), *binding.evidence[1:], found[1])
                        yield Edge(server.id, found[0].id, "connects", why, "configured")


def _may(server: Server, target: Server | Service) -> bool:
    """Whether a server may be told of another: what a database is given beside its own settings, it does not read."""
    return server.kind != "store" or isinstance(target, Server)


def _hosts(name: str, text: str) -> Iterator[tuple[str, int | None]]:
    """The hosts of an address or a list of them; a bare name counts only where the variable is called an address."""
    store = dsn.parse(Value.of(text)) if SCHEMES.match(text) else None
    if store is not None:
        yield store.host.text or "", None
        return
    for word in text.split(",")[:MOST_HOSTS]:
        url = paths.parse(Value.of(word.strip()))
        host, _, port = word.strip().partition(":")
        if url and url.host.text:
            yield url.host.text, url.port
        elif HOST.match(word.strip()) and (port or ADDRESS.search(name)):
            yield host, int(port) if port else None


def _values(context: Context) -> Iterator[tuple[Service, str, Value, tuple[Evidence, ...]]]:
    """Every variable and setting of every service with what it holds; those that a library reads are no proof that it
    is there."""
    for service in context.land.services:
        for unit in service.units:
            for binding in (*unit.variables, *unit.started):
                if context.roles.manages(service.id, binding.name):
                    continue
                what = f"{binding.name} of {unit.name} is {shown(binding.value)}"
                first = binding.evidence[0].location if binding.evidence else unit.location
                yield service, binding.name, binding.value, (Evidence(first, what), *binding.evidence[1:])
        for path, setting in context.filler.settings.all(service.id):
            if context.roles.manages(service.id, setting.key) or not context.filler.counts(service.id, path, setting):
                continue
            for filled in context.filler.fill(setting.value, service.id):
                what = f"{setting.key} is {shown(filled.value)}"
                place = stands(path, setting)
                yield service, setting.key, filled.value, (Evidence(place, what), *filled.evidence)

    yield from _defaults(context)


def _defaults(context: Context) -> Iterator[tuple[Service, str, Value, tuple[Evidence, ...]]]:
    """Variables and settings that nothing sets, with what the code takes instead."""
    for effect in (effect for kind in ("default", "env", "config") for effect in context.effects.get(kind, ())):
        key, default = effect.get("key"), effect.get("default")
        if not isinstance(key, Value) or not isinstance(default, Value) or not key.text:
            continue
        kind: HoleKind = "config" if effect.kind == "config" else "env"
        for service in context.services_at(effect.site):
            for filled in context.filler.fill(Value((Hole(kind, key.text, default),)), service.id):
                if not filled.evidence:
                    what = f"{key.text} is {shown(filled.value)} where nothing sets it"
                    yield service, key.text, filled.value, (Evidence(at(effect.site), what),)


def _named(context: Context, service: Service, name: str, text: str) -> bool:
    """Whether a variable holds a bare host name that means something to the service."""
    plain = name.replace(".", "_").replace("-", "_")
    opaque = bool(_PORT.search(text)) and not context.mentioned(service.id)
    told = not _TITLE.search(plain) and (opaque or bool(ADDRESS.search(plain)))
    if not HOST.match(text) or not (told or name.startswith(WORD)):
        return False
    return usage.counts(context, service, name)


def _of_whole_file(service: Service, evidence: tuple[Evidence, ...]) -> bool:
    """Whether a variable comes out of a file of variables that is handed over as it is: which of them a service reads,
    the file does not tell."""
    return all(unit.location.path != evidence[0].location.path for unit in service.units)


def _given(context: Context) -> dict[tuple[str, Location], set[str]]:
    """A variable, and the place where its value stands: the services that are given it there."""
    found: dict[tuple[str, Location], set[str]] = defaultdict(set)
    for service in context.land.services:
        for binding in (binding for unit in service.units for binding in unit.variables if binding.evidence):
            found[binding.name, binding.evidence[0].location].add(service.id)
    return found
