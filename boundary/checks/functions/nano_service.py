"""Services that hardly do anything: one operation, for one other service, without data of their own."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import dependencies
from boundary.model import Node


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each selected service that offers one operation, has one caller, and depends on nothing.

    Only where nothing of it is unresolved: what it does may be behind that.
    """
    pairs = dependencies(graph)
    opened = {end.source for end in graph.unresolved} | {end.source for end in graph.coverage.unresolved}
    for node in rule.select.select_nodes(graph):
        callers = [source for source, target in sorted(pairs) if target == node.id]
        if len(_offered(node)) == len(callers) == 1 and node.id not in opened and not list(graph.out(node.id)):
            edges = pairs[callers[0], node.id]
            yield Breach(
                source=graph.nodes[callers[0]],
                target=node,
                evidence=tuple(dict.fromkeys(link for edge in edges for link in edge.evidence)),
                operations=tuple(_offered(node)),
                counterpart=node.location,
            )


def _offered(node: Node) -> list[str]:
    return sorted({operation.name for operation in node.operations})
