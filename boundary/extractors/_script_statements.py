"""JavaScript and TypeScript statements in the neutral form: declarations, assignments, functions, classes.

Sources: ECMA-262, "ECMAScript Language: Statements and Declarations", "Functions and Classes"; TypeScript Handbook.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from boundary.extractors._script_modules import DEFAULT, EXPORTS, WHOLE, Modules
from boundary.extractors._texts import UNKNOWN, is_small, join
from boundary.extractors._tree import Statements as Readers
from boundary.facts import Class, Either, Expr, Function, Item, Member, Parameter, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_CONSTRUCTOR = {"constructor": "__init__"}

ClassKind = Literal["class", "interface", "record", "object", "enum"]
FunctionKind = Literal["function", "method", "property", "static", "class"]


class Statements(Modules, ABC):
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
            if value.type in _FUNCTIONS:
                return self.function(value, self.text(target))
            if value.type == "class":
                return self.class_(value, self.text(target))
        taken = self.taken(value)
        self._bind(target, taken, target, note)
        return self._repeatable(target)

    def _repeatable(self, target: Node) -> Expr:
        simple = target.type in ("identifier", "member_expression")
        found = self.expr(target) if simple else UNKNOWN
        return found if is_small(found) else UNKNOWN

    def _bind(self, target: Node, value: Expr, node: Node, note: Expr | None = None) -> None:
        """Targets, also patterns in patterns, are given a value or parts of it."""
        match target.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                self.assign(Ref(self.text(target)), value, node, note)
            case "object_pattern" | "array_pattern":
                self._parts(target, self._held(value, target, note), node)
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
                if left is not None and right is not None:
                    self._bind(left, Either((value, self.taken(right))), node, note)
            case "rest_pattern":
                self._bind(target.named_children[0], value, node, note)
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
                self._bind(child, Item(value, Text(str(index))), node)
            elif child.type == "pair_pattern":
                key, inner = self.key(child), child.child_by_field_name("value")
                if inner is not None:
                    self._bind(inner, Member(value, key.text) if isinstance(key, Text) else UNKNOWN, node)
            elif child.type == "shorthand_property_identifier_pattern":
                self._bind(child, Member(value, self.text(child)), node)
            elif child.type == "object_assignment_pattern":
                left = child.child_by_field_name("left")
                self._bind(child, Member(value, self.text(left)) if left is not None else UNKNOWN, node)
            else:
                self._bind(child, value, node)

    def assigned(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return UNKNOWN
        if node.type == "augmented_assignment_expression":
            return self._augmented(node, left, right)
        if (name := self._export_name(left)) is not None:
            return self._exported(name, right)
        if left.type == "member_expression" and right.type in _FUNCTIONS and self._method(left, right):
            return UNKNOWN
        return self.bound(left, right)

    def _augmented(self, node: Node, left: Node, right: Node) -> Expr:
        """``x += y`` is ``x = x + y``, ``x ||= y`` is ``x = x || y``."""
        before, value = self._repeatable(left), self.taken(right)
        operator = self.text(node.child_by_field_name("operator"))
        whole = Either((before, value)) if operator in ("||=", "??=") else join([before, value])
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
            if child.type in ("assignment_expression", "augmented_assignment_expression"):
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
            self._bind(left, Item(value, UNKNOWN) if of else UNKNOWN, left)
        body = node.child_by_field_name("body")
        self.block([body] if body is not None else [])

    def _skip(self, _: Node) -> None:
        """What says nothing by itself: labels, decorators that were taken with what they stand before."""

    # --- functions ------------------------------------------------------------------------------------------

    def declared(self, node: Node) -> Ref | None:
        if node.type in ("function_declaration", "generator_function_declaration"):
            return self.function(node)
        if node.type in ("class_declaration", "abstract_class_declaration"):
            return self.class_(node)
        self.block([node])
        return None

    def function(
        self, node: Node, name: str = "", kind: FunctionKind = "function", decorators: Sequence[Node] = ()
    ) -> Ref:
        own = node.child_by_field_name("name")
        name = name or (self.text(own) if own is not None and node.type != "function_expression" else "")
        name = name or self.lambda_name(node)
        made = tuple(self._decorators(decorators))
        index, line_column = len(self.facts), self.place(node)
        with self.inside(name):
            parameters = self._parameters(node)
            body = node.child_by_field_name("body")
            if body is not None and body.type == "statement_block":
                self.block(body.named_children)
            elif body is not None:
                self.returned(self.taken(body), body)
        line, column = line_column
        returns = self.annotation(node, "return_type")
        fact = Function(
            name, self.scope, parameters, made, returns, kind, line=line, column=column, end_line=self.end(node)
        )
        self.facts.insert(index, fact)
        return Ref(name)

    def _parameters(self, node: Node) -> tuple[Parameter, ...]:
        single, listed = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        nodes = [single] if single is not None else listed.named_children if listed is not None else []
        found = [self._parameter(child, index) for index, child in enumerate(nodes) if child.type not in self.remarks]
        return tuple(parameter for parameter in found if parameter is not None)

    def _parameter(self, node: Node, index: int) -> Parameter | None:
        target, value, note = node, node.child_by_field_name("value"), self.annotation(node)
        if node.type in ("required_parameter", "optional_parameter"):
            pattern = node.child_by_field_name("pattern")
            if pattern is None or pattern.type == "this":
                return None
            target = pattern
        if target.type == "assignment_pattern":
            left, value = target.child_by_field_name("left"), target.child_by_field_name("right")
            target = left if left is not None else target
        rest = target.type == "rest_pattern"
        if rest and target.named_children:
            target = target.named_children[0]
        default = self.taken(value) if value is not None else None
        simple = target.type == "identifier"
        name = self.text(target) if simple else f"<{index}>"
        if not simple:
            self._bind(target, Ref(name), target)
        if any(child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in node.children):
            self.assign(Member(Ref("self"), name), Ref(name), node, note)
        decorators = tuple(self._decorators([child for child in node.children if child.type == "decorator"]))
        return Parameter(name, default, note, "rest" if rest else "value", decorators)

    # --- classes --------------------------------------------------------------------------------------------

    def class_(self, node: Node, name: str = "") -> Ref:
        own = node.child_by_field_name("name")
        name = name or (self.text(own) if own is not None else "")
        name = name or (DEFAULT if node.type != "class" else f"<class:{self.place(node)[0]}:{self.place(node)[1]}>")
        outside = node.parent.children if node.parent is not None and node.parent.type == "export_statement" else []
        marks = [child for child in (*outside, *node.children) if child.type == "decorator"]
        self._class_fact(node, name, "class", marks)
        body = node.child_by_field_name("body")
        with self.inside(name, in_class=True):
            self._members(body)
        return Ref(name)

    def _class_fact(self, node: Node, name: str, kind: ClassKind, marks: Sequence[Node] = ()) -> None:
        line, column = self.place(node)
        bases, decorators = tuple(self._bases(node)), tuple(self._decorators(marks))
        fact = Class(name, self.scope, bases, (), decorators, kind, line=line, column=column, end_line=self.end(node))
        self.facts.append(fact)

    def _bases(self, node: Node) -> list[Expr]:
        found: list[Expr] = []
        waiting = [child for child in node.named_children if child.type in ("class_heritage", "extends_type_clause")]
        while waiting:
            one = waiting.pop(0)
            if one.type in ("class_heritage", "extends_clause"):
                inner = [child for child in one.named_children if child.type != "type_arguments"]
                waiting = [*inner, *waiting]
            elif one.type in ("implements_clause", "extends_type_clause"):
                found += [self.type(child) for child in one.named_children]
            else:
                found.append(self.taken(one))
        return found

    def _decorators(self, nodes: Sequence[Node]) -> list[Expr]:
        return [self.taken(node.named_children[0]) for node in nodes if node.named_children]

    def _members(self, body: Node | None) -> None:
        marks: list[Node] = []
        for child in body.named_children if body is not None else ():
            if child.type == "decorator":
                marks.append(child)
                continue
            marks += [one for one in child.children if one.type == "decorator"]
            if child.type in ("method_definition", "abstract_method_signature", "method_signature"):
                self._method_definition(child, marks)
            elif child.type in ("public_field_definition", "field_definition", "property_signature"):
                self._field(child, marks)
            elif child.type == "class_static_block":
                self.block(child.named_children)
            marks = []

    def _method_definition(self, node: Node, marks: Sequence[Node]) -> None:
        key = self.key(node, "name")
        name = key.text if isinstance(key, Text) else self.lambda_name(node)
        words = {child.type for child in node.children}
        if "set" in words:
            name = f"{name}.setter"
        kind: FunctionKind = "static" if "static" in words else "property" if "get" in words else "method"
        self.function(node, _CONSTRUCTOR.get(name, name), kind, marks)

    def _field(self, node: Node, marks: Sequence[Node]) -> None:
        named = node.child_by_field_name("name") or node.child_by_field_name("property")
        value = node.child_by_field_name("value")
        if named is None:
            return
        name = self.text(named).strip("\"'")
        if value is not None and value.type in _FUNCTIONS:
            static = any(child.type == "static" for child in node.children)
            self.function(value, name, "static" if static else "method", marks)
            return
        decorators = tuple(self._decorators(marks))
        given = self.taken(value) if value is not None else None
        note = self.annotation(node)
        if given is not None or note is not None or decorators:
            self.assign(Ref(name), given, node, note, decorators)

    def _class_statement(self, node: Node) -> None:
        self.class_(node)

    def _function_statement(self, node: Node) -> None:
        self.function(node)

    def _interface(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        self._class_fact(node, name, "interface")
        with self.inside(name, in_class=True):
            self._members(node.child_by_field_name("body"))

    def _enum(self, node: Node) -> None:
        name, body = self.text(node.child_by_field_name("name")), node.child_by_field_name("body")
        self._class_fact(node, name, "enum")
        with self.inside(name, in_class=True):
            for child in body.named_children if body is not None else ():
                key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    self.assign(Ref(self.text(key).strip("\"'")), self.taken(value), child)

    def _alias(self, node: Node) -> None:
        """``type X = Y``; an object type is an interface."""
        value = node.child_by_field_name("value")
        if value is not None and value.type == "object_type":
            name = self.text(node.child_by_field_name("name"))
            self._class_fact(node, name, "interface")
            with self.inside(name, in_class=True):
                self._members(value)
        elif value is not None and (told := self.annotation(node, "value")) is not None:
            self.assign(self.name(node), told, node)


STATEMENTS: Readers = {
    **EXPORTS,
    **dict.fromkeys(("lexical_declaration", "variable_declaration"), Statements._declaration),
    **dict.fromkeys(
        ("function_declaration", "generator_function_declaration"), Statements._function_statement
    ),
    **dict.fromkeys(("class_declaration", "abstract_class_declaration"), Statements._class_statement),
    **dict.fromkeys(("decorator", "function_signature", "statement_identifier"), Statements._skip),
    "expression_statement": Statements._expression,
    "return_statement": Statements._return,
    "for_in_statement": Statements._for,
    "interface_declaration": Statements._interface,
    "enum_declaration": Statements._enum,
    "type_alias_declaration": Statements._alias,
}  # fmt: skip
