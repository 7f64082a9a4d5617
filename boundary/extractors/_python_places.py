"""Where a node of a Python syntax tree stands, in lines and columns as people count them."""

from __future__ import annotations

import ast
from bisect import bisect_right


class Places:
    """Lines and columns from 1, columns in characters (the tree counts bytes of UTF-8).

    While ``pinned`` is set, everything stands there: inside an annotation that is written as a string.
    """

    def __init__(self, text: str) -> None:
        self.pinned: tuple[int, int] | None = None
        self._lines = None if text.isascii() else text.split("\n")
        self._starts: dict[int, list[int]] = {}

    def of(self, node: ast.expr | ast.stmt | ast.alias | ast.pattern) -> tuple[int, int]:
        """Line and column where a node starts."""
        if self.pinned:
            return self.pinned
        return node.lineno, self._column(node.lineno, node.col_offset)

    def line(self, node: ast.expr) -> int:
        """The line where an expression starts."""
        return self.pinned[0] if self.pinned else node.lineno

    def end(self, node: ast.stmt) -> int:
        """The last line of a statement of several lines, 0 for one line."""
        end = node.end_lineno or 0
        return end if end > node.lineno else 0

    def name(self, node: ast.Attribute) -> tuple[int, int]:
        """Line and column of an attribute's name; of its dot's left side where the name cannot be told."""
        line, end = node.end_lineno, node.end_col_offset
        if self.pinned or line is None or end is None:
            return self.of(node)
        return line, self._column(line, end) - len(node.attr)

    def _column(self, line: int, offset: int) -> int:
        if self._lines is None or line > len(self._lines) or self._lines[line - 1].isascii():
            return offset + 1
        if line not in self._starts:
            data = self._lines[line - 1].encode()
            self._starts[line] = [index for index, byte in enumerate(data) if byte & 0xC0 != 0x80]
        return bisect_right(self._starts[line], offset - 1) + 1
