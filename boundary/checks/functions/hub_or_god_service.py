"""Services that far too much goes through, or that do far too much, beside the others of the same workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import median

from boundary.checks.parties import strangers
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import degrees, dependencies, outliers, services
from boundary.model import Evidence, Node

_MANY = 8  # services; of fewer, nearly all others have to depend on one
_TIMES = 3  # the median of a measure, from which something is large and not only unusual


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service on which unusually many or nearly all others depend, and that is unusual in another
    measure too: it depends on as many, or has far more operations or tables.

    Parameters: ``least``, the number of services from which "unusual" means something; ``limit`` of the modified
    z-score; ``share`` of the others in per cent that are nearly all. A service that nobody depends on is a way in (a
    gateway of its own, a page's backend) and no hub.
    """
    members = services(graph)
    if len(members) < int(rule.parameter("least")):
        return
    pairs = dependencies(graph)
    degree = degrees(graph, pairs)
    kept = Counter(node.keeper for node in graph.of_kind("table"))
    depended = {one: float(found.inward) for one, found in degree.items()}
    measures = {
        "services it depends on": {one: float(found.outward) for one, found in degree.items()},
        "operations": {node.id: float(len({op.name for op in node.operations})) for node in members},
        "tables": {node.id: float(kept[node.id]) for node in members},
    }
    limit = float(rule.parameter("limit"))
    central = {
        one for one, count in depended.items() if count * 100 >= (len(members) - 1) * int(rule.parameter("share"))
    }
    central |= _large(depended, limit) if len(members) >= _MANY else set()
    high = {what: _large(values, limit) for what, values in measures.items()}
    for node in members:
        told = [f"{measures[what][node.id]:.0f} {what}" for what, found in high.items() if node.id in found]
        if node.id in central and told:
            dependants = [graph.nodes[source] for source, target in sorted(pairs) if target == node.id]
            detail = ", ".join([f"{depended[node.id]:.0f} services depend on it", *told])
            yield _breach(graph, node, dependants, detail)


def _large(values: Mapping[str, float], limit: float) -> set[str]:
    return {one for one in outliers(values, limit) if values[one] >= _TIMES * max(1.0, median(values.values()))}


def _breach(graph: Graph, node: Node, dependants: list[Node], detail: str) -> Breach:
    place = node.location
    return Breach(
        source=node,
        other=strangers(graph, [node, *dependants])[0],
        evidence=(Evidence(place, f"{node.name} is declared here"),) if place else (),
        detail=detail,
        consumers=tuple(sorted(one.name for one in dependants)),
    )
