"""Connectors of Kafka Connect that take data out of databases: which database their settings mean.

Debezium (https://debezium.io/documentation/reference/stable/connectors/), its server, and the JDBC and MongoDB source
connectors. A connector that captures nothing but an outbox is an interface of the database's owner, and no source here
(https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from boundary.model import Value
from boundary.reading.engines import engine_of

_HOSTS = ("database.hostname", "connection.host", "hostname", "host")
_URLS = ("mongodb.connection.string", "connection.url", "connection.uri", "mongodb.hosts", "database.url")
_DATABASES = ("database.dbname", "database.names", "database.pdb.name", "database.include.list", "database.name",
              "database.database")  # fmt: skip
_TABLES = ("table.include.list", "table.whitelist", "collection.include.list", "collection.whitelist", "collection")
_CLASS = "connector.class"
_SINK = re.compile(r"sink", re.IGNORECASE)
_ROUTER = re.compile(r"outbox\.(?:\w+\.)?(?:EventRouter|MongoEventRouter)", re.IGNORECASE)
_OUTBOX = re.compile(r"outbox", re.IGNORECASE)
_FORMS = (
    ("postgres", "postgres"), ("mysql", "mysql"), ("mariadb", "mysql"), ("mongo", "mongodb"), ("sqlserver", "mssql"),
    ("oracle", "oracle"), ("db2", "db2"), ("cassandra", "cassandra"), ("spanner", "spanner"),
)  # fmt: skip


class Source(msgspec.Struct, frozen=True):
    """The database that a connector reads: a connection text, and the tables that it says."""

    engine: str
    address: Value
    tables: tuple[str, ...] = ()


def source(settings: Mapping[str, Value]) -> Source | None:
    """What the settings of a connector mean; None for a sink, for something else, and for an outbox alone."""
    plain = {key.removeprefix("debezium.source.").lower(): value for key, value in settings.items()}
    called = plain.get(_CLASS)
    name = (called.text or "") if called else ""
    if not name or _SINK.search(name.rpartition(".")[2]):
        return None
    tables = tuple(one.strip() for one in _text(plain, _TABLES).split(",") if one.strip())
    routed = any(_ROUTER.search(value.text or "") for value in plain.values())
    if tables and (routed or len(tables) == 1) and all(_OUTBOX.search(one) for one in tables):
        return None
    engine = next((speaks for word, speaks in _FORMS if word in name.lower()), "")
    url = next((plain[key] for key in _URLS if key in plain), None)
    if url is not None:
        scheme = str(url).removeprefix("jdbc:").partition(":")[0]
        whole = url if "://" in str(url) else Value.of(f"{engine}://", str(url).rpartition("/")[2])
        return Source(engine or engine_of(scheme), whole, tables)
    host = next((plain[key] for key in _HOSTS if key in plain), None)
    if host is None or not host.parts:
        return None
    database = next((plain[key] for key in _DATABASES if key in plain), Value())
    return Source(engine, joined(engine, host, plain.get("database.port", Value()), database), tables)


def _text(settings: Mapping[str, Value], keys: tuple[str, ...]) -> str:
    return next((found.text or "" for key in keys if (found := settings.get(key)) is not None), "")


def joined(engine: str, host: Value, port: Value, database: Value) -> Value:
    """An address as a URL; empty without a host."""
    if not host.parts:
        return Value()
    behind = (*((":", port) if port.parts else ()), *(("/", database) if database.parts else ()))
    return Value.of(f"{engine or 'db'}://", host, *behind)
