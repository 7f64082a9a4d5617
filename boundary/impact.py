"""Who depends on something: a service, an operation, a store, a table, a channel, and by which places in their code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from boundary.checks.hits import CALLS, callers
from boundary.checks.message import owner
from boundary.checks.parties import home
from boundary.errors import UserError, nearest
from boundary.graph import POSSIBLE, Elsewhen, Graph
from boundary.model import Edge, Node, Release

_OPERATION = re.compile(r"([A-Z]+|\*) (/\S*)")


class Use(NamedTuple):
    """A place where a service depends on it; ``fields`` are what it uses of the messages, None where not known."""

    service: Node
    owner: str
    edge: Edge
    fields: tuple[str, ...] | None


class Deployment(NamedTuple):
    """A service whose deployed release uses it otherwise than its code here; ``uses`` are None where the release is not
    to be found."""

    service: Node
    release: Release
    uses: tuple[Use, ...] | None


class Impact(NamedTuple):
    """Everybody who depends on ``subjects``: directly, by ``uses``; over others, ``behind``. ``unresolved`` counts the
    references of the workspace that lead nowhere known and may be further ones. ``deployed`` is what releases do."""

    subjects: tuple[Node, ...]
    operations: tuple[str, ...]
    uses: tuple[Use, ...]
    behind: tuple[Node, ...]
    unresolved: int
    deployed: tuple[Deployment, ...] = ()


def operation(graph: Graph, wanted: str) -> Impact | None:
    """Who calls an operation (``GET /orders/{id}``, ``Orders.Get``); None for other words. UserError when they
    look like one and nobody offers it."""
    offering = [(node, one.name) for node in graph.nodes.values() for one in node.operations if _is(one.name, wanted)]
    if not offering:
        if _OPERATION.fullmatch(wanted):
            raise _unknown(graph, wanted)
        return None
    edges = [edge for node, name in offering for edge in callers(graph, node, name)]
    return _impact(graph, [node for node, _ in offering], sorted({name for _, name in offering}), edges)


def _is(name: str, wanted: str) -> bool:
    return _plain(name) == _plain(wanted)


def _plain(name: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", name).rstrip("/")


def _unknown(graph: Graph, wanted: str) -> UserError:
    known = {one.name for node in graph.nodes.values() for one in node.operations}
    close = nearest(wanted, known)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`boundary graph --level operation` lists them all."
    return UserError(f"nobody offers {wanted}", hint=hint)


def whole(graph: Graph, nodes: Iterable[Node]) -> Impact:
    """Who depends on nodes, or on something that is theirs: the stores of a service, the tables of a store."""
    subjects = {node.id for node in nodes}
    size = 0
    while len(subjects) > size:
        size = len(subjects)
        subjects |= {node.id for node in graph.nodes.values() if node.parent in subjects or node.keeper in subjects}
    edges = [edge for one in sorted(subjects) for edge in graph.into(one)]
    told = [edge for edge in edges if edge.kind not in POSSIBLE and edge.source not in subjects]
    return _impact(graph, [graph.nodes[one] for one in sorted(subjects)], (), told)


def as_deployed(found: Impact, views: Iterable[Elsewhen], ask: Callable[[Graph], Impact | None]) -> Impact:
    """What was found, with what the releases of services do that are deployed; ``ask`` asks a graph the same."""
    told: list[Deployment] = []
    here = {use.service.id: use.service for use in found.uses}
    for view in views:
        told += [Deployment(here[one], release, None) for one, release in view.unknown.items() if one in here]
        if view.graph is None:
            continue
        then = ask(view.graph)
        for one, release in view.releases.items():
            uses = tuple(use for use in (then.uses if then else ()) if use.service.id == one)
            service = view.graph.nodes.get(one)
            if service and _said(uses) != _said(use for use in found.uses if use.service.id == one):
                told.append(Deployment(service, release, uses))
    return found._replace(deployed=tuple(sorted(told, key=lambda each: (each.service.name, each.release.version))))


def _said(uses: Iterable[Use]) -> set[tuple[object, ...]]:
    return {(use.edge.kind, use.edge.target, use.edge.operations, use.fields) for use in uses}


def _impact(graph: Graph, subjects: Sequence[Node], operations: Sequence[str], edges: Sequence[Edge]) -> Impact:
    uses = [_use(graph, edge) for edge in dict.fromkeys(edges)]
    direct = {use.service.id for use in uses}
    own = {node.id for node in subjects} | {home(graph, node) or "" for node in subjects}
    behind = graph.reach(direct, along=False, against=True) - direct - own if direct else set()
    lost = sum(one.kind in CALLS for one in graph.unresolved)
    services = tuple(graph.nodes[one] for one in sorted(behind) if graph.nodes[one].kind == "service")
    ordered = sorted(uses, key=lambda use: (use.service.name, use.edge.location, use.edge.kind, use.edge.operations))
    return Impact(tuple(dict.fromkeys(subjects)), tuple(operations), tuple(ordered), services, lost)


def _use(graph: Graph, edge: Edge) -> Use:
    service = graph.nodes[edge.source]
    fields = None
    if edge.fields is not None:
        told = {use.path.removeprefix("$.") + (".*" if use.whole else "") for use in edge.fields}
        fields = tuple(sorted(one for one in told if one.removesuffix(".*") not in told or not one.endswith(".*")))
    return Use(service, owner(graph, service), edge, fields)
