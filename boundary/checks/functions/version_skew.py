"""Code that needs what its provider has in its contract here, and not in the version that is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.functions.contract_break import is_dropped
from boundary.checks.hits import consumer, hits
from boundary.checks.rule import Breach, Rule
from boundary.contracts.model import Change
from boundary.graph import Graph, Skew
from boundary.model import Evidence, Hit, Location


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:  # noqa: ARG001 - the form of a check
    """A breach for each consumer and change; info where the consumer itself is deployed without that code yet."""
    for skew in graph.skews:
        for change in skew.changes if skew.kind == "deployed" else ():
            if change.level == "error" or is_dropped(change):
                yield from _breaches(graph, skew, change)


def _breaches(graph: Graph, skew: Skew, change: Change) -> Iterator[Breach]:
    node = graph.nodes[skew.provider]
    found = [hit for hit in hits(graph, node, change.as_breaking()) if hit.certain]
    for service in dict.fromkeys(hit.service for hit in found):
        own = [hit for hit in found if hit.service == service]
        yield _breach(graph, skew, change, own)


def _breach(graph: Graph, skew: Skew, change: Change, own: list[Hit]) -> Breach:
    here = change.old and Evidence(Location(change.old.path, max(change.old.line, 1)), "this is not deployed yet")
    places = tuple(Evidence(hit.location, hit.what) for hit in own)
    return Breach(
        source=consumer(graph, own[0]),
        target=graph.nodes[skew.provider],
        evidence=(*places, *skew.evidence, *((here,) if here else ())),
        severity="info" if all(hit.location.path in skew.later for hit in own) else None,
        subject=(change.fingerprint, skew.version),
        detail=f"{own[0].what.partition(' ')[2]}, and version {skew.version} is deployed",
        operations=tuple(dict.fromkeys(reach.operation for reach in change.reaches)) or (change.operation,),
        counterpart=skew.evidence[0].location,
        consumers=(own[0].service,),
        hits=tuple(own),
    )
