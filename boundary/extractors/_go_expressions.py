"""Expressions and types of Go in neutral form; see ``_tree`` for how each is written."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors import _tree
from boundary.extractors._go_texts import literal
from boundary.extractors._texts import UNKNOWN, is_small, join
from boundary.facts import Apply, Either, Expr, Item, Join, Listing, Member, Out, Record, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_ELEMENTS = frozenset({"slice_type", "array_type", "implicit_length_array_type"})
_DEEP = 12
"""Expressions in expressions, from which on a call is not repeated for the variables that it fills."""

_LOADS = re.compile(r"(Must)?(Unmarshal|Decode|Process|Parse|Read(Config|Env))")
"""Names of functions that fill what they are given last; a variable may be a pointer already."""

_GENERIC = re.compile(rb"^func (\w+)\[", re.MULTILINE)

_WRAPPED = frozenset({"pointer_type", "channel_type", "parenthesized_type", "negated_type"})


class Expressions(_tree.Reader):
    """Reads expressions. ``receiver`` is what the method that is being read calls its object."""

    language = "Go"
    receiver = ""

    @cached_property
    def generic(self) -> frozenset[str]:
        """The functions of the file that have types for parameters."""
        return frozenset(name.decode() for name in _GENERIC.findall(self.data))

    def function(self, node: Node) -> Expr:
        """A function without a name."""
        raise NotImplementedError

    def struct(self, node: Node, name: str) -> None:
        """A struct type."""
        raise NotImplementedError

    def _identifier(self, node: Node) -> Expr:
        name = self.text(node)
        return Ref("self") if name == self.receiver and name else Ref(name)

    def _selector(self, node: Node) -> Expr:
        operand = node.child_by_field_name("operand")
        return Member(self.expr(operand) if operand else UNKNOWN, self.text(node.child_by_field_name("field")))

    def _literal(self, node: Node) -> Expr:
        return Text(literal(self.text(node)), self.line(node))

    def _number(self, node: Node) -> Expr:
        return Text(self.text(node).replace("_", ""), self.line(node))

    def _constant(self, node: Node) -> Expr:
        return Text(self.text(node), self.line(node))

    def _first(self, node: Node) -> Expr:
        """What stands in parentheses, behind an operator or a conversion."""
        inner = node.child_by_field_name("operand")
        return self.expr(inner if inner is not None else node.named_children[0]) if node.named_children else UNKNOWN

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.text(node.child_by_field_name("operator"))
        if left is None or right is None or operator not in ("+", "||"):
            return self.unfollowed(node.named_children)
        if operator == "||":
            return Either((self.expr(left), self.expr(right)))
        return join(self._sum(node))

    def _sum(self, node: Node) -> list[Expr]:
        """The parts of a sum from left to right; long ones lean left, which is no depth."""
        parts: list[Expr] = []
        while node.type == "binary_expression" and self.text(node.child_by_field_name("operator")) == "+":
            right, left = node.child_by_field_name("right"), node.child_by_field_name("left")
            if left is None or right is None:
                break
            parts.append(self.expr(right))
            node = left
        parts.append(self.expr(node))
        return [one for part in reversed(parts) for one in (part.parts if isinstance(part, Join) else (part,))]

    def _index(self, node: Node) -> Expr:
        operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
        if operand is None or index is None:
            return self.unfollowed(node.named_children)
        return Item(self.expr(operand), self.expr(index))

    def _call(self, node: Node) -> Expr:
        callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or given is None:
            return self.unfollowed(node.named_children)
        name = self.text(callee) if callee.type == "identifier" else ""
        if name in ("new", "make") and given.named_children:
            made = self.type(given.named_children[0])
            self.block(given.named_children[1:])
            return self.call(made, (), (), node) if name == "new" else UNKNOWN
        types = node.child_by_field_name("type_arguments")
        given_type = None
        if callee.type == "index_expression" and types is None:
            callee, given_type = self._instantiated(callee)
        function = self.expr(callee)
        args = [self._argument(arg) for arg in given.named_children if arg.type not in self.remarks]
        keywords = [(f"<{at}>", self.type(one)) for at, one in enumerate(types.named_children if types else ())]
        if given_type is not None:
            keywords.append(("<0>", self.expr(given_type)))
        inner = callee.child_by_field_name("field") if callee.type == "selector_expression" else None
        made = self.call(function, args, keywords, node, inner)
        self._by_reference(made, given, node)
        return made

    def _instantiated(self, callee: Node) -> tuple[Node, Node | None]:
        """``read[Order](path)``, which the grammar takes for an element of a map of functions: a function that has
        types for parameters, or what stands between the brackets is spelled as a type of another package."""
        operand, index = callee.child_by_field_name("operand"), callee.child_by_field_name("index")
        if operand is None or index is None or operand.type not in ("identifier", "selector_expression"):
            return callee, None
        named = index.type in ("identifier", "selector_expression")
        is_type = named and self.text(index).rpartition(".")[2][:1].isupper()
        return (operand, index) if is_type or (named and self.text(operand) in self.generic) else (callee, None)

    def _converted(self, node: Node) -> Expr:
        """A conversion; ``read[Stay](path)``, which the grammar takes for one, is a call of a function with types."""
        kind, operand = node.child_by_field_name("type"), node.child_by_field_name("operand")
        if kind is None or operand is None or kind.type != "generic_type":
            return self._first(node)
        of = kind.child_by_field_name("type")
        types = kind.child_by_field_name("type_arguments")
        keywords = [(f"<{at}>", self.type(one)) for at, one in enumerate(types.named_children if types else ())]
        return self.call(self.type(of), [self.expr(operand)], keywords, node, None)

    def _argument(self, node: Node) -> Expr:
        """``xs...`` spreads a list."""
        if node.type == "variadic_argument":
            return Item(self.expr(node.named_children[0]), UNKNOWN) if node.named_children else UNKNOWN
        return self.expr(node)

    def _by_reference(self, call: Apply, given: Node, node: Node) -> None:
        """What a call leaves in variables whose address it is given; the call's facts count once."""
        args = [arg for arg in given.named_children if arg.type not in self.remarks]
        if self._depth > _DEEP:
            return
        loads = isinstance(call.callee, Ref | Member) and _LOADS.match(call.callee.name)
        for position, arg in enumerate(args):
            pointed = arg.type == "unary_expression" and self.text(arg.child_by_field_name("operator")) == "&"
            if pointed or (loads and arg.type == "identifier" and position == len(args) - 1):
                inner = arg.child_by_field_name("operand") if pointed else arg
                if inner is not None and inner.type in ("identifier", "selector_expression"):
                    target = call.args[position]
                    if is_small(target):
                        self.assign(target, Out(call, position), node)

    def _composite(self, node: Node) -> Expr:
        kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
        return self._made(kind, body, node) if kind is not None and body is not None else UNKNOWN

    def _made(self, kind: Node, body: Node, node: Node) -> Expr:
        """A value of a type with the elements that are written out."""
        if kind.type in _ELEMENTS:
            element = kind.child_by_field_name("element")
            return Listing(tuple(self._element(one, element) for one in self._elements(body)))
        if kind.type == "map_type":
            inside = kind.child_by_field_name("value")
            return Record(tuple(self._pair(one, inside) for one in self._elements(body) if one.type == "keyed_element"))
        if kind.type == "pointer_type" and kind.named_children:
            return self._made(kind.named_children[0], body, node)
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        for one in self._elements(body):
            if one.type == "keyed_element" and len(one.named_children) > 1:
                keywords.append((self._key(one.named_children[0]), self._element(one.named_children[-1], None)))
            else:
                args.append(self._element(one, None))
        return self.call(self.type(kind), args, keywords, node)

    def _key(self, node: Node) -> str:
        """The name of a field, or the text under which a map of a named type holds something."""
        text = self.text(node)
        return literal(text) if text[:1] in ('"', "`") and len(text) > 1 else text

    def _elements(self, body: Node) -> list[Node]:
        return [one for one in body.named_children if one.type in ("keyed_element", "literal_element")]

    def _pair(self, node: Node, kind: Node | None) -> tuple[Expr, Expr]:
        parts = node.named_children
        return self._element(parts[0], None), self._element(parts[-1], kind)

    def _element(self, node: Node, kind: Node | None) -> Expr:
        """An element; one without a type has that of what it stands in."""
        if node.type == "keyed_element" and node.named_children:
            node = node.named_children[-1]
        if node.type == "literal_element" and node.named_children:
            node = node.named_children[0]
        if node.type == "literal_value":
            return self._made(kind, node, node) if kind is not None else self.unfollowed(node.named_children)
        return self.expr(node)

    # --- types ----------------------------------------------------------------------------------------------

    def type(self, node: Node | None) -> Expr:
        """A type as an expression; pointers, slices and channels are what they hold."""
        while node is not None and (node.type in _WRAPPED or node.type in _ELEMENTS):
            element = node.child_by_field_name("element") or node.child_by_field_name("value")
            node = element if element is not None else node.named_children[-1] if node.named_children else None
        if node is None:
            return UNKNOWN
        match node.type:
            case "type_identifier" | "identifier":
                return Ref(self.text(node))
            case "qualified_type":
                return Member(self.name(node, "package"), self.text(node.child_by_field_name("name")))
            case "generic_type":
                given = node.child_by_field_name("type_arguments")
                inner = tuple(self.type(one) for one in (given.named_children if given is not None else ()))
                return Item(self.type(node.child_by_field_name("type")), Listing(inner))
            case "type_elem":
                return self.type(node.named_children[0]) if len(node.named_children) == 1 else UNKNOWN
            case "map_type":
                pair = (node.child_by_field_name("key"), node.child_by_field_name("value"))
                return Item(Ref("map"), Listing(tuple(self.type(one) for one in pair)))
            case "struct_type":
                name = f"<class:{self.line(node)}:{self.place(node)[1]}>"
                self.struct(node, name)
                return Ref(name)
        return UNKNOWN

    expressions: ClassVar[_tree.Expressions] = {
        "identifier": _identifier,
        "field_identifier": _identifier,
        "selector_expression": _selector,
        "interpreted_string_literal": _literal,
        "raw_string_literal": _literal,
        "rune_literal": _literal,
        "int_literal": _number,
        "float_literal": _number,
        "true": _constant,
        "false": _constant,
        "nil": lambda _, __: UNKNOWN,
        "iota": lambda _, __: UNKNOWN,
        "parenthesized_expression": _first,
        "unary_expression": _first,
        "type_conversion_expression": _converted,
        "type_assertion_expression": _first,
        "slice_expression": _first,
        "binary_expression": _binary,
        "index_expression": _index,
        "call_expression": _call,
        "composite_literal": _composite,
        "func_literal": lambda self, node: self.function(node),
    }
