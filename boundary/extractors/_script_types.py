"""Types of TypeScript in the form of expressions. Source: TypeScript Handbook, "Everyday Types" and "Generics"."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING

from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Reader
from boundary.facts import Either, Expr, Item, Listing, Member, Record, Ref, Text, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_NOT_A_TYPE = frozenset({"undefined", "null", "void", "never"})


class Types(Reader, ABC):
    """Reads types."""

    def annotation(self, node: Node, field: str = "type") -> Expr | None:
        """The declared type of something; what is not followed is none."""
        given = node.child_by_field_name(field)
        if given is None:
            return None
        found = self.type(given)
        return None if isinstance(found, Unknown) else found

    def field_type(self, node: Node) -> Expr | None:
        """The type of a field, also where it is one of the language's own; what may be absent is that or nothing."""
        given = node.child_by_field_name("type")
        plain = given.named_children[0] if given is not None and given.named_children else None
        options = plain.named_children if plain is not None and plain.type == "union_type" else [plain]
        own = [one for one in options if one is not None and one.type == "predefined_type"]
        found: Expr | None = Ref(self.text(own[0])) if len(own) == 1 and plain is not None else self.annotation(node)
        absent = any(child.type == "?" for child in node.children)
        absent = absent or any(one is not None and self.text(one) in _NOT_A_TYPE for one in options)
        return Either((found, UNKNOWN)) if found is not None and absent else found

    def type(self, node: Node) -> Expr:
        """A type in the form of expressions."""
        match node.type:
            case "type_identifier" | "identifier":
                return Ref(self.text(node))
            case "nested_type_identifier":
                of, _, name = self.text(node).rpartition(".")
                return Member(_dotted(of), name)
            case "generic_type":
                return self._generic(node)
            case "array_type" | "readonly_type" | "parenthesized_type" | "optional_type" | "type_annotation":
                return self.type(node.named_children[0]) if node.named_children else UNKNOWN
            case "object_type":
                return self._shape(node)
            case "union_type" | "intersection_type":
                return self._union(node)
            case "type_query":
                return _dotted(self.text(node).removeprefix("typeof").strip())
        return UNKNOWN

    def _generic(self, node: Node) -> Expr:
        name, given = node.child_by_field_name("name"), node.child_by_field_name("type_arguments")
        head = self.type(name) if name is not None else UNKNOWN
        return Item(head, Listing(tuple(self.type(child) for child in given.named_children))) if given else head

    def _shape(self, node: Node) -> Expr:
        """The members of an object's type that are named."""
        entries: list[tuple[Expr, Expr]] = []
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if child.type == "property_signature" and name is not None and name.type == "property_identifier":
                entries.append((Text(self.text(name)), self.annotation(child) or UNKNOWN))
        return Record(tuple(entries)) if entries else UNKNOWN

    def _union(self, node: Node) -> Expr:
        """The types of a chain of ``|``, nested to the left, that say anything."""
        options: list[Expr] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one.type in ("union_type", "intersection_type"):
                waiting += reversed(one.named_children)
            elif self.text(one) not in _NOT_A_TYPE:
                options.append(self.type(one))
        told = [option for option in options if not isinstance(option, Unknown)]
        return told[0] if len(told) == 1 else Either(tuple(told)) if told else UNKNOWN


def _dotted(text: str) -> Expr:
    first, *rest = text.split(".")[:20]
    whole: Expr = Ref(first)
    for name in rest:
        whole = Member(whole, name)
    return whole
