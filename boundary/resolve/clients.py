"""Command-line clients of stores: which store, tables and statements a command such as ``psql -h x -c "…"`` means.

The clients are rows of ``clients.toml``; their options are those of the programs' manuals.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from boundary.facts import TableUse
from boundary.model import Hole, Value

_LOCAL = Value.of("localhost")
_SERVE = frozenset(
    ("postgres", "mysqld", "mariadbd", "mongod", "mongos", "redis-server", "valkey-server", "clickhouse-server",
     "docker-entrypoint.sh", "mysqld_safe", "exec")
)  # fmt: skip
"""Words of commands that start a server."""

_ROLES = ("host", "port", "user", "database", "schema", "table", "statement", "script", "dsn")
_CONNECTION = re.compile(r"\w[\w+]*://|(.*\s)?(host|dbname|service)\s*=")


_WHOLE = re.compile(r"(?:^|_)(?:ur[il]|dsn|conn\w*|connection_?string)$", re.IGNORECASE)


class Client(msgspec.Struct, frozen=True):
    """A row of the table; see there."""

    engine: str
    mode: Literal["reads", "writes"] = "reads"
    host: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    database: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    statement: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    dsn: tuple[str, ...] = ()
    flags: str = ""
    positional: tuple[str, ...] = ()
    variables: dict[str, str] = {}


class Connection(msgspec.Struct, frozen=True):
    """What a client's command line means. ``dsn`` is a connection text in URL form, or as the command gives it;
    ``tables`` are those named by options, ``statements`` texts of SQL, ``scripts`` files of SQL as written."""

    engine: str
    mode: Literal["reads", "writes"]
    dsn: Value
    tables: tuple[TableUse, ...] = ()
    statements: tuple[Value, ...] = ()
    scripts: tuple[Value, ...] = ()


def connection(
    program: str, words: Sequence[Value], variables: Mapping[str, Value], fed: Value | None = None, host: str = ""
) -> Connection | None:
    """What a program called with these words connects to; None when it is no client that we know.

    ``variables`` are those set for the command, ``fed`` what it reads from its input, ``host`` the machine or container
    that it runs in, which is meant when it names none.
    """
    client = clients().get(program)
    if client is None:
        return None
    given = _given(client, words)
    for name, role in client.variables.items():
        if not given[role] and name in variables:
            given[role].append(variables[name])
        elif not given[role] and role == "host" and not host:
            given[role].append(Value((Hole("env", name, _LOCAL),)))
        elif not given[role] and role == "database":
            given[role].append(Value((Hole("env", name, next(iter(given["user"]), None)),)))
    given["statement"] += [one for one in given["table"] if " " in str(one).strip()]
    speaks_sql = client.statement or "statement" in client.positional
    statements = (*given["statement"], *((fed,) if fed is not None and speaks_sql else ()))
    schema = _text(given["schema"])
    return Connection(
        client.engine,
        client.mode,
        _dsn(client, given, host),
        tuple(_table(str(name), schema, client.mode) for name in given["table"] if name.text and " " not in name.text),
        statements,
        tuple(given["script"]),
    )


@cache
def clients() -> dict[str, Client]:
    """All rows by program."""
    written = tomllib.loads((files("boundary.resolve") / "clients.toml").read_text("utf-8"))
    names = ((name, row) for key, row in written.items() for name in key.strip("{}").split(","))
    return {name: msgspec.convert(row, Client) for name, row in names}


def runs_client(command: Sequence[str]) -> bool:
    """Whether a container's command is a client's rather than a server's, as that of a dump that runs the server's
    image; a check of health or a script beside the server says nothing."""
    words = [word.rpartition("/")[2] for one in command for word in re.split(r"[\s;|&()\"']+", one) if word]
    return any(word in clients() for word in words) and not any(word in _SERVE for word in words)


def _given(client: Client, words: Sequence[Value]) -> dict[str, list[Value]]:
    """The options and positional words by what they mean."""
    roles = {option: role for role in _ROLES for option in getattr(client, role)}
    found: dict[str, list[Value]] = defaultdict(list)
    positional = list(client.positional)
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        first = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
        if first.startswith("--"):
            name, equals, rest = first.partition("=")
            if equals and name in roles:
                found[roles[name]].append(Value.of(rest, *word.parts[1:]))
            elif name in roles and waiting:
                found[roles[name]].append(waiting.pop(0))
        elif first.startswith("-") and len(first) > 1:
            option, attached = first[:2], Value.of(first[2:].removeprefix("="), *word.parts[1:])
            if option[1] in client.flags:
                continue
            value = attached if attached.parts else waiting.pop(0) if waiting else Value()
            found[roles.get(option, "")].append(value)
        elif positional:
            role = positional[0]
            found[role.rstrip("*")].append(word)
            if not role.endswith("*"):
                positional.pop(0)
    return found


def _dsn(client: Client, given: Mapping[str, list[Value]], host: str) -> Value:
    """The store in URL form: ``postgres://user@host:port/database``."""
    whole = next(iter(given["dsn"] or given["database"]), None)
    if whole is not None and (_CONNECTION.match(str(whole)) or _holds_url(whole)):
        return whole
    if given["dsn"] and "/" in str(given["dsn"][0]):
        return Value.of(f"{client.engine}://", given["dsn"][0])
    database = given["database"][:1] or given["dsn"][:1]
    if client.engine == "sqlite":
        return Value.of("sqlite:///", *database)
    user = [part for value in given["user"][:1] for part in (value, "@")]
    port = [part for value in given["port"][:1] for part in (":", value)]
    where = given["host"][0] if given["host"] else Value.of(host) if host else _LOCAL
    if client.engine == "mssql" and where.text:  # ``tcp:host\instance,port``
        machine, _, number = where.text.removeprefix("tcp:").partition(",")
        where, port = Value.of(machine.partition("\\")[0]), [":", Value.of(number)] if number.isdecimal() else port
    path = [part for value in database for part in ("/", value)]
    return Value.of(f"{client.engine}://", *user, where, *port, *path)


def _holds_url(value: Value) -> bool:
    """Whether a text is a variable that is called after the whole address that it holds (``$DATABASE_URL``)."""
    only = value.parts[0] if len(value.parts) == 1 else ""
    return isinstance(only, Hole) and _WHOLE.search(only.name) is not None


def _table(written: str, schema: str, mode: Literal["reads", "writes"]) -> TableUse:
    *before, name = written.translate(str.maketrans("", "", '"[]')).split(".")
    return TableUse(name, mode, before[-1] if before else schema)


def _text(values: Sequence[Value]) -> str:
    return (values[0].text or "") if values else ""
