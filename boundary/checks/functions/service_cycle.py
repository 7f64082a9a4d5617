"""Services that wait for each other in a ring."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import strangers
from boundary.checks.rule import Breach, Rule
from boundary.graph import CALLS, Graph


def check(graph: Graph, _rule: Rule) -> Iterator[Breach]:
    """A breach for the shortest ring of every group of services that call each other, over certain edges only. Who asks
    others through a gateway is in no ring with it."""
    for ring in graph.cycles(CALLS - {"routes"}):
        members = [graph.nodes[edge.source] for edge in ring]
        names = [graph.label(member) for member in members]
        yield Breach(
            source=members[0],
            target=members[1],
            other=strangers(graph, members)[0],
            evidence=tuple(dict.fromkeys(link for edge in ring for link in edge.evidence)),
            counterpart=ring[1].location,
            subject=tuple(sorted(member.id for member in members)),
            detail=" → ".join([*names, names[0]]),
        )
