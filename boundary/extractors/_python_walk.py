"""What the walk over a Python module carries along, and the two ways in which an expression becomes a fact.

``calls`` counts the calls in the expression that is being read, so that it is known at every place, without a second
look, whether a call would be lost when the expression is not followed.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from boundary.extractors._python_places import Places
from boundary.extractors._texts import UNKNOWN, is_small
from boundary.facts import Assign, Evaluate, Expr, Fact, Item, Listing, Look, Member, Return, Text

MOST_SHARES = 16
"""Targets of one statement that repeat the same value, unless it is short; the others are given something unknown."""

_LONGEST_NAME = 200


class Walk(ABC):
    """The facts so far, and where the walk is: ``scope``, ``in_class`` (directly in a class body), ``main`` (under the
    guard of a program), ``typing`` (seen by type checkers only), ``receivers`` (what receivers are called here)."""

    def __init__(self, text: str) -> None:
        self.facts: list[Fact] = []
        self.places = Places(text)
        self.calls = 0
        self.scope = ""
        self.in_class = False
        self.main = False
        self.typing = False
        self.receivers: dict[str, str] = {}

    @abstractmethod
    def expr(self, node: ast.expr) -> Expr:
        """An expression of the tree in neutral form."""

    def taken(self, node: ast.expr) -> Expr:
        """An expression that a fact will hold together with the calls in it."""
        before = self.calls
        value = self.expr(node)
        self.calls = before
        return value

    def evaluate(self, node: ast.expr) -> None:
        """An expression that stands for itself: a fact when it has a call in it, which no other fact holds."""
        before = self.calls
        value = self.expr(node)
        if self.calls > before and not isinstance(node, ast.NamedExpr):
            self.evaluated(value, node)
        elif isinstance(value, Member | Item):
            line, column = self.places.of(node)
            self.facts.append(Look(self.scope, value, line=line, column=column))
        self.calls = before

    def evaluated(self, value: Expr, node: ast.expr) -> None:
        """The fact that an expression is evaluated at the place of a node."""
        line, column = self.places.of(node)
        self.facts.append(Evaluate(self.scope, value, self.main, line=line, column=column))

    def unfollowed(self, nodes: Iterable[ast.expr]) -> Expr:
        """Expressions whose result is not followed: only the calls in them become facts."""
        stack = list(nodes)[::-1]
        while stack:
            node = stack.pop()
            match node:
                case ast.UnaryOp(operand=operand):
                    stack.append(operand)
                case ast.BoolOp(op=ast.And(), values=values):
                    stack += values[::-1]
                case ast.Compare(left=left, comparators=comparators):
                    stack += [left, *comparators][::-1]
                case ast.Name() | ast.Constant():
                    pass
                case _:
                    self.evaluate(node)
        return UNKNOWN

    def returned(self, value: Expr, node: ast.expr | ast.stmt) -> None:
        """The fact that the function gives back a value."""
        line, column = self.places.of(node)
        end = self.places.end(node) if isinstance(node, ast.stmt) else 0
        self.facts.append(Return(self.scope, value, line=line, column=column, end_line=end))

    def assign(self, target: ast.expr, value: Expr | None, node: ast.expr | ast.stmt, note: Expr | None = None) -> None:
        """The fact that a name, attribute or item is given a value, at the place of a node."""
        before = self.calls
        place = self.expr(target)
        line, column = self.places.of(node)
        if self.calls > before:
            self.evaluated(place, target)
            self.calls = before
        end = self.places.end(node) if isinstance(node, ast.stmt) else 0
        self.facts.append(Assign(self.scope, place, value, note, line=line, column=column, end_line=end))

    def bind(self, targets: list[ast.expr], value: Expr, node: ast.expr | ast.stmt) -> None:
        """The facts that targets, which may be tuples, are given a value."""
        shares = 0
        for target in targets:
            for leaf, part, shared in _unpacked(target, value, len(targets) > 1):
                shares += shared and not is_small(part)
                self.assign(leaf, UNKNOWN if shared and shares > MOST_SHARES else part, node)

    @contextmanager
    def inside(self, name: str, *, in_class: bool, receivers: dict[str, str]) -> Iterator[None]:
        """The walk is inside a function or class while this is open."""
        outer = self.scope, self.in_class, self.main, self.receivers
        name = name[:_LONGEST_NAME]
        self.scope = f"{self.scope}.{name}" if self.scope else name
        self.in_class, self.receivers = in_class, receivers
        self.main = self.main and in_class
        yield
        self.scope, self.in_class, self.main, self.receivers = outer


def _unpacked(target: ast.expr, value: Expr, shared: bool) -> Iterator[tuple[ast.expr, Expr, bool]]:
    """Each single target with its value, and whether others have it too."""
    if isinstance(target, ast.Starred):
        yield from _unpacked(target.value, value, shared)
    elif isinstance(target, ast.Tuple | ast.List):
        stars = [index for index, each in enumerate(target.elts) if isinstance(each, ast.Starred)]
        if isinstance(value, Listing) and len(value.items) == len(target.elts) and not stars:
            parts = value.items
        else:
            parts, shared = _items(value, len(target.elts), stars), True
        for each, part in zip(target.elts, parts, strict=True):
            yield from _unpacked(each, part, shared)
    else:
        yield target, value, shared


def _items(value: Expr, count: int, stars: list[int]) -> tuple[Expr, ...]:
    """The items of a value by index, from the end behind a starred one."""
    star = stars[0] if stars else count
    keys = [Text(str(index if index < star else index - count)) for index in range(count)]
    return tuple(Item(value, UNKNOWN if index == star else key) for index, key in enumerate(keys))
