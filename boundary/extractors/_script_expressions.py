"""JavaScript and TypeScript expressions in the neutral form. Sources: ECMA-262, "ECMAScript Language: Expressions";
TypeScript Handbook; node types of tree-sitter-javascript and tree-sitter-typescript."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from boundary.extractors._script_texts import unescaped
from boundary.extractors._script_types import Types
from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions as Readers
from boundary.facts import Either, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node


class Expressions(Types, ABC):
    """Reads expressions; what defines something in the midst of one is left to the statements' part."""

    @abstractmethod
    def function(self, node: Node, name: str = "") -> Ref:
        """A function with its body, under a name of its own when it has none."""

    @abstractmethod
    def class_(self, node: Node, name: str = "") -> Ref:
        """A class with its body, under a name of its own when it has none."""

    @abstractmethod
    def assigned(self, node: Node) -> Expr:
        """An assignment in an expression: what it leaves on its left side."""

    @abstractmethod
    def required(self, node: Node) -> Ref | None:
        """The module that ``require("m")`` or ``import("m")`` gives; None for any other call."""

    # --- names and literals ---------------------------------------------------------------------------------

    def _name(self, node: Node) -> Expr:
        return Ref(self.text(node))

    def _this(self, _: Node) -> Expr:
        return Ref("self")

    def _nothing(self, _: Node) -> Expr:
        return UNKNOWN

    def _plain(self, node: Node) -> Expr:
        return Text(self.text(node), self.line(node))

    def string(self, node: Node) -> Text:
        """A text in quotes."""
        return Text(unescaped(self.text(node)[1:-1]), self.line(node))

    def _template(self, node: Node) -> Expr:
        parts: list[Expr] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                parts += [self.expr(inner) for inner in child.named_children[:1]]
            else:
                parts.append(Text(unescaped(self.text(child)), self.line(child)))
        return join(parts) if parts else Text("", self.line(node))

    # --- what is taken from something -----------------------------------------------------------------------

    def _member(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("object"), self.text(node.child_by_field_name("property"))
        if of is None:
            return UNKNOWN
        written = self.text(of) if of.type in ("identifier", "member_expression") else ""
        if written == "module" and name == "exports":
            return Ref("module.exports")
        if written in ("exports", "module.exports"):
            return Ref(name)
        return Member(self.expr(of), name)

    def _item(self, node: Node) -> Expr:
        of, key = node.child_by_field_name("object"), node.child_by_field_name("index")
        return Item(self._of(of), self._of(key))

    def _of(self, node: Node | None) -> Expr:
        return self.expr(node) if node is not None else UNKNOWN

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        if (module := self.required(node)) is not None:
            return module
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if function is None:
            return self.unfollowed(node.named_children)
        if self.text(function) == "await" and len(given := self._arguments(node)) == 1:
            return given[0]  # The grammar takes ``await (made)`` for a call of a function.
        above = function.type == "super"
        callee = Member(Ref("super"), "__init__") if above else self.expr(function)
        name = function.child_by_field_name("property") if function.type == "member_expression" else None
        return self.call(callee, self._arguments(node), self._types(node), node, name)

    def _arguments(self, node: Node) -> list[Expr]:
        """The arguments of a call, or the one template of a tagged one."""
        given = node.child_by_field_name("arguments")
        if given is None:
            return []
        if given.type == "template_string":
            return [self._template(given)]
        return [self._spread(child) for child in given.named_children if child.type not in self.remarks]

    def _spread(self, node: Node) -> Expr:
        if node.type != "spread_element":
            return self.expr(node)
        return Item(self._of(node.named_children[0] if node.named_children else None), UNKNOWN)

    def _types(self, node: Node) -> list[tuple[str, Expr]]:
        given = node.child_by_field_name("type_arguments")
        nodes = given.named_children if given is not None else []
        return [(f"<{index}>", self.type(child)) for index, child in enumerate(nodes)]

    # --- operators ------------------------------------------------------------------------------------------

    def _binary(self, node: Node) -> Expr:
        """A chain of one operator, nested to the left in the tree."""
        operator = _operator(node)
        nodes: list[Node] = []
        while node.type == "binary_expression" and _operator(node) == operator:
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                return UNKNOWN
            nodes.append(right)
            node = left
        nodes = [node, *reversed(nodes)]
        if operator == "+":
            return join([self.expr(part) for part in nodes])
        if operator in ("||", "??"):
            return Either(tuple([self.expr(part) for part in nodes]))
        if operator == "&&":
            self.unfollowed(nodes[:-1])
            return self.expr(nodes[-1])
        return self.unfollowed(nodes)

    def _unary(self, node: Node) -> Expr:
        operand = node.child_by_field_name("argument")
        if operand is None:
            return UNKNOWN
        if operand.type == "number":
            return Text(self.text(node), self.line(node))
        value = self.expr(operand)
        return value if _operator(node) in ("!", "+") else self._dropped(value, node)

    def _dropped(self, value: Expr, node: Node) -> Expr:
        """A value that only counts for the calls in it."""
        if not isinstance(value, Ref | Member | Text | Unknown | Join):
            self.evaluated(value, node)
        return UNKNOWN

    def _ternary(self, node: Node) -> Expr:
        options: list[Expr] = []
        while node.type == "ternary_expression":
            self.unfollowed(_given(node, "condition"))
            options += [self.expr(one) for one in _given(node, "consequence")]
            rest = node.child_by_field_name("alternative")
            if rest is None:
                return Either(tuple(options))
            node = rest
        return Either((*options, self.expr(node)))

    def _inner(self, node: Node) -> Expr:
        """What only wraps an expression: ``await x``, ``(x)``, ``x as T``, ``x!``, ``yield x``."""
        inside = [child for child in node.named_children if child.type not in self.remarks]
        return self.expr(inside[0]) if inside else UNKNOWN

    def _asserted(self, node: Node) -> Expr:
        """``<T>x``."""
        return self.expr(node.named_children[-1])

    def _sequence(self, node: Node) -> Expr:
        self.unfollowed(node.named_children[:-1])
        return self.expr(node.named_children[-1])

    # --- literals that hold others --------------------------------------------------------------------------

    def _object(self, node: Node) -> Expr:
        entries: list[tuple[Expr, Expr]] = []
        for child in node.named_children:
            match child.type:
                case "pair":
                    entries.append((self.key(child), self._of(child.child_by_field_name("value"))))
                case "shorthand_property_identifier":
                    name = self.text(child)
                    entries.append((Text(name, self.line(child)), Ref(name)))
                case "method_definition":
                    entries.append((self.key(child, "name"), self.function(child, self.lambda_name(child))))
                case "spread_element":
                    entries.append((UNKNOWN, self._inner(child)))
        return Record(tuple(entries))

    def key(self, node: Node, field: str = "key") -> Expr:
        """The name of an entry: a word, a text, or something computed."""
        key = node.child_by_field_name(field)
        if key is None:
            return UNKNOWN
        if key.type == "string":
            return self.string(key)
        if key.type == "computed_property_name":
            return self._inner(key)
        return Text(self.text(key), self.line(key))

    def _array(self, node: Node) -> Expr:
        return Listing(tuple([self._spread(child) for child in node.named_children if child.type not in self.remarks]))

    def _function(self, node: Node) -> Expr:
        return self.function(node)

    def _class(self, node: Node) -> Expr:
        return self.class_(node)

    def _assignment(self, node: Node) -> Expr:
        return self.assigned(node)


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return str(operator.type) if operator is not None else ""


def _given(node: Node, field: str) -> list[Node]:
    child = node.child_by_field_name(field)
    return [child] if child is not None else []


EXPRESSIONS: Readers = {
    **dict.fromkeys(("identifier", "shorthand_property_identifier", "meta_property"), Expressions._name),
    **dict.fromkeys(("undefined", "null", "regex"), Expressions._nothing),
    **dict.fromkeys(("number", "true", "false"), Expressions._plain),
    **dict.fromkeys(("call_expression", "new_expression"), Expressions._call),
    **dict.fromkeys(
        ("await_expression", "parenthesized_expression", "as_expression", "satisfies_expression",
         "non_null_expression", "yield_expression", "spread_element", "instantiation_expression"),
        Expressions._inner,
    ),
    **dict.fromkeys(
        ("arrow_function", "function_expression", "generator_function"), Expressions._function
    ),
    **dict.fromkeys(("assignment_expression", "augmented_assignment_expression"), Expressions._assignment),
    "this": Expressions._this,
    "super": lambda _, __: Ref("super"),
    "import": lambda _, __: Ref("import"),
    "string": Expressions.string,
    "template_string": Expressions._template,
    "member_expression": Expressions._member,
    "subscript_expression": Expressions._item,
    "binary_expression": Expressions._binary,
    "unary_expression": Expressions._unary,
    "ternary_expression": Expressions._ternary,
    "sequence_expression": Expressions._sequence,
    "type_assertion": Expressions._asserted,
    "object": Expressions._object,
    "array": Expressions._array,
    "class": Expressions._class,
}  # fmt: skip
