"""What binds services so that they can only be changed together: rings of calls, shared data, linked code.

Calls one way and events bind nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from boundary.graph import Graph
from boundary.measure.coupling import Pair, calls, dependencies, rings, services
from boundary.model import Edge, Evidence

_DATA = ("reads", "writes", "connects", "mounts")
_KEPT = ("store", "table", "volume")

Ties = dict[Pair, tuple[str, tuple[Evidence, ...]]]
"""What binds two services, by their ids in order: a word for it, and where it is seen."""


def ties(graph: Graph) -> Ties:
    """All pairs of services that something binds."""
    found: Ties = {}
    pairs = calls(graph)
    for group in rings(pairs):
        inside = {ends: edges for ends, edges in pairs.items() if ends[0] in group and ends[1] in group}
        for (source, target), edges in sorted(inside.items()):
            found.setdefault(_ordered(source, target), ("rings of calls", edges[0].evidence))
    for (source, target), edges in sorted(dependencies(graph).items()):
        data = next((edge for edge in edges if _is_data(graph, edge)), None)
        code = next((edge for edge in edges if edge.kind == "links"), None)
        if data:
            found.setdefault(_ordered(source, target), ("shared data", data.evidence))
        elif code and graph.nodes[code.target].kind == "service":
            found.setdefault(_ordered(source, target), ("linked code", code.evidence))
    for ends, where in _common(graph):
        found.setdefault(ends, ("shared data", where))
    return found


def _common(graph: Graph) -> Iterator[tuple[Pair, tuple[Evidence, ...]]]:
    """Services that use one store of nobody, or one volume that one of them writes: what all only read (certificates,
    secrets of a developer's machine) changes for none of them."""
    members = {node.id for node in services(graph)}
    written = {edge.target for edge in graph.edges if edge.kind != "mounts" or "read-only" not in edge.traits}
    users: dict[str, dict[str, tuple[Evidence, ...]]] = defaultdict(dict)
    for edge in graph.edges:
        node = graph.nodes[edge.target]
        mine = edge.certain and edge.source in members and edge.target in written
        if mine and _is_data(graph, edge) and graph.party(node) is None:
            users[node.parent or node.id].setdefault(edge.source, edge.evidence)
    for found in users.values():
        for one, two in pairwise(sorted(found)):
            yield _ordered(one, two), (*found[one], *found[two])


def _is_data(graph: Graph, edge: Edge) -> bool:
    return edge.kind in _DATA and graph.nodes[edge.target].kind in _KEPT


def _ordered(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)
