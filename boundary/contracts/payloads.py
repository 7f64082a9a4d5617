"""Changes of messages (AsyncAPI, JSON Schema, Avro), gathered at their causes.

A schema that several operations send is one place: what differs there is told once, with all of them. Names and levels
are rows of ``rules/contracts/messages.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.gathering import Gathering, Where, place
from boundary.contracts.grading import table
from boundary.contracts.model import Change, Direction, Level, Reach
from boundary.contracts.schemas import MISSING, Comparer, Reason

TABLE = "messages"

_NAMES: Mapping[tuple[str, str], str] = {
    ("property", "removed"): "message-property-removed",
    ("property", "became-write-only"): "message-property-removed",
    ("property", "added"): "message-property-added",
    ("required", "added"): "message-property-became-required",
    ("required", "removed"): "message-property-became-optional",
    ("nullable", "added"): "message-became-nullable",
    ("nullable", "removed"): "message-became-not-nullable",
    ("enum", "value-added"): "message-enum-value-added",
    ("const", "value-added"): "message-enum-value-added",
    ("enum", "value-removed"): "message-enum-value-removed",
    ("const", "value-removed"): "message-enum-value-removed",
}
_OWN = frozenset(("property", "required"))
"""Keywords whose subject is the part of the message that they are about."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Spot(msgspec.Struct, frozen=True):
    """Where the comparison is: the operation (empty for a schema alone), who sends, and the message in words. ``most``
    is the worst level that a change may have here."""

    operation: str
    direction: Direction
    where: str
    most: Level = "error"


class Changes(Gathering):
    """What was found so far."""

    def add(
        self,
        row: str,
        spot: Spot,
        old: Where,
        new: Where,
        *,
        at: str = "",
        subject: str = "",
        witness: Any = MISSING,
        keyword: str = "",
        move: str = "",
        values: Mapping[str, object] = _NOTHING,
        minor: bool = False,
    ) -> None:
        """One change at a spot; ``minor`` when it harms nobody there."""
        grade = table(TABLE)[row]
        before, after = place(old), place(new)
        level: Level = (
            "info" if minor else "warning" if spot.most == "warning" and grade.level == "error" else grade.level
        )
        key = (row, before, after, subject, spot.direction, level)
        if not self.is_new(key, Reach(spot.operation, spot.direction, at)):
            return
        where = f"{spot.where} {at}".strip()
        told = {"where": where, "subject": subject, "verb": _VERBS.get(spot.direction, ""), **values}
        self.found[key] = Change(
            id=row,
            level=level,
            direction=spot.direction,
            operation=spot.operation,
            where=where,
            old=before,
            new=after,
            message=grade.message.format_map(told),
            subject=subject,
            witness=msgspec.UNSET if witness is MISSING else witness,
            keyword=keyword or grade.keyword,
            move=move or grade.move,
            rule=grade.rule if level != "info" else "",
            fix=grade.fix,
        )

    def schemas(self, comparer: Comparer, spot: Spot, old: Node | None, new: Node | None) -> None:
        """The differences of two schemas at a spot."""
        for reason in comparer.differences(old, new, "request" if spot.direction == "request" else "response"):
            self._reason(reason, spot)

    def _reason(self, reason: Reason, spot: Spot) -> None:
        subject = reason.subject if isinstance(reason.subject, str) else _spelled(reason.subject)
        at = f"{reason.at}.{subject}" if reason.keyword in _OWN else reason.at
        row = _NAMES.get((reason.keyword, reason.move)) or _other(reason.keyword, reason.move)
        if row == "message-property-removed" and reason.detail == "optional":
            row = "message-optional-property-removed"
        self.add(
            row if reason.decided else "message-undecided",
            spot,
            reason.old,
            reason.new,
            at=at,
            subject=subject,
            witness=reason.witness,
            keyword=reason.keyword,
            move=reason.move,
            values={"keyword": reason.keyword, "move": reason.move.replace("-", " "), "detail": reason.detail},
        )


_VERBS = {"request": "sent", "response": "received"}


def _other(keyword: str, move: str) -> str:
    if keyword == "type":
        return "message-type-changed"
    if move == "branch-added":
        return "message-alternative-added"
    return "message-alternative-removed" if move == "branch-removed" else "message-constraint-changed"


def _spelled(value: Any) -> str:
    return msgspec.json.encode(value).decode()
