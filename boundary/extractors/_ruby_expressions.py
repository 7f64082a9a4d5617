"""Ruby's expressions in the neutral form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._texts import UNKNOWN, join
from boundary.extractors._tree import Expressions, Reader
from boundary.facts import Either, Expr, Function, Item, Listing, Member, Parameter, Record, Ref, Return, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\'": "'", "\\\\": "\\"}
_ALTERNATIVE = ("||", "or")
_ASSIGNMENTS = ("assignment", "operator_assignment")


class RubyExpressions(Reader):
    """Reads expressions of Ruby."""

    language: ClassVar[str] = "Ruby"
    _heredocs: dict[int, Node]

    # --- texts ----------------------------------------------------------------------------------------------

    def _string(self, node: Node) -> Expr:
        return join([self._piece(piece) for piece in node.named_children]) if node.named_children else Text("")

    def _piece(self, piece: Node) -> Expr:
        if piece.type == "interpolation":
            inner = piece.named_children
            return self.expr(inner[0]) if len(inner) == 1 else self.unfollowed(inner)
        written = self.text(piece)
        if piece.type == "escape_sequence":
            written = _ESCAPES.get(written, "")
        return Text(written, self.line(piece)) if piece.type != "heredoc_end" else Text("")

    def _literal(self, node: Node) -> Expr:
        return Text(self.text(node), self.line(node))

    def _symbol(self, node: Node) -> Expr:
        return Text(self.text(node).strip(':"'), self.line(node))

    def _heredoc(self, node: Node) -> Expr:
        """``<<~SQL``: what stands below; the bodies follow each other as their beginnings do."""
        body = self._heredocs.get(node.start_byte)
        return self._string(body) if body is not None else UNKNOWN

    def _joined(self, node: Node) -> Expr:
        return join([self.expr(part) for part in node.named_children])

    # --- names ----------------------------------------------------------------------------------------------

    def _name(self, node: Node) -> Expr:
        name = self.text(node)
        if name == "__dir__":
            return Member(Ref("__file__"), "parent")
        return Ref("__file__" if name == "__FILE__" else name)

    def _subshell(self, node: Node) -> Expr:
        """What a shell prints: a call of the backtick with the command."""
        return self.call(Ref("`"), [self._string(node)], (), node)

    def _instance(self, node: Node) -> Expr:
        """A variable of the object: a method of the same name without the mark is something else."""
        return Member(Ref("self"), "@" + self.text(node).lstrip("@"))

    def _scoped(self, node: Node) -> Expr:
        """``A::B``; ``::A`` is the outermost A."""
        of = node.child_by_field_name("scope")
        name = self.text(node.child_by_field_name("name"))
        return Member(self.expr(of), name) if of is not None else Ref(name)

    # --- calls ----------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> Expr:
        receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
        args, keywords = self._arguments(node)
        name = self.text(method)
        if receiver is None:
            if name == "new":
                return self.call(Ref("cls"), args, keywords, node)
            if not args and not keywords:
                return Ref(name)
            return self.call(Ref(name), args, keywords, node)
        of = self.expr(receiver)
        if of == Ref("self") and name == "class":
            return of
        if name == "new":
            return self.call(of, args, keywords, node, method)
        if name in ("to_s", "to_sym", "freeze", "to_str", "strip", "dup") and not args:
            return of
        return self.call(Member(of, name or "call"), args, keywords, node, method)

    def _arguments(self, node: Node) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        given = node.child_by_field_name("arguments")
        for each in given.named_children if given is not None else ():
            if each.type == "pair":
                key, value = self._pair(each)
                keywords.append((key.text if isinstance(key, Text) else "", value))
            elif each.type == "splat_argument":
                args.append(Item(self._inner(each), UNKNOWN))
            elif each.type == "hash_splat_argument":
                keywords.append(("", self._inner(each)))
            elif each.type == "block_argument":
                keywords.append(("<block>", self._inner(each)))
            elif each.type not in self.remarks:
                args.append(self.expr(each))
        block = node.child_by_field_name("block")
        if block is not None:
            keywords.append(("<block>", self._block(block)))
        return args, keywords

    def _inner(self, node: Node) -> Expr:
        return self.expr(node.named_children[0]) if node.named_children else UNKNOWN

    def _pair(self, node: Node) -> tuple[Expr, Expr]:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is None:
            return UNKNOWN, UNKNOWN
        plain = key.type == "hash_key_symbol"
        told = Text(self.text(key), self.line(key)) if plain else self.expr(key)
        return told, self.expr(value) if value is not None else Ref(self.text(key))

    def _block(self, node: Node) -> Expr:
        """A block or lambda: a function of its own; the last expression is what it gives back."""
        line, column = self.place(node)
        name = self.lambda_name(node)
        parameters = self.parameters(node.child_by_field_name("parameters"))
        body = node.child_by_field_name("body")
        if node.type == "lambda" and body is not None and body.type in ("block", "do_block"):
            body = body.child_by_field_name("body")
        self.facts.append(Function(name, self.scope, parameters, line=line, column=column, end_line=self.end(node)))
        with self.inside(name):
            self.function_body(body)
        return Ref(name)

    def function_body(self, body: Node | None) -> None:
        """The statements of a function; its last expression, or what that has set, is what it gives back."""
        nodes = [node for node in (body.named_children if body is not None else ()) if node.type not in self.remarks]
        if body is not None and body.type not in ("body_statement", "block_body"):
            nodes = [body]
        while nodes and nodes[-1].type in ("heredoc_body", "rescue", "ensure"):
            nodes.pop()
        last = nodes[-1] if nodes else None
        plain = last is not None and last.type in self.expressions and last.type not in _ASSIGNMENTS
        self.block(nodes[:-1] if plain else nodes)
        given = last if plain else _set_by(last)
        if last is not None and given is not None:
            line, column = self.place(last)
            self.facts.append(Return(self.scope, self.taken(given), line=line, column=column))

    def parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        """The parameters of a method or block."""
        found: list[Parameter] = []
        for each in node.named_children if node is not None else ():
            named = each.child_by_field_name("name")
            name = self.text(each if each.type == "identifier" else named)
            if not name or each.type == "block_parameter":
                continue
            default = each.child_by_field_name("value")
            kind = {"splat_parameter": "rest", "hash_splat_parameter": "named-rest"}.get(each.type, "value")
            value = self.taken(default) if default is not None else None
            found.append(Parameter(name, value, kind=kind))  # type: ignore[arg-type]
        return tuple(found)

    # --- the rest -------------------------------------------------------------------------------------------

    def _item(self, node: Node) -> Expr:
        of = node.child_by_field_name("object")
        keys = [child for child in node.named_children if of is None or child.start_byte != of.start_byte]
        inner = self.expr(of) if of is not None else UNKNOWN
        given = [Record((self._pair(key),)) if key.type == "pair" else self.expr(key) for key in keys]
        return Item(inner, given[0] if len(given) == 1 else Listing(tuple(given)) if given else UNKNOWN)

    def _listing(self, node: Node) -> Expr:
        return Listing(tuple([self.expr(each) for each in node.named_children if each.type not in self.remarks]))

    def _hash(self, node: Node) -> Expr:
        entries: list[tuple[Expr, Expr]] = []
        for each in node.named_children:
            if each.type == "pair":
                entries.append(self._pair(each))
            elif each.type == "hash_splat_argument":
                entries.append((UNKNOWN, self._inner(each)))
        return Record(tuple(entries))

    def _binary(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.text(node.child_by_field_name("operator"))
        if left is None or right is None:
            return self.unfollowed(node.named_children)
        if operator in _ALTERNATIVE:
            return Either((self.expr(left), self.expr(right)))
        if operator in ("+", "<<"):
            return join([self.expr(left), self.expr(right)])
        if operator == "/":  # of a path: numbers are no texts
            return self.call(Member(self.expr(left), "join"), [self.expr(right)], (), node)
        if operator == "%":
            args = [self.expr(each) for each in (right.named_children if right.type == "array" else [right])]
            return self.call(Member(self.expr(left), "format"), args, (), node)
        return self.unfollowed([left, right])

    def _assigned(self, node: Node) -> Expr:
        """An assignment within something else (``x = find or return``) is what it sets."""
        self.block([node])
        given = _set_by(node)
        return self.expr(given) if given is not None else UNKNOWN

    def _conditional(self, node: Node) -> Expr:
        condition = node.child_by_field_name("condition")
        self.unfollowed([condition] if condition is not None else [])
        parts = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
        return Either(tuple([self.expr(part) for part in parts if part is not None]))

    def _parenthesised(self, node: Node) -> Expr:
        inner: Iterable[Node] = node.named_children
        *before, last = inner if node.named_children else (None,)
        self.block([each for each in before if each is not None])
        return self.expr(last) if last is not None else UNKNOWN

    def _branches(self, node: Node) -> Expr:
        """``if``, ``unless`` and ``case`` are what one of their branches is."""
        found: list[Expr] = []
        for each in node.named_children:
            if each.type in ("elsif", "when"):
                found.append(self._branches(each))
            elif each.type in ("then", "else"):
                found.append(self._sequence(each))
            else:
                self.unfollowed([each])
        return Either(tuple(found)) if len(found) > 1 else found[0] if found else UNKNOWN

    def _sequence(self, node: Node) -> Expr:
        """The statements of a ``begin`` or a branch; it is what the last of them is, or has set."""
        nodes = [each for each in node.named_children if each.type not in self.remarks]
        after = [each for each in nodes if each.type in ("heredoc_body", "rescue", "ensure")]
        here = [each for each in nodes if each not in after]
        self.block(here[:-1])
        last = here[-1] if here else None
        plain = last is not None and last.type in self.expressions and last.type not in _ASSIGNMENTS
        if last is not None and not plain:
            self.block([last])
        given = last if plain else _set_by(last)
        value = self.expr(given) if given is not None else UNKNOWN
        self.block(after)
        return value

    def _unfollowed(self, node: Node) -> Expr:
        return self.unfollowed(node.named_children)

    expressions: ClassVar[Expressions] = {
        "string": _string, "subshell": _subshell, "bare_string": _string, "string_content": _literal,
        "heredoc_beginning": _heredoc, "chained_string": _joined, "regex": _unfollowed,
        "integer": _literal, "float": _literal, "true": _literal, "false": _literal,
        "simple_symbol": _symbol, "delimited_symbol": _symbol, "bare_symbol": _symbol, "hash_key_symbol": _symbol,
        "identifier": _name, "constant": _name, "global_variable": _name, "self": _name,
        "instance_variable": _instance, "class_variable": _instance, "scope_resolution": _scoped,
        "call": _call, "lambda": _block, "element_reference": _item, "array": _listing, "string_array": _listing,
        "symbol_array": _listing, "hash": _hash, "binary": _binary, "conditional": _conditional,
        "parenthesized_statements": _parenthesised, "unary": _unfollowed, "begin": _sequence,
        "assignment": _assigned, "operator_assignment": _assigned,
        "if": _branches, "unless": _branches, "case": _branches,
    }  # fmt: skip


def _set_by(node: Node | None) -> Node | None:
    """What an assignment sets, where that is one thing; of an entry (``Thread.current[:client] ||= …``) its value."""
    if node is None or node.type not in _ASSIGNMENTS:
        return None
    left = node.child_by_field_name("left")
    if left is None or left.type == "left_assignment_list":
        return None
    return node.child_by_field_name("right") if left.type == "element_reference" else left
