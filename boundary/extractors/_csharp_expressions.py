"""Expressions of C# in neutral form; see ``_tree`` for how each is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors import _tree
from boundary.extractors._csharp_literals import Literals
from boundary.extractors._texts import UNKNOWN, is_small, join
from boundary.facts import Apply, Either, Expr, Item, Join, Listing, Member, Out, Record, Ref, Text, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEP = 12
"""Expressions in expressions, from which on a call is not repeated for the variables that it fills."""


class Expressions(Literals):
    """Reads calls, objects and operators. ``expected`` is the type that ``new(…)`` has where it stands, ``bound`` what
    ``?.`` is applied to; ``fields`` are the members of the class that is being read, ``locals`` the variables of the
    function."""

    expected: Expr | None = None
    bound: tuple[Expr, ...] = ()
    fields: frozenset[str] = frozenset()
    locals: frozenset[str] = frozenset()

    def function(self, node: Node) -> Expr:
        """A function without a name."""
        raise NotImplementedError

    def as_expected(self, node: Node, kind: Expr | None) -> Expr:
        """An expression where a type is expected."""
        outer, self.expected = self.expected, kind
        value = self.expr(node)
        self.expected = outer
        return value

    # --- names ----------------------------------------------------------------------------------------------

    def _member(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("expression"), node.child_by_field_name("name")
        return Member(self.expr(of) if of is not None else UNKNOWN, self.plain(name))

    def _conditional(self, node: Node) -> Expr:
        """``a?.B``: what follows is of what stands before."""
        if len(node.named_children) != 2:
            return self.unfollowed(node.named_children)
        self.bound = (*self.bound, self.expr(node.named_children[0]))
        value = self.expr(node.named_children[1])
        self.bound = self.bound[:-1]
        return value

    def _bound_member(self, node: Node) -> Expr:
        return Member(self.bound[-1] if self.bound else UNKNOWN, self.plain(node.child_by_field_name("name")))

    def _bound_element(self, node: Node) -> Expr:
        return Item(self.bound[-1] if self.bound else UNKNOWN, self._key(node.named_children))

    def _element(self, node: Node) -> Expr:
        of, given = node.child_by_field_name("expression"), node.child_by_field_name("subscript")
        if of is None or given is None:
            return self.unfollowed(node.named_children)
        return Item(self.expr(of), self._key(given.named_children))

    def _key(self, arguments: Sequence[Node]) -> Expr:
        values = [self._argument(one) for one in arguments if one.type not in self.remarks]
        return values[0] if len(values) == 1 else UNKNOWN

    # --- calls and objects ----------------------------------------------------------------------------------

    def _argument(self, node: Node) -> Expr:
        inner = self.inner_of(node)
        return self.expr(inner) if inner is not None else UNKNOWN

    def inner_of(self, node: Node) -> Node | None:
        """The expression of an argument, which may have a name."""
        name = node.child_by_field_name("name")
        parts = [one for one in node.named_children if one.type not in self.remarks and one != name]
        return parts[-1] if parts else name

    def arguments(self, node: Node | None) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        """The arguments of a call: by position, and by name."""
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        outer, self.expected = self.expected, None
        for one in node.named_children if node is not None else ():
            if one.type in self.remarks:
                continue
            name = one.child_by_field_name("name")
            if one.type in ("argument", "attribute_argument") and name is not None and self.inner_of(one) != name:
                keywords.append((self.text(name), self._argument(one)))
            elif one.type == "attribute_argument" and (pair := self._setting(one)) is not None:
                keywords.append((self.text(pair[0]), self.expr(pair[1])))
            else:
                args.append(self._argument(one))
        self.expected = outer
        return args, keywords

    def _setting(self, node: Node) -> tuple[Node, Node] | None:
        """The name and value of ``Name = "orders"`` in an attribute."""
        inner = node.named_children[0] if node.named_children else None
        if inner is None or inner.type != "assignment_expression":
            return None
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        return (left, right) if left is not None and right is not None else None

    def _invocation(self, node: Node) -> Expr:
        callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None:
            return self.unfollowed(node.named_children)
        if self.text(callee) == "nameof" and given is not None and given.named_children:
            return Text(self.text(given).strip("()").rpartition(".")[2].strip(), self.line(node))
        outer, self.expected = self.expected, None
        function = self.expr(callee)
        self.expected = outer
        args, keywords = self.arguments(given)
        name = self._called(callee)
        types = [(f"<{at}>", kind) for at, kind in enumerate(self.type_arguments(name))]
        made = self.call(function, args, (*types, *keywords), node, name)
        if given is not None and self._depth <= _DEEP:
            self._by_reference(made, given)
        return made

    def _called(self, callee: Node) -> Node | None:
        """The name of what is called."""
        while callee.type == "conditional_access_expression" and len(callee.named_children) == 2:
            callee = callee.named_children[1]
        return callee.child_by_field_name("name") if callee.type.startswith("member_") else callee

    def _by_reference(self, call: Apply, given: Node) -> None:
        """What a call leaves in variables that it is given with ``out``."""
        position = -1
        for one in given.named_children:
            position += one.type not in self.remarks
            inner = self.inner_of(one) if one.child_count and one.children[0].type == "out" else None
            if inner is None:
                continue
            name = inner.child_by_field_name("name") if inner.type == "declaration_expression" else inner
            target = self.target(name) if name is not None and self.text(name) != "_" else UNKNOWN
            if is_small(target) and not isinstance(target, Unknown):
                kind = self.type(inner.child_by_field_name("type")) if inner is not name else UNKNOWN
                self.assign(target, Out(call, position), one, None if kind == UNKNOWN else kind)

    def target(self, node: Node) -> Expr:
        """What is assigned to; a field or property of the class is one of the object."""
        if node.type == "declaration_expression":
            return self.name(node)
        value = self.taken(node)
        if not isinstance(value, Ref) or value.name in self.locals:
            return value
        own = value.name in self.fields or value.name.startswith("_")
        return Member(Ref("self"), value.name) if own else value

    def _new(self, node: Node) -> Expr:
        kind = self.type(node.child_by_field_name("type"))
        return self.made(kind, node.child_by_field_name("arguments"), _initializer(node), node)

    def _new_of_type(self, node: Node) -> Expr:
        """``new(…)``; where no type is expected by the place itself, it is what its first argument says."""
        given = next((one for one in node.named_children if one.type == "argument_list"), None)
        return self.made(self.expected or Ref("new"), given, _initializer(node), node)

    def made(self, kind: Expr, given: Node | None, initializer: Node | None, node: Node) -> Expr:
        """An object with what it is made of: a list, a dictionary, or one of a class."""
        elements = [one for one in (initializer.named_children if initializer else ()) if one.type not in self.remarks]
        named = [one for one in elements if one.type == "assignment_expression"]
        if elements and not named and all(one.type != "initializer_expression" for one in elements):
            return Listing(tuple(self._value(one) for one in elements))
        if elements and (not named or _is_keyed(named[0])):
            return Record(tuple(self._pairs(elements)))
        callee = kind.of if isinstance(kind, Item) else kind
        types = kind.key.items if isinstance(kind, Item) and isinstance(kind.key, Listing) else ()
        args, keywords = self.arguments(given)
        keywords += [(f"<{at}>", one) for at, one in enumerate(types)]
        for one in named:
            left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
            if left is not None and right is not None and left.type == "identifier":
                keywords.append((self.text(left), self._value(right)))
        return self.call(callee, args, keywords, node)

    def _value(self, node: Node) -> Expr:
        """A part of an initializer."""
        if node.type != "initializer_expression":
            return self.as_expected(node, None)
        elements = [one for one in node.named_children if one.type not in self.remarks]
        if elements and all(one.type not in ("assignment_expression", "initializer_expression") for one in elements):
            return Listing(tuple(self._value(one) for one in elements))
        return Record(tuple(self._pairs(elements)))

    def _pairs(self, elements: Sequence[Node]) -> Iterator[tuple[Expr, Expr]]:
        """``["a"] = b``, ``{ "a", b }`` and ``A = b``."""
        for one in elements:
            if one.type == "assignment_expression":
                left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
                if left is None or right is None:
                    continue
                key = self._key(left.named_children) if _is_keyed(one) else Text(self.text(left), self.line(left))
                yield key, self._value(right)
            elif one.type == "initializer_expression" and len(one.named_children) == 2:
                yield self._value(one.named_children[0]), self._value(one.named_children[1])

    def _anonymous_object(self, node: Node) -> Expr:
        entries: list[tuple[Expr, Expr]] = []
        name: Node | None = None
        for at, one in enumerate(node.children):
            if not one.is_named or one.type in self.remarks:
                continue
            if one.type == "identifier" and at + 1 < node.child_count and node.children[at + 1].type == "=":
                name = one
                continue
            value = self.as_expected(one, None)
            told = self.text(name) if name is not None else value.name if isinstance(value, Ref | Member) else ""
            entries.append((Text(told, self.line(one)), value))
            name = None
        return Record(tuple(entries))

    def _array(self, node: Node) -> Expr:
        initializer = _initializer(node)
        if initializer is None:
            return self.unfollowed(node.named_children)
        return Listing(tuple(self._value(one) for one in initializer.named_children if one.type not in self.remarks))

    def _collection(self, node: Node) -> Expr:
        return Listing(tuple(self._collected(one) for one in node.named_children if one.type not in self.remarks))

    def _collected(self, node: Node) -> Expr:
        """An element of a collection; ``..xs`` spreads a list."""
        while node.named_children and node.type in ("collection_element", "expression_element"):
            node = node.named_children[0]
        if node.type == "spread_element" and node.named_children:
            return Item(self.expr(node.named_children[0]), UNKNOWN)
        return self.as_expected(node, None)

    # --- operators ------------------------------------------------------------------------------------------

    def _inner(self, node: Node) -> Expr:
        """What stands in parentheses, behind an operator, ``await`` or a conversion."""
        inner = node.child_by_field_name("value") or node.child_by_field_name("left")
        if inner is None and node.named_children:
            inner = node.named_children[0]
        return self.expr(inner) if inner is not None else UNKNOWN

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.text(node.child_by_field_name("operator"))
        if left is None or right is None or operator not in ("+", "??"):
            return self.unfollowed(node.named_children)
        if operator == "??":
            return _either([self.expr(left), self.expr(right)])
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

    def _choice(self, node: Node) -> Expr:
        condition = node.child_by_field_name("condition")
        if condition is not None:
            self.block([condition])
        branches = (node.child_by_field_name(name) for name in ("consequence", "alternative"))
        return _either([self.expr(one) for one in branches if one is not None])

    def _switch(self, node: Node) -> Expr:
        values: list[Expr] = []
        for one in node.named_children:
            if one.type != "switch_expression_arm":
                self.block([one])
            elif one.named_children:
                self.block(part for part in one.named_children[1:-1] if part.type == "when_clause")
                values.append(self.expr(one.named_children[-1]))
        return _either(values)

    def _is(self, node: Node) -> Expr:
        """``x is Order order`` and ``x is { State: "open" } order`` give a variable a value."""
        of, pattern = node.child_by_field_name("expression"), node.child_by_field_name("pattern")
        name = pattern.child_by_field_name("name") if pattern is not None else None
        if of is None or pattern is None or name is None:
            return self.unfollowed([of] if of is not None else [])
        kind = self.type(pattern.child_by_field_name("type"))
        self.assign(Ref(self.text(name)), self.taken(of), node, None if kind == UNKNOWN else kind)
        return UNKNOWN

    def _assignment(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return self.unfollowed(node.named_children)
        operator = self.text(node.child_by_field_name("operator")) or "="
        if left.type == "tuple_expression":
            return self._destructured([self.inner_of(one) for one in left.named_children], right)
        target = self.target(left)
        before = self.calls
        value = self.as_expected(right, None)
        self.calls = before
        if operator == "??=":
            self.assign(target, _either([target, value]) if is_small(target) else value, node)
        elif operator == "+=":
            self.assign(target, join((target, value)) if is_small(target) else UNKNOWN, node)
        elif operator == "=":
            self.assign(target, value, node)
            return value if is_small(value) else UNKNOWN
        return UNKNOWN

    def _destructured(self, names: Sequence[Node | None], right: Node) -> Expr:
        """``(a, b) = …``: of a tuple each gets its own."""
        before = self.calls
        value = self.expr(right)
        items = value.items if isinstance(value, Listing) else ()
        if not items and self.calls > before:
            self.evaluated(value, right)
        self.calls = before
        for at, name in enumerate(names):
            if name is not None and at < len(items):
                self.assign(self.target(name), items[at], name)
        return UNKNOWN

    def _tuple(self, node: Node) -> Expr:
        return Listing(tuple(self._argument(one) for one in node.named_children if one.type not in self.remarks))

    expressions: ClassVar[_tree.Expressions] = {
        **Literals.expressions,
        "member_access_expression": _member,
        "conditional_access_expression": _conditional,
        "member_binding_expression": _bound_member,
        "element_binding_expression": _bound_element,
        "element_access_expression": _element,
        "invocation_expression": _invocation,
        "object_creation_expression": _new,
        "implicit_object_creation_expression": _new_of_type,
        "anonymous_object_creation_expression": _anonymous_object,
        "array_creation_expression": _array,
        "implicit_array_creation_expression": _array,
        "collection_expression": _collection,
        "parenthesized_expression": _inner,
        "await_expression": _inner,
        "cast_expression": _inner,
        "as_expression": _inner,
        "prefix_unary_expression": _inner,
        "postfix_unary_expression": _inner,
        "unary_expression": _inner,
        "checked_expression": _inner,
        "ref_expression": _inner,
        "with_expression": _inner,
        "binary_expression": _binary,
        "conditional_expression": _choice,
        "switch_expression": _switch,
        "is_pattern_expression": _is,
        "assignment_expression": _assignment,
        "tuple_expression": _tuple,
        "lambda_expression": lambda self, node: self.function(node),
        "anonymous_method_expression": lambda self, node: self.function(node),
    }


def _either(options: list[Expr]) -> Expr:
    known = [one for one in options if not isinstance(one, Unknown)]
    return Either(tuple(known)) if len(known) > 1 else known[0] if known else UNKNOWN


def _initializer(node: Node) -> Node | None:
    return next((one for one in node.named_children if one.type == "initializer_expression"), None)


def _is_keyed(node: Node) -> bool:
    left = node.child_by_field_name("left")
    return left is not None and left.type == "element_binding_expression"
