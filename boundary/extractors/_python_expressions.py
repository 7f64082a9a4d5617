"""Python expressions in the neutral form of ``boundary.facts``.

Long chains (``a.b().c()``, ``a + b + c``, ``x if y else …``) are read in loops, so that only real nesting, which the
parser limits, takes stack.
"""

from __future__ import annotations

import ast
from abc import ABC
from collections.abc import Callable
from typing import Any

from boundary.extractors._python_strings import Strings, clean, is_number
from boundary.extractors._texts import UNKNOWN, is_small
from boundary.facts import Apply, Either, Expr, Function, Item, Join, Listing, Member, Record, Ref, Text

LONGEST_CHAIN = 300
"""Links of ``a.b().c[0]``, with those of the chains around it: more is no code that a person wrote, and an expression
too deep for those who read the facts."""

_LARGEST_NUMBER = 256
"""Bits of an integer that is kept as text."""


class Expressions(Strings, ABC):
    """Reads expressions; calls in those that the neutral form has no word for become facts of their own."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._naming = False
        self._links = 0

    def expr(self, node: ast.expr) -> Expr:
        return _READERS.get(type(node), Expressions._other)(self, node)

    def _other(self, node: ast.expr) -> Expr:
        return self.unfollowed(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))

    # --- names and literals ---------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if isinstance(value, str):
            return Text(clean(value), self.places.line(node))
        if isinstance(value, bytes):
            return Text(value.decode(), self.places.line(node)) if value.isascii() else UNKNOWN
        if value is None or value is ... or (isinstance(value, int) and value.bit_length() > _LARGEST_NUMBER):
            return UNKNOWN
        return Text(str(value), self.places.line(node))

    def _name(self, node: ast.Name) -> Expr:
        return Ref(self.receivers.get(node.id, node.id))

    def _listing(self, node: ast.List | ast.Tuple | ast.Set) -> Expr:
        return Listing(tuple([self.expr(item) for item in node.elts]))

    def _dict(self, node: ast.Dict) -> Expr:
        pairs = zip(node.keys, node.values, strict=True)
        return Record(tuple([(UNKNOWN if key is None else self.expr(key), self.expr(value)) for key, value in pairs]))

    def _transparent(self, node: ast.Await | ast.Starred | ast.YieldFrom) -> Expr:
        return self.expr(node.value)

    # --- operators ------------------------------------------------------------------------------------------

    def _unary(self, node: ast.UnaryOp) -> Expr:
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant) and is_number(node.operand):
            value = self._constant(node.operand)
            return Text(f"-{value.text}", value.line) if isinstance(value, Text) else value
        return self.unfollowed([node])

    def _compare(self, node: ast.Compare) -> Expr:
        return self.unfollowed([node])

    def _bool(self, node: ast.BoolOp) -> Expr:
        if isinstance(node.op, ast.And):
            return self.unfollowed([node])
        return Either(tuple([self.expr(value) for value in node.values]))

    def _conditional(self, node: ast.expr) -> Expr:
        """``a if x else b if y else c`` is one of a, b and c."""
        options: list[Expr] = []
        while isinstance(node, ast.IfExp):
            self.unfollowed([node.test])
            options.append(self.expr(node.body))
            node = node.orelse
        return Either((*options, self.expr(node)))

    # --- calls ----------------------------------------------------------------------------------------------

    def _chain(self, node: ast.expr) -> Expr:
        """Attributes, calls and subscripts on something, innermost first."""
        links: list[ast.Attribute | ast.Call | ast.Subscript] = []
        while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
            links.append(node)
            node = node.func if isinstance(node, ast.Call) else node.value
        self._links += len(links)
        if self._links > LONGEST_CHAIN:
            raise RecursionError
        before = self.calls
        whole = self.expr(node)
        for link in reversed(links):
            if isinstance(link, ast.Attribute):
                whole = Member(whole, link.attr)
            elif isinstance(link, ast.Call):
                whole = self._call(whole, link, chained=self.calls > before)
            else:
                whole = Item(whole, self.expr(link.slice))
        self._links -= len(links)
        return whole

    def _call(self, callee: Expr, node: ast.Call, *, chained: bool) -> Expr:
        """A call; one on the result of another stands where its own name stands."""
        if isinstance(callee, Member) and isinstance(callee.of, Text | Join):
            text = self.text_method(callee.of, callee.name, node)
            if text is not None:
                return text
        by_name = chained and isinstance(node.func, ast.Attribute)
        line, column = self.places.name(node.func) if by_name else self.places.of(node)  # type: ignore[arg-type]
        self.calls += 1
        return Apply(callee, self.arguments(node.args), self.keywords(node.keywords), line, column)

    def arguments(self, nodes: list[ast.expr]) -> tuple[Expr, ...]:
        return tuple(
            [
                Item(self.expr(node.value), UNKNOWN) if isinstance(node, ast.Starred) else self.expr(node)
                for node in nodes
            ]
        )

    def keywords(self, nodes: list[ast.keyword]) -> tuple[tuple[str, Expr], ...]:
        """Keyword arguments; ``**options`` has no name."""
        return tuple([(node.arg or "", self.expr(node.value)) for node in nodes])

    # --- what makes facts -----------------------------------------------------------------------------------

    def _named(self, node: ast.NamedExpr) -> Expr:
        """``name := value``; within the value of another one, only the name, so that nothing is repeated endlessly."""
        before, outer = self.calls, self._naming
        self._naming = True
        value = self.expr(node.value)
        self._naming = outer
        self.assign(node.target, value, node)
        if outer:
            self.calls = before
            return self.expr(node.target)
        return value

    def _yield(self, node: ast.Yield) -> Expr:
        """``x = yield y``: gives back y, and stands for it, as coroutines of old frameworks wait by it."""
        if node.value is None:
            return UNKNOWN
        value = self.expr(node.value)
        if is_small(value):
            self.returned(value, node)
        return value

    def _lambda(self, node: ast.Lambda) -> Expr:
        line, column = self.places.of(node)
        name = f"<lambda:{line}:{column}>"
        self.facts.append(Function(name, self.scope, self.parameters(node.args), line=line, column=column))
        with self.inside(name, in_class=False, receivers=self.receivers_without(node.args)):
            self.returned(self.taken(node.body), node.body)
        return Ref(name)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Expr:
        self._generators(node.generators)
        return Listing((self.expr(node.elt),))

    def _dict_comprehension(self, node: ast.DictComp) -> Expr:
        self._generators(node.generators)
        return Record(((self.expr(node.key), self.expr(node.value)),))

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            self.bind([generator.target], Item(self.taken(generator.iter), UNKNOWN), generator.target)
            self.unfollowed(generator.ifs)


_READERS: dict[type[ast.AST], Callable[[Any, Any], Expr]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._chain,
    ast.Call: Expressions._chain,
    ast.Subscript: Expressions._chain,
    ast.JoinedStr: Expressions.joined,
    getattr(ast, "TemplateStr", ast.JoinedStr): Expressions.joined,
    ast.BinOp: Expressions.binary,
    ast.UnaryOp: Expressions._unary,
    ast.BoolOp: Expressions._bool,
    ast.Compare: Expressions._compare,
    ast.IfExp: Expressions._conditional,
    ast.List: Expressions._listing,
    ast.Tuple: Expressions._listing,
    ast.Set: Expressions._listing,
    ast.Dict: Expressions._dict,
    ast.Await: Expressions._transparent,
    ast.Starred: Expressions._transparent,
    ast.YieldFrom: Expressions._transparent,
    ast.Yield: Expressions._yield,
    ast.NamedExpr: Expressions._named,
    ast.Lambda: Expressions._lambda,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._dict_comprehension,
}
