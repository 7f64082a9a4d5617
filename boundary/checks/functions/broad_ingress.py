"""Stores that let in who is not named: everybody is a warning, a whole network and a published port are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from boundary.checks.merge import merged
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each store and who is let in; of severity info unless that is everybody."""
    groups: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in rule.select.select_edges(graph):
        groups[edge.source, edge.target].append(edge)
    for edges in groups.values():
        public = any("public" in edge.traits for edge in edges)
        yield replace(merged(graph, edges), severity=None if public else "info")
