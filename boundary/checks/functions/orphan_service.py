"""Services that nothing in the workspace is connected with."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import POSSIBLE, Graph
from boundary.measure.coupling import dependencies
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each selected service without any edge, in a workspace in which ``floor`` per cent of the references
    resolved and others are connected, and of which no own reference is open.

    Declared order alone (``depends_on``) is no connection.
    """
    coverage = graph.coverage
    if not dependencies(graph) or coverage.resolved * 100 < coverage.located * int(rule.parameter("floor")):
        return
    opened = {end.source for end in graph.unresolved} | {end.source for end in coverage.unresolved}
    used = {end for edge in graph.edges if _connects(edge.kind) for end in (edge.source, edge.target)}
    for node in rule.select.select_nodes(graph):
        if node.id not in used | opened and node.location:
            yield Breach(source=node, evidence=(Evidence(node.location, f"{node.name} is declared here"),))


def _connects(kind: str) -> bool:
    return kind not in POSSIBLE and kind != "depends"
