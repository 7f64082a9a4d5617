"""What a change does to the architecture: what the graph has more and less, and what becomes of findings.

Pure: two graphs in, one difference out. What moved within a service is no difference; what is told are the names of
things, never lines alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from boundary.graph import Graph
from boundary.model import Edge, Finding, Location, Node
from boundary.settle.waivers import Waiver

Change = Literal["gained", "lost"]
_STORES = ("store", "table", "channel", "broker", "volume")


class Part(msgspec.Struct, frozen=True, order=True):
    """A service or store that came or went; ``kind`` is the node's."""

    change: Change
    kind: str
    id: str
    name: str
    owner: str
    location: Location | None = None


class Way(msgspec.Struct, frozen=True, order=True):
    """An edge that came or went; ``operations`` are those that came or went where the edge itself is on both sides."""

    change: Change
    source: str
    target: str
    kind: str
    operations: tuple[str, ...]
    from_name: str
    to_name: str
    from_owner: str
    to_owner: str
    certain: bool
    location: Location


class Offer(msgspec.Struct, frozen=True, order=True):
    """An operation that a service offers now, or no longer."""

    change: Change
    service: str
    operation: str
    location: Location


class Treaty(msgspec.Struct, frozen=True, order=True):
    """An exception that was made or taken back."""

    change: Change
    rules: tuple[str, ...]
    source: str
    target: str
    reason: str
    until: str
    location: Location


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does. ``base`` and ``head`` are revisions, ``head`` "" for the working tree; ``findings`` are the
    ``new`` and ``fixed`` ones."""

    base: str
    head: str = ""
    services: tuple[Part, ...] = ()
    stores: tuple[Part, ...] = ()
    edges: tuple[Way, ...] = ()
    operations: tuple[Offer, ...] = ()
    exceptions: tuple[Treaty, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        parts = (self.services, self.stores, self.edges, self.operations, self.exceptions, self.findings)
        return any(parts)


def parts(old: Graph, new: Graph) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The services and the stores that came or went."""
    changed = [*_parts("gained", new, old), *_parts("lost", old, new)]
    services = [part for part in changed if part.kind in ("service", "gateway")]
    return tuple(sorted(services)), tuple(sorted(part for part in changed if part.kind in _STORES))


def _parts(change: Change, here: Graph, there: Graph) -> Iterable[Part]:
    for identity, node in here.nodes.items():
        if identity not in there.nodes:
            yield Part(change, node.kind, identity, _named(here, node), _owner(here, node), node.location)


def ways(old: Graph, new: Graph) -> tuple[Way, ...]:
    """The edges that came or went, one for each pair and kind."""
    before, after = _edges(old), _edges(new)
    return tuple(sorted([*_ways("gained", new, after, before), *_ways("lost", old, before, after)]))


Key = tuple[str, str, str]


def _edges(graph: Graph) -> dict[Key, list[Edge]]:
    found: dict[Key, list[Edge]] = {}
    for edge in graph.edges:
        if edge.source != edge.target:
            found.setdefault((edge.source, edge.target, edge.kind), []).append(edge)
    return found


def _ways(change: Change, graph: Graph, here: dict[Key, list[Edge]], there: dict[Key, list[Edge]]) -> Iterable[Way]:
    for (source, target, kind), edges in here.items():
        mine = {operation for edge in edges for operation in edge.operations}
        theirs = {operation for edge in there.get((source, target, kind), ()) for operation in edge.operations}
        if (source, target, kind) in there and not mine - theirs:
            continue
        one, other = graph.nodes[source], graph.nodes[target]
        telling = next((edge for edge in edges if set(edge.operations) & (mine - theirs)), edges[0])
        yield Way(
            change, source, target, kind, tuple(sorted(mine - theirs)), _named(graph, one), _named(graph, other),
            _owner(graph, one), _owner(graph, other), any(edge.certain for edge in edges), telling.location,
        )  # fmt: skip


def offers(old: Graph, new: Graph) -> tuple[Offer, ...]:
    """The operations that services offer now, or no longer."""
    before, after = _offers(old), _offers(new)
    gained = [Offer("gained", *key, after[key]) for key in after.keys() - before.keys()]
    return tuple(sorted([*gained, *(Offer("lost", *key, before[key]) for key in before.keys() - after.keys())]))


def _offers(graph: Graph) -> dict[tuple[str, str], Location]:
    return {
        (node.name, operation.name): operation.location
        for node in graph.of_kind("service", "gateway")
        for operation in node.operations
    }


def treaties(old: Iterable[Waiver], new: Iterable[Waiver]) -> tuple[Treaty, ...]:
    """The exceptions that were made, and those that were taken back."""
    before, after = _treaties(old), _treaties(new)
    gained = [_treaty("gained", after[key]) for key in after.keys() - before.keys()]
    return tuple(sorted([*gained, *(_treaty("lost", before[key]) for key in before.keys() - after.keys())]))


def _treaties(waivers: Iterable[Waiver]) -> dict[tuple[object, ...], Waiver]:
    return {
        (one.rules, one.source, one.target, one.reason, one.until, one.about is not None and one.location.path): one
        for one in waivers
    }


def _treaty(change: Change, one: Waiver) -> Treaty:
    until = one.until.isoformat() if one.until else ""
    return Treaty(change, one.rules, one.source, one.target, one.reason, until, one.location)


def _named(graph: Graph, node: Node) -> str:
    parent = graph.nodes.get(node.parent or "")
    return f"{node.name} of {parent.name}" if parent else node.name


def _owner(graph: Graph, node: Node) -> str:
    party = graph.party(node) or ""
    service = graph.nodes.get(party)
    return service.name if service else party
