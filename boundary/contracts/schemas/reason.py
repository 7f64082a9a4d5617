"""Why one schema does not lie within another."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Literal

import msgspec

from boundary.contracts.model import Place

Direction = Literal["request", "response"]
"""Who sends the value: the consumer of the interface, or its provider."""


class Missing(msgspec.Struct, frozen=True):
    """There is no such value; null is one."""


MISSING: Final = Missing()
"""What ``Reason.witness`` is when no value is at hand."""


class Reason:
    """One way in which the new schema refuses what the old one allowed (request), or allows what it refused (response).

    ``keyword`` is that of JSON Schema, or ``property``, ``required``, ``nullable``, ``schema``; ``move`` is what was
    done from old to new: ``added``, ``removed``, ``raised``, ``lowered``, ``changed``, ``value-added``,
    ``branch-removed`` …; ``subject`` the property, value or branch that it concerns. ``at`` is the path on the wire
    (``$.a[].b``), for a property that of the object that has it. ``old`` and ``new`` are where the keyword stands, or
    the schema that lacks it. A reason that is not ``decided`` says that we cannot tell; ``detail`` says more in words.
    One that is ``misplaced`` is about a keyword that says nothing of the schema's type: one of the two is a mistake.
    One that is ``hollow`` breaks a promise that nobody can have kept: the old schema of a response allows nothing.
    """

    def __init__(
        self, keyword: str, move: str, at: str, old: Place, new: Place, subject: Any, decided: bool, detail: str,
        seek: Callable[[], Any], *, misplaced: bool = False, hollow: bool = False,
    ) -> None:  # fmt: skip
        self.keyword = keyword
        self.move = move
        self.at = at
        self.old = old
        self.new = new
        self.subject = subject
        self.decided = decided
        self.detail = detail
        self.misplaced = misplaced
        self.hollow = hollow
        self._seek = seek

    @cached_property
    def witness(self) -> Any:
        """A value for the whole message that one side allows and the other refuses, looked for when it is asked for;
        ``MISSING`` when none is easily made."""
        return self._seek()

    def __repr__(self) -> str:
        return f"Reason({self.at} {self.keyword} {self.move} {self.subject})"
