"""The immutable service graph over networkx, and its queries: parties, neighbours, paths, cycles, reach."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from boundary.model import Coverage, Edge, Evidence, Node, Problem, Release, Unresolved, Work

if TYPE_CHECKING:
    import networkx

    from boundary.contracts.model import Change

CALLS = frozenset({"http", "grpc", "graphql", "invoke", "routes"})
"""Edge kinds in which the caller waits for the answer."""

POSSIBLE = frozenset({"reaches", "grants"})
"""Edge kinds that say what somebody could do: no dependency, and no way from one node to another."""


class Elsewhen(NamedTuple):
    """A workspace with the code of some services as it is deployed: ``releases`` are these, by service id; the graph
    is None where there is none. Of those ``unknown`` a release is deployed that their repository does not have."""

    graph: Graph | None
    releases: Mapping[str, Release]
    unknown: Mapping[str, Release]


class Evolution(NamedTuple):
    """How a workspace came from another revision: the graph of then, what changed in the contracts since, and which of
    them cannot be compared. ``coded`` is what changed in routes that only code tells of, each with the service's id;
    ``deployed`` is what consumers do as they are deployed."""

    before: Graph
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()
    coded: tuple[tuple[str, Change], ...] = ()
    deployed: tuple[Elsewhen, ...] = ()


class Skew(NamedTuple):
    """Two ends of an interface that are of different times, and what changed in the contract between them.

    ``kind`` is ``deployed`` (``consumer`` is "": what is deployed of a provider is older than its contract here; the
    changes lead back to it) or ``generated`` (a consumer's client or copy is older; the changes lead to the contract
    here). ``version`` is the older one's, as far as it is told, ``evidence`` where it is told. ``unknown`` says that
    the older contract itself is not to be found. ``later`` are files that are not yet deployed as they are here.
    """

    kind: str
    provider: str
    consumer: str
    version: str
    evidence: tuple[Evidence, ...]
    changes: tuple[Change, ...] = ()
    unknown: bool = False
    later: frozenset[str] = frozenset()


class Graph:
    """Nodes and edges of a workspace, with what could not be resolved and what was wrong beside them.

    Never changed after it is made. Edges are kept in the order of their first evidence, so that every walk over the
    graph gives the same result on every machine.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        edges: Iterable[Edge],
        unresolved: Iterable[Unresolved] = (),
        problems: Iterable[Problem] = (),
        coverage: Coverage | None = None,
        history: Iterable[Work] = (),
        evolution: Evolution | None = None,
        skews: Iterable[Skew] = (),
    ) -> None:
        self.nodes: Mapping[str, Node] = MappingProxyType({node.id: node for node in sorted(nodes, key=lambda n: n.id)})
        self.edges = tuple(sorted(edges, key=lambda e: (e.source, e.target, e.kind, e.evidence, e.detail)))
        self.unresolved = tuple(unresolved)
        self.problems = tuple(sorted(problems))
        self.coverage = coverage or Coverage()
        self.history = tuple(history)
        self.evolution = evolution
        self.skews = tuple(skews)
        self._out: dict[str, list[Edge]] = defaultdict(list)
        self._into: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            self._out[edge.source].append(edge)
            self._into[edge.target].append(edge)

    def since(self, evolution: Evolution) -> Graph:
        """The same graph, which knows how it came to be."""
        return self._with((*self.problems, *evolution.problems), evolution, self.skews)

    def _with(self, problems: Iterable[Problem], evolution: Evolution | None, skews: Iterable[Skew]) -> Graph:
        told = self.unresolved, problems, self.coverage, self.history
        return Graph(self.nodes.values(), self.edges, *told, evolution, skews)

    def out(self, node: str, *kinds: str) -> Iterator[Edge]:
        """Edges that leave a node, of the given kinds (of all when none is given)."""
        return (edge for edge in self._out.get(node, ()) if not kinds or edge.kind in kinds)

    def into(self, node: str, *kinds: str) -> Iterator[Edge]:
        """Edges that arrive at a node, of the given kinds (of all when none is given)."""
        return (edge for edge in self._into.get(node, ()) if not kinds or edge.kind in kinds)

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Nodes of the given kinds, by id."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def party(self, node: Node) -> str | None:
        """Who is answerable for a node: its team; else the service that it is or belongs to; else nobody (None).

        The subject of the mandate is the team. Where no team is known, each service is its own owner.
        """
        if node.owner:
            return node.owner
        if node.kind in ("service", "gateway"):
            return node.id
        keeper = self.nodes.get(node.keeper or "")
        if keeper:
            return self.party(keeper)
        parent = self.nodes.get(node.parent or "")
        return self.party(parent) if parent else None

    @cached_property
    def _twins(self) -> frozenset[tuple[str, str]]:
        seen = Counter((node.kind, node.name) for node in self.nodes.values() if node.kind != "table")
        return frozenset(one for one, count in seen.items() if count > 1)

    def label(self, node: Node) -> str:
        """What a node is called in words: its name, and where it is at home when another one is called so too; of a
        table its store tells that."""
        place = node.id.partition("@")[2] or node.root
        return f"{node.name} in {place}" if place and (node.kind, node.name) in self._twins else node.name

    def find(self, name: str) -> list[Node]:
        """Nodes that a person means by a name: an id, a name or one of the further names, letter case folded."""
        wanted = name.casefold()
        if name in self.nodes:
            return [self.nodes[name]]
        exact = [node for node in self.nodes.values() if node.name.casefold() == wanted]
        return exact or [node for node in self.nodes.values() if wanted in {other.casefold() for other in node.names}]

    @cached_property
    def network(self) -> networkx.MultiDiGraph[str]:
        """The graph as networkx sees it: ids as nodes, edges with their ``kind``."""
        import networkx

        network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        network.add_nodes_from(self.nodes)
        network.add_edges_from((edge.source, edge.target, {"kind": edge.kind}) for edge in self.edges)
        return network

    def path(self, sources: Iterable[str], targets: Collection[str]) -> list[Edge]:
        """A shortest chain of edges from one of the sources to one of the targets; empty when there is none."""
        before: dict[str, Edge | None] = dict.fromkeys(sorted(sources))
        front = deque(before)
        while front:
            here = front.popleft()
            if here in targets:
                return _back(before, here)
            for edge in self.out(here):
                if edge.target not in before and edge.kind not in POSSIBLE:
                    before[edge.target] = edge
                    front.append(edge.target)
        return []

    def cycles(self, kinds: frozenset[str] = CALLS) -> list[list[Edge]]:
        """The shortest cycle of every group of services that wait for each other, over certain edges only."""
        import networkx

        calls: networkx.DiGraph[str] = networkx.DiGraph()
        calls.add_edges_from(
            (e.source, e.target) for e in self.edges if e.kind in kinds and e.certain and e.source != e.target
        )
        found = []
        for group in sorted(sorted(part) for part in networkx.strongly_connected_components(calls) if len(part) > 1):
            members = set(group)
            ring = _Group({one: sorted(members.intersection(calls.successors(one))) for one in group}).ring()
            found.append([next(e for e in self.out(a) if e.target == b and e.kind in kinds) for a, b in pairwise(ring)])
        return found

    def reach(
        self, nodes: Iterable[str], depth: int | None = None, *, along: bool = True, against: bool = False
    ) -> set[str]:
        """Ids within ``depth`` steps of the nodes (any number when None), themselves included: along the edges to what
        they depend on, ``against`` them to what depends on them, or both ways."""
        seen = set(nodes)
        front = set(seen)
        while front and depth != 0:
            ways = [edge for one in front for edge in self.out(one)] if along else []
            ways += [edge for one in front for edge in self.into(one)] if against else []
            step = {end for edge in ways if edge.kind not in POSSIBLE for end in (edge.source, edge.target)}
            front = step - seen
            seen |= front
            depth = None if depth is None else depth - 1
        return seen


def _back(before: dict[str, Edge | None], last: str) -> list[Edge]:
    way: list[Edge] = []
    while edge := before[last]:
        way.append(edge)
        last = edge.source
    return way[::-1]


class _Group:
    """Services that reach each other, with those that each calls, in order."""

    def __init__(self, after: Mapping[str, list[str]]) -> None:
        self._after = after
        self._before: dict[str, list[str]] = defaultdict(list)
        for one, others in after.items():
            for other in others:
                self._before[other].append(one)
        self._left = {one: [len(others), len(self._before[one])] for one, others in after.items()}

    def ring(self) -> list[str]:
        """The shortest ring, first by name among equal ones, with its first member again at the end.

        Whoever was tried is taken away, with all that are in no ring without him: a large ring falls apart at once.
        """
        best: list[str] = []
        for start in sorted(self._after):
            if start in self._left:
                best = self._way(start, len(best) - 1) or best
                self._take(start)
        return best

    def _way(self, start: str, most: int) -> list[str]:
        """The shortest way from a member back to itself over those that are left, of fewer than ``most`` steps where
        that is more than 0."""
        came: dict[str, str] = {}
        front, steps = [start], 1
        while front and steps != most:
            step = []
            for one in front:
                for other in self._after[one]:
                    if other == start:
                        way = [start, one]
                        while way[-1] != start:
                            way.append(came[way[-1]])
                        return way[::-1]
                    if other in self._left and other not in came:
                        came[other] = one
                        step.append(other)
            front, steps = step, steps + 1
        return []

    def _take(self, start: str) -> None:
        """Take a member away, and after him everybody whom nobody calls any more, or who calls nobody."""
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if self._left.pop(one, None) is None:
                continue
            for side, others in ((1, self._after[one]), (0, self._before[one])):
                for other in others:
                    if other in self._left:
                        self._left[other][side] -= 1
                        waiting += [] if self._left[other][side] else [other]
