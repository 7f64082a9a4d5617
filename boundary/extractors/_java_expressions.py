"""Expressions of Java in neutral form; see the contract in ``_tree``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._java_types import JavaTypes
from boundary.extractors._jvm_texts import block, unescaped
from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions
from boundary.facts import Class, Either, Expr, Function, Item, Listing, Member, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node


class JavaExpressions(JavaTypes):
    """What stands in expressions; statements and declarations build on it."""

    def _identifier(self, node: Node) -> Expr:
        return Ref(self.text(node))

    def _field(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("object"), node.child_by_field_name("field")
        if of is None or name is None or name.type == "this":
            return Ref("self")
        return Member(self.expr(of), self.text(name))

    def _string(self, node: Node) -> Expr:
        text = self.text(node)
        whole = block(text[3:-3]) if text.startswith('"""') else text[1:-1]
        return Text(unescaped(whole), self.line(node))

    def _literal(self, node: Node) -> Expr:
        return Text(self.text(node).replace("_", "").rstrip("lLfFdD") or self.text(node), self.line(node))

    def _truth(self, node: Node) -> Expr:
        return Text(node.type, self.line(node))

    def _binary(self, node: Node) -> Expr:
        """``a + b + c`` is one text; of other operators only the calls are of interest."""
        parts: list[Expr] = []
        rest: Node | None = node
        while rest is not None and rest.type == "binary_expression" and self._operator(rest) == "+":
            right = rest.child_by_field_name("right")
            parts.append(self.expr(right) if right is not None else UNKNOWN)
            rest = rest.child_by_field_name("left")
        if not parts:
            return self.unfollowed(node.named_children)
        parts.append(self.expr(rest) if rest is not None else UNKNOWN)
        return join(reversed(parts))

    def _operator(self, node: Node) -> str:
        return self.text(node.child_by_field_name("operator"))

    def _inner(self, node: Node) -> Expr:
        """Parentheses, ``!`` and the like: what is inside."""
        inner = [child for child in node.named_children if child.type not in self.remarks]
        return self.expr(inner[-1]) if inner else UNKNOWN

    def _cast(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        return self.expr(value) if value is not None else UNKNOWN

    def _ternary(self, node: Node) -> Expr:
        condition = node.child_by_field_name("condition")
        if condition is not None:
            self.block([condition])
        sides = (node.child_by_field_name("consequence"), node.child_by_field_name("alternative"))
        return Either(tuple(self.expr(side) for side in sides if side is not None))

    def _item(self, node: Node) -> Expr:
        of, key = node.child_by_field_name("array"), node.child_by_field_name("index")
        return Item(self.expr(of), self.expr(key)) if of is not None and key is not None else UNKNOWN

    def _listing(self, node: Node) -> Expr:
        return Listing(tuple(self.expr(child) for child in node.named_children if child.type not in self.remarks))

    def _new_array(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        return self.expr(value) if value is not None else self.unfollowed(node.named_children)

    def _class_literal(self, node: Node) -> Expr:
        return self.type(node.named_children[0]) if node.named_children else UNKNOWN

    def _method_reference(self, node: Node) -> Expr:
        inner = [child for child in node.named_children if child.type not in self.remarks]
        if not inner:
            return UNKNOWN
        of = self.expr(inner[0]) if inner[0].type in self.expressions else self.type(inner[0])
        return Member(of, self.text(inner[-1])) if len(inner) > 1 and inner[-1].type == "identifier" else of

    def _arguments(self, node: Node | None) -> list[Expr]:
        children = node.named_children if node is not None else []
        return [self.expr(child) for child in children if child.type not in self.remarks]

    def _invocation(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("object"), node.child_by_field_name("name")
        method = self.text(name)
        callee: Expr = Member(self.expr(of), method) if of is not None else Ref(method)
        args = self._arguments(node.child_by_field_name("arguments"))
        return self.call(callee, args, self._given_types(node), node, name)

    def _given_types(self, node: Node) -> Iterator[tuple[str, Expr]]:
        types = node.child_by_field_name("type_arguments")
        for position, each in enumerate(types.named_children if types is not None else ()):
            yield f"<{position}>", self.type(each)

    def _new(self, node: Node) -> Expr:
        kind = node.child_by_field_name("type")
        written = self.type(kind)
        args = self._arguments(node.child_by_field_name("arguments"))
        body = next((child for child in node.named_children if child.type == "class_body"), None)
        if body is not None:
            return self.call(self._anonymous(node, written, body), args, (), node)
        head, types = (written.of, written.key) if isinstance(written, Item) else (written, None)
        keywords = [(f"<{i}>", one) for i, one in enumerate(types.items)] if isinstance(types, Listing) else []
        return self.call(head, args, keywords, node)

    def _anonymous(self, node: Node, base: Expr, body: Node) -> Expr:
        line, column = self.place(node)
        name = f"<class:{line}:{column}>"
        self.facts.append(Class(name, self.scope, (base,), line=line, column=column, end_line=self.end(node)))
        with self.inside(name, in_class=True):
            self.members(body.named_children)
        return Ref(name)

    def _lambda(self, node: Node) -> Expr:
        name = self.lambda_name(node)
        parameters = node.child_by_field_name("parameters")
        body = node.child_by_field_name("body")
        line, column = self.place(node)
        names = tuple(self.parameters(parameters))
        self.facts.append(Function(name, self.scope, names, line=line, column=column, end_line=self.end(node)))
        with self.inside(name):
            if body is not None and body.type == "block":
                self.block([body])
            elif body is not None:
                self.returned(self.taken(body), body)
        return Ref(name)

    def _switch(self, node: Node) -> Expr:
        """One of the values behind the arrows; blocks are gone through."""
        options: list[Expr] = []
        self.block(child for child in node.named_children if child.type != "switch_block")
        for body in (child for child in node.named_children if child.type == "switch_block"):
            for rule in body.named_children:
                last = rule.named_children[-1] if rule.named_children else None
                if rule.type == "switch_rule" and last is not None and last.type == "expression_statement":
                    options.append(self.expr(last.named_children[0]))
                else:
                    self.block([rule])
        return Either(tuple(options)) if options else UNKNOWN

    def _set(self, node: Node) -> Expr:
        """An assignment, also one within an expression: the value."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return UNKNOWN
        value = self.taken(right)
        if self._operator(node) == "+=":
            value = join((self.expr(left), value))
        self.assign(self.target(left), value, node)
        return value if isinstance(value, Ref | Text) else UNKNOWN

    def members(self, body: list[Node]) -> None:
        """What stands in a class."""
        self.block(body)

    def target(self, node: Node) -> Expr:
        """What is assigned to."""
        return self.expr(node)

    expressions: ClassVar[Expressions] = {
        "identifier": _identifier,
        "this": lambda _, __: Ref("self"),
        "super": _identifier,
        "field_access": _field,
        "string_literal": _string,
        "character_literal": _string,
        "decimal_integer_literal": _literal,
        "decimal_floating_point_literal": _literal,
        "true": _truth,
        "false": _truth,
        "null_literal": lambda _, __: UNKNOWN,
        "binary_expression": _binary,
        "parenthesized_expression": _inner,
        "unary_expression": _inner,
        "cast_expression": _cast,
        "ternary_expression": _ternary,
        "array_access": _item,
        "array_initializer": _listing,
        "element_value_array_initializer": _listing,
        "array_creation_expression": _new_array,
        "class_literal": _class_literal,
        "method_reference": _method_reference,
        "method_invocation": _invocation,
        "object_creation_expression": _new,
        "lambda_expression": _lambda,
        "switch_expression": _switch,
        "assignment_expression": _set,
        "annotation": JavaTypes.annotation,
        "marker_annotation": JavaTypes.annotation,
    }
