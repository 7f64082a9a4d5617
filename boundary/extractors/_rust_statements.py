"""Rust's items and statements in the neutral form: branches are flattened, every one of them counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._rust_expressions import RustExpressions
from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Statements
from boundary.facts import Class, Expr, Function, Import, Item, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMED = re.compile(r'\b(\w+)\s*=\s*"([^"\\]*)"')
"""What an attribute says by name: ``rename = "berth"``."""

_OWN = re.compile(r"^(crate|self|super)(\.|$)")


class Rust(RustExpressions):
    """Reads a file of Rust."""

    remarks: ClassVar[frozenset[str]] = frozenset({"line_comment", "block_comment"})

    # --- definitions ----------------------------------------------------------------------------------------

    def _use(self, node: Node) -> None:
        argument = node.child_by_field_name("argument")
        if argument is not None:
            self._imported(argument, "")

    def _imported(self, node: Node, above: str) -> None:
        """``use a::{b, c as d, e::*};``, one import for each name."""
        if node.type in ("use_list", "scoped_use_list"):
            start = ".".join(part for part in (above, self._dotted(node.child_by_field_name("path"))) if part)
            listed = node.child_by_field_name("list") if node.type == "scoped_use_list" else node
            for each in listed.named_children if listed is not None else ():
                self._imported(each, start)
            return
        alias = self.text(node.child_by_field_name("alias"))
        path = node.child_by_field_name("path") if node.type == "use_as_clause" else node
        whole = ".".join(part for part in (above, self._dotted(path)) if part)
        module, _, name = whole.rpartition(".")
        if node.type == "use_wildcard":
            module, name = whole.removesuffix(".*"), "*"
        if name == "self":
            module, _, name = module.rpartition(".")
        line, column = self.place(node)
        self.facts.append(Import(_OWN.sub("", module), name, alias, scope=self.scope, line=line, column=column))

    def _dotted(self, node: Node | None) -> str:
        return self.text(node).replace("::", ".").replace(" ", "")

    def _type(self, node: Node) -> None:
        line, column = self.place(node)
        name = self.text(node.child_by_field_name("name"))
        kind = "interface" if node.type == "trait_item" else "enum" if node.type == "enum_item" else "record"
        decorators = self._attributes(node)
        end = self.end(node)
        self.facts.append(Class(name, self.scope, (), (), decorators, kind, line=line, column=column, end_line=end))  # type: ignore[arg-type]
        body = node.child_by_field_name("body")
        outer, self.owner = self.owner, name
        with self.inside(name, in_class=True):
            for each in body.named_children if body is not None else ():
                if each.type == "field_declaration":
                    note = self.type_of(each.child_by_field_name("type"))
                    field = self.text(each.child_by_field_name("name"))
                    self.assign(Ref(field), None, each, note, self._attributes(each))
                elif each.type in self.statements:
                    self.block([each])
        self.owner = outer

    def _implementation(self, node: Node) -> None:
        """``impl Trait for Type``: the methods belong to the type, wherever that is declared."""
        kind, trait = self.type_of(node.child_by_field_name("type")), node.child_by_field_name("trait")
        head = kind.of if isinstance(kind, Item) else kind
        name = head.name if isinstance(head, Ref) else ""
        body = node.child_by_field_name("body")
        outer = self.owner, self.scope, self.in_class
        self.owner, self.scope, self.in_class = name, name, True
        if trait is not None and name:
            line, column = self.place(node)
            base = self.type_of(trait)
            told = Class(name, "", (base,) if base is not None else (), kind="record", line=line, column=column)
            self.facts.append(told)
        self.block(body.named_children if body is not None else ())
        self.owner, self.scope, self.in_class = outer

    def _function(self, node: Node) -> None:
        listed = node.child_by_field_name("parameters")
        bound = any(one.type == "self_parameter" for one in (listed.named_children if listed is not None else ()))
        kind = "method" if bound else "static" if self.in_class else "function"
        name = self.text(node.child_by_field_name("name"))
        returns = self.type_of(node.child_by_field_name("return_type"))
        parameters, decorators = self.parameters(listed), self._attributes(node)
        line, column = self.place(node)
        end = self.end(node)
        self.facts.append(
            Function(name, self.scope, parameters, decorators, returns, kind, line=line, column=column, end_line=end)  # type: ignore[arg-type]
        )
        with self.inside(name):
            self.function_body(node.child_by_field_name("body"))

    def _module(self, node: Node) -> None:
        """``mod x { … }``; modules of tests run nowhere."""
        body = node.child_by_field_name("body")
        tested = any("test" in self.text(one) for one in self._before(node))
        if body is not None and not tested:
            self.block(body.named_children)

    def _before(self, node: Node) -> list[Node]:
        """The attributes that stand before a definition."""
        found: list[Node] = []
        at = node.prev_named_sibling
        while at is not None and (at.type == "attribute_item" or at.type in self.remarks):
            found += [at] if at.type == "attribute_item" else []
            at = at.prev_named_sibling
        return found[::-1]

    def _attributes(self, node: Node) -> tuple[Expr, ...]:
        found: list[Expr] = []
        for item in self._before(node):
            inner = item.named_children[0] if item.named_children else None
            if inner is None or not inner.named_children:
                continue
            given = inner.child_by_field_name("arguments")
            args = list(self._given(given)) if given is not None else []
            before = self.calls
            text = self.text(given) if given is not None else ""
            named = tuple((one[1], Text(one[2], self.line(item))) for one in _NAMED.finditer(text))
            found.append(self.call(self.expr(inner.named_children[0]), args, named, item))
            self.calls = before
        return tuple(found)

    # --- values ---------------------------------------------------------------------------------------------

    def _let(self, node: Node) -> None:
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if pattern is None or value is None:
            return
        note = self.type_of(node.child_by_field_name("type"))
        told = self.taken(value)
        names = [pattern] if pattern.type == "identifier" else list(self._names(pattern))
        for name in names:
            self.assign(Ref(self.text(name)), told if len(names) == 1 else UNKNOWN, node, note)

    def _names(self, node: Node) -> list[Node]:
        """The variables that a pattern binds."""
        if node.type == "identifier":
            return [node]
        skipped = node.child_by_field_name("type")
        inner = (one for one in node.named_children if skipped is None or one.start_byte != skipped.start_byte)
        return [name for one in inner for name in self._names(one)]

    def _constant(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        note = self.type_of(node.child_by_field_name("type"))
        self.assign(self.name(node), self.taken(value) if value is not None else None, node, note)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            self.assign(self.taken(left), self.taken(right), node)

    def _for(self, node: Node) -> None:
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if pattern is not None and value is not None:
            items = Item(self.taken(value), UNKNOWN)
            for name in self._names(pattern):
                self.assign(Ref(self.text(name)), items, pattern)
        body = node.child_by_field_name("body")
        self.block([body] if body is not None else [])

    def _return(self, node: Node) -> None:
        for value in node.named_children:
            self.returned(self.taken(value), node)

    def _skip(self, node: Node) -> None:
        """What is read with the definition that it stands before."""

    statements: ClassVar[Statements] = {
        "use_declaration": _use, "struct_item": _type, "enum_item": _type, "trait_item": _type,
        "impl_item": _implementation, "function_item": _function, "mod_item": _module, "let_declaration": _let,
        "let_condition": _let, "const_item": _constant, "static_item": _constant,
        "assignment_expression": _assignment, "for_expression": _for, "return_expression": _return,
        "attribute_item": _skip, "inner_attribute_item": _skip,
    }  # fmt: skip
