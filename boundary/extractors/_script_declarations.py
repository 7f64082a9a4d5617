"""Functions, classes, interfaces and enums of JavaScript and TypeScript in the neutral form.

Sources: ECMA-262, "ECMAScript Language: Functions and Classes"; TypeScript Handbook, "Classes", "Decorators".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from boundary.extractors._script_modules import DEFAULT, Modules
from boundary.facts import Class, Expr, Function, Member, Parameter, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_CONSTRUCTOR = {"constructor": "__init__"}

ClassKind = Literal["class", "interface", "record", "object", "enum"]
FunctionKind = Literal["function", "method", "property", "static", "class"]


class Declarations(Modules, ABC):
    """Reads declarations."""

    @abstractmethod
    def bind(self, target: Node, value: Expr, node: Node, note: Expr | None = None) -> None:
        """Targets, also patterns in patterns, are given a value or parts of it."""

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
            self.bind(target, Ref(name), target)
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
        if value is not None and value.type in FUNCTIONS:
            static = any(child.type == "static" for child in node.children)
            self.function(value, name, "static" if static else "method", marks)
            return
        decorators = tuple(self._decorators(marks))
        given = self.taken(value) if value is not None else None
        note = self.field_type(node)
        if given is not None or note is not None or decorators:
            self.assign(Ref(name), given, node, note, decorators)

    def class_statement(self, node: Node) -> None:
        self.class_(node)

    def function_statement(self, node: Node) -> None:
        self.function(node)

    def interface(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        self._class_fact(node, name, "interface")
        with self.inside(name, in_class=True):
            self._members(node.child_by_field_name("body"))

    def enum(self, node: Node) -> None:
        name, body = self.text(node.child_by_field_name("name")), node.child_by_field_name("body")
        self._class_fact(node, name, "enum")
        with self.inside(name, in_class=True):
            for child in body.named_children if body is not None else ():
                key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    self.assign(Ref(self.text(key).strip("\"'")), self.taken(value), child)

    def alias(self, node: Node) -> None:
        """``type X = Y``; an object type is an interface."""
        value = node.child_by_field_name("value")
        if value is not None and value.type == "object_type":
            name = self.text(node.child_by_field_name("name"))
            self._class_fact(node, name, "interface")
            with self.inside(name, in_class=True):
                self._members(value)
        elif value is not None and (told := self.annotation(node, "value")) is not None:
            self.assign(self.name(node), told, node)
