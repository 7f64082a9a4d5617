"""What a difference of schemas is called: rows of ``rules/contracts/schemas.toml``, the first that fits.

Ids are those that users of oasdiff know where the meaning is the same. How bad a difference is does not depend on its
name but on the verdict: ``broken``, ``open`` (could not be decided), ``safe``, or ``compatible`` (only another type of
the same text).
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from boundary import rulebook
from boundary.contracts.grading import Grade
from boundary.contracts.model import Direction, Level
from boundary.reading import toml

SCHEMAS = "schemas"
"""The table of schemas, which has rows of its own form."""

INNER = {
    "request-body": "request-property",
    "response-body": "response-property",
    "request-parameter": "request-parameter-property",
    "response-header": "response-header-property",
}
"""What a part of a message is called when the whole is called by the key."""

_PLACES = frozenset((*INNER, *INNER.values()))
_KINDS = {"request": "BRK002", "response": "BRK003"}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Row(msgspec.Struct, frozen=True):
    """A row: the first whose conditions all hold gives the name.

    ``id`` is a template over ``{place}``; ``at`` are the places that it is for (empty: all), ``marks`` what must hold
    of the property (``!x``: must not), ``verdicts`` those that it is for, ``where`` the place of a parameter.
    ``level`` is for a broken difference, by direction where it is a table; ``safe`` for one that breaks nobody.
    """

    keyword: str
    move: str
    id: str
    message: str
    fix: str = ""
    at: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    where: str = ""
    level: Level | dict[str, Level] = "error"
    safe: Level = "info"

    def fits(self, place: str, marks: frozenset[str], verdict: str, where: str) -> bool:
        """Whether all conditions hold."""
        return (
            (not self.at or place in self.at)
            and all((mark[1:] not in marks) if mark[0] == "!" else (mark in marks) for mark in self.marks)
            and (not self.verdicts or verdict in self.verdicts)
            and (not self.where or where == self.where)
        )

    def level_of(self, verdict: str, direction: Direction) -> Level:
        """How bad the difference is."""
        if verdict in ("safe", "compatible"):
            return self.safe
        if verdict == "open":
            return "warning"
        return self.level if isinstance(self.level, str) else self.level.get(direction, "error")

    def grade(self, direction: Direction, more: str = "") -> Grade:
        """The row as every other table has it, ``more`` put behind what it says."""
        return Grade("error", self.message + more, self.fix, rule=_KINDS.get(direction, ""))


@cache
def _rows() -> dict[tuple[str, str], tuple[Row, ...]]:
    text = (rulebook.home() / "contracts" / f"{SCHEMAS}.toml").read_text("utf-8")
    rows = msgspec.convert(toml.values(text)["change"], list[Row])
    found: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in rows:
        found[row.keyword, row.move] = (*found.get((row.keyword, row.move), ()), row)
    return found


def is_name(name: str) -> bool:
    """Whether a difference of schemas may have this id."""
    place = next((place for place in sorted(_PLACES, reverse=True) if name.startswith(f"{place}-")), None)
    ids = {row.id for rows in _rows().values() for row in rows}
    return name in ids or (place is not None and f"{{place}}{name.removeprefix(place)}" in ids)


def name(
    keyword: str, move: str, place: str, inner: bool, marks: frozenset[str], verdict: str, where: str
) -> tuple[str, Row] | None:
    """The id of a difference and its row; None when nobody needs to be told and nothing is broken."""
    place = INNER[place] if inner else place
    for row in _rows().get((keyword, move), ()):
        if row.fits(place, marks, verdict, where):
            return row.id.format(place=place), row
    return None if verdict == "safe" else _unnamed(keyword, move, place, verdict)


def certain(
    keyword: str, move: str, place: str, inner: bool, marks: frozenset[str], verdict: str, where: str
) -> tuple[str, Row]:
    """As ``name``, for what must be told."""
    return name(keyword, move, place, inner, marks, verdict, where) or _unnamed(
        keyword, move, INNER[place] if inner else place, verdict
    )


def _unnamed(keyword: str, move: str, place: str, verdict: str) -> tuple[str, Row]:
    """A difference that no row is for."""
    said = _CAPITAL.sub("-", keyword).lower()
    message = f"{keyword} of {{what}}: {move.replace('-', ' ')} {{subject}}"
    message += ", and whether that breaks anybody could not be decided" if verdict == "open" else ""
    return f"{place}-{said}-{move}", Row(keyword, move, "", message)
