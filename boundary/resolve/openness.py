"""How much of a value is not known. Passwords are known nowhere, and what is told apart by them is the same."""

from __future__ import annotations

import re

from boundary.model import Hole, Value

_KEPT = re.compile(r"(pass(word)?|pwd|key|secret|token)\"?\s*=\s*[\"']?$|://[^/@\s]*:$", re.IGNORECASE)


def openness(value: Value) -> int:
    """The holes of a value, without those in place of passwords."""
    before = ("", *value.parts)
    return sum(
        isinstance(part, Hole) and not (isinstance(text, str) and _KEPT.search(text))
        for text, part in zip(before, value.parts, strict=False)
    )
