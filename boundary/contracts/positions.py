"""Where a value stands in its file, looked up only when a place is shown.

A large document is decoded in tens of milliseconds, and noting a position for each of its values would take many
seconds: so a JSON text is searched along the pointer instead, what lies beside it being skipped by the decoder of the
standard library, and each container is searched once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from json import JSONDecoder

from boundary.reading import yaml

_SPACE = re.compile(r"[ \t\r\n,:]*")


class YamlPositions:
    """Lines of a document that was read as YAML, from its tree."""

    def __init__(self, tree: yaml.Node) -> None:
        self._tree = tree

    def line(self, pointer: tuple[str, ...]) -> int:
        """The line of the key that leads to a value, or of the item of a list."""
        node, line = self._tree, max(self._tree.line, 1)
        for step in pointer:
            if node.kind == "sequence":
                if not step.isdigit() or int(step) >= len(node.items):
                    break
                node = node.items[int(step)]
                line = node.line
                continue
            found = next(((key, value) for key, value in reversed(node.pairs) if key.text == step), None)
            if found is None:
                break
            line, node = found[0].line, found[1]
        return line


class JsonPositions:
    """Lines of a JSON text, found by walking along a pointer."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: list[int] | None = None
        self._scan = JSONDecoder(strict=False).raw_decode
        self._known: dict[tuple[str, ...], dict[str, tuple[int, int]]] = {}

    def line(self, pointer: tuple[str, ...]) -> int:
        """The line of the key that leads to a value, or of the item of a list."""
        shown = begin = self._past(0)
        for depth, step in enumerate(pointer):
            below = self._known.get(pointer[:depth])
            if below is None:
                below = self._known[pointer[:depth]] = self._members(begin)
            if step not in below:
                break
            shown, begin = below[step]
        if self._ends is None:
            self._ends = [match.start() for match in re.finditer("\n", self._text)]
        return bisect_left(self._ends, shown) + 1

    def _members(self, begin: int) -> dict[str, tuple[int, int]]:
        """For each key or index of the container that begins here: where it, and where its value begins."""
        found: dict[str, tuple[int, int]] = {}
        text = self._text
        opening = text[begin : begin + 1]
        if opening not in ("{", "["):
            return found
        at = self._past(begin + 1)
        while text[at : at + 1] not in ("", "}", "]"):
            shown, key = at, str(len(found))
            if opening == "{":
                key, at = self._scan(text, at)
                at = self._past(at)
            found[key] = (shown, at)
            at = self._past(self._scan(text, at)[1])
        return found

    def _past(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at
