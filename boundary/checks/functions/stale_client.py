"""Clients that were made from an older contract than their provider has now, which breaks them."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph, Skew
from boundary.model import Evidence, Location


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:  # noqa: ARG001 - the form of a check
    """A breach for each client or copy that is not compatible with today's contract; info where that is not known."""
    for skew in graph.skews:
        if skew.kind == "generated":
            yield from _breach(graph, skew)


def _breach(graph: Graph, skew: Skew) -> Iterator[Breach]:
    breaking = [change for change in skew.changes if change.level == "error"]
    if not breaking and not skew.unknown:
        return
    provider = graph.nodes[skew.provider]
    places = [(change, change.new or change.old) for change in breaking]
    why = [
        Evidence(Location(place.path, max(place.line, 1)), f"{change.operation}: {change.message}".removeprefix(": "))
        for change, place in places if place is not None
    ]  # fmt: skip
    document = next((one for one in provider.contracts if one.kind == "openapi"), None)
    if not why and document:
        why = [Evidence(document.location, f"the contract is {document.version or 'another text'} now")]
    yield Breach(
        source=graph.nodes[skew.consumer],
        target=provider,
        evidence=(*skew.evidence, *why),
        severity="info" if skew.unknown and not skew.version else None,
        subject=(skew.evidence[0].location.path,),
        detail=_told(skew, [one.what for one in why]),
        counterpart=why[0].location if why else None,
        consumers=(graph.nodes[skew.consumer].name,),
    )


def _told(skew: Skew, why: list[str]) -> str:
    old = f"version {skew.version}" if skew.version else "an older text"
    if skew.unknown:
        return f"it was made from {old}, and {why[0]}" if why else f"it was made from {old}"
    more = f" and {len(why) - 1} more" if len(why) > 1 else ""
    return f"it was made from {old}; since then: {why[0]}{more}"
