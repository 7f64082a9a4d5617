"""Teams that depend on, or serve, more other teams than they can keep up talk with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.pathways import pathways
from boundary.model import Edge


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each team with edges to and from more than ``budget`` other teams.

    It stands at the pathway that its own service makes, where it has one: that is what it can change.
    """
    others: dict[str, dict[str, Edge]] = defaultdict(dict)
    for (one, two), edges in sorted(pathways(graph).items()):
        others[one].setdefault(two, edges[0])
        others[two].setdefault(one, edges[0])
    for team, met in sorted(others.items()):
        if len(met) > int(rule.parameter("budget")):
            edges = list(met.values())
            own = next((edge for edge in edges if graph.party(graph.nodes[edge.source]) == team), edges[0])
            yield Breach(
                source=graph.nodes[own.source],
                target=graph.nodes[own.target],
                evidence=tuple(dict.fromkeys(link for edge in (own, *edges) for link in edge.evidence)),
                subject=(team,),
                detail=f"{team} has {len(met)} pathways ({', '.join(sorted(met))})",
            )
