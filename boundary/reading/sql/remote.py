"""Tables of other servers: foreign tables and schemas, dblink, linked servers, federated engines, and who they are.

PostgreSQL: https://www.postgresql.org/docs/current/sql-createforeigntable.html and contrib's dblink; MySQL's FEDERATED
engine and CREATE SERVER; T-SQL's OPENQUERY and external tables; ClickHouse's table functions; DuckDB's scanners and
ATTACH; Redshift's CREATE EXTERNAL SCHEMA; Oracle's database links.
"""

from __future__ import annotations

import re

from msgspec import structs

from boundary.facts import TableUse
from boundary.model import Value
from boundary.reading import dsn
from boundary.reading.engines import of_port
from boundary.reading.sql.state import Found, State
from boundary.reading.sql.tokens import Token

UNKNOWN = "{?}"
"""The server when a program fills it in."""

WHOLE = "*"
"""Stands for all tables of a schema that is imported as a whole."""

_QUERIES = frozenset(
    ("DBLINK", "DBLINK_EXEC", "DBLINK_SEND_QUERY", "OPENQUERY", "POSTGRES_QUERY", "MYSQL_QUERY", "EXTERNAL_QUERY")
)
"""Functions of a server (or connection) and a statement for it."""

_SCANS = frozenset(("POSTGRESQL", "MYSQL", "REMOTE", "REMOTESECURE", "POSTGRES_SCAN", "MYSQL_SCAN"))
"""Functions and engines of a server, a database and a table."""

CALLS = _QUERIES | _SCANS

_LONGEST_CALL = 5000
_FEDERATED = re.compile(r"(\w[\w.-]*)/(\w+)")


def call(state: State, index: int, name: str) -> int:
    """The call whose bracket opens at an index; the index of the bracket that closes it, or the same when none does."""
    arguments, end = _arguments(state, index)
    if name in _QUERIES:
        _query(state, arguments, state.token(index).at)
    else:
        found = _scan(arguments, name)
        if found:
            state.found.append(Found(state.token(index).at, found))
    return end


def _arguments(state: State, index: int) -> tuple[list[str], int]:
    """The arguments as texts, what is no literal as a hole, and the index of the closing bracket."""
    found: list[list[Token]] = [[]]
    depth = 0
    for end in range(index, min(len(state.tokens), index + _LONGEST_CALL)):
        token = state.token(end)
        if token.text == ")" and token.kind == "mark":
            depth -= 1
            if not depth:
                return [_literal(argument) for argument in found if argument], end
            found[-1].append(token)
        elif depth == 1 and token.text == ",":
            found.append([])
        elif depth:
            found[-1].append(token)
        depth += token.text == "(" and token.kind == "mark"
    state.torn = True
    return [], index


def _literal(tokens: list[Token]) -> str:
    if all(token.kind in ("word", "name") or token.text == "." for token in tokens):
        return "".join(token.text for token in tokens)
    parts = [token.text if token.kind == "text" else UNKNOWN for token in tokens if token.kind != "mark"]
    return "".join(parts)


def _query(state: State, arguments: list[str], at: int) -> None:
    if not arguments:
        return
    *connection, statement = arguments if len(arguments) < 3 else arguments[:2]
    host, database = server(connection[0]) if connection else (UNKNOWN, "")
    for found in state.inner(statement):
        use = found.use
        if not use.remote:
            use = structs.replace(use, remote=host, database=use.database or database)
        state.found.append(Found(at, use))


def server(text: str) -> tuple[str, str]:
    """The host and database of a connection string; a name of a server or connection is given back as it is."""
    read = dsn.parse(Value.of(text)) if re.search(r"[=:/]", text) else None
    if read is None:
        return text or UNKNOWN, ""
    return at_port(str(read.host) or "localhost", str(read.port or "")), str(read.database or "")


def at_port(host: str, port: str) -> str:
    """A host, with its port where that is none of those that engines usually have: it may be another server there."""
    return f"{host}:{port}" if port.isdecimal() and not of_port(port) and ":" not in host else host


def _scan(arguments: list[str], name: str) -> TableUse | None:
    if len(arguments) < 2:
        return None
    host, database = server(arguments[0])
    if name.endswith("_SCAN"):  # DuckDB: connection, schema, table
        return TableUse(arguments[-1], "reads", arguments[1] if len(arguments) > 2 else "", database, host)
    if "." in arguments[1]:
        database, _, table = arguments[1].partition(".")
    else:
        database, table = arguments[1], arguments[2] if len(arguments) > 2 else ""
    return TableUse(table, "reads", "", database, host) if table and UNKNOWN not in table else None


# --- definitions ----------------------------------------------------------------------------------------------


def engine(state: State, index: int) -> int:
    """``ENGINE = MySQL('host:port', 'database', 'table', …)``: the table that is created is another server's."""
    at = index + 1 + (state.token(index + 1).text == "=")
    name = state.word(at)
    if state.created and name in _SCANS and state.token(at + 1).text == "(":
        arguments, end = _arguments(state, at + 1)
        found = _scan(arguments, name)
        if found:
            state.created.use = found
        return end
    return index + 1


def connection(state: State, index: int) -> int:
    """``CONNECTION='mysql://user@host/database/table'`` of a FEDERATED table, or ``'server/table'``."""
    at = index + 1 + (state.token(index + 1).text == "=")
    text = state.token(at).text if state.token(at).kind == "text" else ""
    named = _FEDERATED.fullmatch(text)
    if state.created and named:
        state.created.use = TableUse(named.group(2), "reads", remote=named.group(1))
    elif state.created and "://" in text:
        address, _, table = text.rpartition("/")
        host, database = server(address)
        state.created.use = TableUse(table, "reads", "", database, host)
    return at


def options(state: State, index: int) -> int:
    """``SERVER s OPTIONS (schema_name 'a', table_name 'b')`` of a foreign table."""
    if state.foreign is None or len(state.frames) > 1:
        return index + 1
    use = state.foreign.use
    if state.word(index) == "SERVER":
        state.foreign.use = structs.replace(use, remote=state.token(index + 1).text, schema="")
        return index + 2
    given = pairs(state.tokens, index + 1)
    table = given.get("table_name") or given.get("table") or use.table
    database = given.get("dbname") or given.get("database") or ""
    state.foreign.use = structs.replace(use, table=table, schema=given.get("schema_name", ""), database=database)
    return index + 1


def source(state: State, index: int) -> int:
    """``WITH (DATA_SOURCE = s, SCHEMA_NAME = 'a', OBJECT_NAME = 'b', …)`` of an external table of T-SQL; one that lies
    in files is no other server's."""
    at = index
    while at and state.token(at).text != "(":
        at -= 1
    given: dict[str, str] = {}
    while state.token(at).kind != "end" and state.token(at).text != ")":
        if state.token(at).text == "=":
            given[state.word(at - 1)] = state.token(at + 1).text
        at += 1
    if state.created and not given.keys() & {"FILE_FORMAT", "REJECT_TYPE"}:
        use = state.created.use
        *around, table = given.get("LOCATION", "").split(".")
        state.created.use = TableUse(
            given.get("OBJECT_NAME") or table or use.table,
            "reads",
            given.get("SCHEMA_NAME") or (around[-1] if around else use.schema),
            "",
            given.get("DATA_SOURCE", UNKNOWN),
        )
    return index + 1


def pairs(tokens: list[Token], index: int) -> dict[str, str]:
    """``(name 'value', name 'value')`` from an index on, names in lower case."""
    found: dict[str, str] = {}
    while index < len(tokens) and tokens[index].text != ")":
        if tokens[index].kind == "text" and tokens[index - 1].kind in ("word", "name"):
            found[tokens[index - 1].text.lower()] = tokens[index].text
        index += 1
    return found


def import_(state: State, index: int) -> int:
    """``IMPORT FOREIGN SCHEMA a [LIMIT TO (b, c)] FROM SERVER s INTO d``: reads b and c of s, or all of a."""
    if state.word(index + 1) != "FOREIGN" or state.word(index + 2) != "SCHEMA":
        state.frame.verb = "IMPORT" if index == state.begin else state.frame.verb
        return index + 1
    schema = state.path(index + 3)
    at = schema.next if schema else index + 3
    names: list[Token] = []
    if state.word(at) == "LIMIT":
        at += 3
        while state.token(at).kind in ("word", "name") or state.token(at).text == ",":
            names += [state.token(at)] if state.token(at).text != "," else []
            at += 1
    while state.word(at) != "SERVER":
        if state.token(at).kind == "end":
            return at
        at += 1
    remote = state.token(at + 1).text
    whose = schema.parts[-1] if schema else ""
    for name in names or [Token("name", WHOLE, "", state.token(index).at, 0)]:
        state.found.append(Found(name.at, TableUse(name.text, "reads", whose, "", remote)))
    return at + 2
