"""Routes that answer with the very classes that the service keeps in its tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.checks.operations import is_between_teams
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence, Operation


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each such class of a selected service; info where all services are one team's."""
    for node in rule.select.select_nodes(graph):
        found: dict[Evidence, list[Operation]] = defaultdict(list)
        for operation in node.operations:
            if operation.entity and not operation.internal:
                found[operation.entity].append(operation)
        for entity, operations in found.items():
            names = tuple(one.name for one in operations)
            routes = [Evidence(one.location, f"{node.name} answers to {one.name} with it") for one in operations]
            yield Breach(
                source=node,
                severity=None if is_between_teams(graph, node) else "info",
                evidence=(*routes, entity),
                operations=names,
                subject=(entity.what,),
                detail=entity.what.split(" ")[1],
                counterpart=entity.location,
            )
