"""Parameters and annotations of Python: types keep their form, strings in them are read as the types that they name."""

from __future__ import annotations

import ast
from abc import ABC
from typing import Literal

from boundary.extractors._python_syntax import parse_annotation
from boundary.extractors._python_walk import Walk
from boundary.facts import Either, Expr, Item, Listing, Member, Parameter, Ref

_LONGEST = 1000
"""Characters of a string that is read as a type."""


class Signatures(Walk, ABC):
    """Reads what stands in the head of a function and behind the colon of a variable."""

    def annotation(self, node: ast.expr | None) -> Expr | None:
        """A type together with the calls in it (``Annotated[Session, Depends(session)]``)."""
        if node is None:
            return None
        before = self.calls
        found = self._type(node)
        self.calls = before
        return found

    def _type(self, node: ast.expr, *, quoted: bool = False) -> Expr:
        match node:
            case ast.Name():
                return self.expr(node)
            case ast.Constant(value=str(text)) if not quoted and len(text) <= _LONGEST:
                return self._quoted(node, text)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(node, quoted)
            case ast.Subscript(of, key):
                return self._generic(self.expr(of), key, quoted)
            case ast.List(items):
                return Listing(tuple(self._type(item, quoted=quoted) for item in items))
        return self.expr(node)

    def _quoted(self, node: ast.expr, text: str) -> Expr:
        parsed = parse_annotation(text)
        if parsed is None:
            return self.expr(node)
        pinned, self.places.pinned = self.places.pinned, self.places.of(node)
        found = self._type(parsed, quoted=True)
        self.places.pinned = pinned
        return found

    def _union(self, node: ast.expr, quoted: bool) -> Expr:
        """``A | B``."""
        options: list[ast.expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            options.append(node.right)
            node = node.left
        return Either(tuple(self._type(option, quoted=quoted) for option in (node, *reversed(options))))

    def _generic(self, head: Expr, key: ast.expr, quoted: bool) -> Expr:
        """``head[key]``; what stands in ``Literal`` and behind the first of ``Annotated`` is no type."""
        name = head.name if isinstance(head, Ref | Member) else ""
        if name == "Literal":
            return Item(head, self.expr(key))
        if not isinstance(key, ast.Tuple):
            return Item(head, self._type(key, quoted=quoted))
        types = 1 if name == "Annotated" else len(key.elts)
        items = [self._type(item, quoted=quoted) if i < types else self.expr(item) for i, item in enumerate(key.elts)]
        return Item(head, Listing(tuple(items)))

    def parameters(self, arguments: ast.arguments, skipped: int = 0) -> tuple[Parameter, ...]:
        """The parameters of a function in their order, without the first ``skipped``."""
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
        found = [self._parameter(arg, default) for arg, default in zip(plain, defaults, strict=True)][skipped:]
        if arguments.vararg:
            found.append(self._parameter(arguments.vararg, None, "rest"))
        found += [self._parameter(*pair) for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        if arguments.kwarg:
            found.append(self._parameter(arguments.kwarg, None, "named-rest"))
        return tuple(found)

    def _parameter(
        self, arg: ast.arg, default: ast.expr | None, kind: Literal["value", "rest", "named-rest"] = "value"
    ) -> Parameter:
        value = None if default is None else self.taken(default)
        return Parameter(arg.arg, value, self.annotation(arg.annotation), kind)

    def receivers_without(self, arguments: ast.arguments) -> dict[str, str]:
        """What receivers are still called inside a function that has parameters of its own."""
        if not self.receivers:
            return {}
        own = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        return {name: meant for name, meant in self.receivers.items() if name not in own}
