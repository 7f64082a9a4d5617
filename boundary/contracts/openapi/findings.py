"""What a comparison has found so far: graded, and gathered at the cause.

A change in a component that forty operations reach is one change, at the component, that lists the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from boundary.contracts.gathering import Gathering, Where, place
from boundary.contracts.grading import Grade, table
from boundary.contracts.model import RANK, Change, Direction, Level, Reach

NONE: Mapping[str, str] = MappingProxyType({})

_RULES: Mapping[str, str] = MappingProxyType({"request": "BRK002", "response": "BRK003"})
"""The rule of a change in what is sent in a direction."""


class Spot(msgspec.Struct, frozen=True):
    """Where the comparison is: an operation, who sends what is compared, and the part of the operation in words.

    ``mild`` when the operation is no finished interface (``x-stability-level`` alpha or draft): nobody was promised
    anything, so nothing is worse than ``info``.
    """

    operation: str = ""
    direction: Direction = ""
    where: str = ""
    mild: bool = False

    def at(self, where: str, direction: Direction | None = None) -> Spot:
        """A part of this spot."""
        return msgspec.structs.replace(self, where=where, direction=self.direction if direction is None else direction)


class Findings(Gathering):
    """Changes by their cause; ``add`` each as it is met, ask for ``changes`` in the end."""

    def __init__(self) -> None:
        super().__init__()
        self._grades: Mapping[str, Grade] = table("openapi")

    def add(
        self,
        name: str,
        spot: Spot,
        old: Where,
        new: Where,
        *,
        grade: Grade | None = None,
        level: Level | None = None,
        subject: str = "",
        at: str = "",
        witness: Callable[[], Any] = lambda: msgspec.UNSET,
        keyword: str = "",
        move: str = "",
        words: Mapping[str, str] = NONE,
    ) -> None:
        """One change at a spot; ``grade`` is its row, by default that of its name. For a ``witness`` is only looked
        where the change is told for the first time and is worse than ``info``."""
        grade = grade or self._grades[name]
        level = level or grade.level_of(spot.direction)
        if spot.mild:
            level = "info"
        before, after = place(old), place(new)
        where = f"{spot.where} {at}".strip() if at not in ("", "$") else spot.where
        key = (name, spot.direction, before, after, subject, level)
        if not self.is_new(key, Reach(spot.operation, spot.direction, at)):
            return
        known = {"subject": subject, "where": where, "operation": spot.operation, **words}
        self.found[key] = Change(
            id=name,
            level=level,
            direction=spot.direction,
            operation=spot.operation,
            where=where,
            old=before,
            new=after,
            message=grade.message.format_map(known),
            witness=witness() if level != "info" else msgspec.UNSET,
            subject=subject,
            keyword=keyword,
            move=move,
            rule=(_RULES[spot.direction] if spot.direction in grade.by else grade.rule) if level != "info" else "",
            fix=grade.fix.format_map(known),
        )

    @property
    def worst(self) -> Level:
        """The worst level so far."""
        return min((change.level for change in self.found.values()), key=RANK.__getitem__, default="info")
