"""Statements of C# as facts; see ``_tree`` for how each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from boundary.extractors import _tree
from boundary.extractors._csharp_expressions import Expressions
from boundary.extractors._texts import UNKNOWN
from boundary.facts import Expr, Item, Ref, Return

if TYPE_CHECKING:
    from tree_sitter import Node


class Statements(Expressions):
    """Reads variables, loops and what functions give back. ``result`` is the type that the function declares,
    ``namespace`` where the walk is."""

    result: Expr | None = None
    namespace = ""

    def _local(self, node: Node) -> None:
        self.declared(node, ())

    def declared(self, node: Node, decorators: tuple[Expr, ...]) -> None:
        """Variables, or fields with their attributes."""
        kind = self.type(node.child_by_field_name("type"))
        note = None if kind == UNKNOWN else kind
        for one in node.named_children:
            if one.type == "variable_declarator":
                self._variable(one, note, decorators)

    def _variable(self, node: Node, note: Expr | None, decorators: tuple[Expr, ...]) -> None:
        name = node.child_by_field_name("name")
        parts = [one for one in node.named_children if one != name and one.type not in self.remarks]
        if name is None:
            pattern = next((one for one in parts if one.type == "tuple_pattern"), None)
            names = pattern.named_children if pattern is not None else []
            self._destructure(names, parts[-1] if parts and parts[-1] is not pattern else None)
            return
        value = parts[-1] if parts and parts[-1].type != "bracketed_argument_list" else None
        before = self.calls
        told = self.as_expected(value, note) if value is not None else None
        self.calls = before
        if not self.in_class:
            self.locals |= {self.text(name)}
        if told is not None or note is not None:
            self.assign(Ref(self.text(name).removeprefix("@")), told, node, note, decorators)

    def _destructure(self, names: list[Node], value: Node | None) -> None:
        self.locals |= {self.text(one) for one in names}
        if value is not None:
            self._destructured([one for one in names if one.type == "identifier"], value)

    def _loop(self, node: Node) -> None:
        name, over = node.child_by_field_name("left"), node.child_by_field_name("right")
        kind = self.type(node.child_by_field_name("type"))
        if name is not None and over is not None:
            self.locals |= {self.text(name)}
            value = Item(self.taken(over), UNKNOWN)
            if name.type == "identifier":
                self.assign(Ref(self.text(name)), value, node, None if kind == UNKNOWN else kind)
            else:
                self.evaluate(over)
        body = node.child_by_field_name("body")
        if body is not None:
            self.block([body])

    def _from(self, node: Node) -> None:
        """``from x in xs`` of a query."""
        name = node.child_by_field_name("name")
        over = node.named_children[-1] if node.named_children else None
        if name is not None and over is not None and over != name:
            self.assign(Ref(self.text(name)), Item(self.taken(over), UNKNOWN), node)

    def _return(self, node: Node) -> None:
        if node.named_children:
            self.gives(node.named_children[0], node)

    def gives(self, value: Node, node: Node) -> None:
        """A value that the function gives back."""
        before = self.calls
        told = self.as_expected(value, self.result)
        self.calls = before
        line, column = self.place(node)
        self.facts.append(Return(self.scope, told, line=line, column=column, end_line=self.end(node)))

    def body(self, node: Node) -> None:
        """The body of a function: statements, or the value that it gives back."""
        if node.type == "block":
            self.block(node.named_children)
        elif node.type == "arrow_expression_clause":
            if node.named_children:
                self.gives(node.named_children[-1], node.named_children[-1])
        else:
            self.gives(node, node)

    def _expression(self, node: Node) -> None:
        for one in node.named_children:
            if one.type not in self.remarks:
                self.evaluate(one)

    statements: ClassVar[_tree.Statements] = {
        "variable_declaration": _local,
        "foreach_statement": _loop,
        "from_clause": _from,
        "return_statement": _return,
        "yield_statement": _return,
        "expression_statement": _expression,
        "catch_declaration": lambda _, __: None,
    }
