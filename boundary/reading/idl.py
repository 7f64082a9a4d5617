"""Words of interface definition languages (Protocol Buffers, Thrift, GraphQL), with their places.

Their lexical elements are nearly the same: names, numbers, quoted texts, marks of one character, and comments. Sources:
Protocol Buffers "Language Specification (proto3)", lexical elements; Thrift "Interface Description"; GraphQL, October
2021, section 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LEXEMES = re.compile(
    r"""(?P<blank>[\s,]+)
    |(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<hash>\#[^\n]*)
    |(?P<text>\"\"\".*?(?:\"\"\"|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[\w.$-]+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)


class Word(NamedTuple):
    """A word as written, quotes of a text taken off, and where it starts; lines and columns count from 1."""

    text: str
    line: int
    column: int
    quoted: bool = False


def words(text: str, *, commas: bool = False) -> Iterator[Word]:
    """The words of a text in their order. ``commas`` keeps commas, which otherwise are blanks."""
    line, start = 1, 0
    for found in _LEXEMES.finditer(text):
        kind, written = found.lastgroup, found[0]
        column = found.start() - start + 1
        if kind == "text":
            yield Word(written.strip(written[0]), line, column, True)
        elif kind in ("word", "mark"):
            yield Word(written, line, column)
        elif kind == "blank" and commas:
            yield from (Word(",", line, column) for _ in range(written.count(",")))
        breaks = written.count("\n")
        if breaks:
            line += breaks
            start = found.start() + written.rindex("\n") + 1
