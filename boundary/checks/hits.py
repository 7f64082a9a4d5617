"""Who a change of a contract hits: the calls of the operation, and what their code uses of its messages.

A response breaks who reads the field that changed; a request breaks who sends what is refused now, or does not send
what is required now. What concerns no part of a body (an operation, a parameter, security) hits every caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from boundary.checks.message import owner
from boundary.contracts.model import Change, Reach
from boundary.graph import Graph
from boundary.model import Edge, FieldUse, Hit, Location, Node
from boundary.resolve import paths
from boundary.resolve.values import fold

CALLS = ("http", "grpc", "graphql", "invoke")
_ACTIONS = re.compile(r"(?:SEND|RECEIVE) ")
_PLACES = re.compile(r"\[\d*\]|\{\}")
_Make = Callable[[Location, bool, str], Hit]


def provider(graph: Graph, path: str) -> Node | None:
    """The service whose contract a document is: it offers the operations that stand there, or has the document as its
    own wherever that lies, else the file is its own."""
    services = [node for node in graph.nodes.values() if node.kind in ("service", "gateway")]
    offering = [node for node in services if any(one.location.path == path for one in node.operations)]
    offering += [node for node in services if any(one.location.path == path for one in node.contracts)]
    if offering:
        return offering[0]
    own = [node for node in services if node.root is not None and _is_below(path, node.root)]
    return max(own, key=lambda node: len(node.root or ""), default=None)


def _is_below(path: str, root: str) -> bool:
    return root in ("", ".") or path.startswith(f"{root}/")


def callers(graph: Graph, node: Node, operation: str) -> Iterator[Edge]:
    """The edges that call an operation of a service, or listen to a channel."""
    if _ACTIONS.match(operation) or " " not in operation:
        name = _ACTIONS.sub("", operation)
        # What a service receives, others publish.
        kind = "publishes" if operation.startswith("RECEIVE ") else "subscribes"
        for channel in graph.of_kind("channel"):
            if channel.name == name or name in channel.names:
                yield from (edge for edge in graph.into(channel.id, kind) if edge.source != node.id)
        return
    names = (operation, *_within(node, operation))
    yield from (edge for edge in graph.into(node.id, *CALLS) if any(_means(edge, name) for name in names))


def _within(node: Node, operation: str) -> Iterator[str]:
    """What those call an operation who do not come by the gateway that the contract's server stands for."""
    method, _, path = operation.partition(" ")
    for base in sorted({one.base for one in node.operations} - {""}):
        if path.startswith(f"{base}/") or path == base:
            yield f"{method} {path.removeprefix(base) or '/'}"


def _means(edge: Edge, operation: str) -> bool:
    wanted = _plain(operation)
    if wanted in {_plain(name) for name in (*edge.operations, edge.detail)}:
        return True
    method, _, path = operation.partition(" ")
    called, _, detail = edge.detail.partition(" ")
    if method == "RPC":
        service, _, name = path.rpartition("/")
        short = fold(f"{service.rpartition('.')[2].lstrip('/')}{name}")
        # Generated clients of C# have each method twice; which one is called can only be told while it is declared.
        ends = ("", "async") if "dangling" in edge.traits else ("",)
        return any(fold(one) == f"{short}{end}" for one in edge.operations for end in ends)
    return bool(detail) and "dangling" in edge.traits and called in (method, "*") and paths.matches(detail, path)


def _plain(operation: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", operation).rstrip("/")


def hits(graph: Graph, node: Node, change: Change) -> list[Hit]:
    """Everybody whom a change hits, each service once for its most certain places."""
    reaches = change.reaches or (Reach(change.operation, change.direction, _at(change.where)),)
    found: dict[str, list[Hit]] = {}
    for reach in reaches:
        for edge in callers(graph, node, reach.operation):
            told = list(_of_edge(graph, edge, reach, change))
            found.setdefault(edge.source, []).extend(told)
    return sorted({hit for one in found.values() for hit in _best(one)})


def older(graph: Graph, node: Node, change: Change, known: Iterable[Hit]) -> list[Hit]:
    """Whom a change hits only as it is deployed, by code that it no longer has here; at the place that deploys it.

    What is deployed by the provider's own version comes and goes with it."""
    sure = {hit.service for hit in known if hit.certain}
    mine = {release.version for release in node.deployed}
    found = []
    for view in graph.evolution.deployed if graph.evolution else ():
        other = view.graph.nodes.get(node.id) if view.graph else None
        names = {graph.nodes[one].name: release for one, release in view.releases.items() if one in graph.nodes}
        for hit in hits(view.graph, other, change) if view.graph and other else ():
            release = names.get(hit.service)
            if release and hit.certain and hit.service not in sure and release.version not in mine:
                place = f"at {hit.location} of that release"
                told = hit.what.removesuffix(" here")
                what = f"{hit.service} {release.version} is deployed here, and {told} {place}"
                found.append(Hit(hit.service, hit.owner, release.location, True, what))
    return sorted(set(found))


def consumer(graph: Graph, hit: Hit) -> Node | None:
    """The service that a hit is about: of those that are called so, the one in whose folder the place is."""
    named = [node for node in graph.of_kind("service", "gateway") if node.name == hit.service]
    own = [node for node in named if node.root is not None and _is_below(hit.location.path, node.root)]
    return max(own, key=lambda node: len(node.root or ""), default=named[0] if named else None)


def _best(found: list[Hit]) -> list[Hit]:
    certain = [hit for hit in found if hit.certain]
    return certain or found[:1]


def _at(where: str) -> str:
    """The path on the wire that a description ends with."""
    last = where.rpartition(" ")[2]
    return last if last.startswith("$") else ""


def _of_edge(graph: Graph, edge: Edge, reach: Reach, change: Change) -> Iterator[Hit]:
    service = graph.nodes[edge.source]
    direction = "response" if edge.kind == "subscribes" else reach.direction

    def hit(place: Location, certain: bool, what: str) -> Hit:
        sure = certain and change.level == "error" and edge.certain
        return Hit(service.name, owner(graph, service), place, sure, what)

    if not reach.at:
        yield from _of_call(edge, reach, change, hit)
    elif edge.fields is None:
        told = f"{service.name} uses {_name(edge, reach)}, and what it does with it is not known"
        yield hit(edge.location, False, told)
    elif direction == "request":
        yield from _of_request(edge, edge.fields, reach, change, hit)
    else:
        read = [each for each in _touching(edge.fields, reach.at) if each[0].side == "response"]
        for use, touched in [each for each in read if not each[0].whole] or read:
            verb = "reads" if touched else "may read"
            yield hit(use.location, touched, f"{service.name} {verb} {_field(reach.at)} here")


def _name(edge: Edge, reach: Reach) -> str:
    return edge.operations[0] if edge.operations else _ACTIONS.sub("", reach.operation)


def _of_call(edge: Edge, reach: Reach, change: Change, hit: _Make) -> Iterator[Hit]:
    """A change that is no matter of a body."""
    given = [use for use in edge.fields or () if use.side == "request"]
    asked = [use.path.rpartition(":")[2] for use in given if ":" in use.path]
    if change.subject and change.subject in asked and change.move == "added":
        return
    certain = edge.fields is not None or not change.subject
    yield hit(edge.location, certain, f"{_name(edge, reach)} is called here")


def _of_request(edge: Edge, fields: Iterable[FieldUse], reach: Reach, change: Change, hit: _Make) -> Iterator[Hit]:
    """What is sent: without what is required now, or with what is refused now."""
    sent = [use for use in fields if use.side == "request"]
    name = _field(reach.at)
    told = list(_touching(sent, reach.at))
    if change.keyword in ("required", "property") and change.move == "added":
        if not any(touched for _, touched in told):
            verb = "may be sent" if told else "is sent"
            yield hit(edge.location, not told, f"{_name(edge, reach)} {verb} without {name} here")
        return
    for use, touched in told:
        by_value = change.move.startswith("value-")  # then the subject is the value
        if by_value and use.value not in (None, change.subject):
            continue
        exact = use.value is not None if by_value else change.keyword in ("property", "type", "additionalProperties")
        yield hit(use.location, touched and exact, f"{name} is sent here")


def _touching(fields: Iterable[FieldUse], at: str) -> Iterator[tuple[FieldUse, bool]]:
    """The uses that touch a field, and whether that is certain."""
    for use in fields:
        touched = _touches(use, at)
        if touched is not None:
            yield use, touched


def _touches(use: FieldUse, at: str) -> bool | None:
    """Whether a use is of a field or something below it, or perhaps (False), as it is of all around it; None for no."""
    mine, theirs = _steps(use.path), _steps(at)
    if mine[: len(theirs)] == theirs:
        return use.certain and (not use.whole or len(mine) >= len(theirs) > 1)
    return False if use.whole and theirs[: len(mine)] == mine else None


def _steps(path: str) -> list[str]:
    return [fold(step) if step != "$" else step for step in _PLACES.sub("", path).split(".")]


def _field(at: str) -> str:
    return at.removeprefix("$.") if at != "$" else "the body"
