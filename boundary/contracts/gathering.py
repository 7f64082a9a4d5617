"""Changes gathered at their causes: what several operations reach is told once, with all of them."""

from __future__ import annotations

from typing import Any

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.model import Change, Place, Reach

Where = Node | Place | None


class Gathering:
    """What a comparison has found so far."""

    def __init__(self) -> None:
        self.found: dict[tuple[Any, ...], Change] = {}
        """By what makes a change another one; the caller decides what that is."""
        self._reaches: dict[tuple[Any, ...], dict[Reach, None]] = {}

    def is_new(self, key: tuple[Any, ...], reach: Reach) -> bool:
        """Whether a change is met for the first time; where it is met is noted in any case."""
        self._reaches.setdefault(key, {})[reach] = None
        return key not in self.found

    def changes(self) -> list[Change]:
        """All changes, each with the operations that it reaches."""
        return [
            msgspec.structs.replace(change, reaches=tuple(one for one in self._reaches[key] if one.operation))
            for key, change in self.found.items()
        ]


def place(where: Where) -> Place | None:
    """Where something stands, for people."""
    return where.place() if isinstance(where, Node) else where
