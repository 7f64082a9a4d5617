"""What is permitted, as edges, joined with what is used: who may open a connection to whom.

``reaches`` edges have a trait: ``store`` from a service to a store that another one keeps, ``public`` and ``broad``
from everybody, or from all in a network, to a store, ``unused`` from a service to another one that it never calls,
``refused`` from a service to what it uses although a policy lets it not, ``flat``
between services whose networks are joined. A store that nothing guards, where others are
guarded, has the trait ``unguarded``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from boundary.facts import Address
from boundary.graph import POSSIBLE
from boundary.model import Edge, Evidence, Node
from boundary.reading import engines
from boundary.resolve.context import Context
from boundary.resolve.documented import READ
from boundary.resolve.files import Files, stands
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.reach import applicationgroups, peerings
from boundary.resolve.reach.barriers import Barrier
from boundary.resolve.reach.clusters import Clusters, Placed, is_named
from boundary.resolve.reach.drift import CONNECTIONS, Drift, naming
from boundary.resolve.reach.openings import breaches, openings
from boundary.resolve.reach.subnets import Subnets
from boundary.resolve.reach.tagged import Tagged
from boundary.resolve.reach.walls import Walls
from boundary.resolve.sharing import NETWORK
from boundary.resolve.stacks.stack import Stacks

INTERNET = Node("external:internet", "external", "everybody", technology="network")
"""Whoever has an address."""

Ids = Mapping[tuple[str, str], str]
"""The store's node of each server and database."""

_LOCAL = frozenset({"compose", "process"})
"""Where services run on somebody's own machine."""

_MOST = 200_000
"""Pairs of ends that are looked at in a workspace."""


def resolve(context: Context, ids: Ids, files: Files) -> None:
    """Add the edges of stacks and of clusters; see the module."""
    if context.land.stacks is not None:
        _Stacks(context, ids, context.land.stacks).resolve()
        context.found.edges += peerings.flat(context.land, context.land.stacks)
    clusters = Clusters(files, context.land)
    if clusters.pods:
        _Clusters(context, ids, clusters).resolve()


class _Permits:
    """What both have in common: the stores' nodes and the edges to them."""

    def __init__(self, context: Context, ids: Ids) -> None:
        self._context = context
        self._used = {edge.target for edge in context.found.edges}
        self._nodes: dict[str, list[str]] = defaultdict(list)
        for (host, _), identity in sorted(ids.items()):
            if identity not in self._nodes[host]:
                self._nodes[host].append(identity)

    def stored(self, server: Server) -> list[Node]:
        """The nodes of a store's server that are somebody's, or that somebody uses."""
        found = [self._context.found.nodes.get(one) for one in self._nodes.get(server.id, [server.id])]
        return [node for node in found if node is not None and (node.keeper or node.owner or node.id in self._used)]

    def open(self, server: Server, width: str, evidence: Evidence) -> None:
        """A store lets in who is not named."""
        for node in self.stored(server):
            source = self._context.found.add(INTERNET if width == "public" else NETWORK)
            self._add(source, node.id, (evidence,), width, evidence.what)

    def admit(self, service: str, server: Server, port: int, evidence: tuple[Evidence, ...]) -> None:
        """A store of another one lets a service in."""
        for node in self.stored(server):
            if evidence and self._context.is_foreign(node, service):
                self._add(service, node.id, evidence, "store", f"port {port}")

    def _add(self, source: str, target: str, evidence: tuple[Evidence, ...], trait: str, detail: str) -> None:
        edge = Edge(source, target, "reaches", evidence, "permitted", traits=frozenset({trait}), detail=detail)
        self._context.found.edges.append(edge)


class _Stacks(_Permits):
    """What security groups let through."""

    def __init__(self, context: Context, ids: Ids, stacks: Stacks) -> None:
        super().__init__(context, ids)
        self._resources = stacks
        self._barriers: tuple[Barrier, ...] = (Walls(stacks), Subnets(stacks), Tagged(stacks))

    def resolve(self) -> None:
        land = self._context.land
        stores = {
            unit.key.partition("/")[0]: server
            for server in land.servers
            for unit in server.units
            if server.kind == "store" and unit.platform not in _LOCAL
        }
        ports = {uid: port for uid, server in stores.items() if (port := self._port(uid, server))}
        opened = [
            *openings(self._resources, ports),
            *(found for each in self._barriers for found in breaches(each, ports)),
        ]
        for opening in opened:
            if opening.uid in stores:
                self.open(stores[opening.uid], opening.width, opening.evidence)
        for barrier in self._barriers:
            self._admitted(barrier, stores, ports)
        for one in applicationgroups.admitted(land, self._resources):
            port = ports.get(one.target, 0)
            if one.target in stores and one.first <= port <= one.last:
                self.admit(one.service, stores[one.target], port, one.evidence)
        self._compared(stores, ports)

    def _admitted(self, barrier: Barrier, stores: Mapping[str, Server], ports: Mapping[str, int]) -> None:
        sources = {unit.key.partition("/")[0]: one.id for one in self._context.land.services for unit in one.units}
        targets = [(uid, server) for uid, server in stores.items() if uid in barrier.ends and uid in ports]
        acting = [(uid, service) for uid, service in sources.items() if uid in barrier.ends]
        for uid, service in acting if len(acting) * len(targets) <= _MOST else ():
            for target, server in targets:
                self.admit(service, server, ports[target], tuple(naming(barrier, uid, target, ports[target])))

    def _compared(self, stores: Mapping[str, Server], ports: Mapping[str, int]) -> None:
        parts: dict[str, list[str]] = defaultdict(list)
        listens: dict[str, list[int]] = {uid: [port] for uid, port in ports.items()}
        for service in self._context.land.services:
            for unit in service.units if len(self._context.land.services) ** 2 <= _MOST else ():
                if unit.platform not in _LOCAL:
                    parts[service.id].append(unit.key.partition("/")[0])
                    listens.setdefault(parts[service.id][-1], []).extend(_numbers(unit))
        for uid, server in stores.items():
            for node in dict.fromkeys((server.id, *self._nodes.get(server.id, ()))):
                parts[node].append(uid)
        for barrier in self._barriers if parts else ():
            self._context.found.edges += list(Drift(self._context, barrier, parts, listens).edges())

    def _port(self, uid: str, server: Server) -> int:
        """The port that a store of a stack listens on."""
        resource = self._resources.by_uid.get(uid)
        written = (resource.text("port") or resource.text("Port")) if resource is not None else None
        return int(written) if written and written.isdecimal() else engines.default_port(server.technology) or 0


class _Clusters(_Permits):
    """What policies of clusters let through."""

    def __init__(self, context: Context, ids: Ids, clusters: Clusters) -> None:
        super().__init__(context, ids)
        self._clusters = clusters
        pods = clusters.pods
        self._services = [one for one in pods if not isinstance(one.part, Server)]
        self._stores = [(one, one.part) for one in pods if isinstance(one.part, Server) and one.part.kind == "store"]

    def resolve(self) -> None:
        guarded = {server.id for pod, server in self._stores if self._clusters.guards(pod)}
        for pod, server in self._stores:
            port = engines.default_port(server.technology) or next(iter(pod.ports), 0)
            self._exposed(pod, server)
            guards = self._clusters.guards(pod)
            if server.id not in guarded and self._clusters.governed(pod):  # Other packagings count, too.
                for node in self.stored(server):
                    traits = node.traits | {"unguarded"}
                    self._context.found.nodes[node.id] = replace(node, traits=traits)
            for policy in guards:
                for rule in policy.rules if not policy.denies else ():
                    if rule.direction == "in" and not is_named(rule):
                        what = f"{policy.kind} {policy.name} lets in who is not named"
                        self.open(server, "broad", Evidence(self._clusters.place(policy, rule.line), what))
            if guards and len(self._services) * len(self._stores) < _MOST:
                self._admitted(pod, server, port)
        self._compared()

    def _exposed(self, pod: Placed, server: Server) -> None:
        """Ports of a store that the machines of the cluster, or a load balancer, lead to."""
        for path, address in self._clusters.services(pod):
            width = {"LoadBalancer": "public", "NodePort": "broad"}.get(address.type)
            if width is not None and _leads(address, pod, server):
                what = f"the Service {address.name} leads to it from outside of the cluster ({address.type})"
                self.open(server, width, Evidence(stands(path, address), what))

    def _admitted(self, pod: Placed, server: Server, port: int) -> None:
        for one in self._services:
            rules = [each for each in self._clusters.grants(one, pod, port) if is_named(each.rule)]
            self.admit(one.part.id, server, port, tuple(each.evidence for each in rules))

    # --- permitted and used ----------------------------------------------------------------------------------

    def _compared(self) -> None:
        """What is used although nothing permits it, and what is permitted although nobody uses it."""
        parts: dict[str, list[Placed]] = defaultdict(list)
        for one in self._clusters.pods:
            nodes = self._nodes.get(one.part.id, [one.part.id])
            for node in dict.fromkeys((one.part.id, *nodes)):
                parts[node].append(one)
        open_ends = {end.source for end in self._context.found.unresolved}
        used: dict[tuple[str, str], Edge] = {}
        for edge in self._context.found.edges:
            if edge.kind not in POSSIBLE and edge.source in parts and edge.target in parts:
                used.setdefault((edge.source, edge.target), edge)
        for (source, target), edge in used.items():
            if edge.certain and edge.kind in CONNECTIONS and source != target:
                self._refused(parts[source], parts[target], edge)
        if len(self._services) ** 2 < _MOST:
            for one in self._services:
                for other in self._services if one.part.id not in open_ends and _is_read(one) else ():
                    if one.part.id != other.part.id and (one.part.id, other.part.id) not in used:
                        self._unused(one, other)

    def _refused(self, sources: list[Placed], targets: list[Placed], edge: Edge) -> None:
        guards = [(pod, policy) for pod in targets for policy in self._clusters.guards(pod)]
        guards += [(pod, each) for pod in sources for each in self._clusters.cluster.covering(pod.pod, "out")]
        through = (
            self._clusters.cluster.allowed(one.pod, other.pod).has("TCP", port)
            for one in sources for other in targets for port in other.ports
        )  # fmt: skip
        if not guards or not all(pod.ports for pod in targets) or any(through) or self._is_open(sources, targets):
            return
        policies = {id(policy): policy for _, policy in guards}.values()
        reasons = [Evidence(self._clusters.place(one), f"{one.kind} {one.name} does not let it") for one in policies]
        self._add(edge.source, edge.target, (edge.evidence[0], *reasons), "refused", edge.kind)

    def _is_open(self, sources: list[Placed], targets: list[Placed]) -> bool:
        """Whether labels and addresses that are not known could let one through to the other."""
        cluster = self._clusters.cluster
        return any(
            any(cluster.undecided(each, "in", one.pod, other.pod, other.ports) for each in self._clusters.guards(other))
            or any(
                cluster.undecided(each, "out", other.pod, other.pod, other.ports)
                for each in cluster.covering(one.pod, "out")
            )
            for one in sources
            for other in targets
        )

    def _unused(self, one: Placed, other: Placed) -> None:
        for port in other.ports[:1]:
            rules = [each for each in self._clusters.grants(one, other, port) if is_named(each.rule)]
            if rules:
                evidence = tuple(each.evidence for each in rules)
                self._add(one.part.id, other.part.id, evidence, "unused", f"port {port}")


def _is_read(one: Placed) -> bool:
    """Whether a pod's calls are seen."""
    return isinstance(one.part, Service) and one.part.language in READ


def _numbers(unit: Unit) -> Iterator[int]:
    """The ports that a unit serves."""
    for one in unit.ports:
        text = one.target.text or ""
        if text.isdecimal():
            yield int(text)


def _leads(address: Address, pod: Placed, server: Server) -> bool:
    """Whether a Service leads to a port that the store listens at: its selector may fit more than is meant."""
    listens = {*pod.ports, engines.default_port(server.technology) or 0}
    targets = [target or str(port) for port, target, _ in address.ports]
    return not targets or any(not target.isdigit() or int(target) in listens for target in targets)
