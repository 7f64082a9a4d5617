"""Kotlin: every import, type, member, value and call, in the neutral form that the resolver evaluates.

Constructors that declare fields, companions and properties are written as ``_tree`` says. Sources: the Kotlin language
specification; tree-sitter-kotlin, ``node-types.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal

from boundary.extractors._kotlin_expressions import KotlinExpressions
from boundary.extractors._parsing import parsed
from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Statements
from boundary.facts import Class, Expr, Fact, Function, Import, Item, Member, Namespace, Parameter, Ref

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from boundary.source import Source

FORMAT = "kotlin"

_TYPES = ("user_type", "nullable_type", "function_type", "parenthesized_type")
_AROUND = "Boundary_File"
"""The class that is put around the declarations of a file."""

_HEAD = re.compile(
    rb"\s+|//[^\n]*|/\*(?s:.*?)\*/|#!.*|;"
    rb"|(@file:.*|(?:package|import)[ \t]+[\w.*`]+(?:[ \t]+as[ \t]+\w+)?)"
)
"""What stands before the declarations, piece by piece."""

_CLOSING = re.compile(rb"(?m)^(?=.* \}).*$")
"""Lines in which something is closed."""

_LAST = re.compile(rb"(?<=[^\s{;,]) (?=\})")
_HOLE = re.compile(rb"\$\{[^{}]*$")
"""An expression in a text, up to here."""

_Method = Literal["method", "extension", "function"]
_Kind = Literal["class", "interface", "record", "object", "enum"]


def matches(path: str) -> bool:
    """Kotlin files by their ending; scripts (``.kts``) build, and say nothing about what runs."""
    return path.endswith(".kt")


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a file."""
    return Kotlin(source, _grammar()).read()


@cache
def _grammar() -> Language:
    from tree_sitter import Language
    from tree_sitter_kotlin import language

    return Language(language())


class Kotlin(KotlinExpressions):
    """Declarations and statements."""

    language: ClassVar[str] = "Kotlin"

    def prepared(self, data: bytes) -> bytes:
        """All declarations in a class of our own, since no statement is expected there.

        At the top of a file the grammar (1.1) takes statements as well, for scripts: ``@A class B { }`` is an annotated
        call of ``class`` with a lambda to it. Its scanner, too, looks for whitespace after ``@`` and for ``)`` after
        ``set(`` beyond the end of the file: what we add has both.
        """
        at = end = 0
        while found := _HEAD.match(data, at):
            at = found.end()
            end = at if found[1] else end
        return data[:end] + (b";" if end else b"") + b"class " + _AROUND.encode() + b"{" + data[end:] + b"\n//)\n}\n"

    def tree(self, grammar: Language) -> Node:
        """The tree; where the grammar stumbles, with a semicolon for the blank before each ``}``, which it wants after
        the last member of a class that closes on the same line."""
        root = parsed(grammar, self.data)
        return parsed(grammar, _CLOSING.sub(_closed, self.data)) if root.has_error else root

    def _package(self, node: Node) -> None:
        name = self.first(node, "qualified_identifier", "identifier")
        self.facts.append(Namespace(self.text(name), line=self.line(node)))

    def _import(self, node: Node) -> None:
        inner = self.inner(node)
        dotted = "".join(self.text(inner[0]).split()) if inner else ""
        everything = self.text(node).rstrip("; \n").endswith("*")
        module, _, name = (dotted, "", "*") if everything else dotted.rpartition(".")
        alias = self.text(inner[1]) if len(inner) > 1 else ""
        line, column = self.place(node)
        self.facts.append(Import(module, name, alias, line=line, column=column))

    # --- types ----------------------------------------------------------------------------------------------

    def _class(self, node: Node) -> None:
        name = self.name(node).name
        if name == _AROUND and not self.scope:
            body = self.first(node, "class_body")
            self.block(body.named_children if body is not None else ())
            return
        line, column = self.place(node)
        self.facts.append(
            Class(name, self.scope, self.bases(node), (), self.marks(node), self._kind(node),
                  line=line, column=column, end_line=self.end(node))
        )  # fmt: skip
        body = self.first(node, "class_body", "enum_class_body")
        with self.inside(name, in_class=True):
            self._constructor(node)
            self.block(body.named_children if body is not None else ())

    def _kind(self, node: Node) -> _Kind:
        words = {child.type for child in node.children if not child.is_named}
        before = self.first(node, "modifiers")
        told = self.text(before).split() if before is not None else []
        if node.type == "object_declaration":
            return "object"
        if "interface" in words:
            return "interface"
        return "enum" if "enum" in told else "record" if "data" in told else "class"

    def _constructor(self, node: Node) -> None:
        """The primary constructor: its parameters, which the initial values of fields may use as if all were fields."""
        made = self.first(node, "primary_constructor")
        given = self.first(made, "class_parameters") if made is not None else None
        if given is None:
            return
        written = [child for child in given.named_children if child.type == "class_parameter"]
        parameters = tuple(self._parameter(child, ()) for child in written)
        line, column = self.place(given)
        name = self.overload("__init__")
        self.facts.append(Function(name, self.scope, parameters, kind="method", line=line, column=column))
        for child, parameter in zip(written, parameters, strict=True):
            self.assign(Ref(parameter.name), parameter.default, child, parameter.annotation, parameter.decorators)
            with self.inside(name):
                self.assign(Member(Ref("self"), parameter.name), Ref(parameter.name), child)

    def _companion(self, node: Node) -> None:
        """What a companion has, its class has without an object."""
        body = self.first(node, "class_body")
        self.block(body.named_children if body is not None else ())

    def _entry(self, node: Node) -> None:
        inner = self.inner(node)
        name = next((child for child in inner if child.type == "identifier"), None)
        args, keywords = self.arguments(self.first(node, "value_arguments"))
        made = self.call(Ref(self.scope.rpartition(".")[2]), args, keywords, node)
        self.assign(Ref(self.text(name)), made, node, None, self.marks(node))

    # --- members --------------------------------------------------------------------------------------------

    def _parameter(self, node: Node, decorators: tuple[Expr, ...], default: Node | None = None) -> Parameter:
        inner = self.inner(node)
        name = next((child for child in inner if child.type == "identifier"), None)
        kind = self.first(node, *_TYPES)
        last = inner[-1] if inner and inner[-1].type not in ("identifier", "modifiers", *_TYPES) else default
        note = self.type(kind) if kind is not None else None
        value = self.taken(last) if last is not None else None
        return Parameter(self.text(name), value, note, "value", decorators or self.marks(node))

    def _parameters(self, node: Node | None) -> Iterator[Parameter]:
        """Parameters of a function; annotations stand before each, defaults behind it."""
        children = self.inner(node) if node is not None else []
        for at, child in enumerate(children):
            if child.type == "parameter":
                before = children[at - 1] if at and children[at - 1].type == "parameter_modifiers" else None
                told = before.named_children if before is not None else ()
                marks = tuple(self._annotation(one) for one in told if one.type == "annotation")
                behind = children[at + 1] if at + 1 < len(children) else None
                plain = behind is None or behind.type in ("parameter", "parameter_modifiers")
                yield self._parameter(child, marks, None if plain else behind)

    def _function(self, node: Node) -> None:
        made = node.type == "secondary_constructor"
        name = self.overload("__init__" if made else self.name(node).name)
        parameters = tuple(self._parameters(self.first(node, "function_value_parameters")))
        extended = None if made or self.in_class else self._extended(node)
        if extended is not None:
            parameters = (Parameter("self", None, self.type(extended)), *parameters)
        at = next((i for i, one in enumerate(node.named_children) if one.type == "function_value_parameters"), 0)
        kind = next((one for one in node.named_children[at:] if one.type in _TYPES), None)
        line, column = self.place(node)
        returns = self.type(kind) if kind is not None else None
        of: _Method = "method" if self.in_class else "extension" if extended is not None else "function"
        self.facts.append(
            Function(name, self.scope, parameters, self.marks(node), returns, of,
                     line=line, column=column, end_line=self.end(node))
        )  # fmt: skip
        body = self.first(node, "function_body", "block")
        with self.inside(name):
            self._body(body)

    def _extended(self, node: Node) -> Node | None:
        """The type of what a function extends: it stands before the function's name."""
        name = node.child_by_field_name("name")
        before = (one for one in self.inner(node) if name is not None and one.end_byte <= name.start_byte)
        return next((one for one in before if one.type in _TYPES), None)

    def _body(self, node: Node | None) -> None:
        inner = self.inner(node) if node is not None else []
        if node is not None and node.type == "function_body" and inner and inner[0].type in self.expressions:
            self.returned(self.taken(inner[0]), inner[0])
        else:
            self.block(inner)

    def _property(self, node: Node) -> None:
        """A property or variable: its value, what it is delegated to, or its getter."""
        declared = self.first(node, "variable_declaration")
        getter, delegate = self.first(node, "getter"), self.first(node, "property_delegate")
        if declared is None:
            self.block(node.named_children)
            return
        name = self.text(self.first(declared, "identifier")).strip("`")
        kind = self.first(declared, *_TYPES)
        note = self.type(kind) if kind is not None else None
        values = [one for one in self.inner(node) if one.type in self.expressions]
        body = self.first(getter, "function_body") if getter is not None else None
        if body is not None:
            line, column = self.place(node)
            self.facts.append(
                Function(name, self.scope, (), self.marks(node), note, "property", line=line, column=column)
            )
            with self.inside(name):
                self._body(body)
            return
        value = self.taken(values[-1]) if values else self._delegated(delegate) if delegate is not None else None
        self.assign(Ref(name), value, node, note, self.marks(node))

    def _delegated(self, node: Node) -> Expr:
        """``by lazy { Client() }``: the value of the last expression of the function."""
        waiting = list(node.named_children)
        while waiting:
            one = waiting.pop(0)
            inner = self.inner(one)
            if one.type == "lambda_literal" and inner and inner[-1].type in self.expressions:
                self.block(inner[:-1])
                return self.taken(inner[-1])
            waiting += one.named_children
        return UNKNOWN

    # --- statements -----------------------------------------------------------------------------------------

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            self.block(node.named_children)
            return
        self.assign(self.expr(left), self.taken(right), node)

    def _return(self, node: Node) -> None:
        inner = [child for child in self.inner(node) if child.type != "label"]
        if inner:
            self.returned(self.taken(inner[-1]), node)

    def _for(self, node: Node) -> None:
        inner = self.inner(node)
        if len(inner) > 1 and inner[0].type == "variable_declaration":
            name = Ref(self.text(self.first(inner[0], "identifier")))
            self.assign(name, Item(self.taken(inner[1]), UNKNOWN), node)
            self.block(inner[2:])
        else:
            self.block(inner)

    def _nothing(self, node: Node) -> None:
        """Annotations are read where they belong to; types say nothing by themselves."""

    statements: ClassVar[Statements] = {
        "package_header": _package,
        "import": _import,
        "class_declaration": _class,
        "object_declaration": _class,
        "companion_object": _companion,
        "enum_entry": _entry,
        "function_declaration": _function,
        "secondary_constructor": _function,
        "property_declaration": _property,
        "assignment": _assignment,
        "return_expression": _return,
        "for_statement": _for,
        "modifiers": _nothing,
        "type_parameters": _nothing,
        **dict.fromkeys(_TYPES, _nothing),
    }


def _closed(line: re.Match[bytes]) -> bytes:
    """A line with semicolons before what it closes, of the same length; expressions in texts stay as they are."""
    return _LAST.sub(lambda found: b" " if _HOLE.search(line[0][: found.start()]) else b";", line[0])
