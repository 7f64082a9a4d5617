"""Changes of contracts since the base revision, each at its cause, with everybody whom it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from boundary.checks.hits import CALLS, callers, hits, older, provider
from boundary.checks.rule import Breach, Rule
from boundary.checks.topics import with_topic
from boundary.contracts.model import Change, Place
from boundary.graph import Graph
from boundary.model import Evidence, Hit, Location, Node, Operation
from boundary.resolve import paths


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each change that falls under the rule; with ``routes: compared``, also for each route of code that
    is gone while somebody still calls it."""
    yield from breaches(graph, rule.code, routes=rule.parameter("routes") == "compared")


_UNPROMISED = "BRK003"
"""The rule under which it falls that an optional field of an answer goes: the contract keeps its word, and whoever
reads the field breaks all the same."""


def is_dropped(change: Change) -> bool:
    """Whether something goes from an answer that the contract did not promise."""
    kept = change.direction == "request" or (change.keyword, change.move) != ("property", "removed")
    return change.level != "error" and not kept


def breaches(graph: Graph, code: str, *, routes: bool) -> Iterator[Breach]:
    """The breaches of one rule."""
    if graph.evolution is None:
        return
    copies = {copy.location.path for node in graph.nodes.values() for copy in node.copies}
    for change in graph.evolution.changes:
        if any(place.path in copies for place in (change.old, change.new) if place):
            continue
        counts = change.rule == code and change.level != "info"
        breach = None
        if is_dropped(change) and (counts or (code == _UNPROMISED and change.level == "info")):
            breach = _breach(graph, change.as_breaking())
        if breach is not None and any(hit.certain for hit in breach.hits):
            yield breach
        elif counts:
            yield _breach(graph, change)
    if routes:
        yield from _routes(graph, graph.evolution.before)
    for service, change in graph.evolution.coded:
        yield from _of_code(graph, code, service, change)


def _of_code(graph: Graph, code: str, service: str, change: Change) -> Iterator[Breach]:
    """The breach of a change that only code tells of, where somebody is known whom it concerns: what nobody uses may
    change as it likes, since nothing was promised."""
    dropped = code == _UNPROMISED and is_dropped(change)
    if (change.rule != code or change.level == "info") and not dropped:
        return
    breach = _breach(graph, change.as_breaking() if dropped else change, service)
    sure = any(hit.certain for hit in breach.hits)
    if sure or (breach.hits and not dropped):
        yield breach if sure else msgspec.structs.replace(breach, severity="warning")


def _breach(graph: Graph, change: Change, service: str = "") -> Breach:
    before = graph.evolution.before if graph.evolution else graph
    places = [place for place in (change.new, change.old) if place]
    node = graph.nodes.get(service) or next(
        (known for place in places if (known := _provider(graph, before, place))), None
    )
    change = with_topic(graph, node, change)
    found = hits(graph, node, change) if node else []
    found += older(graph, node, change, found) if node else []
    first = [Evidence(_location(places[0]), change.message)] if places else []
    named = not change.operation or change.operation in change.message
    shown = change.message if named else f"{change.operation}: {change.message}"
    return Breach(
        source=node,
        evidence=(*first, *(Evidence(hit.location, hit.what) for hit in found)),
        severity=change.level,
        subject=(change.fingerprint,),
        detail=f"{shown}; {_said(graph, node, change, found)}",
        operations=tuple(dict.fromkeys(reach.operation for reach in change.reaches)) or (change.operation,),
        consumers=tuple(sorted({hit.service for hit in found})),
        hits=tuple(found),
    )


def _provider(graph: Graph, before: Graph, place: Place) -> Node | None:
    """The service whose contract has the place, as it is called now."""
    found = provider(graph, place.path) or provider(before, place.path)
    return graph.nodes.get(found.id, found) if found else None


def _location(place: Place) -> Location:
    return Location(place.path, max(place.line, 1))


def _said(graph: Graph, node: Node | None, change: Change, found: list[Hit]) -> str:
    """Who breaks, who does not, and how completely that is known."""
    names = {(hit.service, hit.owner): hit for hit in sorted(found, key=lambda hit: hit.certain)}
    sure = [_named(hit) for _, hit in sorted(names.items()) if hit.certain]
    perhaps = [_named(hit) for _, hit in sorted(names.items()) if not hit.certain]
    told = []
    if sure:
        told.append(f"this breaks {', '.join(sure)}")
    if perhaps:
        told.append(f"{'and perhaps' if sure else 'this may break'} {', '.join(perhaps)}")
    if not found:
        told.append("no consumer is seen here that it breaks")
    operations = {reach.operation for reach in change.reaches} or {change.operation}
    using = {edge.source for one in operations if node for edge in callers(graph, node, one)}
    told += list(_unknown(graph, node, using))
    called = {name for name, _ in names}
    others = sum(graph.nodes[one].name not in called for one in using)
    if others:
        told.append(f"{others} that {'use it do' if others > 1 else 'uses it does'} not depend on this")
    lost = sum(one.kind in CALLS for one in graph.unresolved)
    if lost:
        told.append(f"there may be more among the calls that lead nowhere known: {lost}")
    return ", ".join(told)


def _unknown(graph: Graph, node: Node | None, using: Collection[str]) -> Iterator[str]:
    """Of whom the release that is deployed is not to be found."""
    seen = graph.evolution.deployed if graph.evolution and node else ()
    for identity, release in sorted({pair for view in seen for pair in view.unknown.items() if pair[0] in using}):
        name = graph.nodes[identity].name
        yield f"what {name} {release.version} needs, which is deployed, is not known: no tag is called so"


def _named(hit: Hit) -> str:
    return hit.service if hit.owner == hit.service else f"{hit.service} ({hit.owner})"


def _routes(graph: Graph, before: Graph) -> Iterator[Breach]:
    """Operations that only code tells of, which are gone while somebody calls them."""
    for old in before.nodes.values():
        node = graph.nodes.get(old.id)
        if node is None or any(one.source == "contract" for one in old.operations):
            continue
        for operation in old.operations:
            if not _is_served(operation, list(node.operations)):
                yield from _removed(graph, node, operation)


def _is_served(operation: Operation, among: list[Operation]) -> bool:
    return any(one.method in (operation.method, "*") and paths.matches(one.path, operation.path) for one in among)


def _removed(graph: Graph, node: Node, operation: Operation) -> Iterator[Breach]:
    gone = Change(id="operation-removed", level="error", operation=operation.name, message="the route is gone")
    found = hits(graph, node, gone)
    if found:
        yield Breach(
            source=node,
            evidence=tuple(Evidence(hit.location, hit.what) for hit in found),
            subject=(operation.name,),
            detail=f"{operation.name} is served no longer; {_said(graph, node, gone, found)}",
            operations=(operation.name,),
            consumers=tuple(sorted({hit.service for hit in found})),
            hits=tuple(found),
        )
