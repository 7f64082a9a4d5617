"""Who depends on whom among the services, and what follows from that: degrees, groups, chains, outliers.

Sources: R. Martin, "OO Design Quality Metrics", 1994 (Ca, Ce); B. Iglewicz and D. Hoaglin, "How to Detect and Handle
Outliers", 1993 (the modified z-score).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from boundary.graph import CALLS, Graph
from boundary.levels import image
from boundary.model import Edge, Node

WEAK = frozenset({"depends", "reaches", "grants", "registers", "configures"})
"""Edge kinds that make nobody depend on another's behaviour: declared order, what is possible, the platform's work."""

Pair = tuple[str, str]


def services(graph: Graph) -> list[Node]:
    """The services that do the work, by id: no gateways, and nothing that belongs to the platform."""
    return [node for node in graph.of_kind("service") if node.role in ("application", "job")]


def dependencies(graph: Graph) -> dict[Pair, list[Edge]]:
    """The certain edges between two services, by their ends; what somebody reaches of a service's (its tables, its
    topics, its packages) counts as that service's."""
    members = {node.id for node in services(graph)}
    found: dict[Pair, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if edge.certain and edge.kind not in WEAK:
            ends = image(graph, edge.source, "service"), image(graph, edge.target, "service")
            if ends[0] != ends[1] and members.issuperset(ends):
                found[ends].append(edge)
    return found


def calls(graph: Graph) -> dict[Pair, list[Edge]]:
    """Of the dependencies those in which the caller waits for the answer."""
    waiting = {ends: [edge for edge in edges if edge.kind in CALLS] for ends, edges in dependencies(graph).items()}
    return {ends: edges for ends, edges in waiting.items() if edges}


class Degrees(NamedTuple):
    """How many services depend on one (``inward``, Ca), and on how many it depends (``outward``, Ce)."""

    inward: int
    outward: int

    @property
    def instability(self) -> float:
        """I = Ce / (Ca + Ce); 0 where there is neither."""
        total = self.inward + self.outward
        return self.outward / total if total else 0.0


def degrees(graph: Graph, pairs: Iterable[Pair]) -> dict[str, Degrees]:
    """The degrees of every service over some pairs."""
    into: dict[str, set[str]] = defaultdict(set)
    out: dict[str, set[str]] = defaultdict(set)
    for source, target in pairs:
        out[source].add(target)
        into[target].add(source)
    return {node.id: Degrees(len(into[node.id]), len(out[node.id])) for node in services(graph)}


def rings(pairs: Iterable[Pair]) -> list[list[str]]:
    """The groups of services that reach each other both ways, each sorted, by their first member."""
    import networkx

    network: networkx.DiGraph[str] = networkx.DiGraph(sorted(pairs))
    return sorted(sorted(part) for part in networkx.strongly_connected_components(network) if len(part) > 1)


class Chains:
    """The longest ways along pairs. Services of a ring count as one step, the one that is entered: where a ring is, no
    chain is the longest."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._after: dict[str, list[str]] = defaultdict(list)
        ordered = sorted(pairs)
        ringed = {member: number for number, group in enumerate(rings(ordered)) for member in group}
        for source, target in ordered:
            if source not in ringed or ringed[source] != ringed.get(target):
                self._after[source].append(target)
        self._next: dict[str, str] = {}
        self._steps: dict[str, int] = {}

    def steps(self, start: str) -> int:
        """How many steps the longest way from a service has."""
        waiting = [start]
        while waiting:
            here = waiting[-1]
            missing = [one for one in self._after.get(here, ()) if one not in self._steps]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            following = min(self._after.get(here, ()), key=lambda one: (-self._steps[one], one), default="")
            self._next[here] = following
            self._steps[here] = self._steps[following] + 1 if following else 0
        return self._steps[start]

    def longest(self, start: str) -> list[str]:
        """The longest way from a service, itself included; of equal ones the first by name."""
        self.steps(start)
        way = [start]
        while self._next[way[-1]]:
            way.append(self._next[way[-1]])
        return way


def bound(pairs: Iterable[Pair]) -> list[list[str]]:
    """The groups that pairs bind together, whichever way they run: each sorted, the largest first."""
    import networkx

    network: networkx.Graph[str] = networkx.Graph(sorted(pairs))
    groups = [sorted(part) for part in networkx.connected_components(network)]
    return sorted(groups, key=lambda group: (-len(group), group))


def outliers(values: Mapping[str, float], limit: float) -> Iterator[str]:
    """The keys whose values lie unusually high: a modified z-score above the limit.

    Where more than half of the values are equal the median of deviations is 0, and their mean is taken for it.
    """
    middle = median(values.values()) if values else 0
    distances = [abs(value - middle) for value in values.values()]
    scale = 1.4826 * median(distances) if distances else 0.0
    scale = scale or (1.2533 * fmean(distances) if distances else 0.0)
    return (key for key, value in values.items() if scale and (value - middle) / scale > limit)


def evidence_edges(pairs: Mapping[Pair, Sequence[Edge]], way: Sequence[str]) -> list[Edge]:
    """The first edge of each step of a way."""
    return [pairs[ends][0] for ends in pairwise(way)]
