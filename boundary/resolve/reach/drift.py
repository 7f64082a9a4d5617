"""What firewalls of stacks let through beside what is used: calls that nothing lets through, ways that nobody takes.

Only what is certain is told. A connection is refused where some rules say who comes in and none of them could let it
through, whatever is not known of the rules and addresses; a way is unused where all that a service connects to is
known. What stands behind a load balancer or a proxy is reached through it, by whoever that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from boundary.model import Edge, Evidence
from boundary.resolve.context import Context
from boundary.resolve.documented import READ
from boundary.resolve.reach.barriers import Barrier
from boundary.resolve.reach.groups import meets
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, items

CONNECTIONS = frozenset({"http", "grpc", "graphql", "connects", "reads", "writes", "publishes", "subscribes"})
"""Edges that are connections to the other end itself."""

_BALANCED = ("load_balancer", "LoadBalancers")


class Drift:
    """Compares the edges of a workspace with one barrier. ``parts`` are the resources of each node, ``ports`` those at
    which a resource listens."""

    def __init__(
        self, context: Context, barrier: Barrier, parts: Mapping[str, Sequence[str]], ports: Mapping[str, Sequence[int]]
    ) -> None:
        self._context = context
        self._barrier = barrier
        self._ports = ports
        self._parts = {node: [uid for uid in uids if uid in barrier.ends] for node, uids in parts.items()}
        self._whole = {node for node, uids in parts.items() if all(uid in barrier.ends for uid in uids)}
        self._behind = set(_behind(barrier.stacks))

    def edges(self) -> Iterator[Edge]:
        """``reaches`` edges of the traits ``refused`` and ``unused``."""
        joined: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        for edge in self._context.found.edges:
            if edge.source in self._parts and edge.target in self._parts and edge.kind not in ("reaches", "grants"):
                joined[edge.source, edge.target].append(edge)
        for (source, target), edges in sorted(joined.items()):
            used = next((one for one in edges if one.certain and one.kind in CONNECTIONS), None)
            if used is not None and source != target and {source, target} <= self._whole:
                yield from self._refused(used)
        yield from self._unused(set(joined))

    def _refused(self, edge: Edge) -> Iterator[Edge]:
        ends, wall = self._barrier.ends, self._barrier.firewall
        targets = self._parts[edge.target]
        if not targets or self._behind.intersection(targets) or not all(self._ports.get(uid) for uid in targets):
            return
        for one in self._parts[edge.source]:
            for other in targets:
                if any(wall.possible(ends[one], ends[other]).has("TCP", port) for port in self._ports[other]):
                    return
        walls = sorted({name for uid in targets for name in ends[uid].groups | ends[uid].lists})
        if not any(placed.group in walls and placed.rule.direction == "in" for placed in self._barrier.placed):
            return
        stacks = self._barrier.stacks
        reasons = [
            Evidence(stacks.by_uid[name].location, f"no rule of {stacks.by_uid[name].label} lets it in")
            for name in walls
            if name in stacks.by_uid
        ]
        if self._parts[edge.source]:
            yield _edge(edge.source, edge.target, (edge.evidence[0], *reasons), "refused", edge.kind)

    def _unused(self, used: set[tuple[str, str]]) -> Iterator[Edge]:
        land = self._context.land
        open_ends = {end.source for end in self._context.found.unresolved}
        telling = [
            one for one in land.services if one.id in self._parts and one.language in READ and one.id not in open_ends
        ]
        for service in telling:
            for target in land.services:
                if service.id != target.id and target.id in self._parts and (service.id, target.id) not in used:
                    yield from self._open(service.id, target.id)

    def _open(self, source: str, target: str) -> Iterator[Edge]:
        ends = self._barrier.ends
        pairs = [(one, other) for one in self._parts[source] for other in self._parts[target]]
        for one, other in pairs:
            port = next(iter(self._ports.get(other, ())), 0)
            shared = ends[one].groups & ends[other].groups
            evidence = tuple(naming(self._barrier, one, other, port)) if port and not shared else ()
            if evidence:
                yield _edge(source, target, evidence, "unused", f"port {port}")
                return


def naming(barrier: Barrier, uid: str, target: str, port: int) -> Iterator[Evidence]:
    """The rules that let a source in to a port of a target by naming it."""
    source, end = barrier.ends[uid], barrier.ends[target]
    if not barrier.firewall.allowed(source, end).has("TCP", port):
        return
    for placed in barrier.placed:
        rule = placed.rule
        letting = placed.group in end.groups | end.lists and rule.direction == "in" and rule.allows
        if letting and rule.ports.has("TCP", port) and barrier.names(rule, source) and meets(rule, source):
            yield Evidence(placed.location, f"{placed.label} lets {barrier.stacks.by_uid[uid].label} in to port {port}")


def _edge(source: str, target: str, evidence: tuple[Evidence, ...], trait: str, detail: str) -> Edge:
    return Edge(source, target, "reaches", evidence, "permitted", traits=frozenset({trait}), detail=detail)


def _behind(stacks: Stacks) -> Iterator[str]:
    """The uids of what is reached through something else."""
    for one in stacks.resources:
        task = stacks.task_of(one)
        if task is not None and any(not isinstance(one.get(name), Null) for name in _BALANCED):
            yield task.uid
        for name in one.row.fronts if one.row and one.row.joins else ():
            for each in items(one.get(name)):
                found = stacks.meant(as_text(each))
                if found is not None:
                    yield found.uid
