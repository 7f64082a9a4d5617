"""Declarations of Go as facts: packages, functions, types with their fields; see ``_tree`` for how each is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from boundary.extractors import _tree
from boundary.extractors._go_expressions import Expressions
from boundary.extractors._go_texts import literal, tags
from boundary.extractors._texts import UNKNOWN
from boundary.facts import Assign, Class, Expr, Function, Import, Item, Member, Namespace, Parameter, Ref

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = re.compile(r"v\d+")

_Kind = Literal["class", "interface", "record"]


class Declarations(Expressions):
    """Reads declarations. ``results`` are the types of what the function that is being read gives back."""

    results: tuple[Node, ...] = ()

    def _package(self, node: Node) -> None:
        name = self.text(node.named_children[0]) if node.named_children else ""
        self.facts.append(Namespace(name, line=self.line(node)))

    def _import(self, node: Node) -> None:
        path = node.child_by_field_name("path")
        module = literal(self.text(path))
        alias = self.text(node.child_by_field_name("name")) or _last_part(module)
        line, column = self.place(node)
        name = "*" if alias == "." else ""
        self.facts.append(Import(module, name, "" if name else alias, line=line, column=column))

    def _function(self, node: Node) -> None:
        owner, name = self._owner(node.child_by_field_name("receiver"))
        outer = self.receiver, self.scope
        self.receiver, self.scope = name, owner or self.scope
        self._define(node, self.text(node.child_by_field_name("name")), "method" if owner else "function")
        self.receiver, self.scope = outer

    def _owner(self, receiver: Node | None) -> tuple[str, str]:
        """The type that a method belongs to, and what the method calls its object."""
        if receiver is None or not receiver.named_children:
            return "", ""
        declared = receiver.named_children[0]
        kind = self.type(declared.child_by_field_name("type"))
        if isinstance(kind, Item):
            kind = kind.of
        name = self.text(declared.child_by_field_name("name"))
        return (kind.name if isinstance(kind, Ref) else ""), ("" if name == "_" else name)

    def function(self, node: Node) -> Expr:
        """A function without a name."""
        name = self.lambda_name(node)
        before = self.calls
        self._define(node, name, "function")
        self.calls = before
        return Ref(name)

    def _define(self, node: Node, name: str, kind: str) -> None:
        parameters = tuple(self._parameters(node.child_by_field_name("parameters")))
        result = node.child_by_field_name("result")
        results = self._results(result)
        returns = next((told for one in results if (told := self.type(type_of(one))) != UNKNOWN), None)
        line, column = self.place(node)
        self.facts.append(
            Function(name, self.scope, parameters, (), returns, kind, line=line, column=column, end_line=self.end(node))  # type: ignore[arg-type]
        )
        body = node.child_by_field_name("body")
        outer, self.results = self.results, results
        with self.inside(name):
            for one in results:
                self._declared(one)
            if body is not None:
                self.block(body.named_children)
        self.results = outer

    def _parameters(self, node: Node | None) -> Iterator[Parameter]:
        for one in node.named_children if node is not None else ():
            kind = one.child_by_field_name("type")
            if kind is None:
                continue
            note = self.type(kind)
            many = "rest" if one.type == "variadic_parameter_declaration" else "value"
            for name in self._names(one) or ["_"]:
                yield Parameter(name, None, None if note == UNKNOWN else note, many)  # type: ignore[arg-type]

    def _names(self, node: Node) -> list[str]:
        return [self.text(name) for name in node.children_by_field_name("name")]

    def _results(self, node: Node | None) -> tuple[Node, ...]:
        if node is None:
            return ()
        return tuple(node.named_children) if node.type == "parameter_list" else (node,)

    def _declared(self, node: Node) -> None:
        """A named result is a variable."""
        names = node.children_by_field_name("name") if node.type == "parameter_declaration" else []
        note = self.type(node.child_by_field_name("type")) if names else UNKNOWN
        for name in names if note != UNKNOWN else ():
            self.assign(Ref(self.text(name)), None, name, note)

    def _type(self, node: Node) -> None:
        name, kind = self.text(node.child_by_field_name("name")), node.child_by_field_name("type")
        if kind is None:
            return
        if kind.type == "struct_type":
            self.struct(kind, name)
        elif kind.type == "interface_type":
            self._interface(kind, name)
        else:
            told = self.type(kind)
            if node.type == "type_alias":
                self.assign(Ref(name), told, node)
            else:
                self._class(name, (told,) if isinstance(told, Member) else (), "class", node)

    def _class(self, name: str, bases: tuple[Expr, ...], kind: _Kind, node: Node) -> None:
        line, column = self.place(node)
        end = self.end(node)
        self.facts.append(Class(name, self.scope, bases, (), (), kind, line=line, column=column, end_line=end))

    def struct(self, node: Node, name: str) -> None:
        """A struct: what it embeds are its bases."""
        fields = [one for part in node.named_children for one in part.named_children if one.type == "field_declaration"]
        kinds = [self.type(one.child_by_field_name("type")) for one in fields]
        embedded = [
            kind.of if isinstance(kind, Item) else kind
            for one, kind in zip(fields, kinds, strict=True)
            if not one.children_by_field_name("name") and kind != UNKNOWN
        ]
        self._class(name, tuple(embedded), "record", node)
        with self.inside(name, in_class=True):
            for one, kind in zip(fields, kinds, strict=True):
                self._field(one, kind)

    def _field(self, node: Node, kind: Expr) -> None:
        tag = node.child_by_field_name("tag")
        decorators = tuple(tags(self.text(tag))) if tag is not None else ()
        names = self._names(node)
        short = kind.of if isinstance(kind, Item) else kind
        if not names and isinstance(short, Ref | Member):
            names = [short.name]
        line, column = self.place(node)
        for name in names:
            fact = Assign(self.scope, Ref(name), None, kind, decorators, line=line, column=column)
            self.facts.append(fact)

    def _interface(self, node: Node, name: str) -> None:
        bases = [self.type(one) for one in node.named_children if one.type == "type_elem"]
        self._class(name, tuple(base for base in bases if isinstance(base, Ref | Member)), "interface", node)
        outer, self.scope = self.scope, f"{self.scope}.{name}" if self.scope else name
        for one in node.named_children:
            if one.type == "method_elem":
                self._define(one, self.text(one.child_by_field_name("name")), "method")
        self.scope = outer

    statements: ClassVar[_tree.Statements] = {
        "package_clause": _package,
        "import_spec": _import,
        "function_declaration": _function,
        "method_declaration": _function,
        "type_spec": _type,
        "type_alias": _type,
    }


def type_of(node: Node) -> Node:
    """The type of a result, which may have a name."""
    kind = node.child_by_field_name("type") if node.type == "parameter_declaration" else None
    return kind if kind is not None else node


def _last_part(module: str) -> str:
    """What a package is called where nothing else is said: the last part of its path without version and ``go``."""
    parts = [part for part in module.split("/") if part]
    if len(parts) > 1 and _VERSION.fullmatch(parts[-1]):
        parts.pop()
    last = parts[-1] if parts else ""
    base, _, version = last.rpartition(".")
    last = base if base and _VERSION.fullmatch(version) else last
    return last.removeprefix("go-").removesuffix("-go").removesuffix(".go")
