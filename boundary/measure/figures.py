"""The figures of an architect's report, each with how it is computed, so that nobody has to believe a number.

Sources: Hofmeister and Wirtz 2008, and Rud, Schmietendorf and Dumke 2006, both as catalogued by Bogner et al. 2017
(coupling factor, AIS, ADS, ACS, SIY); MacCormack, Rusnak and Baldwin 2006 (propagation cost, core size); R. Martin 1994
(stable dependencies); Krackhardt and Stern 1988 (E-I index); Freeman 1977 (betweenness).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from boundary.graph import CALLS, POSSIBLE, Graph
from boundary.measure.below import Below, below
from boundary.measure.coupling import Chains, Pair, calls, degrees, dependencies, rings, services
from boundary.measure.pathways import declared, pathways
from boundary.model import Edge

AVAILABILITY = 0.999
"""What one service is assumed to reach, where the bound of a chain is shown."""

NONE = "-"
"""The value of a figure of which there is nothing to count."""

EXACT = 500
"""Services up to which betweenness is computed from all of them."""

SAMPLE = 100
"""Services that it is estimated from beyond (Brandes and Pich 2007), always the same ones."""

_CROSSING = CALLS | {"publishes", "subscribes", "reads", "writes", "connects", "links", "mounts", "grants"}
_KEPT = ("store", "table")


class Figure(NamedTuple):
    """A number with its meaning; ``value`` is ``NONE`` where there is nothing to count."""

    name: str
    value: str
    formula: str


class Row(NamedTuple):
    """The figures of one service: fan-in and fan-out over all dependencies and over calls alone; what stops with it."""

    identity: str
    inward: int
    outward: int
    instability: float
    callers: int
    called: int
    blast: int
    teams: int
    betweenness: float


def figures(graph: Graph) -> list[Figure]:
    """All figures of the whole, the promise of the mandate first."""
    pairs = dependencies(graph)
    return [*_promise(graph), *_structure(graph, pairs), *_organisation(graph), *_evidence(graph)]


def is_estimated(graph: Graph) -> bool:
    """Whether the betweenness of services is estimated."""
    return len({one for pair in dependencies(graph) for one in pair}) > EXACT


def rows(graph: Graph) -> list[Row]:
    """The figures of each service, by id."""
    import networkx

    pairs = dependencies(graph)
    waiting = calls(graph)
    all_, sync = degrees(graph, pairs), degrees(graph, waiting)
    network: networkx.DiGraph[str] = networkx.DiGraph(sorted(pairs))
    sample = SAMPLE if len(network) > EXACT else None
    between = networkx.betweenness_centrality(network, k=sample, seed=1) if pairs else {}
    stopping = below(((target, source) for source, target in waiting), lambda one: graph.party(graph.nodes[one]))
    found = []
    for one, degree in all_.items():
        stopped = stopping.get(one, Below(0, 0))
        found.append(
            Row(
                one,
                degree.inward,
                degree.outward,
                degree.instability,
                sync[one].inward,
                sync[one].outward,
                stopped.services,
                stopped.owners,
                round(between.get(one, 0.0), 3),
            )
        )
    return found


def _promise(graph: Graph) -> Iterator[Figure]:
    crossing = [edge for edge in graph.edges if edge.certain and edge.kind in _CROSSING and _is_foreign(graph, edge)]
    through = sum(declared(graph, edge) for edge in crossing)
    yield _share(
        "Interface-only ratio",
        through,
        len(crossing),
        "edges between owners through a declared interface / all of them (calls, messages, data, code, grants)",
    )
    asked = [edge for edge in crossing if edge.kind in CALLS]
    met = sum(_is_declared(graph, edge) for edge in asked)
    yield _share(
        "Contract coverage", met, len(asked), "calls between owners that meet a declared operation / all of them"
    )
    kept = [node for node in graph.of_kind(*_KEPT) if graph.party(node)]
    alone = sum(
        not any(_is_foreign(graph, edge) for edge in graph.into(node.id) if edge.kind not in POSSIBLE) for node in kept
    )
    everything = len(list(graph.of_kind(*_KEPT)))
    yield _share("Data sovereignty", alone, everything, "stores and tables of one owner without foreign access / all")
    offered = {(node.id, op.name) for node in services(graph) for op in node.operations if not op.internal}
    used = {(edge.target, name) for edge in graph.edges if edge.kind in CALLS for name in edge.operations} & offered
    yield _share("Consumer knowledge", len(used), len(offered), "operations with a located consumer / all operations")
    granted = {(edge.source, edge.target) for edge in graph.edges if edge.kind == "grants" and _is_foreign(graph, edge)}
    done = {(edge.source, edge.target) for edge in graph.edges if edge.kind != "grants"}
    done |= {(edge.source, graph.nodes[edge.target].parent or "") for edge in graph.edges if edge.kind != "grants"}
    yield _share(
        "Permission slack", len(granted - done), len(granted), "foreign data grants that nobody uses / all granted"
    )


def _structure(graph: Graph, pairs: Mapping[Pair, Sequence[Edge]]) -> Iterator[Figure]:
    members = [node.id for node in services(graph)]
    number = len(members)
    possible = number * (number - 1)
    yield Figure("Service coupling factor", _ratio(len(pairs), possible), "dependencies / N(N-1)")
    both = sum((target, source) in pairs for source, target in pairs) // 2
    yield Figure("Interdependent pairs (SIY)", str(both), "pairs of services that depend on each other both ways")
    reached = number + sum(one.services for one in below(pairs, lambda _: None).values())
    cost = _ratio(reached, number * number)
    yield Figure("Propagation cost", cost, "services that a change can reach, itself included, summed / N²")
    groups = rings(pairs)
    yield Figure(
        "Core size", _ratio(max(map(len, groups), default=0), number), "largest group that depends in a ring / N"
    )
    yield Figure("Cyclic density", _ratio(sum(map(len, groups)), number), "services in any such group / N")
    degree = degrees(graph, pairs)
    against = sum(degree[source].instability < degree[target].instability for source, target in pairs)
    yield _share("Stable dependencies broken", against, len(pairs), "dependencies on something less stable / all")
    waiting = calls(graph)
    chains = Chains(waiting)
    first = max(sorted({one for one, _ in waiting}), key=chains.steps, default="")
    way = chains.longest(first) if first else []
    shown = " → ".join(graph.label(graph.nodes[one]) for one in way)
    yield Figure("Longest chain of calls", str(max(len(way) - 1, 0)), shown or "no calls between services")
    bound = f"{AVAILABILITY ** len(way):.2%}" if way else NONE
    yield Figure("Its availability at most", bound, f"{AVAILABILITY:.1%} for each service of the chain, multiplied")


def _organisation(graph: Graph) -> Iterator[Figure]:
    teams = {party for node in services(graph) if (party := graph.party(node)) and party not in graph.nodes}
    used = {tuple(sorted(pair)) for pair in pathways(graph)}
    possible = len(teams) * (len(teams) - 1) // 2
    yield _share("Pathways between teams", len(used), possible, "pairs of teams with a dependency / T(T-1)/2")
    single = sum(len(done.services) == 1 for done in graph.history)
    yield _share(
        "Independent deployability", single, len(graph.history), "commits that change one service / all that change any"
    )


def _evidence(graph: Graph) -> Iterator[Figure]:
    coverage = graph.coverage
    yield _share(
        "References resolved",
        coverage.resolved,
        coverage.located,
        "calls, connections, statements that lead somewhere known / all found",
    )
    sure = sum(edge.certain for edge in graph.edges)
    yield _share(
        "Edges certain", sure, len(graph.edges), "edges by address, code or declaration / all, with candidates"
    )
    yield Figure(
        "Files not understood",
        f"{coverage.unreadable} of {coverage.files}",
        "files of known formats that could not be read",
    )


def team_rows(graph: Graph) -> list[tuple[str, int, int, int, float | None]]:
    """Team, its services, pathways to and from it, edges to and from others, E-I index from -1 (all inside) to 1."""
    ways = pathways(graph)
    pairs = dependencies(graph)
    owned: dict[str, list[str]] = {}
    for node in services(graph):
        party = graph.party(node)
        if party and party not in graph.nodes:
            owned.setdefault(party, []).append(node.id)
    found = []
    for team, mine in sorted(owned.items()):
        outside = sum(len({source, target} & set(mine)) == 1 for source, target in pairs)
        inside = sum({source, target} <= set(mine) for source, target in pairs)
        met = {other for pair in ways for other in pair if team in pair} - {team}
        index = (outside - inside) / (outside + inside) if outside + inside else None
        found.append((team, len(mine), len(met), outside, index))
    return found


def _is_declared(graph: Graph, edge: Edge) -> bool:
    """Whether a call is of an operation that a contract of its provider has."""
    offered = graph.nodes[edge.target].operations
    return any(one.source == "contract" and one.name in edge.operations for one in offered)


def _is_foreign(graph: Graph, edge: Edge) -> bool:
    ends = graph.party(graph.nodes[edge.source]), graph.party(graph.nodes[edge.target])
    return None not in ends and ends[0] != ends[1]


def _share(name: str, part: int, whole: int, formula: str) -> Figure:
    return Figure(name, f"{part / whole:.0%} ({part} of {whole})" if whole else NONE, formula)


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else NONE
