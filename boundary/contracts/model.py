"""What a comparison of two contracts says: changes, each with its level, both places and a witness.

The fields are those of ``boundary contract --format json`` (schema ``boundary-contract/1``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

Level = Literal["error", "warning", "info"]
"""``error`` breaks a consumer that kept to the old contract; ``warning`` may break one, or could not be decided;
``info`` is compatible."""

Direction = Literal["request", "response", ""]
"""Who sends what changed: the consumer (``request``), the provider (``response``), both or nobody (empty)."""

RANK: dict[Level, int] = {"error": 0, "warning": 1, "info": 2}
"""The worst level first."""


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in a document: ``path`` is relative to the root that was given, lines count from 1, ``pointer`` is a JSON
    pointer (or a name, in formats that have none)."""

    path: str
    line: int = 1
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Consumer(msgspec.Struct, frozen=True, order=True):
    """Somebody whom a change hits: the service and the place in its code; ``certain`` when nothing else is possible."""

    service: str
    path: str
    line: int
    certain: bool


class Reach(msgspec.Struct, frozen=True, order=True):
    """An operation that a change reaches: in which direction, and at which place of its messages.

    ``at`` is a path on the wire: ``$`` for the whole body, ``$.items[].sku`` for a property (that was added, removed or
    changed itself), empty when the change is no matter of a body (a parameter, a status, security).
    """

    operation: str
    direction: Direction = ""
    at: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference of two contracts, at its cause.

    ``operation`` is the first of those that it reaches (``GET /orders/{id}``; empty for what concerns the whole
    document), ``where`` the part of it (``200 application/json $.total``), ``reaches`` all of them. ``old`` or ``new``
    is None where one side has nothing. ``witness`` is a value that was fine and no longer is; UNSET when none is cheap.
    ``subject`` is the name that the change is about (a property, an enum value, a parameter), ``keyword`` and ``move``
    say in neutral words what was done (``required`` ``added``), ``fix`` what its author can do, ``rule`` the code of
    the rule of the catalogue that the change falls under.
    """

    id: str
    level: Level
    direction: Direction = ""
    operation: str = ""
    where: str = ""
    old: Place | None = None
    new: Place | None = None
    message: str = ""
    witness: Any = msgspec.UNSET
    subject: str = ""
    keyword: str = ""
    move: str = ""
    rule: str = ""
    reaches: tuple[Reach, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    fix: str = ""

    def as_breaking(self) -> Change:
        """The same, where somebody is known whom it breaks."""
        return msgspec.structs.replace(self, level="error")

    @property
    def fingerprint(self) -> str:
        """What names this change in lists of accepted ones: free of lines, of wording and of levels."""
        old, new = (place and (place.path, place.pointer) for place in (self.old, self.new))
        parts = (self.id, self.direction, self.operation, self.where, self.subject, str(old), str(new))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


class Problem(msgspec.Struct, frozen=True, order=True):
    """What its specification does not allow in a document (CFG003 of the catalogue); ``side`` is ``old`` or ``new``."""

    side: str
    place: Place
    message: str


class Comparison(msgspec.Struct, frozen=True):
    """All changes between two contracts, sorted: the worst first, then by operation and place.

    ``problems`` is what is wrong with the documents themselves, which breaks nobody and makes what is said of them less
    certain.
    """

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, changes: Iterable[Change], problems: Iterable[Problem] = ()) -> Comparison:
        """The comparison that has these changes, each once."""
        told: dict[tuple[Any, ...], Change] = {}
        for change in changes:
            told.setdefault((change.id, change.operation, change.where, change.subject, change.old, change.new), change)
        return cls(tuple(sorted(told.values(), key=_order)), tuple(problems))

    @property
    def breaking(self) -> bool:
        """Whether some change breaks a consumer that kept to the old contract."""
        return any(change.level == "error" for change in self.changes)

    @property
    def summary(self) -> dict[Level, int]:
        """How many changes there are of each level."""
        return {level: sum(change.level == level for change in self.changes) for level in RANK}


def _order(change: Change) -> tuple[Any, ...]:
    place = change.new or change.old or Place("", 0)
    return RANK[change.level], place.path, change.operation, place.line, change.id, change.where, change.subject
