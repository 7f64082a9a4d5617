"""Rust's expressions in the neutral form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from boundary.extract import UnreadableSource
from boundary.extractors._parsing import parsed
from boundary.extractors._rust_names import RustNames
from boundary.extractors._texts import UNKNOWN, Given, braces, is_format, join
from boundary.extractors._tree import Expressions
from boundary.facts import Either, Expr, Function, Item, Listing, Member, Parameter, Record, Ref, Return, Text

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from boundary.source import Source

_SAME = frozenset({
    "unwrap", "expect", "to_string", "to_owned", "clone", "as_str", "as_ref", "into", "borrow", "into_string", "ok",
    "unwrap_or_default", "await", "as_deref", "cloned", "copied", "context", "map_err", "as_bytes", "into_bytes",
})  # fmt: skip
"""Methods that give back what they are called on, as far as a name or address goes."""

_OTHERWISE = ("unwrap_or", "unwrap_or_else", "or", "or_else", "ok_or")
_FORMATS = ("format", "concat", "format_args")
_PLAIN = re.compile(r"\{(\w*)(:[^{}]*)?\}")

_MACROS = 400
"""Macros of one file whose arguments are read; generated code has more."""

_LONGEST_MACRO = 4000


class RustExpressions(RustNames):
    """Reads expressions of Rust."""

    def __init__(self, source: Source, grammar: Language) -> None:
        super().__init__(source, grammar)
        self._grammar = grammar
        self._macros = 0

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        function, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None:
            return UNKNOWN
        args = [self.expr(each) for each in (listed.named_children if listed is not None else ()) if self._counts(each)]
        head = function
        keywords: list[tuple[str, Expr]] = []
        if function.type == "generic_function":
            given = function.child_by_field_name("type_arguments")
            types = [self.type_of(one) for one in (given.named_children if given is not None else ())]
            keywords = [(f"<{index}>", one) for index, one in enumerate(types) if one is not None]
            head = function.child_by_field_name("function") or function
        if head.type == "field_expression":
            name, of = self.text(head.child_by_field_name("field")), head.child_by_field_name("value")
            inner = self.expr(of) if of is not None else UNKNOWN
            if name in _SAME:
                return inner
            if name in _OTHERWISE and len(args) == 1:
                return Either((inner, self._body_of(args[0])))
            return self.call(Member(inner, name), args, keywords, node, head.child_by_field_name("field"))
        callee = self.expr(head)
        if callee in (Ref("Ok"), Ref("Some"), Ref("Box")) and len(args) == 1:
            return args[0]
        return self.call(callee, args, keywords, node)

    def _counts(self, node: Node) -> bool:
        return node.type not in self.remarks

    def _body_of(self, value: Expr) -> Expr:
        """What a closure gives back that was just read."""
        for fact in reversed(self.facts[-4:]):
            if isinstance(value, Ref) and isinstance(fact, Return) and fact.scope.endswith(value.name):
                return fact.value
        return value

    def _struct(self, node: Node) -> Expr:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        keywords = []
        for each in body.named_children if body is not None else ():
            if each.type == "field_initializer":
                value = each.child_by_field_name("value")
                field = self.text(each.child_by_field_name("field"))
                keywords.append((field, self.expr(value) if value is not None else Ref(field)))
            elif each.type == "shorthand_field_initializer":
                keywords.append((self.text(each), Ref(self.text(each))))
        return self.call(self.type_of(name) or UNKNOWN, (), keywords, node)

    def _closure(self, node: Node) -> Expr:
        line, column = self.place(node)
        name = self.lambda_name(node)
        parameters = self.parameters(node.child_by_field_name("parameters"))
        end = self.end(node)
        self.facts.append(Function(name, self.scope, parameters, line=line, column=column, end_line=end))
        with self.inside(name):
            self.function_body(node.child_by_field_name("body"))
        return Ref(name)

    def function_body(self, body: Node | None) -> None:
        """The statements of a function; a last expression without a semicolon is what it gives back."""
        nodes = [one for one in (body.named_children if body is not None else ()) if self._counts(one)]
        if body is not None and body.type != "block":
            nodes = [body]
        last = nodes[-1] if nodes and nodes[-1].type in self.expressions else None
        self.block(nodes[:-1] if last is not None else nodes)
        if last is not None:
            line, column = self.place(last)
            self.facts.append(Return(self.scope, self.taken(last), line=line, column=column))

    def parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        """The parameters of a function, without its receiver."""
        found: list[Parameter] = []
        for each in node.named_children if node is not None else ():
            if each.type == "parameter":
                name = each.child_by_field_name("pattern")
                found.append(Parameter(self.text(name), None, self.type_of(each.child_by_field_name("type"))))
            elif each.type == "identifier":
                found.append(Parameter(self.text(each)))
        return tuple(found)

    # --- macros ---------------------------------------------------------------------------------------------

    def _macro(self, node: Node) -> Expr:
        """``format!("{}/x", base)`` is a text, any other one a call of the macro's name."""
        named = node.child_by_field_name("macro")
        tree = next((one for one in node.named_children if one.type == "token_tree"), None)
        args = list(self._given(tree)) if tree is not None else []
        name = self.text(named).rpartition("::")[2]
        if name in _FORMATS and args:
            return self._filled(args[0], args[1:])
        return self.call(self.expr(named) if named is not None else UNKNOWN, args, (), node)

    def _given(self, tree: Node) -> Iterator[Expr]:
        """The arguments of a macro, parsed by themselves; their lines stay what they are."""
        text = self.text(tree)[1:-1].strip().rstrip(",;")
        self._macros += 1
        if not text or len(text) > _LONGEST_MACRO or self._macros > _MACROS:
            return
        data, lines, starts = self.data, self._lines, self._starts
        wrapped = b"\n" * int(tree.start_point[0]) + b"fn f(){g(" + text.encode() + b");}"
        try:
            root = parsed(self._grammar, wrapped)
        except UnreadableSource:
            return
        if root.has_error:
            return
        self.data, self._lines, self._starts = wrapped, None, {}
        try:
            body = root.named_children[0].child_by_field_name("body")
            call = body.named_children[0].named_children[0] if body is not None else None
            listed = call.child_by_field_name("arguments") if call is not None else None
            found = [self.expr(each) for each in (listed.named_children if listed is not None else ())]
        finally:
            self.data, self._lines, self._starts = data, lines, starts
        yield from found

    def _filled(self, template: Expr, given: list[Expr]) -> Expr:
        """A template of ``format!``: places are filled in order, by number, by name, or with the variable so called."""
        if not isinstance(template, Text) or not is_format(template):
            return UNKNOWN
        exprs: dict[str, Expr] = {str(index): one for index, one in enumerate(given)}
        for found in _PLAIN.finditer(template.text):
            if found[1] and not found[1].isdigit():
                exprs.setdefault(found[1], Ref(found[1]))
        return join(braces(template, Given(exprs)))

    # --- the rest -------------------------------------------------------------------------------------------

    def _item(self, node: Node) -> Expr:
        of, *keys = node.named_children
        return Item(self.expr(of), self.expr(keys[0]) if keys else UNKNOWN)

    def _listing(self, node: Node) -> Expr:
        pairs = [one.named_children for one in node.named_children if one.type == "tuple_expression"]
        if pairs and all(len(pair) == 2 for pair in pairs) and len(pairs) == len(node.named_children):
            return Record(tuple([(self.expr(key), self.expr(value)) for key, value in pairs]))
        return Listing(tuple([self.expr(one) for one in node.named_children if self._counts(one)]))

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and self.text(node.child_by_field_name("operator")) == "+":
            return join([self.expr(left), self.expr(right)])
        return self.unfollowed(node.named_children)

    def _inner(self, node: Node) -> Expr:
        return self.expr(node.named_children[-1]) if node.named_children else UNKNOWN

    def _first(self, node: Node) -> Expr:
        return self.expr(node.named_children[0]) if node.named_children else UNKNOWN

    def _if(self, node: Node) -> Expr:
        """``if x { a } else { b }`` is a or b."""
        condition = node.child_by_field_name("condition")
        self.block([condition] if condition is not None else [])
        branches = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
        return self._either([one for one in branches if one is not None])

    def _match(self, node: Node) -> Expr:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        self.unfollowed([value] if value is not None else [])
        arms = [arm.child_by_field_name("value") for arm in (body.named_children if body is not None else ())]
        return self._either([arm for arm in arms if arm is not None])

    def _either(self, nodes: list[Node]) -> Expr:
        found = [self._valued(one) for one in nodes]
        told = tuple(one for one in found if one != UNKNOWN)
        return Either(told) if len(told) > 1 else told[0] if told else UNKNOWN

    def _valued(self, node: Node) -> Expr:
        """A block as a value: its last expression."""
        if node.type == "else_clause":
            return self._valued(node.named_children[0]) if node.named_children else UNKNOWN
        if node.type not in ("block", "unsafe_block", "async_block"):
            return self.expr(node)
        nodes = [one for one in node.named_children if self._counts(one)]
        last = nodes[-1] if nodes and nodes[-1].type in self.expressions else None
        self.block(nodes[:-1] if last is not None else nodes)
        return self.expr(last) if last is not None else UNKNOWN

    expressions: ClassVar[Expressions] = {
        "string_literal": RustNames.string, "raw_string_literal": RustNames.string, "char_literal": RustNames.literal,
        "integer_literal": RustNames.literal, "float_literal": RustNames.literal, "boolean_literal": RustNames.literal,
        "identifier": RustNames.named, "self": RustNames.named, "type_identifier": RustNames.named,
        "field_identifier": RustNames.named, "scoped_identifier": RustNames.scoped,
        "scoped_type_identifier": RustNames.scoped, "field_expression": RustNames.field,
        "generic_function": RustNames.generic, "call_expression": _call, "struct_expression": _struct,
        "closure_expression": _closure, "macro_invocation": _macro, "index_expression": _item,
        "array_expression": _listing, "tuple_expression": _listing, "binary_expression": _binary,
        "reference_expression": _inner, "parenthesized_expression": _inner, "try_expression": _first,
        "await_expression": _first, "type_cast_expression": _first, "unary_expression": _inner, "if_expression": _if,
        "match_expression": _match, "block": _valued, "async_block": _valued, "unsafe_block": _valued,
    }  # fmt: skip
