"""Teams whose services use each other's by calls and messages of which no contract says anything."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.levels import image
from boundary.measure.pathways import declared, pathways


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each pair of teams with calls or messages between them, none of which a contract covers.

    A single service or channel is told by itself. Services whose language is not read may export their contract by
    code: nothing is said of those.
    """
    kinds = rule.parameter("edges").split()
    for teams, edges in sorted(pathways(graph).items()):
        used = [edge for edge in edges if edge.kind in kinds]
        if len({edge.target for edge in used}) < 2 or any(
            declared(graph, edge) or "unread" in _provider(graph, edge.target) for edge in used
        ):
            continue
        yield Breach(
            source=graph.nodes[used[0].source],
            target=graph.nodes[used[0].target],
            evidence=tuple(dict.fromkeys(link for edge in used for link in edge.evidence)),
            subject=teams,
            detail=f"{len(used)}",
            counterpart=graph.nodes[used[0].target].location,
        )


def _provider(graph: Graph, identity: str) -> frozenset[str]:
    return graph.nodes[image(graph, identity, "service")].traits
