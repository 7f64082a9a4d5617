"""Chains of services in which each waits for the next."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import strangers
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import Chains, calls, evidence_edges, rings


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for the longest chain from each service that no other one calls, if it has more calls than ``most``.

    Services that call each other in a ring have no beginning; the ring is another rule's.
    """
    pairs = calls(graph)
    called = {target for _, target in pairs} - {member for group in rings(pairs) for member in group}
    chains, most = Chains(pairs), int(rule.parameter("most"))
    for start in sorted({source for source, _ in pairs} - called):
        if chains.steps(start) > most:
            way = chains.longest(start)
            edges = evidence_edges(pairs, way)
            members = [graph.nodes[one] for one in way]
            yield Breach(
                source=members[0],
                target=members[-1],
                other=strangers(graph, members)[0],
                evidence=tuple(dict.fromkeys(link for edge in edges for link in edge.evidence)),
                counterpart=edges[-1].location,
                detail=" → ".join(map(graph.label, members)),
            )
