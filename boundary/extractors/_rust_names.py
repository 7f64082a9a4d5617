"""Names, literals and types of Rust in the neutral form."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, ClassVar

from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Reader
from boundary.facts import Expr, Item, Listing, Member, Ref, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}


class RustNames(Reader, ABC):
    """Reads names; ``owner`` is the type whose implementation the walk is in."""

    language: ClassVar[str] = "Rust"
    owner = ""

    # --- texts and names ------------------------------------------------------------------------------------

    def string(self, node: Node) -> Expr:
        """A literal text."""
        pieces = [
            _ESCAPES.get(self.text(piece), "") if piece.type == "escape_sequence" else self.text(piece)
            for piece in node.named_children
        ]
        return Text("".join(pieces), self.line(node))

    def literal(self, node: Node) -> Expr:
        """A number, character or boolean."""
        return Text(self.text(node), self.line(node))

    def named(self, node: Node) -> Expr:
        """A name; ``Self`` is the type that is implemented."""
        name = self.text(node)
        return Ref(self.owner if name == "Self" and self.owner else name)

    def scoped(self, node: Node) -> Expr:
        """``a::b``; ``crate`` and ``super`` only say where it is looked for."""
        of, name = node.child_by_field_name("path"), self.text(node.child_by_field_name("name"))
        if of is None or of.type in ("crate", "super", "self"):
            return Ref(name)
        return Member(self.expr(of), name)

    def field(self, node: Node) -> Expr:
        """``x.y``."""
        of, name = node.child_by_field_name("value"), node.child_by_field_name("field")
        return Member(self.expr(of), self.text(name)) if of is not None else UNKNOWN

    def generic(self, node: Node) -> Expr:
        """``f::<T>`` is f."""
        inner = node.child_by_field_name("function") or node.child_by_field_name("type")
        return self.expr(inner) if inner is not None else UNKNOWN

    def type_of(self, node: Node | None) -> Expr | None:
        """A type as an expression: of a wrapper (``Arc<Mutex<T>>``, ``Option<T>``, ``Result<T, E>``) what is in it."""
        if node is None or node.type == "primitive_type":
            return None
        if node.type == "generic_type":
            listed = node.child_by_field_name("type_arguments")
            inner = [told for one in (listed.named_children if listed else ()) if (told := self.type_of(one))]
            head = self.type_of(node.child_by_field_name("type"))
            return Item(head or UNKNOWN, Listing(tuple(inner))) if inner else head
        if node.type in ("type_identifier", "identifier"):
            return self.named(node)
        if node.type == "scoped_type_identifier":
            return self.scoped(node)
        return next((told for one in node.named_children if (told := self.type_of(one)) is not None), None)
