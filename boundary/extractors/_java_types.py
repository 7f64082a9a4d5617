"""Types, annotations and parameters of Java in neutral form; see the contract in ``_tree``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.extractors._texts import UNKNOWN
from boundary.extractors._tree import Reader
from boundary.facts import Apply, Expr, Item, Listing, Member, Parameter, Ref

if TYPE_CHECKING:
    from tree_sitter import Node

_SKIPPED = frozenset({"modifiers", "dimensions", "receiver_parameter", "line_comment", "block_comment"})


class JavaTypes(Reader):
    """What stands before and behind names; expressions build on it."""

    def _path(self, node: Node) -> Expr:
        """A name with dots, of a package, class or annotation."""
        head, *rest = self.text(node).replace(" ", "").split(".")
        found: Expr = Ref(head)
        for part in rest:
            found = Member(found, part)
        return found

    def annotation(self, node: Node) -> Expr:
        """An annotation with its values."""
        name = node.child_by_field_name("name")
        callee = self._path(name) if name is not None else UNKNOWN
        given = node.child_by_field_name("arguments")
        if given is None:
            return callee
        args: list[Expr] = []
        keywords: list[tuple[str, Expr]] = []
        for child in given.named_children:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.type == "element_value_pair" and value is not None:
                keywords.append((self.text(key), self.expr(value)))
            elif child.type not in self.remarks:
                args.append(self.expr(child))
        line, column = self.place(node)
        return Apply(callee, tuple(args), tuple(keywords), line, column)

    def type(self, node: Node | None) -> Expr:
        """A type as an expression."""
        if node is None:
            return UNKNOWN
        inner = [child for child in node.named_children if child.type not in _SKIPPED]
        match node.type:
            case "generic_type" if inner:
                given = inner[-1].named_children if inner[-1].type == "type_arguments" else []
                return Item(self.type(inner[0]), Listing(tuple(self.type(one) for one in given)))
            case "array_type" if inner:
                return self.type(inner[0])
            case "annotated_type" | "wildcard":
                return self.type(inner[-1]) if inner else UNKNOWN
            case "scoped_type_identifier":
                return self._path(node)
        return Ref(self.text(node))

    def parameters(self, node: Node | None) -> Iterator[Parameter]:
        """The parameters of a method, lambda or record."""
        if node is not None and node.type == "identifier":
            yield Parameter(self.text(node))
        elif node is not None:
            for child in node.named_children:
                yield from self._parameter(child)

    def _parameter(self, node: Node) -> Iterator[Parameter]:
        if node.type == "identifier":
            yield Parameter(self.text(node))
        elif node.type == "formal_parameter":
            kind = self.type(node.child_by_field_name("type"))
            yield Parameter(self.text(node.child_by_field_name("name")), None, kind, "value", self.marks(node))
        elif node.type == "spread_parameter":
            inner = [child for child in node.named_children if child.type not in _SKIPPED]
            yield Parameter(self.text(inner[-1]), None, self.type(inner[0]), "rest", self.marks(node))

    def marks(self, node: Node) -> tuple[Expr, ...]:
        """The annotations that stand before something."""
        before = next((child for child in node.children if child.type == "modifiers"), None)
        inner = before.named_children if before is not None else []
        return tuple(self.annotation(child) for child in inner if child.type in ("annotation", "marker_annotation"))
