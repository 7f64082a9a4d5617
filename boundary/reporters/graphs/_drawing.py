"""What all drawings share: nodes gathered by team, one arrow between two nodes, labels."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from boundary.graph import Graph
from boundary.model import Node


class Arrow(msgspec.Struct, frozen=True, order=True):
    """All edges between two nodes as one arrow; ``certain`` when one of them is."""

    source: str
    target: str
    label: str
    certain: bool


def teams(graph: Graph) -> list[tuple[str, list[Node]]]:
    """The nodes by the team that owns them, teams by name; those of nobody come last, under ""."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        party = graph.party(node)
        found["" if party is None or party in graph.nodes or node.kind == "team" else party].append(node)
    return sorted(found.items(), key=lambda item: (not item[0], item[0]))


def arrows(graph: Graph) -> list[Arrow]:
    """One arrow between two nodes, labelled with the kinds of its edges: a drawing of every edge is unreadable."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    certain: set[tuple[str, str]] = set()
    for edge in graph.edges:
        ends = (edge.source, edge.target)
        kinds[ends].add(edge.kind)
        if edge.certain:
            certain.add(ends)
    return sorted(Arrow(*ends, ", ".join(sorted(found)), ends in certain) for ends, found in kinds.items())
