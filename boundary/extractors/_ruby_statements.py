"""Ruby's statements in the neutral form: branches are flattened, every one of them counts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar, Literal

from boundary.extractors._ruby_patterns import RubyPatterns
from boundary.extractors._texts import UNKNOWN, is_small
from boundary.extractors._tree import Statements
from boundary.facts import (
    Apply,
    Class,
    Either,
    Expr,
    Fact,
    Function,
    Import,
    Item,
    Join,
    Listing,
    Member,
    Ref,
    Return,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_MIXED_IN = ("include", "extend", "prepend")
_NO_SETTING = (*_MIXED_IN, "attr_reader", "attr_accessor", "attr_writer", "private", "public", "protected")
"""What directly in a class is said about its methods, and sets nothing."""
_FEW = 24
_READERS = ("attr_reader", "attr_accessor", "cattr_reader", "cattr_accessor", "mattr_reader", "mattr_accessor")


class Ruby(RubyPatterns):
    """Reads a Ruby file."""

    def read(self) -> list[Fact]:
        """All facts of the file; the bodies of here-documents are found first, as they follow what uses them."""
        self._heredocs = self._bodies()
        self._static = False
        return super().read()

    def _bodies(self) -> dict[int, Node]:
        """Where a here-document begins → its body."""
        found: dict[int, Node] = {}
        if b"<<" not in self.data:
            return found
        beginnings: deque[Node] = deque()
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.type == "heredoc_beginning":
                beginnings.append(node)
            elif node.type == "heredoc_body" and beginnings:
                found[beginnings.popleft().start_byte] = node
            waiting += reversed(node.children)
        return found

    # --- definitions ----------------------------------------------------------------------------------------

    def _class(self, node: Node) -> None:
        named = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        above = node.child_by_field_name("superclass")
        bases = [self.taken(each) for each in (above.named_children if above is not None else ())]
        for made in [base for base in bases if isinstance(base, Apply)]:
            self.evaluated(made, node)  # ``class Seat < Sequel::Model(:seats)``
        bases += self._mixed_in(body)
        parts = self.text(named).strip(":").split("::")
        line, column = self.place(node)
        scope = ".".join((*([self.scope] if self.scope else ()), *parts[:-1]))
        kind = "object" if node.type == "module" else "class"
        self.facts.append(
            Class(parts[-1], scope, tuple(bases), kind=kind, line=line, column=column, end_line=self.end(node))  # type: ignore[arg-type]
        )
        with self.inside(".".join(parts), in_class=True):
            self.block(body.named_children if body is not None else ())

    def _mixed_in(self, body: Node | None) -> list[Expr]:
        """Modules that are included are looked through like base classes."""
        calls = [each for each in (body.named_children if body is not None else ()) if each.type == "call"]
        mixing = [each for each in calls if self.text(each.child_by_field_name("method")) in _MIXED_IN]
        return [expr for each in mixing for expr in self._arguments(each)[0] if isinstance(expr, Ref | Member)]

    def _singleton(self, node: Node) -> None:
        """``class << self``: what is in it belongs to the class itself."""
        outer, self._static = self._static, True
        body = node.child_by_field_name("body")
        self.block(body.named_children if body is not None else ())
        self._static = outer

    def _method(self, node: Node) -> None:
        name = self.text(node.child_by_field_name("name"))
        parameters = self.parameters(node.child_by_field_name("parameters"))
        if name == "initialize":
            name = "__init__"
        own = node.type == "singleton_method" or self._static
        kind = "class" if own and self.scope else "function" if parameters and not self.scope else "method"
        if not parameters and name != "__init__" and kind != "class":
            kind = "property"
        line, column = self.place(node)
        self.facts.append(
            Function(name, self.scope, parameters, kind=kind, line=line, column=column, end_line=self.end(node))  # type: ignore[arg-type]
        )
        with self.inside(name):
            self.function_body(node.child_by_field_name("body"))

    def _required(self, node: Node) -> bool:
        """``require "x"`` is an import."""
        method = self.text(node.child_by_field_name("method"))
        if node.child_by_field_name("receiver") is not None or method not in ("require", "require_relative", "load"):
            return False
        args, _ = self._arguments(node)
        if len(args) != 1 or not isinstance(args[0], Text):
            return False
        line, column = self.place(node)
        written = args[0].text if method == "require" else "./" + args[0].text.removeprefix("./")
        self.facts.append(Import(written, "*", scope=self.scope, line=line, column=column))
        return True

    # --- values ---------------------------------------------------------------------------------------------

    def _call_statement(self, node: Node) -> None:
        """A call that stands for itself; ``base_uri "x"`` directly in a class also tells the class something."""
        if self._required(node):
            return
        if self.in_class and self.text(node.child_by_field_name("method")) in _READERS:
            self._readers(node)
        before = self.calls
        value = self.expr(node)
        if self.calls > before or (isinstance(value, Ref) and not self.in_class):
            self.evaluated(value, node)
        self.calls = before
        if self.in_class and isinstance(value, Apply):
            self._told(value, node)

    def _readers(self, node: Node) -> None:
        """``attr_reader :url`` is a method that gives back the variable of the object."""
        line, column = self.place(node)
        for name in [each.text for each in self._arguments(node)[0] if isinstance(each, Text)]:
            scope = f"{self.scope}.{name}"
            kind: Literal["class", "property"] = "class" if self._static else "property"
            self.facts.append(Function(name, self.scope, kind=kind, line=line, column=column))
            self.facts.append(Return(scope, Member(Ref("self"), f"@{name}"), line=line, column=column))

    def _told(self, call: Apply, node: Node) -> None:
        """What a call directly in a class tells the class."""
        plain = len(call.args) == 1 and not call.keywords
        if plain and isinstance(call.callee, Ref) and call.callee.name not in _NO_SETTING:
            self.assign(call.callee, call.args[0] if _is_short(call.args[0]) else UNKNOWN, node)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type == "left_assignment_list":
            self._unpacked(left, right, node)
            return
        value = self.taken(right) if right.type != "assignment" else self._chained(right)
        self.assign(self._target(left), value, node)

    def _chained(self, node: Node) -> Expr:
        """``a = b = value``: the inner one first, the outer takes its name."""
        self._assignment(node)
        left = node.child_by_field_name("left")
        return self._target(left) if left is not None else UNKNOWN

    def _unpacked(self, left: Node, right: Node, node: Node) -> None:
        targets = left.named_children
        if right.type == "right_assignment_list" and len(right.named_children) == len(targets):
            for target, value in zip(targets, right.named_children, strict=True):
                self.assign(self._target(target), self.taken(value), node)
            return
        self.evaluate(right)
        for target in targets:
            self.assign(self._target(target), UNKNOWN, node)

    def _target(self, node: Node) -> Expr:
        """``x.y = v`` sets a member; ``self.x`` and ``@x`` are the receiver's."""
        if node.type == "call":
            of = node.child_by_field_name("receiver")
            name = self.text(node.child_by_field_name("method"))
            if of is not None and of.type == "self":
                return Ref(name) if self.in_class else Member(Ref("self"), "@" + name)
            if of is not None:
                return Member(self.taken(of), name)
        return self.taken(node)

    def _operator(self, node: Node) -> None:
        """``x ||= y`` is x or y; ``x += y`` is x and y."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        written = self.data[left.end_byte : right.start_byte].strip()
        value = self.taken(right)
        target = self._target(left)
        if written == b"||=":
            value = Either((target, value))
        elif written == b"+=":
            if isinstance(target, Member) and isinstance(value, Listing):
                self._put_in(target, list(value.items), node)
            value = self._sum(target, value)
        self.assign(target, value, node)

    def _binary_statement(self, node: Node) -> None:
        """``folders << path`` that stands for itself puts something in, as ``push`` does."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or self.text(node.child_by_field_name("operator")) != "<<":
            self.evaluate(node)
            return
        self._put_in(self.expr(left), [self.taken(right)], node)

    def _put_in(self, target: Expr, items: list[Expr], node: Node) -> None:
        self.evaluated(self.call(Member(target, "push"), items, (), node), node)

    @staticmethod
    def _sum(left: Expr, right: Expr) -> Expr:
        return Listing((*left.items, right)) if isinstance(left, Listing) else right if left == UNKNOWN else left

    def _return(self, node: Node) -> None:
        values = [each for part in node.named_children for each in part.named_children]
        if len(values) == 1:
            self.returned(self.taken(values[0]), node)
        else:
            self.unfollowed(values)

    def _for(self, node: Node) -> None:
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if pattern is not None and value is not None:
            inner = value.named_children[0] if value.named_children else value
            self.assign(self.taken(pattern), Item(self.taken(inner), UNKNOWN), node)
        body = node.child_by_field_name("body")
        self.block(body.named_children if body is not None else ())

    def _nested(self, node: Node) -> None:
        """What holds statements and stands for itself."""
        self.block(node.named_children)

    def _skip(self, node: Node) -> None:
        """What stands here is read where it is used."""

    statements: ClassVar[Statements] = {
        "class": _class, "module": _class, "singleton_class": _singleton, "method": _method,
        "singleton_method": _method, "call": _call_statement, "identifier": _call_statement,
        "assignment": _assignment, "operator_assignment": _operator, "return": _return, "for": _for,
        "heredoc_body": _skip, "binary": _binary_statement, "begin": _nested, "if": _nested, "unless": _nested,
        "case": _nested, "match_pattern": RubyPatterns._match, "test_pattern": RubyPatterns._match,
        "case_match": RubyPatterns._case_match,
    }  # fmt: skip


def _is_short(expr: Expr) -> bool:
    """Whether an expression may be repeated in facts: it is made of a few small ones."""
    waiting, left = [expr], _FEW
    while waiting and left:
        one = waiting.pop()
        left -= 1
        match one:
            case Item(of, key):
                waiting += (of, key)
            case Join(parts) | Either(parts):
                waiting += parts
            case Apply(callee, args, keywords):
                waiting += (callee, *args, *(value for _, value in keywords))
            case Member(of) if not is_small(one):
                waiting.append(of)
            case _ if not is_small(one):
                return False
    return not waiting
