"""Operations that a contract declares and no code serves."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.operations import compared, is_among, is_between_teams, takes_all
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each operation in a selected service's contract that no route of its code means.

    Only where the routes are read whole: of what is declared one operation, or a quarter, is not found, and no route
    takes whatever comes. What is marked as internal is promised to nobody.
    """
    for node in rule.select.select_nodes(graph):
        found = compared(node)
        missed = len(found.declared) - found.met
        if not found.comparable or missed > max(1, len(found.declared) // 4):
            continue
        if any(takes_all(operation) for operation in found.served):
            continue
        for operation in found.declared:
            if not operation.internal and not is_among(operation, found.served):
                what = Evidence(operation.location, f"{operation.name} is declared here, and no route serves it")
                route = Evidence(found.served[0].location, f"{node.name} serves {found.served[0].name}")
                yield Breach(
                    source=node,
                    severity=None if is_between_teams(graph, node) else "info",
                    evidence=(what, route),
                    operations=(operation.name,),
                    subject=(operation.name,),
                    detail=operation.name,
                    counterpart=route.location,
                )
