"""Avro schemas as what they are made of, names resolved.

Specification: https://avro.apache.org/docs/1.12.0/specification/ , "Schema Declaration" and "Names".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from boundary.contracts.documents import Node
from boundary.errors import ContractError

PRIMITIVES = frozenset(("null", "boolean", "int", "long", "float", "double", "bytes", "string"))

_NAMED = ("record", "error", "enum", "fixed")
_COMPLEX = (*_NAMED, "array", "map")


class Schema(msgspec.Struct, frozen=True, eq=False):
    """One schema: ``kind`` is a primitive's name, ``union``, ``array``, ``map``, ``record``, ``enum`` or ``fixed``.

    ``node`` is the declaration, ``space`` the namespace in which names inside it are looked up.
    """

    kind: str
    node: Node
    space: str = ""
    name: str = ""

    @property
    def short(self) -> str:
        """The name without its namespace; of what has no name, its kind."""
        return self.name.rpartition(".")[2] or self.kind

    @property
    def aliases(self) -> frozenset[str]:
        """Other names that the schema answers to, without their namespaces."""
        return frozenset(name.rpartition(".")[2] for name in texts(self.node, "aliases"))

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from other schemas."""
        return (*self.node.identity, self.kind)


class Names:
    """The named types of one side, by full name: of every document that was put in."""

    def __init__(self) -> None:
        self._types: dict[str, Schema] = {}

    def collect(self, root: Node) -> None:
        """Take in all that a document names."""
        ahead = [(root, "")]
        while ahead:
            node, space = ahead.pop()
            value = node.value
            if isinstance(value, list):
                ahead += [(one, space) for _, one in node.items()]
            elif isinstance(value, dict):
                kind = value.get("type")
                if kind in _NAMED and isinstance(value.get("name"), str):
                    full, space = full_name(value, space)
                    self._types.setdefault(full, Schema("record" if kind == "error" else str(kind), node, space, full))
                inner = [node.child(key) for key in ("type", "items", "values")]
                fields = node.child("fields")
                inner += [one for _, one in fields.items()] if fields is not None else []
                ahead += [(one, space) for one in inner if one is not None]

    def schema(self, node: Node, space: str) -> Schema:
        """The schema that stands at a place; ContractError when there is none."""
        value = node.value
        while isinstance(value, dict) and isinstance(value.get("type"), dict | list):
            below = node.child("type")
            assert below is not None
            node, value = below, below.value
        if isinstance(value, list):
            return Schema("union", node, space)
        kind = value.get("type") if isinstance(value, dict) else value
        if isinstance(kind, str) and isinstance(value, dict) and kind in _COMPLEX:
            if kind not in _NAMED:
                return Schema(kind, node, space)
            full, inner = full_name(value, space)
            return Schema("record" if kind == "error" else kind, node, inner, full)
        if not isinstance(kind, str):
            raise ContractError("a schema is missing", where=str(node.place()))
        if kind in PRIMITIVES:
            return Schema(kind, node, space)
        return self._types.get(f"{space}.{kind}" if "." not in kind and space else kind) or self._unknown(kind, node)

    def _unknown(self, kind: str, node: Node) -> Schema:
        """A type of another namespace or file; what nobody declares is known by its name alone."""
        return self._types.get(kind) or Schema("unknown", node, name=kind)


def full_name(value: Mapping[str, object], space: str) -> tuple[str, str]:
    """The full name of a declaration, and the namespace inside it."""
    name = str(value.get("name", ""))
    if "." in name:
        return name, name.rpartition(".")[0]
    own = value.get("namespace")
    space = own if isinstance(own, str) else space
    return f"{space}.{name}".lstrip("."), space


def texts(node: Node, key: str) -> Iterator[str]:
    """The texts of a list below a key."""
    below = node.child(key)
    yield from (one.value for _, one in below.items() if isinstance(one.value, str)) if below is not None else ()
