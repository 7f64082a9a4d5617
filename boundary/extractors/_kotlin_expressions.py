"""Expressions, types and annotations of Kotlin in neutral form; see the contract in ``_tree``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._jvm_texts import block, unescaped
from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions, Reader
from boundary.facts import Apply, Class, Either, Expr, Function, Item, Listing, Member, Parameter, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME = re.compile(r"[A-Za-z_]\w*")
_TYPES = frozenset({"user_type", "nullable_type", "function_type", "parenthesized_type", "non_nullable_type"})


class KotlinExpressions(Reader):
    """What stands in expressions; statements and declarations build on it."""

    def inner(self, node: Node) -> list[Node]:
        """The children that say something."""
        return [child for child in node.named_children if child.type not in self.remarks]

    def first(self, node: Node, *kinds: str) -> Node | None:
        """The first child of one of some types."""
        return next((child for child in node.named_children if child.type in kinds), None)

    def _identifier(self, node: Node) -> Expr:
        """A name; the grammar takes ``null``, ``true`` and ``false`` for names too."""
        text = self.text(node)
        if text in ("true", "false"):
            return Text(text, self.line(node))
        return UNKNOWN if text == "null" else Ref(text.strip("`"))

    def _number(self, node: Node) -> Expr:
        return Text(self.text(node).replace("_", ""), self.line(node))

    def _string(self, node: Node) -> Expr:
        """A text with its templates; ``$name`` comes from the grammar as two pieces of text."""
        lines = node.type == "multiline_string_literal"
        parts: list[Expr] = []
        dollar = False
        for child in node.named_children:
            text = self.text(child)
            if child.type == "interpolation":
                parts += [self.expr(one) for one in self.inner(child)[:1]]
            elif child.type == "string_content" and text == "$":
                dollar = True
                continue
            elif dollar and (found := _NAME.match(text)):
                parts += [Ref(found[0]), Text(text[found.end() :], self.line(child))]
            else:
                parts.append(Text(("$" if dollar else "") + (text if lines else unescaped(text)), self.line(child)))
            dollar = False
        found_text = join(parts) if parts else Text("", self.line(node))
        if lines and isinstance(found_text, Text):
            return Text(block(found_text.text), found_text.line)
        return found_text

    def _member(self, node: Node) -> Expr:
        inner = self.inner(node)
        if len(inner) < 2:
            return UNKNOWN
        name = self.text(inner[-1])
        of = self.expr(inner[0])
        return of if name in ("class", "java") and isinstance(of, Ref) and "::" in self.text(node) else Member(of, name)

    def _reference(self, node: Node) -> Expr:
        """``this::send``, ``Order::class``."""
        inner = self.inner(node)
        if not inner:
            return UNKNOWN
        of = self.type(inner[0]) if inner[0].type in _TYPES else self.expr(inner[0])
        name = self.text(inner[-1])
        return Member(of, name) if len(inner) > 1 and not self.text(node).endswith("class") else of

    def _call(self, node: Node) -> Expr:
        inner = self.inner(node)
        head = inner[0]
        given = self.first(node, "value_arguments")
        args, keywords = self.arguments(given)
        for position, one in enumerate(self._type_arguments(node)):
            keywords.append((f"<{position}>", one))
        behind = self.first(node, "annotated_lambda")
        if behind is not None:
            args.append(self.expr(behind))
        if head.type == "call_expression" and given is None and behind is not None and self._is_plain(head):
            whole = self.expr(head)
            if isinstance(whole, Apply):
                return Apply(whole.callee, (*whole.args, *args), whole.keywords, whole.line, whole.column)
        name = self.inner(head)[-1] if head.type == "navigation_expression" else head
        return self.call(self.expr(head), args, keywords, node, name)

    def _is_plain(self, head: Node) -> bool:
        """Whether a call has its arguments in parentheses, and none behind them yet."""
        return self.first(head, "value_arguments") is not None and self.first(head, "annotated_lambda") is None

    def _type_arguments(self, node: Node) -> list[Expr]:
        given = self.first(node, "type_arguments")
        return [self.type(one) for one in given.named_children] if given is not None else []

    def arguments(self, node: Node | None) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        """Arguments by position and by name."""
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        for child in node.named_children if node is not None else ():
            inner = self.inner(child)
            if child.type != "value_argument" or not inner:
                continue
            if len(inner) > 1 and inner[0].type == "identifier":
                keywords.append((self.text(inner[0]), self.expr(inner[-1])))
            else:
                args.append(self.expr(inner[-1]))
        return args, keywords

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return self.unfollowed(node.named_children)
        operator = _operator(node)
        if operator == "+":
            return join((self.expr(left), self.expr(right)))
        if operator == "?:":
            return Either((self.expr(left), self.expr(right)))
        return self._with_type(node, left, right) or self.unfollowed(node.named_children)

    def _with_type(self, node: Node, left: Node, right: Node) -> Expr | None:
        """``json.decode<Order>(text)``, which the grammar takes for two comparisons; None for others."""
        inner = self.inner(left)
        shaped = left.type == "binary_expression" and right.type == "parenthesized_expression" and len(inner) == 2
        if not shaped or (_operator(left), _operator(node)) != ("<", ">"):
            return None
        callee, kind = inner
        if callee.type not in ("navigation_expression", "identifier") or not self.text(kind)[:1].isupper():
            return None
        name = self.inner(callee)[-1] if callee.type == "navigation_expression" else callee
        return self.call(self.expr(callee), [self.expr(right)], [("<0>", self.expr(kind))], node, name)

    def _infix(self, node: Node) -> Expr:
        """``"a" to b`` is a pair, ``a and b`` the call ``a.and(b)``."""
        inner = self.inner(node)
        if len(inner) != 3:
            return self.unfollowed(inner)
        left, right = self.expr(inner[0]), self.expr(inner[2])
        if self.text(inner[1]) == "to":
            return Listing((left, right))
        return self.call(Member(left, self.text(inner[1])), (right,), (), node, inner[1])

    def _index(self, node: Node) -> Expr:
        inner = self.inner(node)
        return Item(self.expr(inner[0]), self.expr(inner[-1])) if len(inner) > 1 else UNKNOWN

    def _within(self, node: Node) -> Expr:
        """Parentheses, ``!!``, casts: what is inside."""
        inner = self.inner(node)
        return self.expr(inner[0]) if inner else UNKNOWN

    def _listing(self, node: Node) -> Expr:
        return Listing(tuple(self.expr(child) for child in self.inner(node)))

    def _branches(self, node: Node) -> Expr:
        """``if`` and ``when`` as values: one of what stands in the branches that are no blocks."""
        options: list[Expr] = []
        for child in self.inner(node):
            branch = child.named_children[-1] if child.type == "when_entry" and child.named_children else child
            named = node.type == "when_expression" or node.field_name_for_child(node.children.index(child))
            if branch.type in self.expressions and (child.type == "when_entry" or named != "condition"):
                options.append(self.expr(branch))
            else:
                self.block([child])
        return Either(tuple(options)) if options else UNKNOWN

    def _lambda(self, node: Node) -> Expr:
        name = self.lambda_name(node)
        given = self.first(node, "lambda_parameters")
        names = [self.text(one.named_children[0]) for one in self.inner(given) if one.named_children] if given else []
        line, column = self.place(node)
        parameters = tuple(Parameter(one) for one in names or ["it"])
        self.facts.append(Function(name, self.scope, parameters, line=line, column=column, end_line=self.end(node)))
        body = [child for child in self.inner(node) if child.type != "lambda_parameters"]
        with self.inside(name):
            self.block(body[:-1])
            for last in body[-1:]:
                if last.type in self.expressions:
                    self.returned(self.taken(last), last)
                else:
                    self.block([last])
        return Ref(name)

    def _object(self, node: Node) -> Expr:
        """``object : Listener { … }``."""
        line, column = self.place(node)
        name = f"<class:{line}:{column}>"
        self.facts.append(Class(name, self.scope, self.bases(node), line=line, column=column, end_line=self.end(node)))
        body = self.first(node, "class_body")
        with self.inside(name, in_class=True):
            self.block(body.named_children if body is not None else ())
        return self.call(Ref(name), (), (), node)

    # --- types and annotations ------------------------------------------------------------------------------

    def type(self, node: Node) -> Expr:
        """A type as an expression."""
        inner = self.inner(node)
        if node.type in ("nullable_type", "type_projection", "parenthesized_type", "non_nullable_type") and inner:
            return self.type(inner[-1])
        if node.type != "user_type":
            return Ref(self.text(node)) if node.type == "identifier" else UNKNOWN
        found: Expr | None = None
        for child in inner:
            if child.type == "identifier":
                found = Ref(self.text(child)) if found is None else Member(found, self.text(child))
        given = self._type_arguments(node)
        return Item(found or UNKNOWN, Listing(tuple(given))) if given else found or UNKNOWN

    def bases(self, node: Node) -> tuple[Expr, ...]:
        """What a class derives from."""
        heads = self.first(node, "delegation_specifiers")
        found: list[Expr] = []
        for specifier in heads.named_children if heads is not None else self.inner(node):
            part = self.inner(specifier)[:1] if specifier.type == "delegation_specifier" else []
            for one in part:
                kind = one if one.type in _TYPES else self.first(one, *_TYPES)
                found += [self._made(self.type(kind), one)] if kind is not None else []
        return tuple(found)

    def _made(self, base: Expr, node: Node) -> Expr:
        """A base with what its constructor is given: ``object Berths : Table("berth")``."""
        args, keywords = self.arguments(self.first(node, "value_arguments"))
        return Apply(base, tuple(args), tuple(keywords), *self.place(node)) if args or keywords else base

    def marks(self, node: Node) -> tuple[Expr, ...]:
        """The annotations that stand before something."""
        before = self.first(node, "modifiers", "parameter_modifiers")
        return tuple(
            self._annotation(one) for one in (before.named_children if before else ()) if one.type == "annotation"
        )

    def _annotation(self, node: Node) -> Expr:
        made = self.first(node, "constructor_invocation")
        kind = self.first(made if made is not None else node, "user_type")
        callee = self.type(kind) if kind is not None else UNKNOWN
        if made is None:
            return callee
        args, keywords = self.arguments(self.first(made, "value_arguments"))
        line, column = self.place(node)
        return Apply(callee, tuple(args), tuple(keywords), line, column)

    expressions: ClassVar[Expressions] = {
        "identifier": _identifier,
        "this_expression": lambda _, __: Ref("self"),
        "super_expression": lambda _, __: Ref("super"),
        "null": lambda _, __: UNKNOWN,
        "number_literal": _number,
        "float_literal": _number,
        "string_literal": _string,
        "multiline_string_literal": _string,
        "navigation_expression": _member,
        "callable_reference": _reference,
        "call_expression": _call,
        "binary_expression": _binary,
        "infix_expression": _infix,
        "index_expression": _index,
        "parenthesized_expression": _within,
        "unary_expression": _within,
        "as_expression": _within,
        "collection_literal": _listing,
        "if_expression": _branches,
        "when_expression": _branches,
        "lambda_literal": _lambda,
        "annotated_lambda": _within,
        "object_literal": _object,
    }


def _operator(node: Node) -> str:
    return next((child.type for child in node.children if not child.is_named), "")
