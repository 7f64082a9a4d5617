"""The same changes as their consumers see them: what breaks in whose code."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.functions import contract_break
from boundary.checks.hits import consumer
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence, Hit


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service that a change hits, at its own line; ``rules`` are the codes of the changes."""
    for code in rule.parameter("rules").split():
        told = rule.parameter("routes") if code == "BRK001" else ""
        for breach in contract_break.breaches(graph, code, routes=told == "compared"):
            for service in sorted({(hit.service, hit.owner) for hit in breach.hits}):
                yield _at(graph, breach, [hit for hit in breach.hits if (hit.service, hit.owner) == service])


def _at(graph: Graph, breach: Breach, own: list[Hit]) -> Breach:
    places = tuple(Evidence(hit.location, hit.what) for hit in own)
    node = consumer(graph, own[0])
    return Breach(
        source=node,
        target=breach.source,
        evidence=(*places, *breach.evidence[:1]),
        certain=any(hit.certain for hit in own),
        subject=breach.subject,
        detail=breach.detail.partition("; ")[0],
        operations=breach.operations,
        counterpart=breach.evidence[0].location,
        consumers=(own[0].service,),
        hits=tuple(own),
    )
