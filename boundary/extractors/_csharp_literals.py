"""Literals, names and types of C# in neutral form; see ``_tree`` for how each is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors import _tree
from boundary.extractors._csharp_texts import raw, unescaped, verbatim
from boundary.extractors._texts import UNKNOWN, join
from boundary.facts import Expr, Item, Listing, Member, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_WRAPPED = frozenset({"nullable_type", "array_type", "pointer_type", "ref_type", "scoped_type"})
_CONTENT = frozenset({"string_content", "string_literal_content", "character_literal_content", "escape_sequence"})


class Literals(_tree.Reader):
    """Reads texts, names and types."""

    language = "C#"
    headers: ClassVar[frozenset[str]] = frozenset({"file_scoped_namespace_declaration", "using_directive"})

    # --- texts ----------------------------------------------------------------------------------------------

    def _string(self, node: Node) -> Expr:
        return Text(unescaped("".join(self.text(one) for one in node.named_children if one.type in _CONTENT)),
                    self.line(node))  # fmt: skip

    def _verbatim(self, node: Node) -> Expr:
        return Text(verbatim(self.text(node).removesuffix("u8")), self.line(node))

    def _raw(self, node: Node) -> Expr:
        content = next((self.text(one) for one in node.named_children if one.type == "raw_string_content"), "")
        text, skipped = raw(content)
        return Text(text, self.line(node) + skipped)

    def _interpolated(self, node: Node) -> Expr:
        return join(self._interpolations(node))

    def _interpolations(self, node: Node) -> Iterator[Expr]:
        start = next((self.text(one) for one in node.named_children if one.type == "interpolation_start"), "$")
        is_raw = any(one.type == "interpolation_quote" and len(self.text(one)) > 1 for one in node.named_children)
        for one in node.named_children:
            if one.type in _CONTENT:
                yield Text(self._piece(self.text(one), is_raw=is_raw, is_verbatim="@" in start), self.line(one))
            elif one.type == "interpolation":
                inner = [part for part in one.named_children if not part.type.startswith("interpolation_")]
                yield self.expr(inner[0]) if inner else UNKNOWN

    def _piece(self, text: str, *, is_raw: bool, is_verbatim: bool) -> str:
        """Text between the places of an interpolated string."""
        if is_raw:
            return text
        text = text.replace("{{", "{").replace("}}", "}")
        return text.replace('""', '"') if is_verbatim else unescaped(text)

    def _constant(self, node: Node) -> Expr:
        return Text(self.text(node).replace("_", ""), self.line(node))

    # --- names and types ------------------------------------------------------------------------------------

    def _identifier(self, node: Node) -> Expr:
        return Ref(self.text(node).removeprefix("@"))

    def plain(self, node: Node | None) -> str:
        """A name without its type arguments."""
        if node is not None and node.type == "generic_name" and node.named_children:
            node = node.named_children[0]
        return self.text(node).removeprefix("@")

    def type_arguments(self, node: Node | None) -> list[Expr]:
        """The types that a generic name is given."""
        if node is None or node.type != "generic_name":
            return []
        given = next((one for one in node.named_children if one.type == "type_argument_list"), None)
        return [self.type(one) for one in (given.named_children if given is not None else ())]

    def _type_name(self, node: Node) -> Expr:
        """A generic or qualified name where an expression is expected."""
        kind = self.type(node)
        return kind.of if isinstance(kind, Item) else kind

    def _type_of(self, node: Node) -> Expr:
        kind = node.child_by_field_name("type")
        return self._type_name(kind) if kind is not None else UNKNOWN

    def type(self, node: Node | None) -> Expr:
        """A type as an expression; what may be absent and what there are many of is what it holds."""
        while node is not None and node.type in _WRAPPED:
            inner = node.child_by_field_name("type")
            node = inner if inner is not None else node.named_children[0] if node.named_children else None
        if node is None:
            return UNKNOWN
        match node.type:
            case "identifier" | "predefined_type":
                return Ref(self.text(node).removeprefix("@"))
            case "generic_name":
                return Item(Ref(self.plain(node)), Listing(tuple(self.type_arguments(node))))
            case "qualified_name" | "alias_qualified_name":
                return self._qualified(node)
        return UNKNOWN

    def _qualified(self, node: Node) -> Expr:
        name, before = node.child_by_field_name("name"), node.child_by_field_name("qualifier")
        if name is None:
            return UNKNOWN
        if before is None:  # ``global::A`` is A.
            return self.type(name)
        head = self.type(before)
        whole = Member(head.of if isinstance(head, Item) else head, self.plain(name))
        given = self.type_arguments(name)
        return Item(whole, Listing(tuple(given))) if given else whole

    expressions: ClassVar[_tree.Expressions] = {
        "identifier": _identifier,
        "generic_name": _type_name,
        "qualified_name": _type_name,
        "alias_qualified_name": _type_name,
        "predefined_type": _identifier,
        "this": lambda _, __: Ref("self"),
        "base": lambda _, __: Ref("super"),
        "string_literal": _string,
        "character_literal": _string,
        "verbatim_string_literal": _verbatim,
        "raw_string_literal": _raw,
        "interpolated_string_expression": _interpolated,
        "integer_literal": _constant,
        "real_literal": _constant,
        "boolean_literal": _constant,
        "null_literal": lambda _, __: UNKNOWN,
        "default_expression": lambda _, __: UNKNOWN,
        "typeof_expression": _type_of,
    }
