"""What differs between two schemas as they are written: keyword by keyword, properties and branches side by side.

This only gives differences their names; whether one of them breaks anybody is decided by what the schemas accept
(``boundary.contracts.schemas``). So it may be simple: it follows references, pairs what has the same name, and stops
where it has been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.openapi.keywords import Tell, Written, on_this_level
from boundary.contracts.openapi.tree import raw
from boundary.contracts.openapi.view import View, is_annotation, listed_types, marks, view

BRANCHES = ("oneOf", "anyOf", "allOf")

_DEEPEST = 60
_BELOW = {
    "items": "[]",
    "additionalProperties": "{}",
    "unevaluatedProperties": "{}",
    "unevaluatedItems": "[]",
    "contains": "[]",
    "not": "",
    "if": "",
    "then": "",
    "else": "",
    "propertyNames": "",
    "contentSchema": "",
}
"""Keywords with one schema, and what each adds to the path on the wire."""


def differences(old: Node, new: Node, same: Callable[[Node, Node], bool]) -> Iterator[Written]:
    """All differences below two schemas, each pair of places once; what is the ``same`` is not looked into."""
    yield from _Walk(same).pair(old, new, "$", False, frozenset(), 0)


class _Walk:
    def __init__(self, same: Callable[[Node, Node], bool]) -> None:
        self._same = same
        self._seen: set[tuple[int, int]] = set()

    def pair(self, old: Node, new: Node, at: str, inner: bool, above: frozenset[str], depth: int) -> Iterator[Written]:
        """Two schemas that stand for each other; ``above`` are the marks that the property has from its object."""
        left, right = view(old), view(new)
        key = id(left.node.value), id(right.node.value)
        if key in self._seen or depth > _DEEPEST or self._same(old, new):
            return
        self._seen.add(key)
        known = above | marks(right)

        def tell(keyword: str, move: str, **more: Any) -> Written:
            places = [side.keys.get(keyword, side.node) for side in (left, right)]
            if keyword == "property":
                places = [side.mapping("properties").get(more["subject"], side.node) for side in (left, right)]
            return Written(keyword, move, at, places[0], places[1], inner, **{"marks": known, **more})

        yield from on_this_level(left, right, tell, known)
        for suffix, one, two, needed in _children(left, right):
            yield from self.pair(one, two, at + suffix, True, needed, depth + 1)
        for keyword in BRANCHES:
            yield from self._branches(left, right, keyword, at, tell, depth)

    def _branches(self, left: View, right: View, keyword: str, at: str, tell: Tell, depth: int) -> Iterator[Written]:
        before, after = left.members(keyword), right.members(keyword)
        if listed_types(left) or listed_types(right):
            return
        if keyword == "oneOf" and after and not before and not left.members("anyOf"):
            yield tell(keyword, "wrapped")
        pairs, gone, fresh = paired(before, after)
        for node in gone:
            yield tell(keyword, "branch-removed", **_told(node, before))._replace(old=node)
        for node in fresh:
            yield tell(keyword, "branch-added", **_told(node, after))._replace(new=node)
        for one, two in pairs:
            yield from self.pair(one, two, at, True, frozenset(), depth + 1)


def _told(branch: Node, among: list[Node]) -> dict[str, Any]:
    """What to say of a branch: the component's name, its title, or which one it is."""
    title = raw(branch, "title")
    named = component(branch) or (title if isinstance(title, str) else f"#{among.index(branch) + 1}")
    return {"subject": named, "marks": frozenset({"annotations"} if is_annotation(branch) else ())}


def _children(left: View, right: View) -> Iterator[tuple[str, Node, Node, frozenset[str]]]:
    """The schemas below, side by side: what each adds to the path on the wire, and its marks."""
    needed = set(left.required) & set(right.required)
    for keyword, suffix in (("properties", ".{}"), ("dependentSchemas", ""), ("patternProperties", "{{}}")):
        before, after = left.mapping(keyword), right.mapping(keyword)
        for name in before:
            if name in after:
                own = frozenset({"required"} if keyword == "properties" and name in needed else ())
                yield suffix.format(name), before[name], after[name], own
    for keyword, suffix in _BELOW.items():
        if isinstance(left.get(keyword), dict) and isinstance(right.get(keyword), dict):
            yield suffix, left.keys[keyword], right.keys[keyword], frozenset()
    for number, (one, two) in enumerate(zip(left.members("prefixItems"), right.members("prefixItems"), strict=False)):
        yield f"[{number}]", one, two, frozenset()


def paired(before: list[Node], after: list[Node]) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """Branches that mean the same one: by the name of their component, by their content, else the only two left."""
    pairs: list[tuple[Node, Node]] = []
    gone, fresh = list(before), list(after)
    for named in (component, _content):
        waiting: dict[str, list[Node]] = {}
        for two in reversed(fresh):
            if (name := named(two)) is not None:
                waiting.setdefault(name, []).append(two)
        found = [(one, waiting[name].pop()) for one in gone if (name := named(one)) is not None and waiting.get(name)]
        done = {id(node) for pair in found for node in pair}
        gone, fresh = ([node for node in side if id(node) not in done] for side in (gone, fresh))
        pairs += found
    if len(gone) == len(fresh) == 1 and all(component(node) is None for node in (*gone, *fresh)):
        pairs.append((gone.pop(), fresh.pop()))
    return pairs, gone, fresh


def _content(node: Node) -> str:
    return msgspec.json.encode(node.value, order="sorted").decode()


def component(node: Node) -> str | None:
    """The name of what a reference leads to; None when this is no reference."""
    return node.reference.rpartition("/")[2] if node.reference else None
