"""PHP's expressions in the neutral form."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions, Reader
from boundary.facts import Class, Either, Expr, Function, Item, Listing, Member, Parameter, Record, Ref, Return, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\$": "$", "\\\\": "\\"}
_OWN = {"self": "cls", "static": "cls", "parent": "cls"}
_ALTERNATIVES = ("??", "||", "or", "?:")


class PhpExpressions(Reader):
    """Reads expressions of PHP."""

    language: ClassVar[str] = "PHP"
    headers: ClassVar[frozenset[str]] = frozenset({"namespace_definition"})

    # --- texts and names ------------------------------------------------------------------------------------

    def _string(self, node: Node) -> Expr:
        pieces = [self._piece(piece) for piece in node.named_children if not piece.type.startswith("heredoc_")]
        return join(pieces) if pieces else Text("", self.line(node))

    def _piece(self, piece: Node) -> Expr:
        if piece.type in ("string_content", "nowdoc_string"):
            return Text(self.text(piece), self.line(piece))
        if piece.type == "escape_sequence":
            return Text(_ESCAPES.get(self.text(piece), ""), self.line(piece))
        return self.expr(piece)

    def _heredoc(self, node: Node) -> Expr:
        body = node.child_by_field_name("value")
        return self._string(body) if body is not None else Text("", self.line(node))

    def _literal(self, node: Node) -> Expr:
        return Text(self.text(node), self.line(node))

    def _variable(self, node: Node) -> Expr:
        name = self.text(node).lstrip("$")
        return Ref("self" if name == "this" else name)

    def _name(self, node: Node) -> Expr:
        """``Foo``, ``A\\B``, ``self``."""
        whole: Expr | None = None
        for part in self.text(node).strip("\\").split("\\"):
            whole = Ref(_OWN.get(part, part)) if whole is None else Member(whole, part)
        return whole or UNKNOWN

    def _member(self, node: Node) -> Expr:
        of, name = node.child_by_field_name("object"), node.child_by_field_name("name")
        if of is None or name is None or name.type not in ("name", "variable_name"):
            return self.unfollowed(node.named_children)
        return Member(self.expr(of), self.text(name).lstrip("$"))

    def _of_class(self, node: Node) -> Expr:
        """``A::B``, ``self::$x`` and ``Foo::class``."""
        of, *_, name = node.named_children
        if self.text(name) == "class":
            return self.expr(of)
        return Member(self.expr(of), self.text(name).lstrip("$"))

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        function = node.child_by_field_name("function")
        args, keywords = self.arguments(node.child_by_field_name("arguments"))
        callee = self.expr(function) if function is not None else UNKNOWN
        return self.call(callee, args, keywords, node)

    def _method_call(self, node: Node) -> Expr:
        of = node.child_by_field_name("object") or node.child_by_field_name("scope")
        name = node.child_by_field_name("name")
        args, keywords = self.arguments(node.child_by_field_name("arguments"))
        if of is None or name is None or name.type != "name":
            return self.unfollowed([each for each in (of, name) if each is not None])
        called = "__init__" if self.text(name) == "__construct" else self.text(name)
        return self.call(Member(self.expr(of), called), args, keywords, node, name)

    def _new(self, node: Node) -> Expr:
        made = node.named_children[0] if node.named_children else None
        given = next((child for child in node.named_children if child.type == "arguments"), None)
        args, keywords = self.arguments(given)
        if made is not None and made.type == "anonymous_class":
            line, column = self.place(made)
            name = f"<class:{line}:{column}>"
            self.facts.append(Class(name, self.scope, line=line, column=column, end_line=self.end(made)))
            with self.inside(name, in_class=True):
                self.block(made.named_children)
            return self.call(Ref(name), args, keywords, node)
        return self.call(self.expr(made) if made is not None else UNKNOWN, args, keywords, node)

    def arguments(self, node: Node | None) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        """The arguments of a call by position and by name."""
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        for each in node.named_children if node is not None else ():
            if each.type != "argument" or not each.named_children:
                continue
            named, value = each.child_by_field_name("name"), each.named_children[-1]
            if value.type == "variadic_unpacking":
                args.append(Item(self.expr(value.named_children[0]), UNKNOWN) if value.named_children else UNKNOWN)
            elif named is not None and named.end_byte < value.start_byte:
                keywords.append((self.text(named), self.expr(value)))
            else:
                args.append(self.expr(value))
        return args, keywords

    def _closure(self, node: Node) -> Expr:
        line, column = self.place(node)
        name = self.lambda_name(node)
        parameters = self.parameters(node.child_by_field_name("parameters"))
        end = self.end(node)
        self.facts.append(Function(name, self.scope, parameters, line=line, column=column, end_line=end))
        body = node.child_by_field_name("body")
        with self.inside(name):
            if body is not None and node.type == "arrow_function":
                line, column = self.place(body)
                self.facts.append(Return(self.scope, self.taken(body), line=line, column=column))
            elif body is not None:
                self.block(body.named_children)
        return Ref(name)

    def parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        """The parameters of a function, those that are fields at the same time too."""
        found: list[Parameter] = []
        for each in node.named_children if node is not None else ():
            name = self.text(each.child_by_field_name("name")).lstrip("$&.")
            if not name:
                continue
            default, kind = each.child_by_field_name("default_value"), each.child_by_field_name("type")
            value = self.taken(default) if default is not None else None
            told = self.type_of(kind) if kind is not None else None
            form = "rest" if each.type == "variadic_parameter" else "value"
            decorators = self.attributes(each)
            found.append(Parameter(name, value, told, form, decorators))  # type: ignore[arg-type]
        return tuple(found)

    def type_of(self, node: Node) -> Expr:
        """A type as an expression: of alternatives, the first class."""
        if node.type in ("named_type", "name", "qualified_name"):
            return self._name(node)
        inner = (self.type_of(child) for child in node.named_children)
        return next((one for one in inner if one != UNKNOWN), UNKNOWN)

    def attributes(self, node: Node) -> tuple[Expr, ...]:
        """``#[Route("/x")]`` before a definition."""
        listed = node.child_by_field_name("attributes")
        found: list[Expr] = []
        for group in listed.named_children if listed is not None else ():
            for one in (each for each in group.named_children if each.named_children):
                name = self._name(one.named_children[0])
                before = self.calls
                args, keywords = self.arguments(one.child_by_field_name("parameters"))
                found.append(self.call(name, args, keywords, one))
                self.calls = before
        return tuple(found)

    # --- the rest -------------------------------------------------------------------------------------------

    def _item(self, node: Node) -> Expr:
        of, *keys = node.named_children
        return Item(self.expr(of), self.expr(keys[0]) if keys else UNKNOWN)

    def _array(self, node: Node) -> Expr:
        pairs: list[tuple[Expr, Expr]] = []
        items: list[Expr] = []
        for each in node.named_children:
            inner = each.named_children
            if len(inner) == 2:
                pairs.append((self.expr(inner[0]), self.expr(inner[1])))
            elif inner:
                items.append(self.expr(inner[0]))
        return Record(tuple(pairs)) if pairs else Listing(tuple(items))

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.text(node.child_by_field_name("operator"))
        if left is None or right is None:
            return self.unfollowed(node.named_children)
        if operator == ".":
            return join([self.expr(left), self.expr(right)])
        if operator in _ALTERNATIVES:
            return Either((self.expr(left), self.expr(right)))
        return self.unfollowed([left, right])

    def _conditional(self, node: Node) -> Expr:
        """``a ? b : c`` is b or c, ``a ?: c`` a or c."""
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        other = node.child_by_field_name("alternative")
        if condition is not None and body is not None:
            self.unfollowed([condition])
        first = body if body is not None else condition
        return Either(tuple([self.expr(each) for each in (first, other) if each is not None]))

    def _inner(self, node: Node) -> Expr:
        return self.expr(node.named_children[-1]) if node.named_children else UNKNOWN

    def _match(self, node: Node) -> Expr:
        body = node.child_by_field_name("body")
        arms = [arm.child_by_field_name("return_expression") for arm in (body.named_children if body else ())]
        return Either(tuple([self.expr(arm) for arm in arms if arm is not None]))

    def _assigned(self, node: Node) -> Expr:
        """An assignment within an expression: the fact, and what is assigned."""
        self.statements[node.type](self, node)
        left = node.child_by_field_name("left")
        return self.expr(left) if left is not None else UNKNOWN

    expressions: ClassVar[Expressions] = {
        "string": _string, "encapsed_string": _string, "heredoc": _heredoc, "nowdoc": _heredoc, "integer": _literal,
        "float": _literal, "boolean": _literal, "variable_name": _variable, "name": _name, "qualified_name": _name,
        "relative_scope": _name, "member_access_expression": _member, "nullsafe_member_access_expression": _member,
        "class_constant_access_expression": _of_class, "scoped_property_access_expression": _of_class,
        "function_call_expression": _call, "member_call_expression": _method_call,
        "nullsafe_member_call_expression": _method_call, "scoped_call_expression": _method_call,
        "object_creation_expression": _new, "anonymous_function": _closure, "arrow_function": _closure,
        "subscript_expression": _item, "array_creation_expression": _array, "binary_expression": _binary,
        "conditional_expression": _conditional, "parenthesized_expression": _inner, "cast_expression": _inner,
        "clone_expression": _inner, "match_expression": _match, "assignment_expression": _assigned,
        "augmented_assignment_expression": _assigned,
    }  # fmt: skip
