"""JavaScript and TypeScript statements in the neutral form: declarations of variables, assignments, control.

Sources: ECMA-262, "ECMAScript Language: Statements and Declarations"; TypeScript Handbook.
"""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING

from boundary.extractors._script_declarations import FUNCTIONS, Declarations
from boundary.extractors._script_modules import EXPORTS, WHOLE
from boundary.extractors._texts import UNKNOWN, is_small, join
from boundary.extractors._tree import Statements as Readers
from boundary.facts import Either, Expr, Item, Member, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node


class Statements(Declarations, ABC):
    """Reads statements."""

    # --- values ---------------------------------------------------------------------------------------------

    def _declaration(self, node: Node) -> None:
        """``const``, ``let`` and ``var``."""
        for child in node.named_children:
            if child.type != "variable_declarator":
                continue
            target, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if target is None:
                continue
            if value is not None and not self.take(target, value):
                self.bound(target, value, self.annotation(child))
            elif value is None and target.type == "identifier":
                self.assign(Ref(self.text(target)), None, child, self.annotation(child))

    def bound(self, target: Node, value: Node, note: Expr | None = None) -> Expr:
        if target.type == "identifier":
            if value.type in FUNCTIONS:
                return self.function(value, self.text(target))
            if value.type == "class":
                return self.class_(value, self.text(target))
        taken = self.taken(value)
        self.bind(target, taken, target, note)
        return self._repeatable(target)

    def _repeatable(self, target: Node) -> Expr:
        simple = target.type in ("identifier", "member_expression")
        found = self.expr(target) if simple else UNKNOWN
        return found if is_small(found) else UNKNOWN

    def bind(self, target: Node, value: Expr, node: Node, note: Expr | None = None) -> None:
        """Targets, also patterns in patterns, are given a value or parts of it."""
        match target.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                self.assign(Ref(self.text(target)), value, node, note)
            case "object_pattern" | "array_pattern":
                self._parts(target, self._held(value, target, note), node)
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
                if left is not None and right is not None:
                    self.bind(left, Either((value, self.taken(right))), node, note)
            case "rest_pattern":
                self.bind(target.named_children[0], value, node, note)
            case "member_expression" | "subscript_expression" | "non_null_expression":
                self.assign(self.taken(target), value, node, note)

    def _held(self, value: Expr, node: Node, note: Expr | None) -> Expr:
        """A value that parts are taken from, under a name of its own when it is too large to be repeated."""
        if is_small(value):
            return value
        line, column = self.place(node)
        name = Ref(f"<value:{line}:{column}>")
        self.assign(name, value, node, note)
        return name

    def _parts(self, pattern: Node, value: Expr, node: Node) -> None:
        index = 0
        for child in pattern.children:
            index += child.type == ","
            if not child.is_named or child.type in self.remarks:
                continue
            if pattern.type == "array_pattern":
                self.bind(child, Item(value, Text(str(index))), node)
            elif child.type == "pair_pattern":
                key, inner = self.key(child), child.child_by_field_name("value")
                if inner is not None:
                    self.bind(inner, Member(value, key.text) if isinstance(key, Text) else UNKNOWN, node)
            elif child.type == "shorthand_property_identifier_pattern":
                self.bind(child, Member(value, self.text(child)), node)
            elif child.type == "object_assignment_pattern":
                left = child.child_by_field_name("left")
                self.bind(child, Member(value, self.text(left)) if left is not None else UNKNOWN, node)
            else:
                self.bind(child, value, node)

    def assigned(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return UNKNOWN
        if node.type == "augmented_assignment_expression":
            return self._augmented(node, left, right)
        if (name := self._export_name(left)) is not None:
            return self._exported(name, right)
        if left.type == "member_expression" and right.type in FUNCTIONS and self._method(left, right):
            return UNKNOWN
        return self.bound(left, right)

    def _augmented(self, node: Node, left: Node, right: Node) -> Expr:
        """``x += y`` is ``x = x + y``, ``x ||= y`` is ``x = x || y``; after ``x &&= y`` it is one of them."""
        before, value = self._repeatable(left), self.taken(right)
        operator = self.text(node.child_by_field_name("operator"))
        whole = join([before, value]) if operator == "+=" else Either((before, value))
        if is_small(before) and before != UNKNOWN:
            self.assign(before, whole if operator in ("||=", "??=", "+=", "&&=") else UNKNOWN, node)
        return before

    def _export_name(self, left: Node) -> str | None:
        """The name that ``module.exports = …`` or ``exports.x = …`` gives; None for any other target."""
        if left.type == "identifier":
            return WHOLE if self.text(left) == "exports" else None
        of = left.child_by_field_name("object") if left.type == "member_expression" else None
        if of is None or of.type not in ("identifier", "member_expression"):
            return None
        written, name = self.text(of), self.text(left.child_by_field_name("property"))
        if written == "module" and name == "exports":
            return WHOLE
        return name if written in ("exports", "module.exports") else None

    def _exported(self, name: str, value: Node) -> Expr:
        while value.type == "assignment_expression":
            left, right = value.child_by_field_name("left"), value.child_by_field_name("right")
            if left is None or right is None:
                return UNKNOWN
            if self._export_name(left) is None:
                self.bound(left, right)
                value = left
                break
            value = right
        outer, self.scope = self.scope, ""
        given = self.give(name, value)
        self.scope = outer
        return given

    def _method(self, left: Node, right: Node) -> bool:
        """``X.prototype.y = function …``: whether it is that."""
        of = left.child_by_field_name("object")
        if of is None or of.type != "member_expression" or self.text(of.child_by_field_name("property")) != "prototype":
            return False
        outer = self.scope, self.in_class
        self.scope, self.in_class = self.text(of.child_by_field_name("object")), True
        self.function(right, self.text(left.child_by_field_name("property")), "method")
        self.scope, self.in_class = outer
        return True

    # --- control --------------------------------------------------------------------------------------------

    def _expression(self, node: Node) -> None:
        """An expression that stands for itself; one that assigns is told by the assignment."""
        for child in node.named_children:
            if (body := _at_once(child)) is not None and not self.scope:
                self.block(body.named_children)
            elif child.type in ("assignment_expression", "augmented_assignment_expression"):
                self.assigned(child)
            elif child.type in self.statements:
                self.block([child])
            elif child.type not in self.remarks:
                before = self.calls
                value = self.expr(child)
                if self.calls > before:
                    self.evaluated(value, child)
                    self.set_by_method(value, child)
                self.calls = before

    def _return(self, node: Node) -> None:
        for child in node.named_children:
            if child.type not in self.remarks:
                self.returned(self.taken(child), node)

    def _for(self, node: Node) -> None:
        """``for (const x of xs)``; the keys of ``for (x in xs)`` are not followed."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            value = self.taken(right)
            of = self.text(node.child_by_field_name("operator")) == "of"
            self.bind(left, Item(value, UNKNOWN) if of else UNKNOWN, left)
        body = node.child_by_field_name("body")
        self.block([body] if body is not None else [])

    def _skip(self, _: Node) -> None:
        """What says nothing by itself: labels, decorators that were taken with what they stand before."""


def _at_once(node: Node) -> Node | None:
    """The body of a function that takes nothing and is called where it stands, which keeps a file's names to itself:
    ``(function () {…})()``."""
    while node.type in ("parenthesized_expression", "unary_expression", "await_expression", "call_expression"):
        given = node.child_by_field_name("arguments")
        if given is not None and given.named_children:
            return None
        called = node.child_by_field_name("function") if node.type == "call_expression" else None
        inner = called or next(iter(node.named_children), None)
        if inner is None:
            return None
        if inner.type in FUNCTIONS:
            around = called is not None or (node.parent is not None and node.parent.type == "call_expression")
            takes, body = inner.child_by_field_name("parameters"), inner.child_by_field_name("body")
            if takes is None or takes.named_children or body is None or body.type != "statement_block":
                return None
            return body if around else None
        node = inner
    return None


STATEMENTS: Readers = {
    **EXPORTS,
    **dict.fromkeys(("lexical_declaration", "variable_declaration"), Statements._declaration),
    **dict.fromkeys(
        ("function_declaration", "generator_function_declaration"), Statements.function_statement
    ),
    **dict.fromkeys(("class_declaration", "abstract_class_declaration"), Statements.class_statement),
    **dict.fromkeys(("decorator", "function_signature", "statement_identifier"), Statements._skip),
    "expression_statement": Statements._expression,
    "return_statement": Statements._return,
    "for_in_statement": Statements._for,
    "interface_declaration": Statements.interface,
    "enum_declaration": Statements.enum,
    "type_alias_declaration": Statements.alias,
}  # fmt: skip
