"""Pairs of services of which one calls very many operations of the other."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import calls


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each pair of two owners with ``least`` distinct operations or more that one calls of the other."""
    for (source, target), edges in sorted(calls(graph).items()):
        called = sorted({operation for edge in edges for operation in edge.operations})
        ends = graph.nodes[source], graph.nodes[target]
        if len(called) >= int(rule.parameter("least")) and relation(graph, *ends) == "other":
            yield Breach(
                source=ends[0],
                target=ends[1],
                evidence=tuple(dict.fromkeys(link for edge in edges for link in edge.evidence)),
                operations=tuple(called),
                detail=str(len(called)),
                counterpart=ends[1].location,
            )
