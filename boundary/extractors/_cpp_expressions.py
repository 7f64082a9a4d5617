"""Expressions and types of C++ in the neutral form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions, Reader
from boundary.facts import Apply, Either, Expr, Function, Item, Listing, Member, Parameter, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
_MAKERS = ("make_shared", "make_unique", "make_optional")
_CASTS = ("static_cast", "dynamic_cast", "const_cast", "reinterpret_cast", "move", "forward", "ref", "cref")
_POINTERS = ("unique_ptr", "shared_ptr", "weak_ptr", "optional")
_SAME = ("c_str", "str", "data", "dump", "get", "value", "as_string", "GetString")
"""Methods without arguments that give back what they are called on, as a text says it."""


class CppExpressions(Reader):
    """Reads expressions of C++."""

    language: ClassVar[str] = "C++"

    # --- texts and names ------------------------------------------------------------------------------------

    def _string(self, node: Node) -> Expr:
        pieces = [
            Text(_ESCAPES.get(self.text(piece), "") if piece.type == "escape_sequence" else self.text(piece))
            for piece in node.named_children
            if piece.type in ("string_content", "escape_sequence", "raw_string_content", "character")
        ]
        whole = join(pieces) if pieces else Text("")
        return Text(whole.text, self.line(node)) if isinstance(whole, Text) else whole

    def _strings(self, node: Node) -> Expr:
        """Literals that follow each other are one."""
        return join([self.expr(part) for part in node.named_children])

    def _literal(self, node: Node) -> Expr:
        return Text(self.text(node), self.line(node))

    def _name(self, node: Node) -> Expr:
        return Ref("self" if node.type == "this" else self.text(node))

    def _qualified(self, node: Node) -> Expr:
        """``a::b``, whatever is between the angle brackets of its parts."""
        parts: list[str] = []
        at: Node | None = node
        while at is not None and at.type == "qualified_identifier":
            parts += self._plain(at.child_by_field_name("scope"))
            at = at.child_by_field_name("name")
        whole: Expr | None = None
        for part in (*parts, *self._plain(at)):
            whole = Ref(part) if whole is None else Member(whole, part)
        return whole or UNKNOWN

    def _plain(self, node: Node | None) -> list[str]:
        if node is None:
            return []
        named = node.child_by_field_name("name") if node.type.startswith("template_") else node
        return [self.text(named)] if named is not None else []

    def _member(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("argument"), node.child_by_field_name("field")
        if of is None or name is None:
            return self.unfollowed(node.named_children)
        return Member(self.expr(of), (self._plain(name) or [""])[0])

    # --- types ----------------------------------------------------------------------------------------------

    def type_of(self, node: Node | None) -> Expr | None:
        """A type as an expression, without what is between angle brackets; of a smart pointer what it points to."""
        if node is None or node.type in ("placeholder_type_specifier", "primitive_type", "sized_type_specifier"):
            return None
        if node.type == "type_descriptor":
            return self.type_of(node.child_by_field_name("type"))
        inner = list(self._angles(node))
        if inner and self._last(node) in _POINTERS:
            return self.type_of(inner[0])
        if node.type == "template_type":
            return self.type_of(node.child_by_field_name("name"))
        if node.type in ("qualified_identifier", "type_identifier", "namespace_identifier", "identifier"):
            return self._qualified(node)
        named = node.child_by_field_name("name")
        return self.type_of(named) if named is not None else None

    def _last(self, node: Node) -> str:
        while node.type == "qualified_identifier":
            inner = node.child_by_field_name("name")
            if inner is None:
                break
            node = inner
        return (self._plain(node) or [""])[0]

    def _angles(self, node: Node | None) -> Iterator[Node]:
        """The types directly between the angle brackets of a type or name."""
        while node is not None and node.type == "qualified_identifier":
            node = node.child_by_field_name("name")
        listed = node.child_by_field_name("arguments") if node is not None and "template" in node.type else None
        yield from listed.named_children if listed is not None else ()

    def type_arguments(self, node: Node | None) -> list[tuple[str, Expr]]:
        """All types between angle brackets, outer before inner, as keywords ``<0>``, ``<1>`` …"""
        found: list[Expr] = []
        waiting = list(self._angles(node))
        while waiting:
            one = waiting.pop(0)
            inner = one.child_by_field_name("type") if one.type == "type_descriptor" else one
            told = self.type_of(inner)
            found += [told] if told is not None else []
            waiting += self._angles(inner)
        return [(f"<{index}>", one) for index, one in enumerate(found)]

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None:
            return self.unfollowed(node.named_children)
        args = self.arguments(given)
        field = function.child_by_field_name("field") if function.type == "field_expression" else None
        name = self._last(field if field is not None else function)
        angles = list(self._angles(field if field is not None else function))
        if name in _MAKERS and angles:
            return self.made(angles[0], args, node)
        if name in _CASTS and len(args) == 1:
            return args[0]
        callee = self.expr(function)
        if isinstance(callee, Member) and field is not None and not args and name in _SAME:
            return callee.of
        keywords = self.type_arguments(field if field is not None else function)
        return self.call(callee, args, keywords, node, field)

    def made(self, kind: Node | None, args: list[Expr], node: Node) -> Expr:
        """An object of a type that is made with arguments; a smart pointer is the object that it is given."""
        inner = kind.child_by_field_name("type") if kind is not None and kind.type == "type_descriptor" else kind
        if inner is not None and self._last(inner) in _POINTERS and len(args) == 1:
            return args[0]
        callee = self.type_of(inner)
        if callee is None:
            return args[0] if len(args) == 1 else UNKNOWN
        return self.call(callee, args, self.type_arguments(inner), node)

    def _new(self, node: Node) -> Expr:
        args = self.arguments(node.child_by_field_name("arguments"))
        return self.made(node.child_by_field_name("type"), args, node)

    def arguments(self, node: Node | None) -> list[Expr]:
        """The arguments of a call."""
        listed = node.named_children if node is not None else ()
        return [self.expr(each) for each in listed if each.type not in self.remarks]

    def references(self, call: Node, value: Expr) -> Iterator[tuple[Node, int]]:
        """Variables that a call is given by reference (``&x``), with their positions."""
        given = call.child_by_field_name("arguments")
        if isinstance(value, Apply) and given is not None:
            listed = [each for each in given.named_children if each.type not in self.remarks]
            for position, each in enumerate(listed):
                target = each.child_by_field_name("argument") if each.type == "pointer_expression" else None
                if target is not None and self.text(each).startswith("&") and target.type == "identifier":
                    yield target, position

    def _lambda(self, node: Node) -> Expr:
        line, column = self.place(node)
        name = self.lambda_name(node)
        outer = node.child_by_field_name("declarator")
        parameters = self.parameters(outer.child_by_field_name("parameters") if outer is not None else None)
        end = self.end(node)
        self.facts.append(Function(name, self.scope, parameters, line=line, column=column, end_line=end))
        body = node.child_by_field_name("body")
        with self.inside(name):
            self.block(body.named_children if body is not None else ())
        return Ref(name)

    def parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        """The parameters of a function; those without a name count for their positions."""
        found: list[Parameter] = []
        for each in node.named_children if node is not None else ():
            if not each.type.endswith("parameter_declaration"):
                continue
            name = self.declared(each.child_by_field_name("declarator"))
            default = each.child_by_field_name("default_value")
            value = self.taken(default) if default is not None else None
            note = self.type_of(each.child_by_field_name("type"))
            found.append(Parameter(self.text(name) if name is not None else "", value, note))
        return tuple(found)

    def declared(self, node: Node | None) -> Node | None:
        """The name in a declarator: ``*x``, ``&x``, ``x[]``, ``(*x)``."""
        while node is not None and node.type.endswith("_declarator"):
            inner = node.child_by_field_name("declarator")
            node = inner if inner is not None else next(iter(node.named_children), None)
        return node

    # --- the rest -------------------------------------------------------------------------------------------

    def _item(self, node: Node) -> Expr:
        of, keys = node.child_by_field_name("argument"), node.child_by_field_name("indices")
        listed = self.arguments(keys)
        return Item(self.expr(of), listed[0] if listed else UNKNOWN) if of is not None else UNKNOWN

    def _listing(self, node: Node) -> Expr:
        return Listing(tuple(self.arguments(node)))

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.text(node.child_by_field_name("operator"))
        if left is not None and right is not None and operator in ("+", "||", "or"):
            both = (self.expr(left), self.expr(right))
            return join(both) if operator == "+" else Either(both)
        return self.unfollowed(node.named_children)

    def _conditional(self, node: Node) -> Expr:
        condition = node.child_by_field_name("condition")
        self.unfollowed([condition] if condition is not None else [])
        options = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
        return Either(tuple([self.expr(option) for option in options if option is not None]))

    def _inner(self, node: Node) -> Expr:
        return self.expr(node.named_children[-1]) if node.named_children else UNKNOWN

    def _assigned(self, node: Node) -> Expr:
        """An assignment within an expression: the fact, and what is assigned."""
        self.statements[node.type](self, node)
        left = node.child_by_field_name("left")
        return self.expr(left) if left is not None else UNKNOWN

    expressions: ClassVar[Expressions] = {
        "string_literal": _string, "raw_string_literal": _string, "char_literal": _string,
        "concatenated_string": _strings, "number_literal": _literal, "true": _literal, "false": _literal,
        "identifier": _name, "this": _name, "field_identifier": _name, "type_identifier": _name,
        "qualified_identifier": _qualified, "field_expression": _member, "call_expression": _call,
        "new_expression": _new, "lambda_expression": _lambda, "subscript_expression": _item,
        "initializer_list": _listing, "binary_expression": _binary, "conditional_expression": _conditional,
        "parenthesized_expression": _inner, "pointer_expression": _inner, "cast_expression": _inner,
        "co_await_expression": _inner, "assignment_expression": _assigned,
    }  # fmt: skip
