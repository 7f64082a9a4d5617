"""Pathways between teams: the edges over which the services of one depend on those of another.

Source: F. Brooks, "The Mythical Man-Month", 1975: with T teams there are T(T-1)/2 of them, and each costs talk.
"""

from __future__ import annotations

from collections import defaultdict

from boundary.graph import CALLS, Graph
from boundary.measure.coupling import Pair, dependencies
from boundary.model import Edge


def pathways(graph: Graph) -> dict[Pair, list[Edge]]:
    """The certain edges between services of two teams, by (depending team, team depended on); only known teams."""
    found: dict[Pair, list[Edge]] = defaultdict(list)
    for (source, target), edges in sorted(dependencies(graph).items()):
        ends = graph.party(graph.nodes[source]), graph.party(graph.nodes[target])
        if ends[0] and ends[1] and ends[0] != ends[1] and not graph.nodes.keys() & set(ends):
            found[ends[0], ends[1]] += edges
    return found


def declared(graph: Graph, edge: Edge) -> bool:
    """Whether an edge goes through an interface that somebody wrote down: a service's contract, a declared channel."""
    target = graph.nodes[edge.target]
    if edge.kind in CALLS:
        return not target.traits.isdisjoint(("contract", "exported-contract"))
    return target.kind == "channel" and not target.traits.isdisjoint(("contract", "published"))
