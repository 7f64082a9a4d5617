"""Places in texts that are only partly known: what stands for something else there, and is filled in."""

from __future__ import annotations

import re
from collections.abc import Callable

from boundary.model import Hole, Value


def put_in(value: Value, places: re.Pattern[str], put: Callable[[re.Match[str]], str | Hole | Value]) -> Value:
    """A value with what a pattern finds in its literals put otherwise; its holes stay."""
    parts: list[str | Hole | Value] = []
    for part in value.parts:
        if isinstance(part, Hole):
            parts.append(part)
            continue
        at = 0
        for found in places.finditer(part):
            parts += [part[at : found.start()], put(found)]
            at = found.end()
        parts.append(part[at:])
    return Value.of(*parts)
