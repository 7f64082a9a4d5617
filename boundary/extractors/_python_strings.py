"""Python texts: f-strings, ``+``, ``%``, ``/`` of paths, ``format`` and ``join``, with their places filled."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from boundary.extractors._python_signatures import Signatures
from boundary.extractors._texts import (
    UNKNOWN,
    Given,
    between,
    braces,
    is_format,
    join,
    percent,
    percent_places,
    pieces,
)
from boundary.facts import Apply, Expr, Member, Ref, Text, Unknown


class Strings(Signatures, ABC):
    """Reads expressions that put texts together."""

    @abstractmethod
    def arguments(self, nodes: list[ast.expr]) -> tuple[Expr, ...]:
        """The positional arguments of a call."""

    def binary(self, node: ast.expr) -> Expr:
        """A chain of operators: texts and paths are put together, templates filled, the rest is arithmetic."""
        chain: list[ast.BinOp] = []
        while isinstance(node, ast.BinOp):
            chain.append(node)
            node = node.left
        before = self.calls
        parts, number = [self.expr(node)], is_number(node)
        for link in reversed(chain):
            text = not number and not is_number(link.right)
            formats = isinstance(link.op, ast.Mod) and not number
            whole = _whole(parts) if formats else UNKNOWN
            if _is_template(whole, "%"):
                parts = [self._percent(whole, link.right)]
            elif link is chain[-1] and _is_formatting(whole, link.right):
                parts = [self._format_call(whole, link)]
            elif isinstance(link.op, ast.Add | ast.Div) and text:
                parts += [Text("/", self.places.line(link.right))] if isinstance(link.op, ast.Div) else []
                parts.append(self.expr(link.right))
            else:
                if self.calls > before:
                    self.evaluated(_whole(parts), link)
                    self.calls = before
                self.unfollowed([link.right])
                parts, number = [UNKNOWN], False
        return _whole(parts)

    def joined(self, node: Any) -> Expr:
        """An f-string; format specifications only matter for the calls in them."""
        parts: list[Expr] = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                parts.append(Text(clean(str(value.value)), self.places.line(node)))
            else:
                parts.append(self.expr(value.value))
                if value.format_spec:
                    self.unfollowed(value.format_spec.values)
        return join(parts)

    def text_method(self, text: Expr, name: str, node: ast.Call) -> Expr | None:
        """``format`` and ``join`` on a literal; None for what has to stay a call."""
        if name == "join" and len(node.args) == 1 and isinstance(node.args[0], ast.List | ast.Tuple):
            items = node.args[0].elts
            if isinstance(text, Text) and not any(isinstance(item, ast.Starred) for item in items):
                return join(between(text, [self.expr(item) for item in items]))
        if name != "format" or not _is_template(text, "{") or not is_format(text):
            return None
        starred = [arg for arg in node.args if isinstance(arg, ast.Starred)]
        if starred not in ([], node.args[-1:]) or sum(word.arg is None for word in node.keywords) > 1:
            return None
        nodes = _positions(node.args[:-1] if starred else node.args)
        if starred:
            nodes["*"] = starred[0].value
        for word in node.keywords:
            nodes[word.arg or "**"] = word.value
        return self._filled(braces, text, nodes)

    def _percent(self, template: Expr, right: ast.expr) -> Expr:
        """``template % right``."""
        places, names = percent_places(template)
        starred = isinstance(right, ast.Tuple) and any(isinstance(item, ast.Starred) for item in right.elts)
        if isinstance(right, ast.Tuple) and not starred:
            nodes = _positions(right.elts)
        elif isinstance(right, ast.Dict) and (named := _by_text(right)):
            nodes = named
        elif names:
            nodes = {"**": right}
        else:
            nodes = {"0" if places == 1 and not starred else "*": right}
        return self._filled(percent, template, nodes)

    def _filled(
        self, fill: Callable[[Expr, Given], Iterator[Expr]], template: Expr, nodes: dict[str, ast.expr]
    ) -> Expr:
        """A template with its places filled; a call that fills none stands for itself."""
        exprs: dict[str, Expr] = {}
        costs: dict[str, int] = {}
        for key, node in nodes.items():
            before = self.calls
            exprs[key] = self.expr(node)
            costs[key] = self.calls - before
        given = Given(exprs)
        whole = join(fill(template, given))
        for key, node in nodes.items():
            if costs[key] and key not in given.used:
                self.evaluated(exprs[key], node)
                self.calls -= costs[key]
        return whole

    def _format_call(self, template: Expr, node: ast.BinOp) -> Expr:
        """``TEMPLATE % values`` with a template that is defined elsewhere: the same as ``TEMPLATE.format(…)``."""
        line, column = self.places.of(node)
        self.calls += 1
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return Apply(Member(template, "format"), self.arguments(values), (), line, column)


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a number as written."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)


def clean(text: str) -> str:
    """A text without the halves of characters that escapes can write and no encoding can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _whole(parts: list[Expr]) -> Expr:
    return join(parts) if len(parts) > 1 else parts[0]


def _positions(nodes: Iterable[ast.expr]) -> dict[str, ast.expr]:
    return {str(index): node for index, node in enumerate(nodes)}


def _by_text(node: ast.Dict) -> dict[str, ast.expr]:
    """The values of a dictionary whose keys are different literals, else nothing."""
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    texts = [key for key in keys if isinstance(key, str)]
    return dict(zip(texts, node.values, strict=True)) if len(set(texts)) == len(node.values) else {}


def _is_template(expr: Expr, mark: str) -> bool:
    """Whether a text has places to fill, as far as it is written here."""
    return isinstance(expr, Text) or any(isinstance(piece, Text) and mark in piece.text for piece in pieces(expr))


def _is_formatting(left: Expr, right: ast.expr) -> bool:
    """Whether ``left % right`` is no arithmetic: the right side says so, or a constant's name on the left."""
    named = isinstance(left, Ref | Member) and left.name.isupper() and not is_number(right)
    return named or (not isinstance(left, Unknown) and isinstance(right, ast.Tuple | ast.Dict))
