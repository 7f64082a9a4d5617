"""A walk over the syntax tree of any language that has a tree-sitter grammar, and how constructs are written as facts.

A language is a subclass of ``Reader`` with two tables from node types to methods, ``expressions`` and ``statements``.
What is in neither is gone through for the expressions and statements in it, so control flow needs no entry: branches
and loops are flattened, every one of them counts. The same forms hold for all languages, so that one evaluator
(``boundary.resolve.code``) understands them:

- ``package a.b;``, ``namespace A.B`` is ``Namespace("a.b")``.
- ``import a.b.C`` is ``Import("a.b", "C")``, with another name in ``alias``; ``import a.b.*`` and ``using A.B`` are
  ``Import("a.b", "*")``. Go's ``import x "host/p/q"`` is ``Import("host/p/q", alias="x")``, the alias being the last
  part of the path where none is written. JavaScript's ``import {a as b} from "m"`` and what ``require`` gives is
  ``Import("m", "a", "b")``, a default has the name ``default``, a whole module only an alias. Paths stay as written.
- Classes, interfaces, structs, records and objects are ``Class`` with its kind; inner ones have a scope. A base whose
  constructor is given something where the class is declared (Kotlin) is ``Apply(Ref("Base"), args)``.
- Methods, functions and constructors are ``Function``; a constructor is called ``__init__``. A receiver is no parameter
  and is written ``Ref("self")``: ``this.x``, ``$this->x`` and Go's ``s.x`` are ``Member(Ref("self"), "x")``, Ruby's
  ``@x`` is ``Member(Ref("self"), "@x")``, for a method may have the same name. A
  method that is declared outside of its class has the class as scope. What has no receiver is ``static``. The second
  method of a name in a scope is called ``name#2``, the third ``name#3``: which is meant, the arguments tell. A function
  that extends a type is an ``extension``; what it is called on is its first parameter, in Kotlin called ``self``.
- ``super(x)`` and ``: base(x)`` are a call of ``Member(Ref("super"), "__init__")``, and ``super.f`` is
  ``Member(Ref("super"), "f")``.
- A lambda or anonymous function is a ``Function`` named ``<lambda:line:column>`` in the scope where it stands; the
  expression is a ``Ref`` to that name. An anonymous class is a ``Class`` named ``<class:line:column>``.
- A field with its initial value is ``Assign(scope=Class, target=Ref(name), value, annotation, decorators)``, a getter a
  ``Function`` of kind ``property``. A constructor that declares fields has parameters, and in its scope
  ``Assign(Member(Ref("self"), x), Ref(x))``.
- Annotations, attributes, decorators and a struct's tags are ``decorators``: ``Apply(Ref("Name"), args, keywords)``, or
  a ``Ref`` without values.
- ``new Foo(a) { B = c }`` and ``Foo{B: c}`` are ``Apply(Ref("Foo"), (a,), (("B", c),))``; ``f<A, B>(x)`` is
  ``Apply(f, (x,), (("<0>", A), ("<1>", B)))``.
- The type ``{ url: Url }`` is ``Record(((Text("url"), Ref("Url")),))``.
- The type ``List<Foo>`` is ``Item(Ref("List"), Listing((Ref("Foo"),)))``; ``Foo?``, ``*Foo`` and ``Foo[]`` are ``Foo``,
  as are ``Foo.class``, ``typeof(Foo)``, ``Foo::class``.
- ``x.setHost(v)`` as a statement, and ``x.host = v``, are ``Assign(Member(Ref("x"), "host"), v)``; the call is an
  ``Evaluate`` as well.
- ``"a" + b`` and interpolation are a ``Join``; ``a ?: b``, ``a ?? b``, ``a || b`` and ``x ? a : b`` an ``Either``;
  ``await``, casts, parentheses, ``!``, ``&x`` and ``*x`` what is inside.
- ``f(&x)`` and ``f(out x)`` are the call, and ``Assign(x, Out(call, position))``.
- ``for (x : xs)`` is ``Assign(x, Item(xs, Unknown()))``; ``return x`` and the value of a short lambda are ``Return``.
- A call that stands for itself, or in a condition, is an ``Evaluate``; an attribute or item there is a ``Look``.

Constants, strings and numbers are ``Text``; ``null`` is ``Unknown``. Sources: the grammars' ``node-types.json``.
"""

from __future__ import annotations

import re
from abc import ABC
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from boundary.extract import UnreadableSource
from boundary.extractors._parsing import parsed
from boundary.extractors._texts import UNKNOWN, is_small
from boundary.facts import (
    Apply,
    Assign,
    Class,
    CopyOf,
    Evaluate,
    Expr,
    Fact,
    Function,
    Item,
    Look,
    Member,
    Ref,
    Return,
    Unreadable,
)

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from boundary.source import Source

DEEPEST = 150
"""Expressions in expressions; a chain of calls has two for each. What is deeper is read as a statement of its own."""

_BROKEN = 10
"""Per cent of a file that may be misunderstood; more is no file of its language, or one that does not compile."""

_LEAST_COPY = 200
"""Characters of code from which on two equal files are called copies of each other."""

_LONGEST_NAME = 200

_SETTER = re.compile(r"set[A-Z]")

Expressions = dict[str, Callable[[Any, "Node"], Expr]]
Statements = dict[str, Callable[[Any, "Node"], None]]


class Reader(ABC):
    """Walks one file. ``facts`` are those found so far, ``scope`` is the dotted name of where the walk is, ``in_class``
    whether that is directly a class, ``calls`` counts the calls in the expression that is being read."""

    language: ClassVar[str]
    """As people call it, for messages."""
    expressions: ClassVar[Expressions]
    statements: ClassVar[Statements]
    remarks: ClassVar[frozenset[str]] = frozenset({"comment", "line_comment", "block_comment"})
    """Node types of comments."""
    headers: ClassVar[frozenset[str]] = frozenset({
        "package_declaration", "package_header", "package_clause",
        "import_declaration", "import_header", "import_list", "import_statement", "use_declaration",
    })  # fmt: skip
    """Node types of what only says where a file lies, and where others do; copies differ in it."""

    def __init__(self, source: Source, grammar: Language) -> None:
        self.data = self.prepared(source.text.encode("utf-8", "replace"))
        self.root = self.tree(grammar)
        self.facts: list[Fact] = []
        self.scope = ""
        self.in_class = False
        self.calls = 0
        self._depth = 0
        self._named: Counter[tuple[str, str]] = Counter()
        self._deferred: list[tuple[str, Node]] = []
        self._lines = None if self.data.isascii() else self.data.split(b"\n")
        self._starts: dict[int, list[int]] = {}

    def read(self) -> list[Fact]:
        """All facts of the file; what the grammar does not understand is said when it is much."""
        try:
            self.block(self.root.named_children)
            while self._deferred:
                self.scope, node = self._deferred.pop()
                self.evaluate(node)
        except RecursionError:
            raise UnreadableSource("depth", "nested too deeply to be read") from None
        self.scope = ""
        self.facts += self._unread()
        self.facts += self._copy()
        return self.facts

    def prepared(self, data: bytes) -> bytes:
        """The text as the grammar understands it best; every line must stay where it is."""
        return data

    def tree(self, grammar: Language) -> Node:
        """The root of the tree of the text."""
        return parsed(grammar, self.data)

    # --- what is in the tree --------------------------------------------------------------------------------

    def expr(self, node: Node) -> Expr:
        """An expression in neutral form; the calls in one that has no form become facts of their own."""
        if self._depth >= DEEPEST:
            self._deferred.append((self.scope, node))
            return UNKNOWN
        reader = self.expressions.get(node.type)
        self._depth += 1
        try:
            return reader(self, node) if reader else self.unfollowed(node.named_children)
        finally:
            self._depth -= 1

    def taken(self, node: Node) -> Expr:
        """An expression that a fact will hold together with the calls in it."""
        before = self.calls
        value = self.expr(node)
        self.calls = before
        return value

    def block(self, nodes: Iterable[Node]) -> None:
        """Statements, and whatever else holds statements or expressions."""
        for node in nodes:
            reader = self.statements.get(node.type)
            if reader:
                reader(self, node)
            elif node.type in self.expressions:
                self.evaluate(node)
            elif node.type not in self.remarks:
                self.block(node.named_children)

    def evaluate(self, node: Node) -> None:
        """An expression that stands for itself: a fact when it has a call in it, which no other fact holds."""
        before = self.calls
        value = self.expr(node)
        if self.calls > before:
            self.evaluated(value, node)
        elif isinstance(value, Member | Item):
            line, column = self.place(node)
            self.facts.append(Look(self.scope, value, line=line, column=column))
        self.calls = before

    def unfollowed(self, nodes: Iterable[Node]) -> Expr:
        """Parts whose result is not followed: only the calls in them become facts."""
        self.block(nodes)
        return UNKNOWN

    def call(
        self,
        callee: Expr,
        args: Iterable[Expr],
        keywords: Iterable[tuple[str, Expr]],
        node: Node,
        name: Node | None = None,
    ) -> Apply:
        """A call at a node; one on the result of another stands where its own ``name`` stands."""
        self.calls += 1
        line, column = self.place(name if name is not None and _on_call(callee) else node)
        return Apply(callee, tuple(args), tuple(keywords), line, column)

    # --- facts ----------------------------------------------------------------------------------------------

    def evaluated(self, value: Expr, node: Node) -> None:
        """The fact that an expression is evaluated at the place of a node."""
        line, column = self.place(node)
        self.facts.append(Evaluate(self.scope, value, line=line, column=column))

    def returned(self, value: Expr, node: Node) -> None:
        """The fact that the function gives back a value."""
        line, column = self.place(node)
        self.facts.append(Return(self.scope, value, line=line, column=column, end_line=self.end(node)))

    def assign(
        self, target: Expr, value: Expr | None, node: Node, note: Expr | None = None, decorators: tuple[Expr, ...] = ()
    ) -> None:
        """The fact that a name, attribute or item is given a value, at the place of a node."""
        line, column = self.place(node)
        end = self.end(node)
        fact = Assign(self.scope, target, value, note, decorators, line=line, column=column, end_line=end)
        self.facts.append(fact)

    def set_by_method(self, call: Expr, node: Node) -> None:
        """``x.setHost(v)`` also gives the member ``host`` of x a value, where both are short enough to be repeated."""
        if not isinstance(call, Apply) or not isinstance(call.callee, Member) or len(call.args) != 1:
            return
        of, name = call.callee.of, call.callee.name
        if _SETTER.match(name) and is_small(of):
            value = call.args[0] if is_small(call.args[0]) else UNKNOWN
            self.assign(Member(of, name[3].lower() + name[4:]), value, node)

    @contextmanager
    def inside(self, name: str, *, in_class: bool = False) -> Iterator[None]:
        """The walk is inside a function or class while this is open."""
        outer = self.scope, self.in_class
        name = name[:_LONGEST_NAME]
        self.scope, self.in_class = f"{self.scope}.{name}" if self.scope else name, in_class
        yield
        self.scope, self.in_class = outer

    def overload(self, name: str) -> str:
        """What a method is called beside others of the same name in the same scope."""
        self._named[self.scope, name] += 1
        count = self._named[self.scope, name]
        return name if count == 1 else f"{name}#{count}"

    def lambda_name(self, node: Node) -> str:
        """What a function without a name is called."""
        line, column = self.place(node)
        return f"<lambda:{line}:{column}>"

    # --- texts and places -----------------------------------------------------------------------------------

    def text(self, node: Node | None) -> str:
        """The source text of a node, "" for none."""
        return self.data[node.start_byte : node.end_byte].decode() if node is not None else ""

    def name(self, node: Node, field: str = "name") -> Ref:
        """A child of a node as a name."""
        return Ref(self.text(node.child_by_field_name(field)))

    def place(self, node: Node) -> tuple[int, int]:
        """Line and column of a node, from 1, the column in characters."""
        row, offset = node.start_point
        if self._lines is None or row >= len(self._lines) or self._lines[row].isascii():
            return row + 1, offset + 1
        if row not in self._starts:
            self._starts[row] = [index for index, byte in enumerate(self._lines[row]) if byte & 0xC0 != 0x80]
        return row + 1, bisect_right(self._starts[row], offset - 1) + 1

    def line(self, node: Node) -> int:
        """The line where a node starts."""
        return int(node.start_point[0]) + 1

    def end(self, node: Node) -> int:
        """The last line of a node of several lines, 0 for one line."""
        row = int(node.end_point[0]) - (node.end_point[1] == 0)
        return row + 1 if row > node.start_point[0] else 0

    # --- about the file -------------------------------------------------------------------------------------

    def _unread(self) -> Iterator[Fact]:
        """That the file is broken, when too much of it is misunderstood."""
        if not self.root.has_error:
            return
        first, size = None, 0
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.is_error:
                size += node.end_byte - node.start_byte
                first = node if first is None or node.start_byte < first.start_byte else first
            elif node.has_error:
                waiting += node.children
        if first is not None and size * 100 > _BROKEN * len(self.data):
            line, column = self.place(first)
            reason = f"not understood as {self.language} from here on; what else stands in the file is read"
            yield Unreadable("syntax", reason, line=line, column=column)

    def _copy(self) -> Iterator[Fact]:
        """A digest of the code without comments and layout, and how many statements stand at the top."""
        code: list[bytes] = []
        at = 0
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.type in self.remarks or node.type in self.headers:
                code.append(self.data[at : node.start_byte])
                at = node.end_byte
            elif node is self.root or b"/" in (text := self.data[node.start_byte : node.end_byte]) or b"#" in text:
                waiting += reversed(node.children)
        plain = b"".join(b"".join((*code, self.data[at:])).split())
        if len(plain) >= _LEAST_COPY:
            definitions = sum(isinstance(fact, Class | Function) for fact in self.facts)
            yield CopyOf(sha256(plain).hexdigest(), self.root.named_child_count + definitions)


def _on_call(callee: Expr) -> bool:
    """Whether something is taken from the result of a call."""
    while isinstance(callee, Member | Item):
        callee = callee.of
    return isinstance(callee, Apply)
