"""Asking a document for things that may be missing or of another kind than the specification wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boundary.contracts.documents import Node

_EXTENDED = frozenset(("paths", "responses", "flows"))


def at(node: Node | None, *keys: str) -> Node | None:
    """What stands below these keys, references followed; None when there is nothing."""
    return None if node is None else node.get(*keys)


def text(node: Node | None, key: str) -> str:
    """The text below a key, references not followed; "" when there is none."""
    value = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
    return value if isinstance(value, str) else ""


def flag(node: Node | None, key: str) -> bool | None:
    """The truth value below a key; None when there is none."""
    value = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
    return value if isinstance(value, bool) else None


def raw(node: Node | None, key: str) -> Any:
    """The value below a key as it is written; None when there is none."""
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


def entries(node: Node | None, key: str) -> Iterator[tuple[str, Node]]:
    """The entries of the mapping below a key, references followed; without extensions, where there may be some."""
    below = at(node, key)
    if below is not None and isinstance(below.value, dict):
        for name, entry in below.items():
            if key not in _EXTENDED or not name.startswith("x-"):
                yield name, entry.resolved()


def members(node: Node | None, key: str) -> Iterator[Node]:
    """The members of the list below a key, references followed."""
    below = at(node, key)
    if below is not None and isinstance(below.value, list):
        for _, member in below.items():
            yield member.resolved()


def schema(node: Node | None, key: str) -> Node | None:
    """The schema below a key with its reference not followed, since siblings of ``$ref`` count in some versions."""
    return node.child(key) if node is not None else None
