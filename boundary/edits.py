"""Changes of files, as parts that are replaced: what mends a finding, and a text with it done."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Replacement(msgspec.Struct, frozen=True, order=True):
    """A part of a file and the text that takes its place: from ``line`` and ``column`` up to, not including,
    ``end_line`` and ``end_column``, all from 1; the column is 1 after the last line end of a file."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Rewrite(msgspec.Struct, frozen=True):
    """How files can be changed so that a finding is gone. ``what`` says it in words; ``unsafe`` says what it may break
    for somebody whom nothing here shows, "" where it changes nothing that runs."""

    what: str
    edits: tuple[Replacement, ...]
    unsafe: str = ""


def applied(text: str, edits: Iterable[Replacement]) -> str:
    """A text with some of its parts replaced, which do not overlap."""
    starts = [0]
    for row in text.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    for edit in sorted(set(edits), reverse=True):
        first = starts[edit.line - 1] + edit.column - 1
        last = starts[edit.end_line - 1] + edit.end_column - 1
        text = text[:first] + edit.text + text[last:]
    return text


def overlap(one: Replacement, other: Replacement) -> bool:
    """Whether two replacements touch the same characters and are not the same."""
    if one.path != other.path or one == other:
        return False
    first, second = sorted((one, other))
    touching = (second.line, second.column) == (first.line, first.column)
    return touching or (second.line, second.column) < (first.end_line, first.end_column)
