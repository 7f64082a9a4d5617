"""A schema as it is written, with its references followed: what its keywords are, which types it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from boundary.contracts.documents import Node

ANNOTATIONS: Final = frozenset(
    ("title", "description", "default", "example", "examples", "externalDocs", "$comment", "deprecated", "xml")
)
"""Keywords that say nothing about values."""

MISSING: Final = object()
"""The value of a keyword that is not there."""

NAMED: Final = frozenset(("object",))
"""Values whose parts have names. In the style of headers, and the usual one of paths, ``explode`` makes no difference
to others (RFC 6570, simple string expansion)."""

_NULL = {"type": "null"}
_WRAPPING = ANNOTATIONS | {"oneOf", "anyOf"}
_NAMING = ANNOTATIONS | {"type", "format", "nullable"}
_LONGEST_CHAIN = 60


class View(msgspec.Struct, frozen=True, eq=False):
    """A schema with its reference followed and the siblings of the reference laid over it."""

    node: Node
    keys: Mapping[str, Node]

    def get(self, key: str) -> Any:
        """The value of a keyword; a marker that equals nothing when there is none."""
        return self.keys[key].value if key in self.keys else MISSING

    def mapping(self, key: str) -> dict[str, Node]:
        """The entries of a keyword that is a mapping."""
        return dict(self.keys[key].items()) if isinstance(self.get(key), dict) else {}

    def members(self, key: str) -> list[Node]:
        """The members of a keyword that is a list."""
        return [node for _, node in self.keys[key].items()] if isinstance(self.get(key), list) else []

    @property
    def required(self) -> list[str]:
        """The properties that must be there."""
        value = self.get("required")
        return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def view(node: Node) -> View:
    """A schema as it counts: references followed, and without what only says that it may be null."""
    side = _followed(node)
    branches = side.members("oneOf") or side.members("anyOf")
    if len(branches) == 2 and side.keys.keys() <= _WRAPPING:
        null = [one for one in branches if one.value == _NULL]
        rest = [one for one in branches if one.value != _NULL]
        if null and rest and "type" in (inner := _followed(rest[0])).keys:
            kinds = inner.get("type")
            nullable = Node(["null", *(kinds if isinstance(kinds, list) else [kinds])], node.source, rest[0], "type")
            return View(inner.node, {**inner.keys, "type": nullable})
    return side


def _followed(node: Node) -> View:
    """A schema with its references followed. Of a chain of references each one's siblings count."""
    keys: dict[str, Node] = {}
    for _ in range(_LONGEST_CHAIN):
        if isinstance(node.value, dict):
            for key, below in node.items():
                if key != "$ref":
                    keys.setdefault(key, below)
        target = node.target()
        if target is None:
            break
        node = target
    return View(node, keys)


def listed_types(side: View) -> frozenset[str] | None:
    """The types that ``oneOf`` or ``anyOf`` list where they say nothing else; None when they do, or are not there."""
    branches = [view(node) for keyword in ("oneOf", "anyOf") for node in side.members(keyword)]
    if "type" in side.keys or not branches or any(not branch.keys.keys() <= _NAMING for branch in branches):
        return None
    kinds = [type_set(branch) for branch in branches]
    return frozenset[str]().union(*(kind for kind in kinds if kind is not None)) if None not in kinds else None


def type_set(side: View) -> frozenset[str] | None:
    """The types that a schema names, with ``null``; None when it names none."""
    kinds = side.get("type")
    if not isinstance(kinds, str | list):
        return None
    found = {kinds} if isinstance(kinds, str) else {str(kind) for kind in kinds}
    if side.get("nullable") is True or side.get("x-nullable") is True:
        found.add("null")
    return frozenset(found)


def may_be(described: Node | None, kinds: frozenset[str]) -> bool:
    """Whether a value may be of one of these types."""
    if described is None:
        return False
    side = view(described)
    named = type_set(side)
    if named is None:
        return not {"enum", "const", "format", "pattern"} & side.keys.keys()
    return not kinds.isdisjoint(named)


def marks_of(node: Node) -> frozenset[str]:
    """What the name of a change depends on besides the change: see ``Written.marks``."""
    return marks(view(node))


def marks(side: View) -> frozenset[str]:
    """As ``marks_of``, of a view."""
    found: set[str] = set()
    if side.get("readOnly") is True:
        found.add("read-only")
    if side.get("writeOnly") is True:
        found.add("write-only")
    if side.get("default") is not MISSING:
        found.add("default")
    return frozenset(found)


def is_annotation(node: Node) -> bool:
    """Whether a schema says nothing about values."""
    keys = set(view(node).keys)
    return bool(keys) and keys <= ANNOTATIONS
