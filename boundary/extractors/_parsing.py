"""Parsing by a tree-sitter grammar that comes to an end whatever the input.

The parser recovers from errors by trying alternatives, and some input makes it try for ever: a few hundred bytes are
enough (https://github.com/tree-sitter/py-tree-sitter/issues/341). It reports its progress every hundred steps or so;
ordinary files of all our grammars take at most one report for each seventy bytes. Work is counted and not time, so that
the same file is read alike on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.extract import UnreadableSource

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Point

_SMALL = 1_000
"""Reports that any file may take; about 0.3 seconds at worst."""
_BYTES = 25
"""One more report for each so many bytes."""
_CHUNK = 1 << 16


def parsed(grammar: Language, data: bytes) -> Node:
    """The root of the tree of some source text.

    Raises:
        UnreadableSource: the parser does not come to an end with it in a reasonable number of steps.
    """
    from tree_sitter import Parser

    left = _SMALL + len(data) // _BYTES

    def piece(offset: int, _: Point) -> bytes:
        return data[offset : offset + _CHUNK]

    def enough(_: int, __: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        return Parser(grammar).parse(piece, progress_callback=enough).root_node
    except ValueError:
        raise UnreadableSource("syntax", "its errors are too many to find out what is meant") from None
