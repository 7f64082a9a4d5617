"""Services of two owners that are changed in the same commits."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.teamwork import joint
from boundary.model import Evidence, Node


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each pair of two owners that changed together in ``support`` commits or more, which are ``share``
    per cent or more of those of the one that changed less."""
    for ends, found in joint(graph).items():
        one, two = (graph.nodes.get(end) for end in ends)
        enough = found.together >= int(rule.parameter("support")) and found.share * 100 >= int(rule.parameter("share"))
        if one and two and enough and relation(graph, one, two) == "other":
            what = f"{found.together} of {found.fewer} commits"
            yield Breach(
                source=one,
                target=two,
                evidence=(*_declared(one, what), *_declared(two, what)),
                detail=what,
                counterpart=two.location,
            )


def _declared(node: Node, what: str) -> list[Evidence]:
    said = f"{node.name} is declared here; {what} of the one that changes less touch both"
    return [Evidence(node.location, said)] if node.location else []
