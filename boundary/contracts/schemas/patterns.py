"""Regular expressions, as schemas use them: one spelling for those that are spelled in several ways, and texts of them.

JSON Schema asks for ECMA-262 and for nothing beyond what all engines share (core 2020-12, section 6.4): classes of
characters, repetitions, groups, anchors. Patterns that come out alike here match the same texts; others may as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from boundary.contracts.schemas.languages import Answer, sought
from boundary.contracts.schemas.shape import Shape
from boundary.contracts.schemas.values import FORMATS

_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_MEMBER = re.compile(r"(\\.|[^\\])(?:-(\\.|[^\\]))?", re.DOTALL)
_SHORT = {r"\d": ("0-9",), r"\w": ("0-9", "A-Z", "_", "a-z")}
_REPEATED = {"{0,}": "*", "{1,}": "+", "{0,1}": "?", "{1}": "", "{1,1}": ""}
_PLAIN = frozenset("-/_ :;,@#%&=~!\"'<>`")


@lru_cache(maxsize=4096)
def canonical_pattern(pattern: str) -> str:
    """A pattern in the spelling that is used for comparing; equal ones match the same."""
    found: list[str] = []
    for token in _TOKEN.findall(pattern):
        if token.startswith("["):
            found.append(_class(token[1:-1]))
        elif token in _SHORT:
            found.append(f"[{''.join(_SHORT[token])}]")
        elif token.startswith("\\") and token[1:] in _PLAIN:
            found.append(token[1:])
        else:
            found.append(_repetition(token))
    text = "".join(found).replace("(?:", "(")
    return re.sub(r"^\^\.\*|(?<!\\)\.\*\$$", "", text) if "|" not in text else text


def _repetition(token: str) -> str:
    if token in _REPEATED:
        return _REPEATED[token]
    low, _, high = token[1:-1].partition(",")
    return f"{{{low}}}" if low and low == high else token


def _class(inside: str) -> str:
    """A class of characters with its members in order; one member alone is the character itself."""
    negated = inside.startswith("^")
    members: set[str] = set()
    for pair in _MEMBER.findall(inside.removeprefix("^")):
        first, last = (one[1:] if one[1:] in _PLAIN else one for one in pair)
        if last and last != first:
            members.add(f"{first}-{last}")
        else:
            members.update(_SHORT.get(first, (first,)))
    if len(members) == 1 and not negated and (only := next(iter(members))).isalnum():
        return only
    return f"[{'^' if negated else ''}{''.join(sorted(members, key=lambda one: (one != '-', one)))}]"


def look(shape: Shape) -> tuple[str, ...]:
    """Patterns that all texts of an alternative have, those of its formats among them."""
    return (*shape.patterns, *(f"^(?:{FORMATS[name]})$" for name in shape.formats if name in FORMATS))


def text_of(shape: Shape, without: str | None = None, *, least: int = 0, most: int | None = None) -> Answer:
    """A text that has the look of an alternative, and a pattern is not found in it; none is nowhere allowed."""
    low, high = shape.limits.get("minLength"), shape.limits.get("maxLength")
    least = max(least, int(low.value) if low is not None else 0)
    ends = [end for end in (most, int(high.value) if high is not None else None) if end is not None]
    return sought(look(shape), without, least, min(ends, default=None))
