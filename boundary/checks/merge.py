"""From edges to breaches: which edges are one finding, and which of their places tells most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Per, Rule
from boundary.graph import Graph
from boundary.model import Edge, Evidence, Location, Node, Operation

GRADES = {"coded": 0, "configured": 1, "permitted": 2}
"""The order of trust: what code does, what is configured, what is only allowed."""

_ACCESS = ("connects", "grants", "reaches", "mounts")
"""Edge kinds that say how one gets at a store."""

_OPERATION = re.compile(r"[A-Z*]+ /\S*")


def breaches(graph: Graph, rule: Rule, edges: Iterable[Edge]) -> Iterator[Breach]:
    """The breaches that edges are under a rule that concerns each of them."""
    groups: dict[tuple[str, ...], list[Edge]] = {}
    for edge in edges:
        groups.setdefault(_key(rule.per, edge), []).append(edge)
    return (merged(graph, group, rule.per) for group in groups.values())


def merged(graph: Graph, edges: Sequence[Edge], per: Per = "pair") -> Breach:
    """One breach that carries the evidence of all the edges (which have one target), the most telling first."""
    ranked = sorted(edges, key=lambda edge: _rank(graph, edge))
    first = ranked[0]
    target = graph.nodes[first.target]
    evidence = list(dict.fromkeys(link for edge in ranked for link in edge.evidence))
    weaker = _weaker(graph, ranked)
    evidence += [edge.evidence[0] for edge in weaker if edge.location not in {link.location for link in evidence}]
    near = _nearest(first, target)
    counterpart = near.location if near else _declared(graph, ranked)
    if near:
        evidence.append(Evidence(near.location, f"{near.name} is the nearest operation that {target.name} offers"))
    if per == "target" and target.location:
        counterpart = evidence[0].location
        evidence.insert(0, Evidence(target.location, f"{target.name} is declared here"))
    return Breach(
        source=graph.nodes[first.source],
        target=target,
        evidence=tuple(evidence),
        certain=any(edge.certain for edge in edges),
        subject=(_operation(first),) if per == "place" else (),
        detail=first.detail,
        operations=tuple(sorted({operation for edge in edges for operation in edge.operations})),
        counterpart=counterpart,
        grades=tuple(sorted({edge.grade for edge in (*edges, *weaker)}, key=GRADES.__getitem__)),
        consumers=tuple(sorted({graph.nodes[edge.source].name for edge in edges})) if per == "target" else (),
    )


def _weaker(graph: Graph, edges: Sequence[Edge]) -> list[Edge]:
    """What else stands between the two, configured or permitted: it is one finding with what the code does."""
    first = edges[0]
    target = graph.nodes[first.target]
    wholes = {target.id, target.parent}
    between = [edge for edge in graph.out(first.source, *_ACCESS) if edge.target in wholes and edge.certain]
    return [edge for edge in between if edge not in edges and GRADES[edge.grade] > GRADES[first.grade]]


def best(graph: Graph, edges: Iterable[Edge]) -> Edge:
    """The edge whose place tells most."""
    return min(edges, key=lambda edge: _rank(graph, edge))


def _key(per: Per, edge: Edge) -> tuple[str, ...]:
    if per == "target":
        return (edge.target,)
    place = (str(edge.location), _operation(edge)) if per == "place" else ()
    return (edge.source, edge.target, *place)


def _rank(graph: Graph, edge: Edge) -> tuple[object, ...]:
    mates = relation(graph, graph.nodes[edge.source], graph.nodes[edge.target]) in ("same", "team")
    return (not edge.certain, mates, GRADES[edge.grade], edge.location, edge.kind, edge.detail)


def _operation(edge: Edge) -> str:
    """What the edge is about, free of wording: its first operation, else one that the detail begins with."""
    match = _OPERATION.match(edge.detail)
    return edge.operations[0] if edge.operations else match[0] if match else ""


def _nearest(edge: Edge, target: Node) -> Operation | None:
    """The operation offered that is most like the one called, where that is not offered."""
    called = _operation(edge)
    if "dangling" not in edge.traits or not target.operations:
        return None
    return max(target.operations, key=lambda offered: _likeness(called, offered))


def _likeness(called: str, offered: Operation) -> tuple[int, bool]:
    """How alike: segments of the path that fit less those that one has more than the other, then the method."""
    method, _, path = called.partition(" ")
    here, there = path.strip("/").split("/"), offered.path.strip("/").split("/")
    fitting = sum(one == two or two.startswith("{") for one, two in zip(here, there, strict=False))
    return fitting - abs(len(here) - len(there)), method == offered.method


def _declared(graph: Graph, edges: Sequence[Edge]) -> Location | None:
    """Where the other end is declared: the operation called, else the node."""
    target = graph.nodes[edges[0].target]
    called = {operation for edge in edges for operation in edge.operations}
    return next((o.location for o in target.operations if o.name in called), target.location)
