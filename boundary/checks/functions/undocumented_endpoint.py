"""Routes in the code of a service that has a contract, and not in that contract."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.operations import compared, is_among, is_between_teams, is_for_platforms, is_twin, takes_all
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each selected service's route that no declared operation means.

    Only where contract and code can be compared: most of what is declared must be found in the code.
    """
    for node in rule.select.select_nodes(graph):
        found = compared(node)
        for operation in found.served if found.declared and found.comparable else ():
            meant = is_among(operation, found.declared) or is_twin(operation, found)
            if not (is_for_platforms(operation) or takes_all(operation) or meant):
                what = Evidence(operation.location, f"{node.name} serves {operation.name}")
                contract = Evidence(found.declared[0].location, f"the contract declares {found.declared[0].name}")
                yield Breach(
                    source=node,
                    severity=None if is_between_teams(graph, node) else "info",
                    evidence=(what, contract),
                    operations=(operation.name,),
                    subject=(operation.name,),
                    detail=operation.name,
                    counterpart=contract.location,
                )
