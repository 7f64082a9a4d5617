"""Statements and declarations of C++ in the neutral form: branches are flattened, every one of them counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._cpp_expressions import CppExpressions
from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Statements
from boundary.facts import Class, Expr, Function, Import, Item, Member, Namespace, Out, Ref

if TYPE_CHECKING:
    from tree_sitter import Node

_FIELD = re.compile(r"_\w+|m_\w+|\w+_")
"""How fields are called by those who do not write ``this->``."""


class Cpp(CppExpressions):
    """Reads a file of C++."""

    # --- definitions ----------------------------------------------------------------------------------------

    def _include(self, node: Node) -> None:
        path = self.text(node.child_by_field_name("path")).strip('<>"')
        line, column = self.place(node)
        self.facts.append(Import(path, "*", scope=self.scope, line=line, column=column))

    def _using(self, node: Node) -> None:
        """``using namespace a::b;`` and ``using a::b::C;``."""
        dotted = re.sub(r"^using\s+(namespace\s+)?|;$|\s", "", self.text(node)).strip(":").replace("::", ".")
        whole = "namespace" in self.text(node).split()
        module, _, name = (dotted, "", "*") if whole else dotted.rpartition(".")
        line, column = self.place(node)
        if module:
            self.facts.append(Import(module, name, scope=self.scope, line=line, column=column))

    def _alias(self, node: Node) -> None:
        """``using json = nlohmann::json;``."""
        kind = self.type_of(node.child_by_field_name("type"))
        name = self.text(node.child_by_field_name("name"))
        if kind is not None and name:
            self.assign(Ref(name), kind, node)

    def _namespace(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name")).replace("::", ".")
        body = node.child_by_field_name("body")
        if name:
            line, column = self.place(node)
            self.facts.append(Namespace(name, line=line, column=column))
        self.block(body.named_children if body is not None else ())

    def _class(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        named = node.child_by_field_name("name")
        if body is None or named is None:
            return
        bases: list[Expr] = []
        for clause in node.named_children:
            if clause.type == "base_class_clause":
                told = (self.type_of(one) for one in clause.named_children)
                bases += [one for one in told if one is not None]
        line, column = self.place(node)
        name = self._last(named)
        kind = "record" if node.type == "struct_specifier" else "class"
        self.facts.append(
            Class(name, self.scope, tuple(bases), kind=kind, line=line, column=column, end_line=self.end(node))  # type: ignore[arg-type]
        )
        with self.inside(name, in_class=True):
            self.block(body.named_children)

    def _function(self, node: Node) -> None:
        head = node.child_by_field_name("declarator")
        while head is not None and head.type != "function_declarator":
            head = head.child_by_field_name("declarator")
        body = node.child_by_field_name("body")
        if head is None:
            self.block([body] if body is not None else [])
            return
        named = head.child_by_field_name("declarator")
        owner, name = self._owner_and_name(named)
        scope = self.scope if self.in_class else owner
        if name == scope.rpartition(".")[2]:
            name = "__init__"
        static = any(self.text(child) == "static" for child in node.children if child.type == "storage_class_specifier")
        kind = "function" if not scope else "static" if static else "method"
        parameters = self.parameters(head.child_by_field_name("parameters"))
        returns = self.type_of(node.child_by_field_name("type"))
        line, column = self.place(node)
        end = self.end(node)
        self.facts.append(Function(name, scope, parameters, (), returns, kind, line=line, column=column, end_line=end))  # type: ignore[arg-type]
        outer, self.scope = self.scope, scope
        with self.inside(name):
            self._initial(node)
            self.block(body.named_children if body is not None else ())
        self.scope = outer

    def _owner_and_name(self, node: Node | None) -> tuple[str, str]:
        """The class and the name of a function that is defined outside of its class."""
        if node is not None and node.type == "qualified_identifier":
            owner, _, name = self.text(node).rpartition("::")
            return re.sub(r"<.*", "", owner.rpartition("::")[2]), name
        return "", self.text(node)

    def _initial(self, node: Node) -> None:
        """``: pool_(pool), url_{url}``."""
        for listed in node.named_children:
            for one in listed.named_children if listed.type == "field_initializer_list" else ():
                if not (parts := one.named_children):
                    continue
                named, *given = parts
                values = self.arguments(given[0]) if given else []
                value = values[0] if len(values) == 1 else UNKNOWN
                self.assign(Member(Ref("self"), self.text(named)), value, one)

    # --- values ---------------------------------------------------------------------------------------------

    def _declaration(self, node: Node) -> None:
        kind = node.child_by_field_name("type")
        if kind is not None and kind.type in self.statements:
            self.block([kind])
        note = self.type_of(kind)
        for each in map(_bare, node.children_by_field_name("declarator")):
            if each.type == "init_declarator":
                self._initialised(each, kind, note)
            elif each.type == "function_declarator":
                self._declared_function(each, note, node)
            elif (name := self.declared(each)) is not None:
                default = node.child_by_field_name("default_value")
                value = self.taken(default) if default is not None else None
                self.assign(Ref(self.text(name)), value, each, note)

    def _initialised(self, node: Node, kind: Node | None, note: Expr | None) -> None:
        name, value = self.declared(node.child_by_field_name("declarator")), node.child_by_field_name("value")
        if name is None or value is None:
            return
        before = self.calls
        if value.type in ("argument_list", "initializer_list"):
            told = self.made(kind, self.arguments(value), node)
        else:
            told = self.expr(value)
        self.calls = before
        self.assign(Ref(self.text(name)), told, node, note)
        self._left_behind(value, told)

    def _declared_function(self, node: Node, note: Expr | None, whole: Node) -> None:
        """A method without a body; in a function, ``Pool<Client> pool(host, port);`` looks the same and makes one.

        Anywhere else it says nothing.
        """
        name = self.text(node.child_by_field_name("declarator"))
        listed = node.child_by_field_name("parameters")
        if self.in_class:
            line, column = self.place(whole)
            called = "__init__" if name == self.scope.rpartition(".")[2] else name
            given = self.parameters(listed)
            self.facts.append(Function(called, self.scope, given, (), note, "method", line=line, column=column))
        elif self.scope:
            types = [one.child_by_field_name("type") for one in (listed.named_children if listed is not None else ())]
            args = [self.type_of(one) or UNKNOWN for one in types]
            before = self.calls
            value = self.made(whole.child_by_field_name("type"), args, whole)
            self.calls = before
            self.assign(Ref(name), value, node, note)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        target = self.taken(left)
        if isinstance(target, Ref) and _FIELD.fullmatch(target.name):
            target = Member(Ref("self"), target.name)
        value = self.taken(right)
        if self.text(node.child_by_field_name("operator")) == "+=":
            value = join([target, value])
        self.assign(target, value, node)
        self._left_behind(right, value)

    def _expression(self, node: Node) -> None:
        for inner in node.named_children:
            if inner.type in self.statements:
                self.statements[inner.type](self, inner)
                continue
            before = self.calls
            value = self.expr(inner)
            if self.calls > before:
                self.evaluated(value, inner)
                self.set_by_method(value, inner)
                self._left_behind(inner, value)
            self.calls = before

    def _left_behind(self, node: Node, value: Expr) -> None:
        for target, position in self.references(node, value):
            self.assign(Ref(self.text(target)), Out(value, position), node)

    def _return(self, node: Node) -> None:
        for value in node.named_children:
            self.returned(self.taken(value), node)

    def _for(self, node: Node) -> None:
        name, over = self.declared(node.child_by_field_name("declarator")), node.child_by_field_name("right")
        if name is not None and over is not None:
            self.assign(Ref(self.text(name)), Item(self.taken(over), UNKNOWN), node)
        body = node.child_by_field_name("body")
        self.block([body] if body is not None else [])

    statements: ClassVar[Statements] = {
        "preproc_include": _include, "using_declaration": _using, "alias_declaration": _alias,
        "namespace_definition": _namespace, "class_specifier": _class, "struct_specifier": _class,
        "function_definition": _function, "declaration": _declaration, "field_declaration": _declaration,
        "assignment_expression": _assignment, "expression_statement": _expression, "return_statement": _return,
        "for_range_loop": _for,
    }  # fmt: skip


def _bare(node: Node) -> Node:
    """The declarator of a function that gives back a pointer or reference, as if it gave back a value."""
    inner = node
    while inner.type in ("pointer_declarator", "reference_declarator"):
        below = inner.child_by_field_name("declarator") or next(iter(inner.named_children), None)
        if below is None:
            break
        inner = below
    return inner if inner.type == "function_declarator" else node
