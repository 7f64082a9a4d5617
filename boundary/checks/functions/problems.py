"""What is wrong with the workspace itself: unreadable sources, invalid contracts, wrong rule files, old exceptions."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each problem of the kind that the rule's parameter ``kind`` names."""
    for problem in graph.problems:
        if problem.kind == rule.parameter("kind"):
            evidence = (Evidence(problem.location, problem.what),)
            yield Breach(evidence=evidence, detail=problem.what, subject=(problem.location.path,))
