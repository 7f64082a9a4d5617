"""Who depends on something: a service, an operation, a store, a table, a channel, and by which places in their code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from boundary.checks.hits import CALLS, callers
from boundary.checks.message import owner
from boundary.checks.parties import home
from boundary.errors import UserError, nearest
from boundary.graph import POSSIBLE, Graph
from boundary.model import Edge, Node

_OPERATION = re.compile(r"([A-Z]+|\*) (/\S*)")


class Use(NamedTuple):
    """A place where a service depends on it; ``fields`` are what it uses of the messages, None where not known."""

    service: Node
    owner: str
    edge: Edge
    fields: tuple[str, ...] | None


class Impact(NamedTuple):
    """Everybody who depends on ``subjects``: directly, by ``uses``; over others, ``behind``. ``unresolved`` counts the
    references of the workspace that lead nowhere known and may be further ones."""

    subjects: tuple[Node, ...]
    operations: tuple[str, ...]
    uses: tuple[Use, ...]
    behind: tuple[Node, ...]
    unresolved: int


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
