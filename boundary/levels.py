"""The graph drawn coarser or finer: what is a part of something folds into it, and only what is near a name is kept.

Pure functions from graph to graph. The graph of the analysis has tables as nodes of their own and services with their
operations inside; rules work on that one, drawings on what comes from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

import msgspec

from boundary.graph import POSSIBLE, Graph
from boundary.model import Edge, Evidence, FieldUse, Grade, Node

Level = Literal["team", "service", "store", "table", "operation"]
"""What the nodes are, from coarse to fine. ``store`` is the default: services and whole stores; ``service`` folds
stores into the services that keep them, ``team`` services into their teams; ``operation`` unfolds what they offer. From
``store`` on packages that services share are left out: they are code, not something that runs."""

LEVELS: tuple[Level, ...] = get_args(Level)

_GRADES: tuple[Grade, ...] = get_args(Grade)
_PARTS = ("table", "operation")


def fold(graph: Graph, level: Level) -> Graph:
    """The graph at a level; what cannot be folded (a table of an unknown store, a store of nobody) stays as it is."""
    if level == "table":
        return graph
    if level == "operation":
        return _unfold(graph)
    images = {identity: image(graph, identity, level) for identity in graph.nodes}
    parts = _parts(graph, images)
    packages = {node.id for node in graph.of_kind("package")}
    edges = [edge for edge in graph.edges if edge.kind not in POSSIBLE or images[edge.target] == edge.target]
    edges = [edge for edge in edges if edge.target not in packages]
    kept = set(images.values()) - _lost(graph, edges) - packages
    there = sorted(kept & graph.nodes.keys())
    nodes = [msgspec.structs.replace(graph.nodes[one], parts=parts.get(one, ())) for one in there]
    nodes += [_team(graph, one, images) for one in sorted(kept - graph.nodes.keys())]
    return _made(graph, nodes, _merged(edges, images))


def _lost(graph: Graph, edges: Iterable[Edge]) -> set[str]:
    """Those that only could reach something, when that is folded into what is no longer what they reach."""
    return {edge.source for edge in graph.edges if edge.kind in POSSIBLE} - {edge.source for edge in edges}


def image(graph: Graph, identity: str, level: Level) -> str:
    """The id of the node that stands for a node at a level, ``store`` or coarser."""
    party = graph.party(graph.nodes[identity]) if level == "team" else None
    if party:
        return party if party in graph.nodes else f"team:{party}"
    seen: set[str] = set()
    while identity not in seen:
        seen.add(identity)
        node = graph.nodes[identity]
        # A table may be kept by another service than the rest of its store, so its own keeper counts first.
        ways = (node.keeper if level != "store" else None, node.parent if node.kind in _PARTS else None)
        identity = next((way for way in ways if way and way in graph.nodes), identity)
    return identity


def near(graph: Graph, centres: Iterable[str], depth: int) -> Graph:
    """The part of the graph within ``depth`` edges of the centres, whichever way the edges run.

    The other users of a store that a service uses are two edges away from it.
    """
    seen = graph.reach(centres, depth, against=True)
    nodes = [_owned(graph, node) for node in graph.nodes.values() if node.id in seen]
    return _made(graph, nodes, (edge for edge in graph.edges if edge.source in seen and edge.target in seen))


# --- nodes --------------------------------------------------------------------------------------------------


def _owned(graph: Graph, node: Node) -> Node:
    """The node with its team written down: whoever it has that from may not be drawn."""
    party = graph.party(node)
    return node if party is None or party in graph.nodes else msgspec.structs.replace(node, owner=party)


def _team(graph: Graph, identity: str, images: Mapping[str, str]) -> Node:
    members = [graph.nodes[one] for one, folded in images.items() if folded == identity]
    services = sorted(node.name for node in members if node.kind == "service")
    name = identity.partition(":")[2]
    return Node(identity, "team", name, owner=name, parts=tuple(services))


def _parts(graph: Graph, images: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, folded in images.items():
        if one != folded and graph.nodes[one].kind == "table":
            found[folded].append(graph.nodes[one].name)
    return {folded: tuple(sorted(set(names))) for folded, names in found.items()}


def _unfold(graph: Graph) -> Graph:
    """Every operation as a node of its own, and the calls of it as edges to it."""
    made = {
        (node.id, operation.name): Node(
            f"operation:{node.name} {operation.name}",
            "operation",
            operation.name,
            owner=node.owner,
            keeper=node.id,
            parent=node.id,
            location=operation.location,
        )
        for node in graph.nodes.values()
        for operation in node.operations
    }
    edges = [one for edge in graph.edges for one in _calls(edge, made)]
    return _made(graph, [*graph.nodes.values(), *made.values()], edges)


def _calls(edge: Edge, made: Mapping[tuple[str, str], Node]) -> Iterator[Edge]:
    known = [name for name in edge.operations if (edge.target, name) in made]
    for name in known:
        yield msgspec.structs.replace(edge, target=made[edge.target, name].id, operations=(name,))
    if len(known) < len(edge.operations) or not known:
        yield msgspec.structs.replace(edge, operations=tuple(name for name in edge.operations if name not in known))


# --- edges --------------------------------------------------------------------------------------------------


def _merged(edges: Iterable[Edge], images: Mapping[str, str]) -> list[Edge]:
    """One edge for all of one kind between two nodes, candidates apart; those within one node are gone."""
    groups: dict[tuple[str, str, str, bool], list[Edge]] = defaultdict(list)
    for edge in edges:
        source, target = images.get(edge.source, edge.source), images.get(edge.target, edge.target)
        if source != target or edge.source == edge.target:
            groups[source, target, edge.kind, edge.certain].append(edge)
    return [_one(source, target, group) for (source, target, *_), group in groups.items()]


def _one(source: str, target: str, edges: list[Edge]) -> Edge:
    group = sorted(edges, key=lambda edge: (_GRADES.index(edge.grade), edge.evidence))
    details = {edge.detail for edge in group}
    return msgspec.structs.replace(
        group[0],
        source=source,
        target=target,
        evidence=_union(edge.evidence for edge in group),
        operations=tuple(sorted({one for edge in group for one in edge.operations})),
        traits=frozenset[str]().union(*(edge.traits for edge in group)),
        detail=details.pop() if len(details) == 1 else "",
        fields=_fields(group),
    )


def _fields(edges: Iterable[Edge]) -> tuple[FieldUse, ...] | None:
    """What all of them are seen to use; None where none was followed."""
    known = [edge.fields for edge in edges if edge.fields is not None]
    return tuple(sorted({use for fields in known for use in fields})) if known else None


def _union(chains: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(link for chain in chains for link in chain))


def _made(graph: Graph, nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
    return Graph(nodes, edges, graph.unresolved, graph.problems, graph.coverage, graph.history)
