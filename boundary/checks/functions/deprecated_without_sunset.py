"""Operations that will go away, and nobody says when."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each operation that a selected service's contract calls deprecated and gives no last day."""
    for node in rule.select.select_nodes(graph):
        for operation in node.operations:
            if operation.deprecated and not operation.sunset and not operation.internal:
                yield Breach(
                    source=node,
                    evidence=(Evidence(operation.location, f"{operation.name} is declared here"),),
                    operations=(operation.name,),
                    subject=(operation.name,),
                )
