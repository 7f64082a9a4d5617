"""Whether two places say the same as written, and everything that they refer to as well: the cheap question first.

Dictionaries are compared by the interpreter, which takes no time worth mentioning even for whole documents, and the
references in what is equal are followed on both sides. Components that keep their names and their text are so settled
without being looked into.
"""

from __future__ import annotations

import re

import msgspec

from boundary.contracts.documents import Node

_REFERENCE = re.compile(rb'"\$ref":"((?:[^"\\]|\\.)*)"')
_ELSEWHERE = re.compile(rb'"\$(?:id|dynamicRef|recursiveRef)":')

_MOST = 20_000
"""Places that one question may lead to; beyond, the answer is no."""


class Sameness:
    """Answers for pairs of places, and remembers."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def same(self, old: Node, new: Node) -> bool:
        """Whether both say the same, references followed."""
        waiting = [(old, new)]
        seen: set[tuple[int, int]] = set()
        top = (id(old.value), id(new.value))
        while waiting:
            one, other = waiting.pop()
            key = (id(one.value), id(other.value))
            if key in seen:
                continue
            known = self._known.get(key) if isinstance(one.value, dict | list) else None
            if known:
                continue
            references = self._common(one, other) if known is None else None
            if references is None or len(seen) > _MOST:
                self._known[key] = self._known[top] = False
                return False
            seen.add(key)
            waiting += [(one.follow(reference), other.follow(reference)) for reference in references]
        self._known.update(dict.fromkeys(seen, True))
        return True

    def _common(self, one: Node, other: Node) -> tuple[str, ...] | None:
        """The references in what is written alike on both sides; None when it is not, or means more than it says."""
        if one.value != other.value:
            return None
        # The interpreter takes 1, 1.0 and true for one another.
        text = msgspec.json.encode(one.value, order="sorted")
        if text != msgspec.json.encode(other.value, order="sorted") or _ELSEWHERE.search(text):
            return None
        return tuple(dict.fromkeys(msgspec.json.decode(b'"' + found + b'"') for found in _REFERENCE.findall(text)))
