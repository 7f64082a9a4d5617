"""Which other servers a SQL text declares, under which names. What the dialects have is told in ``remote``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from boundary.model import Value
from boundary.reading import dsn
from boundary.reading.sql.remote import UNKNOWN, at_port, pairs, server
from boundary.reading.sql.split import statements
from boundary.reading.sql.tokens import Token

_FAR = 80
"""Tokens from the name of a server to the end of its options."""

_HOSTS = ("host", "hostaddr", "servername", "address", "dbserver", "hostname")
_SPOKEN = frozenset(("sqlserver", "oracle", "teradata", "mongodb", "odbc"))
"""Schemes of external data sources that are databases."""

_DATABASES = ("dbname", "database", "catalog")


class Server(msgspec.Struct, frozen=True):
    """Another server as SQL declares it. ``line`` counts from 0 inside the text; ``prefix`` says that its tables are
    named with its name in front, as if it were a schema or database."""

    name: str
    host: str
    database: str = ""
    line: int = 0
    prefix: bool = False


class _Place:
    """The tokens from the word on that tells what is declared, and the words before it."""

    def __init__(self, tokens: list[Token], at: int) -> None:
        self.tokens = tokens[at : at + _FAR]
        self.words = [token.upper for token in self.tokens]
        self.before = [token.upper for token in tokens[max(0, at - 2) : at]]

    @property
    def name(self) -> str:
        """The name behind the kind of object, IF NOT EXISTS left out."""
        at = 4 if self.words[1:2] == ["IF"] else 1
        return self.tokens[at].text if at < len(self.tokens) and self.tokens[at].kind != "hole" else UNKNOWN

    def text(self, word: str) -> str:
        """The string that follows a word, "" when none does."""
        at = self.words.index(word) + 1 if word in self.words else len(self.words)
        return self.tokens[at].text if at < len(self.tokens) and self.tokens[at].kind == "text" else ""


def declared(tokens: list[Token], depth: int = 0) -> Iterator[tuple[int, Server]]:
    """The servers that a statement declares, in the bodies of its blocks too, each with its offset."""
    for at, token in enumerate(tokens):
        reader = _READERS.get(token.upper)
        found = reader(_Place(tokens, at)) if reader else None
        if found:
            yield token.at, found
        if token.kind == "body" and depth < 2:
            for inner in statements(token.text):
                for offset, other in declared(inner, depth + 1):
                    yield token.at + offset, other


def _server(place: _Place) -> Server | None:
    """``CREATE SERVER [IF NOT EXISTS] s … OPTIONS (host 'h', dbname 'd')``."""
    if place.before[-1:] != ["CREATE"] or "OPTIONS" not in place.words:
        return None
    given = pairs(place.tokens, place.words.index("OPTIONS"))
    host = next((given[name] for name in _HOSTS if name in given), "")
    database = next((given[name] for name in _DATABASES if name in given), "")
    if "/" in host:
        host, found = server(host)
        database = database or found
    host = at_port(host, given.get("port", "")) if host else host
    return Server(place.name, host, database) if host or database else None


def _schema(place: _Place) -> Server | None:
    """``CREATE EXTERNAL SCHEMA s FROM POSTGRES DATABASE 'd' URI 'h'`` of Redshift."""
    host = place.text("URI")
    if place.before != ["CREATE", "EXTERNAL"] or not host:
        return None
    return Server(place.name, host, place.text("DATABASE"), prefix=True)


def _source(place: _Place) -> Server | None:
    """``CREATE EXTERNAL DATA SOURCE s WITH (LOCATION = 'h', DATABASE_NAME = 'd', …)`` of T-SQL; what lies in files is
    no server (https://learn.microsoft.com/sql/t-sql/statements/create-external-data-source-transact-sql )."""
    if place.before != ["EXTERNAL", "DATA"]:
        return None
    given = {
        place.tokens[at - 2].upper: token.text
        for at, token in enumerate(place.tokens)
        if token.kind == "text" and at > 1 and place.tokens[at - 1].text == "="
    }
    scheme, mark, host = given.get("LOCATION", "").rpartition("://")
    if not host or (mark and scheme.lower() not in _SPOKEN):
        return None
    return Server(place.name, re.split("[/:,]", host)[0], given.get("DATABASE_NAME", ""))


def _link(place: _Place) -> Server | None:
    """``CREATE DATABASE LINK l CONNECT TO u IDENTIFIED BY p USING 'h:1521/d'`` of Oracle; a TNS name is a host."""
    text = place.text("USING")
    if not text or place.before[-1:] != ["DATABASE"]:
        return None
    read = dsn.parse(Value.of("jdbc:oracle:thin:@" + text))
    return Server(place.name, str(read.host), str(read.database or "")) if read else None


def _subscription(place: _Place) -> Server | None:
    """``CREATE SUBSCRIPTION s CONNECTION 'host=h dbname=d' PUBLICATION p``."""
    text = place.text("CONNECTION")
    return Server(place.name, *server(text)) if text and place.before[-1:] == ["CREATE"] else None


def _attach(place: _Place) -> Server | None:
    """``ATTACH 'host=h dbname=d' AS s (TYPE postgres)`` of DuckDB; a file is no server."""
    text = place.text("ATTACH")
    if not ("=" in text or "://" in text) or "AS" not in place.words[:-1]:
        return None
    return Server(place.tokens[place.words.index("AS") + 1].text, *server(text), prefix=True)


def _linked(place: _Place) -> Server | None:
    """``EXEC sp_addlinkedserver @server = 's', @datasrc = 'h', @catalog = 'd'`` of T-SQL, or the same by position."""
    given: dict[str, str] = {}
    texts: list[str] = []
    for index, token in enumerate(place.tokens):
        if token.kind == "end":
            break
        if token.kind == "text":
            texts.append(token.text)
            if place.tokens[index - 1].text == "=":
                given[place.tokens[index - 2].text.lower()] = token.text
    if not texts:
        return None
    name = given.get("@server") or texts[0]
    host = given.get("@datasrc") or (texts[3] if len(texts) > 3 and not given else name)
    return Server(name, host, given.get("@catalog", ""))


def _connect(place: _Place) -> Server | None:
    """``dblink_connect('s', 'host=h dbname=d')``."""
    texts = [token.text for token in place.tokens[1:5] if token.kind == "text"]
    return Server(texts[0], *server(texts[1])) if len(texts) == 2 else None


_READERS: dict[str, Callable[[_Place], Server | None]] = {
    "SERVER": _server, "SCHEMA": _schema, "SOURCE": _source, "LINK": _link, "SUBSCRIPTION": _subscription,
    "ATTACH": _attach,
    "SP_ADDLINKEDSERVER": _linked, "DBLINK_CONNECT": _connect, "DBLINK_CONNECT_U": _connect,
}  # fmt: skip
