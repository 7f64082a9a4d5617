"""Declarations of C# as facts: namespaces, usings, types, members; see ``_tree`` for how each is written.

What stands at the top of a program without a method is one: ``Main``. An extension method has the object that it
extends as its first parameter, and is of kind ``extension``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, ClassVar, Literal

from boundary.extractors import _tree
from boundary.extractors._csharp_statements import Statements
from boundary.extractors._texts import UNKNOWN
from boundary.facts import (
    Apply,
    Assign,
    Class,
    Expr,
    Function,
    Import,
    Item,
    Listing,
    Member,
    Namespace,
    Parameter,
    Ref,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_Kind = Literal["class", "interface", "record", "enum"]
_KINDS: dict[str, _Kind] = {"interface_declaration": "interface", "record_declaration": "record"}
_SELF = Ref("self")


class Declarations(Statements):
    """Reads declarations."""

    _main = ""

    def _top(self, node: Node) -> None:
        """A statement at the top of a program; all of them are one function."""
        if not self._main:
            self._main = self.overload("Main")
            line, column = self.place(node)
            self.facts.append(Function(self._main, "", (Parameter("args"),), line=line, column=column))
        with self.inside(self._main):
            self.block(node.named_children)

    def _conditional_part(self, node: Node) -> None:
        """``#if``: every part counts, also at the top of a program."""
        condition = node.child_by_field_name("condition")
        parts = [one for one in node.named_children if one != condition]
        with self.inside(self._main) if self._main and not self.scope else nullcontext():
            self.block(parts)

    # --- what a file begins with ----------------------------------------------------------------------------

    def _namespace(self, node: Node) -> None:
        name = "".join(self.text(node.child_by_field_name("name")).split())
        outer = self.namespace
        self.namespace = f"{outer}.{name}" if outer else name
        self.facts.append(Namespace(self.namespace, line=self.line(node)))
        body = node.child_by_field_name("body")
        if body is not None:
            self.block(body.named_children)
            self.namespace = outer

    def _using(self, node: Node) -> None:
        alias = node.child_by_field_name("name")
        target = next((one for one in reversed(node.named_children) if one != alias), None)
        if target is None:
            return
        dotted = "".join(self.text(target).split()).removeprefix("global::")
        everywhere = node.children[0].type == "global"
        line, column = self.place(node)
        module, _, name = dotted.rpartition(".")
        if alias is None:
            self.facts.append(Import(dotted, "*", everywhere=everywhere, line=line, column=column))
        elif target.type in ("qualified_name", "identifier") and "<" not in dotted:
            self.facts.append(Import(module, name, self.text(alias), everywhere=everywhere, line=line, column=column))

    # --- types ----------------------------------------------------------------------------------------------

    def _type(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        kind = _KINDS.get(node.type, "class")
        bases, given = self._bases(node)
        self._class(name, bases, kind, node)
        body = node.child_by_field_name("body")
        members = body.named_children if body is not None else []
        parameters = next((one for one in node.named_children if one.type == "parameter_list"), None)
        outer = self.fields, self.locals
        self.fields, self.locals = frozenset(self._names(members)), frozenset()
        with self.inside(name, in_class=True):
            if parameters is not None and kind == "record":
                self._record(parameters)
            elif parameters is not None:
                self._primary(parameters, given, node)
            self.block(members)
        self.fields, self.locals = outer

    def _class(self, name: str, bases: tuple[Expr, ...], kind: _Kind, node: Node) -> None:
        line, column = self.place(node.child_by_field_name("name") or node)
        decorators = tuple(self.attributes(node))
        self.facts.append(
            Class(name, self.scope, bases, (), decorators, kind, line=line, column=column, end_line=self.end(node))
        )

    def _bases(self, node: Node) -> tuple[tuple[Expr, ...], Node | None]:
        """What a type derives from, and the arguments that it gives to its base."""
        listed = next((one for one in node.named_children if one.type == "base_list"), None)
        bases: list[Expr] = []
        given: Node | None = None
        for one in listed.named_children if listed is not None else ():
            if one.type == "argument_list":
                given = one
                continue
            called = one.type == "primary_constructor_base_type"
            if called:
                given = next((part for part in one.named_children if part.type == "argument_list"), None)
            kind = self.type(one.named_children[0] if called else one)
            if kind != UNKNOWN:
                bases.append(kind)
        return tuple(bases), given

    def _names(self, members: list[Node]) -> Iterator[str]:
        """The fields and properties that a body declares."""
        for one in members:
            if one.type == "property_declaration":
                yield self.text(one.child_by_field_name("name"))
            elif one.type in ("field_declaration", "event_field_declaration"):
                for part in one.named_children:
                    declared = part.named_children if part.type == "variable_declaration" else []
                    yield from (self.text(each.child_by_field_name("name")) for each in declared
                                if each.type == "variable_declarator")  # fmt: skip

    def _record(self, parameters: Node) -> None:
        for one in self.parameters(parameters):
            line, column = self.place(parameters)
            self.facts.append(
                Assign(self.scope, Ref(one.name), one.default, one.annotation, one.decorators, line=line, column=column)
            )

    def _primary(self, parameters: Node, given: Node | None, node: Node) -> None:
        """Parameters of a class are those of its constructor, and known in the whole class."""
        declared = tuple(self.parameters(parameters))
        line, column = self.place(node)
        name = self.overload("__init__")
        self.facts.append(Function(name, self.scope, declared, kind="method", line=line, column=column))
        with self.inside(name):
            for one in declared:
                self.assign(Member(_SELF, one.name), Ref(one.name), parameters)
            if given is not None:
                self._to_base("super", given)

    def _to_base(self, of: str, given: Node) -> None:
        args, keywords = self.arguments(given)
        before = self.calls
        self.evaluated(self.call(Member(Ref(of), "__init__"), args, keywords, given), given)
        self.calls = before

    def _enum(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        self._class(name, (), "enum", node)
        body = node.child_by_field_name("body")
        with self.inside(name, in_class=True):
            for one in body.named_children if body is not None else ():
                if one.type == "enum_member_declaration":
                    self.assign(self.name(one), Text(self.text(one.child_by_field_name("name")), self.line(one)), one)

    # --- members --------------------------------------------------------------------------------------------

    def _field(self, node: Node) -> None:
        declaration = next((one for one in node.named_children if one.type == "variable_declaration"), None)
        if declaration is not None:
            self.declared(declaration, tuple(self.attributes(node)))

    def _property(self, node: Node) -> None:
        kind = self.type(node.child_by_field_name("type"))
        note = None if kind == UNKNOWN else kind
        value = node.child_by_field_name("value")
        accessors = node.child_by_field_name("accessors")
        written = [one for one in (accessors.named_children if accessors is not None else ())
                   if one.child_by_field_name("body") is not None]  # fmt: skip
        getter = next((one for one in written if _word(one, "get")), None)
        decorators = tuple(self.attributes(node))
        name = self.text(node.child_by_field_name("name"))
        if value is not None and value.type == "arrow_expression_clause":
            self._define(node, name, "property", value, note, decorators)
        elif getter is not None:
            self._define(node, name, "property", getter.child_by_field_name("body"), note, decorators)
        else:
            told = self.as_expected(value, note) if value is not None else None
            self.calls = 0
            self.assign(Ref(name), told, node, note, decorators)
        for one in written:
            if one is not getter:
                self._define(one, f"{name}.set", "method", one.child_by_field_name("body"))

    def _method(self, node: Node) -> None:
        name = self.overload(self.text(node.child_by_field_name("name")))
        returns = self.type(node.child_by_field_name("returns") or node.child_by_field_name("type"))
        parameters = node.child_by_field_name("parameters")
        kind = "method" if self.in_class else "function"
        if any(self.text(one) == "static" for one in node.named_children if one.type == "modifier") and self.in_class:
            kind = "extension" if _extends(parameters) else "static"
        note = None if returns == UNKNOWN else returns
        decorators = tuple(self.attributes(node))
        self._define(node, name, kind, node.child_by_field_name("body"), note, decorators)

    def _constructor(self, node: Node) -> None:
        name = self.overload("__init__")
        initializer = next((one for one in node.named_children if one.type == "constructor_initializer"), None)
        self._define(node, name, "method", node.child_by_field_name("body"), initializer=initializer)

    def _operator(self, node: Node) -> None:
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        self._define(node, self.lambda_name(node), "static", body)

    def function(self, node: Node) -> Expr:
        """A function without a name."""
        name = self.lambda_name(node)
        before = self.calls, self.bound
        self.bound = ()
        body = node.child_by_field_name("body")
        if body is None:
            body = next((one for one in node.named_children if one.type == "block"), None)
        self._define(node, name, "function", body)
        self.calls, self.bound = before
        return Ref(name)

    def _define(
        self, node: Node, name: str, kind: str, body: Node | None, returns: Expr | None = None,
        decorators: tuple[Expr, ...] = (), initializer: Node | None = None,
    ) -> None:  # fmt: skip
        """A function with its body, which may be an expression."""
        parameters = tuple(self.parameters(node.child_by_field_name("parameters")))
        line, column = self.place(node.child_by_field_name("name") or node)
        end = self.end(node)
        self.facts.append(
            Function(name, self.scope, parameters, decorators, returns, kind, line=line, column=column, end_line=end)  # type: ignore[arg-type]
        )
        outer = self.locals, self.result, self.expected
        self.locals |= {one.name for one in parameters}
        self.result, self.expected = returns, None
        with self.inside(name):
            given = initializer.named_children[-1] if initializer is not None and initializer.named_children else None
            if initializer is not None and given is not None:
                self._to_base("super" if _word(initializer, "base") else "self", given)
            if body is not None:
                self.body(body)
        self.locals, self.result, self.expected = outer

    def parameters(self, node: Node | None) -> Iterator[Parameter]:
        """The parameters of a function."""
        if node is None:
            return
        if node.type in ("implicit_parameter", "identifier"):
            yield Parameter(self.text(node))
            return
        many = node.child_by_field_name("name")
        for one in node.named_children:
            if one.type == "parameter":
                yield self._parameter(one)
            elif one.type == "implicit_parameter":
                yield Parameter(self.text(one))
        if many is not None:
            yield Parameter(self.text(many), None, self.type(node.child_by_field_name("type")), "rest")

    def _parameter(self, node: Node) -> Parameter:
        name, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
        known = (name, kind, *(one for one in node.named_children if one.type in ("attribute_list", "modifier")))
        rest = [one for one in node.named_children if one not in known]
        default = self.taken(rest[-1]) if rest else None
        note = self.type(kind)
        many = any(self.text(one) == "params" for one in node.named_children if one.type == "modifier")
        return Parameter(
            self.text(name).removeprefix("@"), default, None if note == UNKNOWN else note,
            "rest" if many else "value", tuple(self.attributes(node)),
        )  # fmt: skip

    # --- attributes -----------------------------------------------------------------------------------------

    def attributes(self, node: Node) -> Iterator[Expr]:
        """The attributes before a declaration."""
        lists = [one for one in node.named_children if one.type == "attribute_list"]
        for one in [one for listed in lists for one in listed.named_children if one.type == "attribute"]:
            name = one.child_by_field_name("name")
            kind = self.type(name)
            callee = kind.of if isinstance(kind, Item) else kind
            given = next((part for part in one.named_children if part.type == "attribute_argument_list"), None)
            types = kind.key.items if isinstance(kind, Item) and isinstance(kind.key, Listing) else ()
            if given is None and not types:
                yield callee
                continue
            args, keywords = self.arguments(given)
            line, column = self.place(one)
            keywords += [(f"<{at}>", each) for at, each in enumerate(types)]
            yield Apply(callee, tuple(args), tuple(keywords), line, column)

    statements: ClassVar[_tree.Statements] = {
        **Statements.statements,
        "global_statement": _top,
        "preproc_if": _conditional_part,
        "preproc_elif": _conditional_part,
        "namespace_declaration": _namespace,
        "file_scoped_namespace_declaration": _namespace,
        "using_directive": _using,
        "class_declaration": _type,
        "struct_declaration": _type,
        "record_declaration": _type,
        "interface_declaration": _type,
        "enum_declaration": _enum,
        "field_declaration": _field,
        "event_field_declaration": _field,
        "property_declaration": _property,
        "indexer_declaration": _operator,
        "method_declaration": _method,
        "local_function_statement": _method,
        "constructor_declaration": _constructor,
        "destructor_declaration": _operator,
        "operator_declaration": _operator,
        "conversion_operator_declaration": _operator,
        "delegate_declaration": lambda _, __: None,
        "attribute_list": lambda _, __: None,
        "global_attribute": lambda _, __: None,
    }


def _word(node: Node, word: str) -> bool:
    """Whether a keyword stands in a node."""
    return any(one.type == word for one in node.children)


def _extends(parameters: Node | None) -> bool:
    """Whether the first parameter is an object that a method is called on."""
    first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
    return first is not None and any(one.type == "modifier" and one.text == b"this" for one in first.named_children)
