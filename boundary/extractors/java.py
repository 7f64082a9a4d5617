"""Java: every import, type, member, value and call, in the neutral form that the resolver evaluates.

Nothing is compiled; the text is read by a grammar that also gets over what it does not understand. How constructs are
written down: ``_tree``. Sources: the Java language specification; tree-sitter-java, ``node-types.json``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal

from boundary.extractors._java_expressions import JavaExpressions
from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Statements
from boundary.facts import Class, Expr, Fact, Function, Import, Item, Member, Namespace, Parameter, Ref

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from boundary.source import Source

FORMAT = "java"

_KINDS: dict[str, Literal["class", "interface", "record", "enum"]] = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "interface",
    "record_declaration": "record",
    "enum_declaration": "enum",
}


def matches(path: str) -> bool:
    """Java files by their ending."""
    return path.endswith(".java")


def extract(source: Source) -> Iterable[Fact]:
    """The facts of a compilation unit."""
    return Java(source, _grammar()).read()


@cache
def _grammar() -> Language:
    from tree_sitter import Language
    from tree_sitter_java import language

    return Language(language())


class Java(JavaExpressions):
    """Declarations and statements. ``_fields`` are those of the class that the walk is in, ``_locals`` the names that
    the method around has for itself: an assignment to a bare name is one to the object where it is no local's."""

    language: ClassVar[str] = "Java"

    def __init__(self, source: Source, grammar: Language) -> None:
        super().__init__(source, grammar)
        self._fields: frozenset[str] = frozenset()
        self._locals: set[str] = set()

    # --- what a file begins with ----------------------------------------------------------------------------

    def _package(self, node: Node) -> None:
        name = next((child for child in node.named_children if child.type in ("scoped_identifier", "identifier")), None)
        self.facts.append(Namespace(self.text(name), line=self.line(node)))

    def _import(self, node: Node) -> None:
        dotted = "".join(self.text(node.named_children[0]).split()) if node.named_children else ""
        everything = any(child.type == "asterisk" for child in node.named_children)
        module, _, name = (dotted, "", "*") if everything else dotted.rpartition(".")
        line, column = self.place(node)
        self.facts.append(Import(module, name, line=line, column=column))

    # --- types ----------------------------------------------------------------------------------------------

    def _type(self, node: Node) -> None:
        name, body = self.name(node).name, node.child_by_field_name("body")
        line, column = self.place(node)
        kind = _KINDS[node.type]
        self.facts.append(
            Class(name, self.scope, self._bases(node), (), self.marks(node), kind,
                  line=line, column=column, end_line=self.end(node))
        )  # fmt: skip
        inner = body.named_children if body is not None else []
        with self.inside(name, in_class=True):
            for parameter in self.parameters(node.child_by_field_name("parameters")) if kind == "record" else ():
                self.assign(Ref(parameter.name), None, node, parameter.annotation, parameter.decorators)
            self.members(inner)

    def _bases(self, node: Node) -> tuple[Expr, ...]:
        heads = [child for child in node.named_children if child.type in _BASES]
        lists = [child for head in heads for child in head.named_children]
        types = [one for child in lists for one in (child.named_children if child.type == "type_list" else [child])]
        return tuple(self.type(one) for one in types)

    def members(self, body: list[Node]) -> None:
        """What stands in a class; its fields are known by name meanwhile."""
        outer = self._fields, self._locals
        fields = [node for node in body if node.type in ("field_declaration", "constant_declaration")]
        self._fields = frozenset(self.text(one.child_by_field_name("name")) for f in fields for one in _declared(f))
        self._locals = set()
        self.block(body)
        self._fields, self._locals = outer

    def _constant(self, node: Node) -> None:
        """A constant of an enumeration is an object of it."""
        args = self._arguments(node.child_by_field_name("arguments"))
        made = self.call(Ref(self.scope.rpartition(".")[2]), args, (), node)
        self.assign(self.name(node), made, node, None, self.marks(node))
        body = node.child_by_field_name("body")
        if body is not None:
            with self.inside(self.name(node).name, in_class=True):
                self.members(body.named_children)

    def _declaration(self, node: Node) -> None:
        """Fields and local variables."""
        kind = self.type(node.child_by_field_name("type"))
        note = None if kind == Ref("var") else kind
        decorators = self.marks(node)
        for one in _declared(node):
            value = one.child_by_field_name("value")
            if not self.in_class:
                self._locals.add(self.text(one.child_by_field_name("name")))
            taken = self.taken(value) if value is not None else None
            self.assign(self.name(one), taken, one if value is not None else node, note, decorators)

    # --- methods --------------------------------------------------------------------------------------------

    def _method(self, node: Node) -> None:
        made = node.type in ("constructor_declaration", "compact_constructor_declaration")
        name = "__init__" if made else self.name(node).name
        parameters = tuple(self.parameters(node.child_by_field_name("parameters")))
        returns = None if made else self.type(node.child_by_field_name("type"))
        static = any(child.type == "static" for m in node.children if m.type == "modifiers" for child in m.children)
        self.function(name, parameters, returns, "static" if static else "method", node)

    def function(
        self, name: str, parameters: tuple[Parameter, ...], returns: Expr | None,
        kind: Literal["method", "static"], node: Node,
    ) -> None:  # fmt: skip
        """The fact of a method, and what stands in it."""
        line, column = self.place(node)
        name = self.overload(name)
        self.facts.append(
            Function(name, self.scope, parameters, self.marks(node), returns, kind,
                     line=line, column=column, end_line=self.end(node))
        )  # fmt: skip
        body = node.child_by_field_name("body")
        outer, self._locals = self._locals, {parameter.name for parameter in parameters}
        with self.inside(name):
            self.block(body.named_children if body is not None else ())
        self._locals = outer

    def _delegation(self, node: Node) -> None:
        """``super(…)`` and ``this(…)``."""
        head = node.child_by_field_name("constructor")
        if head is None:
            return
        of = Ref("super" if self.text(head) == "super" else "self")
        call = self.call(Member(of, "__init__"), self._arguments(node.child_by_field_name("arguments")), (), node)
        self.evaluated(call, node)

    # --- statements -----------------------------------------------------------------------------------------

    def _statement(self, node: Node) -> None:
        for child in node.named_children:
            before = self.calls
            value = self.expr(child)
            if self.calls > before:
                self.evaluated(value, child)
                self.set_by_method(value, child)
            self.calls = before

    def _return(self, node: Node) -> None:
        inner = [child for child in node.named_children if child.type not in self.remarks]
        if inner:
            self.returned(self.taken(inner[0]), node)

    def _each(self, node: Node) -> None:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        name = self.name(node)
        self._locals.add(name.name)
        if value is not None:
            kind = self.type(node.child_by_field_name("type"))
            self.assign(name, Item(self.taken(value), UNKNOWN), node, None if kind == Ref("var") else kind)
        self.block([body] if body is not None else ())

    def _resource(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        if node.child_by_field_name("name") is None or value is None:
            self.block(node.named_children)
            return
        self._locals.add(self.name(node).name)
        kind = self.type(node.child_by_field_name("type"))
        self.assign(self.name(node), self.taken(value), node, None if kind == Ref("var") else kind)

    def _element(self, node: Node) -> None:
        """A value of an annotation with its default: a field of it."""
        value = node.child_by_field_name("value")
        if value is not None:
            self.assign(self.name(node), self.taken(value), node, self.type(node.child_by_field_name("type")))

    def _nothing(self, node: Node) -> None:
        """Annotations are read where they belong to; type parameters and labels say nothing."""

    def target(self, node: Node) -> Expr:
        """What is assigned to: a bare name that is no local one is a field of the object."""
        found = self.expr(node)
        if isinstance(found, Ref) and found.name in self._fields and found.name not in self._locals:
            return Member(Ref("self"), found.name)
        return found

    statements: ClassVar[Statements] = {
        "package_declaration": _package,
        "import_declaration": _import,
        **dict.fromkeys(_KINDS, _type),
        "enum_constant": _constant,
        "field_declaration": _declaration,
        "constant_declaration": _declaration,
        "local_variable_declaration": _declaration,
        "method_declaration": _method,
        "constructor_declaration": _method,
        "compact_constructor_declaration": _method,
        "explicit_constructor_invocation": _delegation,
        "expression_statement": _statement,
        "return_statement": _return,
        "yield_statement": _return,
        "enhanced_for_statement": _each,
        "resource": _resource,
        "annotation_type_element_declaration": _element,
        "modifiers": _nothing,
        "type_parameters": _nothing,
        "catch_formal_parameter": _nothing,
    }


_BASES = frozenset({"superclass", "super_interfaces", "extends_interfaces"})


def _declared(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type == "variable_declarator"]
