"""SQL files: migrations, schemas, queries, templates of them. One ``Statement`` for each that touches tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from boundary.facts import Fact, Server, Statement
from boundary.reading import sql
from boundary.reading.sql.rights import rights
from boundary.source import NotText, Source

FORMAT = "sql"

SHOWN = 200
"""Characters of a statement that are kept, to show it."""

LONGEST_LITERAL = 42
"""Characters of a text, quotes included, that is shown; longer ones are data."""

_SUFFIXES = re.compile(r"\.(?:sql|ddl|psql|pgsql|mysql|tsql|plsql)(?:\.(?:j2|jinja2?|tmpl|tpl|erb|template))?$", re.I)
_LITERAL = re.compile(r"'[^']*(?:'|$)")
_SECRET = re.compile(r"(?<=://)([^:@/\s']*):[^@\s']*@|\b(password|pwd)(\s*[= ]\s*)[^\s;']+", re.IGNORECASE)


def matches(path: str) -> bool:
    """Whether the path is a SQL file's, or a template's of one."""
    return _SUFFIXES.search(path) is not None


def extract(source: Source) -> Iterator[Fact]:
    """The statements that touch tables, and the other servers that are declared.

    Of a run of inserts into one table, as dumps have them, the first stands for all.
    """
    yield from read(_text(source))


def read(text: str, first: int = 1) -> Iterator[Fact]:
    """The statements of a text that begins in a line of its file."""
    before: tuple[object, ...] = ()
    for statement in sql.statements(text):
        line = statement.line + first
        for server in statement.servers:
            yield Server(name=server.name, host=server.host, database=server.database, line=line + server.line)
        for right in rights(text[statement.start : statement.end + 1]):
            yield replace(right, line=line)
        shown = _shown(text[statement.start : min(statement.end, statement.start + 4 * SHOWN)])
        alike = (*statement.uses, shown[:6].upper())
        if statement.uses and not (alike == before and alike[-1] == "INSERT"):
            yield Statement(uses=statement.uses, text=shown, line=line, end_line=statement.end_line + first)
        before = alike


def _text(source: Source) -> str:
    # SQL Server's tools save their scripts as UTF-16.
    if source.data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return source.text
    try:
        return source.data.decode("utf-16").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NotText("not the UTF-16 that its first bytes promise") from None


def _shown(text: str) -> str:
    """The beginning of a statement on one line, without long texts and passwords."""
    line = _LITERAL.sub(lambda found: "'…'" if len(found[0]) > LONGEST_LITERAL else found[0], " ".join(text.split()))
    line = _SECRET.sub(lambda found: f"{found[1] or ''}:…@" if found[2] is None else f"{found[2]}{found[3]}…", line)
    return line[:SHOWN]
