"""Patterns of ``match``: what they ask for, and the names that they bind (Python's reference, section 8.6.4)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from boundary.extractors._python_places import Places
from boundary.extractors._texts import UNKNOWN
from boundary.facts import Assign, Expr, Item, Look, Ref, Text


def captured(pattern: ast.pattern, value: Expr, scope: str, places: Places) -> Iterator[Assign | Look]:
    """The facts of a pattern that a value is matched with. Names hide those outside: they are the part that stands at a
    key, the whole, or something that is not followed."""
    if isinstance(pattern, ast.MatchMapping):
        for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
            part: Expr = UNKNOWN
            if value is not UNKNOWN and isinstance(key, ast.Constant) and isinstance(key.value, str):
                line, column = places.of(key)
                part = Item(value, Text(key.value, line=line))
                if not isinstance(inner, ast.MatchAs | ast.MatchMapping):
                    yield Look(scope, part, line=line, column=column)
            yield from captured(inner, part, scope, places)
        yield from _bound(pattern, pattern.rest, UNKNOWN, scope, places)
        return
    whole = value if isinstance(pattern, ast.MatchAs | ast.MatchOr) else UNKNOWN
    for below in ast.iter_child_nodes(pattern):
        if isinstance(below, ast.pattern):
            yield from captured(below, whole, scope, places)
    yield from _bound(pattern, getattr(pattern, "name", None), whole, scope, places)


def _bound(pattern: ast.pattern, name: str | None, value: Expr, scope: str, places: Places) -> Iterator[Assign]:
    if name:
        line, column = places.of(pattern)
        yield Assign(scope, Ref(name), value, line=line, column=column)
