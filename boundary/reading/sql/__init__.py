"""SQL of any dialect: which tables a text touches and how, and which other servers it reaches.

A token scanner of our own: it keeps what a program fills in as holes, reads what no grammar accepts, never fails, and
takes time in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from boundary.facts import TableUse
from boundary.reading.sql.looks import looks_like_sql
from boundary.reading.sql.scan import Scan
from boundary.reading.sql.servers import Server, declared
from boundary.reading.sql.split import statements as split

__all__ = ["Server", "Statement", "looks_like_sql", "servers", "statements", "uses"]


class Statement(msgspec.Struct, frozen=True):
    """A statement, or a block with BEGIN and END, of a text. ``start`` and ``end`` are offsets, ``line`` and
    ``end_line`` count from 0; the lines of ``uses`` and ``servers`` count from the statement's own."""

    start: int
    end: int
    line: int
    end_line: int
    uses: tuple[TableUse, ...]
    servers: tuple[Server, ...] = ()


def statements(text: str) -> list[Statement]:
    """All statements of a text, in order; a temporary table is none behind the statement that makes it."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    temporary: set[str] = set()
    prefixes: set[str] = set()
    found: list[Statement] = []
    for tokens in split(text):
        start, end = tokens[0].at, tokens[-1].end
        line = bisect_right(breaks, start - 1)

        def below(at: int, line: int = line) -> int:
            return max(bisect_right(breaks, at - 1) - line, 0)

        others = tuple(replace(server, line=below(at)) for at, server in declared(tokens))
        prefixes.update(server.name for server in others if server.prefix)
        used = [replace(_placed(one.use, prefixes), line=below(one.at)) for one in Scan(tokens, temporary).run()]
        found.append(Statement(start, end, line, bisect_right(breaks, end - 1), _once(used), others))
    return found


def _placed(use: TableUse, prefixes: set[str]) -> TableUse:
    """A use whose first qualifier is a server that the text has declared."""
    if use.database in prefixes:
        return replace(use, remote=use.database, database="")
    return replace(use, remote=use.schema, schema="") if use.schema in prefixes and not use.database else use


def _once(uses: Iterable[TableUse]) -> tuple[TableUse, ...]:
    found: dict[TableUse, TableUse] = {}
    for use in uses:
        found.setdefault(replace(use, line=0), use)
    return tuple(found.values())


def uses(text: str) -> tuple[TableUse, ...]:
    """The tables that a text touches, each once for a mode, in the order of the text.

    Names defined by the text itself (common table expressions, aliases, temporary tables), system catalogues and names
    that are holes are left out.
    """
    return _once(
        replace(use, line=statement.line + use.line) for statement in statements(text) for use in statement.uses
    )


def servers(text: str) -> tuple[Server, ...]:
    """The other servers that a text declares (``CREATE SERVER``, database links, linked servers, subscriptions …)."""
    return tuple(
        replace(server, line=statement.line + server.line)
        for statement in statements(text)
        for server in statement.servers
    )
