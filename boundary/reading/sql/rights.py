"""Who may use a schema, as SQL says: grants on schemas and on what is in them, and the schemas that a login looks in.

PostgreSQL's forms, and MySQL's, whose databases are schemas:
https://www.postgresql.org/docs/current/sql-grant.html , …/sql-alterdefaultprivileges.html , …/sql-alterrole.html and
https://dev.mysql.com/doc/refman/8.4/en/grant.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import SchemaRight

_GRANT = re.compile(
    r"(?:ALTER\s+DEFAULT\s+PRIVILEGES\s(?:(?!\bGRANT\b).){0,300}?\bIN\s+SCHEMA\s+(?P<default>[^\s,]{1,80}).{0,80}?\s)?"
    r"GRANT\s+(?P<what>[^;]{1,200}?)\s+ON\s+(?P<on>[^;]{1,300}?)\s+TO\s+(?P<to>[^;]{1,300})",
    re.IGNORECASE | re.DOTALL,
)
_PATH = re.compile(
    r"ALTER\s+(?:ROLE|USER)\s+(?P<to>[^\s;]{1,80})\s+(?:IN\s+DATABASE\s+\S{1,80}\s+)?SET\s+search_path\s*(?:=|TO)\s*"
    r"(?P<on>[^;]{1,300})",
    re.IGNORECASE,
)
_STARTS = re.compile(r"\s*(GRANT|ALTER\s+(DEFAULT\s+PRIVILEGES|ROLE|USER))\b", re.IGNORECASE)
_IN_SCHEMA = re.compile(r"(?:ALL\s+(?:TABLES|SEQUENCES|FUNCTIONS)\s+IN\s+)?SCHEMA\s+(.+)", re.IGNORECASE | re.DOTALL)
_ROLE = re.compile(r"(?:GROUP\s+|ROLE\s+)?[\"'`]?([\w$-]+)", re.IGNORECASE)
_TABLE = re.compile(r"(?:TABLE\s+)?[\"`]?(\w+)[\"`]?\.(?:[\"`]?\w+[\"`]?|\*)", re.IGNORECASE)
_LONGEST = 2_000
"""Characters of a statement that are looked at."""


def rights(statement: str) -> Iterator[SchemaRight]:
    """What one statement lets logins do in schemas, one for each schema and login; nothing for other statements."""
    text = statement[:_LONGEST]
    if not _STARTS.match(text):
        return
    told = _PATH.match(text.lstrip())
    if told:
        for schema in _names(told["on"]):
            yield SchemaRight(schema, _bare(told["to"]), "search_path")
        return
    found = _GRANT.match(text.lstrip())
    if found is None:
        return
    what = " ".join(found["what"].upper().split())
    schemas = [_bare(found["default"])] if found["default"] else list(_schemas(found["on"].strip()))
    for schema in dict.fromkeys(schemas):
        for role in _roles(found["to"]):
            yield SchemaRight(schema, role, what)


def _schemas(on: str) -> Iterator[str]:
    """The schemas that a grant is on, or on something in them."""
    whole = _IN_SCHEMA.fullmatch(on)
    if whole:
        yield from _names(whole[1])
        return
    for one in on.split(","):
        table = _TABLE.fullmatch(one.strip())
        if table:
            yield table[1]


def _roles(written: str) -> Iterator[str]:
    before = re.split(r"\bWITH\b|\bREQUIRE\b|\bGRANTED\b", written, maxsplit=1, flags=re.IGNORECASE)[0]
    yield from (found[1] for one in before.split(",") if (found := _ROLE.match(one.strip())))


def _names(written: str) -> list[str]:
    return [name for one in written.split(",") if (name := _bare(one)) and "$" not in name]


def _bare(name: str) -> str:
    return name.strip().strip("\"'`").strip()
