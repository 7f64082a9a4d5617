"""``$dynamicRef``: a reference whose target depends on the way that led to it.

A schema resource (a file, or what has an ``$id``) may leave a place open by a ``$dynamicAnchor``, and whoever refers to
the resource may fill it by an anchor of the same name: a page of anything becomes a page of users. A place that was
reached through such a resource is a view of its own, so that the same text seen from two sides is two schemas.
JSON Schema core 2020-12, sections 8.2.3.2 and 7.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from boundary.contracts.documents import Node, Source


class Scope:
    """What the resources on the way have filled: for each name the outermost anchor. Views of a place are one object
    within a scope."""

    def __init__(self, filled: Mapping[str, Node]) -> None:
        self.filled = filled
        self.inner: dict[int, Scope] = {}
        self._copies: dict[int, tuple[Any, Any]] = {}

    def view(self, node: Node) -> Scoped:
        """A place as it is seen here."""
        if isinstance(node, Scoped) and node.scope is self:
            return node
        value = node.value
        if isinstance(value, dict | list):
            value = self._copies.setdefault(id(value), (value, value.copy()))[1]
        return Scoped(value, node, self)


class Scoped(Node):
    """A place that was reached through a resource that fills what others leave open."""

    __slots__ = ("scope",)

    def __init__(self, value: Any, node: Node, scope: Scope) -> None:
        super().__init__(value, node.source, node.parent, node.key)
        self.scope = scope

    def child(self, key: str | int) -> Node | None:
        """As of any place, seen from the same side."""
        found = super().child(key)
        return found and self.scope.view(found)

    def items(self) -> Iterator[tuple[str, Node]]:
        """As of any place, seen from the same side."""
        for key, below in super().items():
            yield key, self.scope.view(below)

    def follow(self, reference: str) -> Node:
        """As of any place, seen from the same side."""
        return self.scope.view(super().follow(reference))


class Anchors:
    """The dynamic anchors of a side, by the resources that have them."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Node]] = {}
        self._outermost = Scope({})
        self._sources: dict[Source, bool] = {}

    def entered(self, node: Node, target: Node) -> Node:
        """What a plain reference leads to, with what the resource that has the reference fills."""
        if not self._open(target.source):
            return target
        resource = _resource(node)
        filled = self._of(resource)
        if not filled or _resource(target).value is resource.value:
            return target
        scope = node.scope if isinstance(node, Scoped) else self._outermost
        if not filled.keys() <= scope.filled.keys():
            inner = scope.inner.get(id(resource.value))
            if inner is None:
                inner = scope.inner[id(resource.value)] = Scope({**filled, **scope.filled})
            scope = inner
        return scope.view(target)

    def led(self, node: Node, reference: str) -> Node:
        """What a dynamic reference leads to."""
        name = reference.removeprefix("#")
        own = self._of(_resource(node)).get(name)
        target = own if own is not None else node.follow(reference)
        if isinstance(node, Scoped):
            dynamic = isinstance(target.value, dict) and target.value.get("$dynamicAnchor") == name
            return node.scope.view(node.scope.filled.get(name, target) if dynamic else target)
        return target

    def _open(self, source: Source) -> bool:
        """Whether a file leaves anything open at all."""
        if source not in self._sources:
            self._sources[source] = b"$dynamicRef" in source.data
        return self._sources[source]

    def _of(self, resource: Node) -> dict[str, Node]:
        known = self._known.get(id(resource.value))
        if known is None:
            known = self._known[id(resource.value)] = {}
            todo = [resource]
            while todo:
                node = todo.pop()
                value = node.value
                if isinstance(value, dict):
                    if "$id" in value and node is not resource:
                        continue
                    if isinstance(name := value.get("$dynamicAnchor"), str):
                        known.setdefault(name, node)
                todo += [below for _, below in node.items() if isinstance(below.value, dict | list)]
        return known


def _resource(node: Node) -> Node:
    while node.parent is not None and not (isinstance(node.value, dict) and "$id" in node.value):
        node = node.parent
    return node
