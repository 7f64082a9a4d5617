"""Namespaces and machines that services reach into: ``joins`` edges, and ``executes`` through a container engine.

Compose: ``network_mode``, ``pid``, ``ipc``, ``privileged``; Kubernetes: ``hostNetwork``, ``hostPID``, ``hostIPC``,
``shareProcessNamespace``, ``securityContext.privileged``; tasks of a stack: ``ipc_mode``, ``pid_mode``,
``network_mode``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from boundary.facts import Mount, SharedNamespace
from boundary.model import Edge, Evidence, Location, Node, Unresolved
from boundary.resolve.files import stands
from boundary.resolve.images import named
from boundary.resolve.landscape import STACKS, Server, Service, Unit
from boundary.resolve.volumes import located
from boundary.resolve.whose import Whose, acts

HOST = "external:host"
"""The machine that containers run on."""

ENGINE = "external:docker-host"
"""The container engine of that machine, reached through its socket."""

_ENGINES = re.compile(r"(docker|containerd|podman|crio?|docker_engine)(\.sock)?$")
_WATCHERS = re.compile(
    r"agent|exporter|portainer|watchtower|traefik|cadvisor|dozzle|autoheal|ouroboros|diun|beat$|fluent|promtail|vector|logspout"
    r"|telegraf|netdata|glances|jenkins|runner|drone|buildkite|ryuk|localstack|nginx-proxy|docker-gen|acme|swarmpit|lazydocker"
    r"|^scope$|sysdig|falco|socket-proxy|collector|otel|newrelic|registrator|cron|backup|dind"
)
_Joined = tuple[Service, Unit, SharedNamespace, Location]


def namespaces(whose: Whose) -> tuple[list[Node], list[Edge], list[Unresolved]]:
    """The nodes, edges and unanswered references of joined namespaces.

    Traits are the namespace: ``network``, ``pid``, ``ipc``, ``process``, ``privileged``. The target is the service
    whose namespace it is, or the host; services that meet in an IPC namespace of the host or of something else are
    joined to each other.
    """
    return _Namespaces(whose).resolve()


def engines(whose: Whose) -> tuple[list[Node], list[Edge]]:
    """``executes`` edges of trait ``remote`` for services that hold the socket of a container engine."""
    edges = []
    for service in whose.land.services:
        for unit in service.units if acts(service) else ():
            for mount in unit.mounts:
                of_machine = mount.kind == "bind" or ":/" in mount.source
                if of_machine and _ENGINES.search(mount.source) and not watches(unit):
                    edges.append(_engine(whose, service, unit, mount))
    unique = {edge.source: edge for edge in reversed(edges)}
    node = Node(ENGINE, "external", "docker-host", technology="docker")
    return [node] if unique else [], [unique[source] for source in sorted(unique)]


def watches(unit: Unit) -> bool:
    """Whether a unit's image is one of the programs that look after containers: agents, proxies, builders."""
    return unit.build is None and _WATCHERS.search(named(unit.image or "").lower()) is not None


def _engine(whose: Whose, service: Service, unit: Unit, mount: Mount) -> Edge:
    what = f"{unit.name} mounts the container engine's socket {mount.source}"
    reason = Evidence(located(whose, unit, mount), what)
    return Edge(
        service.id, ENGINE, "executes", (reason,), "configured", traits=frozenset({"remote"}), detail=mount.source
    )


class _Namespaces:
    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self._units: dict[str, list[tuple[Unit, Service | Server]]] = defaultdict(list)
        parts: tuple[Service | Server, ...] = (*whose.land.services, *whose.land.servers)
        for part in parts:
            for unit in part.units:
                for name in {unit.name, *unit.names}:
                    self._units[name].append((unit, part))

    @cached_property
    def _flat(self) -> set[str]:
        """Compose projects most of whose containers use the machine's network, those of servers as well: on a
        developer's machine this stands for a network of their own."""
        count: dict[str, Counter[bool]] = defaultdict(Counter)
        for unit in {unit.key: unit for pairs in self._units.values() for unit, _ in pairs}.values():
            if unit.platform == "compose":
                bare = any(fact.which == "network" and fact.mode == "host" for fact in unit.namespaces)
                count[unit.project][bare] += 1
        return {project for project, bare in count.items() if bare[True] > max(1, bare[False])}

    def resolve(self) -> tuple[list[Node], list[Edge], list[Unresolved]]:
        """See ``namespaces``."""
        edges: dict[tuple[str, str, str], Edge] = {}
        unresolved: list[Unresolved] = []
        groups: dict[tuple[str, str], list[_Joined]] = defaultdict(list)
        for joined in self._all():
            service, unit, fact, location = joined
            target = self._target(unit, fact)
            if target == HOST and fact.which == "network" and unit.project in self._flat:
                continue
            if target is None:
                value = f"{fact.which} {fact.mode}"
                unresolved.append(Unresolved(service.id, "joins", value, location, "no such container here"))
            elif fact.which == "process" or fact.mode == "task":
                groups[f"{fact.which} of {fact.workload}", unit.location.path].append(joined)
            elif fact.which == "ipc" and not target.startswith(("service:", "store:")):
                groups[target, unit.project if unit.platform == "compose" else unit.platform].append(joined)
            elif target != service.id and not target.startswith("other:"):
                edges.setdefault((service.id, target, fact.which), _edge(service.id, target, joined))
        for (meeting, _), members in groups.items():
            for edge in _met(members, meeting):
                edges.setdefault((edge.source, edge.target, min(edge.traits)), edge)
        used = {edge.target for edge in edges.values()}
        node = Node(HOST, "external", "host", technology="machine")
        return [node] if HOST in used else [], [edges[key] for key in sorted(edges)], unresolved

    def _all(self) -> Iterator[_Joined]:
        for service in self._whose.land.services:
            for unit in service.units if acts(service) else ():
                for fact in unit.namespaces:
                    watching = unit.everywhere or watches(unit)
                    if fact.mode not in ("shareable", "private", "false", "") and not watching:
                        yield service, unit, fact, self._location(unit, fact)

    def _target(self, unit: Unit, fact: SharedNamespace) -> str | None:
        """The id of a service or store, the host, ``other:name`` for anything else that runs here, None for nothing."""
        kind, _, name = fact.mode.partition(":")
        if kind not in ("service", "container"):
            return HOST
        found = [pair for pair in self._units.get(name, ()) if kind == "container" or pair[0].project == unit.project]
        here = [pair for pair in found if pair[0].project == unit.project] or found
        if not here:
            return None
        part = here[0][1]
        shown = isinstance(part, Service) or part.kind == "store"
        return part.id if shown else f"other:{part.id}"

    def _location(self, unit: Unit, fact: SharedNamespace) -> Location:
        here = unit.location.path
        for path in (here, *(path for path in self._whose.files.paths(SharedNamespace) if path != here)):
            if fact in self._whose.files.of(path, SharedNamespace):
                return stands(path, fact)
        return Location(unit.location.path, fact.line) if unit.platform in STACKS else unit.location


def _met(members: Iterable[_Joined], meeting: str) -> Iterator[Edge]:
    """Edges between the services that meet in a namespace, from the later name to the earlier; of one that is alone in
    the host's, an edge to the host."""
    first: dict[str, _Joined] = {}
    for joined in members:
        first.setdefault(joined[0].id, joined)
    ranked = [first[identity] for identity in sorted(first)]
    if len(ranked) == 1 and meeting == HOST:
        yield _edge(ranked[0][0].id, HOST, ranked[0])
    for number, joined in enumerate(ranked):
        for other in ranked[:number]:
            also = Evidence(other[3], f"{other[1].name} is in the same namespace")
            yield _edge(joined[0].id, other[0].id, joined, also)


def _edge(source: str, target: str, joined: _Joined, *more: Evidence) -> Edge:
    _, unit, fact, location = joined
    told = {"true": fact.which, "host": f"the host's {fact.which}", "task": f"the task's {fact.which}"}
    words = told.get(fact.mode, f"{fact.which} of {fact.mode}")
    reason = Evidence(location, f"{unit.name} runs with {words}")
    detail = f"{fact.which} {fact.mode}"
    return Edge(source, target, "joins", (reason, *more), "configured", traits=frozenset({fact.which}), detail=detail)
