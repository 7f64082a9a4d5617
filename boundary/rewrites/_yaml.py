"""YAML changed in place: entries and items are taken out or put in, and every other character stays.

Places come from PyYAML's composer (https://yaml.org/spec/1.1/), which counts lines and columns from 0; what is taken
out takes its line and the comments right above it along, as they speak of it. Whatever is laid out in a way that is
not one of the usual ones gives None.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from boundary.edits import Replacement

LARGEST = 4_000_000
"""Characters of a text that is changed; a larger one is written by a program."""


class Step(msgspec.Struct, frozen=True):
    """A node on the way to a place: the ``index``-th of its ``parent``, below the ``key`` (None for an item)."""

    parent: Any
    index: int
    key: Any
    node: Any

    @property
    def name(self) -> str:
        """The key as written, "" for an item."""
        return str(self.key.value) if self.key is not None else ""

    @property
    def begin(self) -> Any:
        """The mark where it begins, with its key."""
        return (self.key or self.node).start_mark


_Way = tuple[Step, ...]


def way(text: str, line: int, column: int) -> tuple[Step, ...]:
    """The steps from the top of a document to the last node whose key or value begins at a place (from 1); none where
    the text is no YAML or nothing begins there. Column 1 stands for a whole line: then it is the first that begins
    there."""
    lines, places = _index(text)
    return lines.get(line - 1, ()) if column == 1 else places.get((line - 1, column - 1), ())


@lru_cache(maxsize=2)
def _index(text: str) -> tuple[dict[int, _Way], dict[tuple[int, int], _Way]]:
    """The way to the first node of each line, and to the last node of each place. Findings come file by file, and each
    asks for one place."""
    lines: dict[int, _Way] = {}
    places: dict[tuple[int, int], _Way] = {}
    for root in _roots(text):
        firsts: dict[int, _Way] = {}
        lasts: dict[tuple[int, int], _Way] = {}
        for here in _ways(root):
            begin = here[-1].begin
            known = firsts.get(begin.line)
            if known is None or (begin.column, len(here)) < (known[-1].begin.column, len(known)):
                firsts[begin.line] = here
            for part in (here[-1].key, here[-1].node):
                place = (part.start_mark.line, part.start_mark.column) if part is not None else None
                if place is not None and len(here) > len(lasts.get(place, ())):
                    lasts[place] = here
        lines |= firsts
        places |= lasts
    return lines, places


def _roots(text: str) -> list[Any]:
    import yaml

    if len(text) > LARGEST:
        return []
    try:
        return [root for root in yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if root]
    except (yaml.YAMLError, RecursionError, ValueError):
        return []


def _ways(root: Any) -> Iterator[tuple[Step, ...]]:
    """The ways to all nodes; aliases are entered once."""
    seen: set[int] = set()
    open_: list[tuple[Any, tuple[Step, ...]]] = [(root, ())]
    while open_:
        node, before = open_.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for step in steps(node):
            yield (*before, step)
            open_.append((step.node, (*before, step)))


def steps(node: Any) -> Iterator[Step]:
    """What is right below a node."""
    if node.id == "mapping":
        yield from (Step(node, index, key, value) for index, (key, value) in enumerate(node.value))
    elif node.id == "sequence":
        yield from (Step(node, index, None, item) for index, item in enumerate(node.value))


def child(node: Any, name: str) -> Step | None:
    """What is below a key of a mapping."""
    return next((step for step in steps(node) if step.name == name and step.key is not None), None)


def without(path: str, text: str, step: Step) -> Replacement | None:
    """Takes an entry or an item out of what it is in, which has others."""
    if len(step.parent.value) < 2:
        return None
    return _without_flowing(path, step) if step.parent.flow_style else _without_rows(path, text, step)


def emptied(path: str, step: Step) -> Replacement:
    """Leaves the empty list where a list was, whose only item goes."""
    if step.node.flow_style:
        first, (line, column) = step.node.start_mark, _end(step.node)
        return Replacement(path, first.line + 1, first.column + 1, line + 1, column + 1, "[]")
    first, (line, column) = step.key.end_mark, _end(step.node)
    return Replacement(path, first.line + 1, first.column + 1, line + 1, column + 1, ": []")


def _without_flowing(path: str, step: Step) -> Replacement | None:
    around = list(steps(step.parent))
    begin = step.begin.line, step.begin.column
    end = _end(step.node)
    if step.index + 1 < len(around):
        following = around[step.index + 1].begin
        end = following.line, following.column
    else:
        begin = _end(around[step.index - 1].node)
    if begin[0] != end[0]:
        return None  # comments may stand between the lines
    return Replacement(path, begin[0] + 1, begin[1] + 1, end[0] + 1, end[1] + 1, "")


def _without_rows(path: str, text: str, step: Step) -> Replacement | None:
    rows = text.split("\n")
    first, column = step.begin.line, step.begin.column
    last, behind = _end(step.node)
    before = rows[first][:column].strip()
    rest = rows[last][behind:].strip()
    if before != ("" if step.key is not None else "-") or (rest and not rest.startswith("#")):
        return None
    indent = len(rows[first]) - len(rows[first].lstrip())
    while first and rows[first - 1].strip().startswith("#") and _indent(rows[first - 1]) == indent:
        first -= 1
    if last + 1 == len(rows):
        return None  # the last row has no line end that could go
    return Replacement(path, first + 1, 1, last + 2, 1, "")


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _end(node: Any) -> tuple[int, int]:
    """Where the last character of a node ends: a block's own mark lies behind the comments that follow it."""
    if node.id == "scalar" or node.flow_style or not node.value:
        mark = node.end_mark
        return mark.line, mark.column
    last = node.value[-1]
    return _end(last[1] if node.id == "mapping" else last)
