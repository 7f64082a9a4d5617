"""Services that far too much goes through, or that do far too much, beside the others of the same workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from boundary.checks.parties import strangers
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import degrees, dependencies, outliers, services
from boundary.model import Evidence, Node


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service that is unusual in two measures at least, one of them how many depend on it.

    Parameters: ``least``, the number of services from which "unusual" means something; ``limit`` of the modified
    z-score. A service that nobody depends on is a way in (a gateway of its own, a page's backend) and no hub.
    """
    members = services(graph)
    if len(members) < int(rule.parameter("least")):
        return
    pairs = dependencies(graph)
    degree = degrees(graph, pairs)
    kept = Counter(node.keeper for node in graph.of_kind("table"))
    measures = {
        "services depend on it": {one: float(found.inward) for one, found in degree.items()},
        "services it depends on": {one: float(found.outward) for one, found in degree.items()},
        "operations": {node.id: float(len({op.name for op in node.operations})) for node in members},
        "tables": {node.id: float(kept[node.id]) for node in members},
    }
    high = {what: set(outliers(values, float(rule.parameter("limit")))) for what, values in measures.items()}
    for node in members:
        told = [f"{measures[what][node.id]:.0f} {what}" for what, found in high.items() if node.id in found]
        if node.id in high["services depend on it"] and len(told) > 1:
            dependants = [graph.nodes[source] for source, target in sorted(pairs) if target == node.id]
            yield _breach(graph, node, dependants, ", ".join(told))


def _breach(graph: Graph, node: Node, dependants: list[Node], detail: str) -> Breach:
    place = node.location
    return Breach(
        source=node,
        other=strangers(graph, [node, *dependants])[0],
        evidence=(Evidence(place, f"{node.name} is declared here"),) if place else (),
        detail=detail,
        consumers=tuple(sorted(one.name for one in dependants)),
    )
