"""Connection strings of every dialect, read into one form: which engine, which hosts, which database.

The dialects: URLs (RFC 3986, with several hosts as libpq and MongoDB have them), JDBC, R2DBC, libpq's keywords
(https://www.postgresql.org/docs/current/libpq-connect.html), ADO.NET and ODBC pairs, PDO, Go's MySQL driver, Oracle's
names, StackExchange.Redis, and bare ``host:port``. Two spellings of one address give the same ``Dsn``. A password is
dropped while reading and is nowhere kept.
"""

from __future__ import annotations

import re

import msgspec

from boundary.model import Hole, Value
from boundary.reading import dsn_pairs, dsn_url
from boundary.reading.dsn_pieces import FIRST_MARK, LAST_MARK, MARK, Pieces
from boundary.reading.engines import default_port

__all__ = ["Dsn", "default_port", "parse"]

LONGEST = 16_384
"""Characters; what is longer is no address."""

_ONLY_MARKS = re.compile(f"[{MARK}]*")
_MARKS = re.compile(f"([{MARK}])")
_MEMCACHED = re.compile(r"(?s)--SERVER=(\S+).*")
"""The first server of libmemcached's options: https://docs.libmemcached.org/libmemcached/configuration.html ."""

_READERS = (
    dsn_url.jdbc, dsn_url.url, dsn_url.go, dsn_pairs.pdo, dsn_pairs.keywords, dsn_pairs.pairs, dsn_pairs.oracle,
    dsn_pairs.redis, dsn_url.bare,
)  # fmt: skip


class Dsn(msgspec.Struct, frozen=True):
    """Where a connection string leads. Each component may hold holes; None is one that is not given.

    ``engine`` is a name of ``boundary.reading.engines``, "" when the text does not tell. ``host`` and ``port`` are the
    first of ``hosts`` and ``ports``, which run in parallel. A host is a socket's path for local sockets, the file for
    engines that are files (sqlite), the bucket for object stores; it is empty where the dialect has a default of its
    own (``postgres:///db``). ``database`` is the number for Redis, the virtual host for AMQP, the service for Oracle.
    ``port`` is given without being written only where the scheme says so (``https``).
    """

    engine: str
    host: Value
    port: Value | None = None
    database: Value | None = None
    user: Value | None = None
    schema: Value | None = None
    hosts: tuple[Value, ...] = ()
    ports: tuple[Value | None, ...] = ()


def parse(text: Value) -> Dsn | None:
    """What a connection string says; None when it is none, or when all of it is unknown."""
    masked = _mask(text)
    if not masked or len(masked) > LONGEST or _ONLY_MARKS.fullmatch(masked):
        return None
    for reader in _READERS:
        pieces = reader(masked)
        if pieces is not None:
            return _dsn(pieces, text.holes) if pieces.engine or pieces.hosts else None
    return None


def _mask(value: Value) -> str:
    """One text in which every hole is one character of a private plane, so that it may stand for any component."""
    if len(value.holes) > LAST_MARK - FIRST_MARK:
        return ""
    parts: list[str] = []
    holes = 0
    for part in value.parts:
        if isinstance(part, Hole):
            parts.append(chr(FIRST_MARK + holes))
            holes += 1
        elif _MARKS.search(part):
            return ""
        else:
            parts.append(part)
    text = _MEMCACHED.sub(r"\1", "".join(parts).strip())
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _dsn(pieces: Pieces, holes: tuple[Hole, ...]) -> Dsn:
    def value(text: str) -> Value:
        parts = _MARKS.split(text)
        return Value.of(*(holes[ord(part) - FIRST_MARK] if _MARKS.fullmatch(part) else part for part in parts))

    def maybe(text: str) -> Value | None:
        return value(text) if text else None

    hosts = tuple(value(_folded(host)) for host, _ in pieces.hosts)
    ports = tuple(maybe(port) for _, port in pieces.hosts)
    return Dsn(
        pieces.engine, hosts[0] if hosts else Value(), ports[0] if ports else None, maybe(pieces.database),
        maybe(pieces.user), maybe(pieces.schema), hosts, ports,
    )  # fmt: skip


def _folded(host: str) -> str:
    # DNS names have no case; paths of sockets and files and the marks of templates do.
    return host if re.search(r"[/\\{]", host) else host.lower()
