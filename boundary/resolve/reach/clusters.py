"""The pods of clusters with whose they are, and the policies that govern them.

A policy without a namespace belongs to the manifests of its own repository, as a pod without one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from boundary.facts import Address, NamespaceLabels, Peer, PodNetwork, Policy, PolicyRule, Port, Situated, Workload
from boundary.model import Evidence, Location
from boundary.resolve.files import Files, stands
from boundary.resolve.landscape import Landscape, Server, Service
from boundary.resolve.reach import meshes
from boundary.resolve.reach.policies import Cluster, Direction, Pod

Part = Service | Server


@dataclass(frozen=True)
class Placed:
    """A pod, the service or server that runs in it, and the ports that its containers name or declare."""

    pod: Pod
    part: Part
    ports: tuple[int, ...]
    location: Location


@dataclass(frozen=True)
class Grant:
    """A rule of a policy that lets a pod reach another one, with where it stands."""

    policy: Policy
    rule: PolicyRule
    evidence: Evidence


class Clusters:
    """The pods and policies of a workspace."""

    def __init__(self, files: Files, land: Landscape) -> None:
        self._files = files
        self._land = land
        self.given = {path: one.namespace for path, one in files.all(Situated)}
        owners: dict[str, list[Part]] = defaultdict(list)
        parts: tuple[Part, ...] = (*land.services, *land.servers)
        for part in parts:
            for unit in part.units:
                owners[unit.key].append(part)
        self.pods = [one for path, fact in files.all(Workload) for one in self._placed(path, fact, owners)]

    def _placed(self, path: str, fact: Workload, owners: Mapping[str, list[Part]]) -> Iterator[Placed]:
        if fact.platform != "kubernetes":
            return
        facts = [one for one in self._files.about(path, fact.name) if isinstance(one, Port)]
        numbers = [
            (one, int(text)) for one in facts if (text := one.target.text) and text.isdecimal() and len(text) < 6
        ]
        named = tuple((one.name, one.protocol or "TCP", number) for one, number in numbers if one.name)
        space = self._space(path, fact.namespace)
        pod = Pod(fact.name, space, dict(fact.pod_labels), named, fact.account or "default")
        place = stands(path, fact)
        for part in owners.get(f"{path}:{fact.kind}/{fact.name}", ()):
            yield Placed(pod, part, tuple(number for _, number in numbers), place)

    def _space(self, path: str, namespace: str) -> str:
        return namespace or self.given.get(path) or f"@{self._files.repository(path)}"

    @cached_property
    def policies(self) -> list[tuple[str, Policy]]:
        """All policies with their files, and with the namespace that they are in."""
        return [
            (path, msgspec.structs.replace(one, namespace=self._space(path, one.namespace)))
            for path, one in (*self._files.all(Policy), *meshes.servers(self._files))
        ]

    @cached_property
    def cluster(self) -> Cluster:
        """What the policies let through."""
        spaces = {one.name: dict(one.labels) for _, one in self._files.all(NamespaceLabels)}
        return Cluster([one for _, one in self.policies], spaces, [one for _, one in self._files.all(PodNetwork)])

    @cached_property
    def _places(self) -> dict[int, str]:
        return {id(one): path for path, one in self.policies}

    def guards(self, one: Placed) -> list[Policy]:
        """The policies that a pod's incoming connections are under."""
        return [*self.cluster.covering(one.pod, "in"), *self.cluster.meshed(one.pod)]

    def place(self, policy: Policy, line: int = 0) -> Location:
        """Where a policy, or a line of it, stands."""
        return Location(policy.file or self._places[id(policy)], line or policy.line)

    def governed(self, one: Placed) -> bool:
        """Whether policies that select any pod say who restricts the connections to this one.

        A service's policies say nothing of pods beside those that they select: what others have may stand elsewhere.
        Those that are no service's speak for their namespace, and for the repository of pods that they select.
        """
        mine, home = self._files.repository(one.location.path), self._home(one.location.path)
        for path, policy in self.policies:
            selected = self._selected.get(id(policy), ())
            if not selected or policy.kind in ("AuthorizationPolicy", "Server"):
                continue
            if self._home(policy.file or path):
                near = any(self._home(each.location.path) == home for each in selected)
            else:
                near = policy.namespace == one.pod.namespace or (
                    self._files.repository(path) == mine
                    and any(self._files.repository(each.location.path) == mine for each in selected)
                )
            if near:
                return True
        return False

    def _home(self, path: str) -> tuple[str, ...]:
        """The services among whose files something stands."""
        return self._land.services_of(path)

    @cached_property
    def _selected(self) -> dict[int, list[Placed]]:
        """The pods that each policy covers, for those that cover any."""
        ways: tuple[Direction, ...] = ("in", "out")
        found: dict[int, list[Placed]] = defaultdict(list)
        for one in self.pods:
            for policy in {id(each): each for way in ways for each in self.cluster.covering(one.pod, way)}:
                found[policy].append(one)
        return found

    def grants(self, source: Placed, target: Placed, port: int) -> Iterator[Grant]:
        """The rules that let a pod in to a port of another one, where all policies together let it."""
        if not self.cluster.allowed(source.pod, target.pod).has("TCP", port):
            return
        for policy in self.guards(target):
            for rule in policy.rules if not policy.denies else ():
                alone = Cluster([msgspec.structs.replace(policy, rules=(rule,))], self.cluster.namespaces)
                if rule.direction == "in" and alone.passes(target.pod, "in", source.pod).has("TCP", port):
                    what = f"{policy.kind} {policy.name} lets {source.pod.name} in to port {port}"
                    yield Grant(policy, rule, Evidence(self.place(policy, rule.line), what))

    def services(self, one: Placed) -> Iterator[tuple[str, Address]]:
        """The Services in front of a pod, with their files."""
        for path, address in self._files.all(Address):
            labels = dict(address.selector)
            same = self._space(path, address.namespace) == one.pod.namespace
            if labels and same and labels.items() <= one.pod.labels.items():
                yield path, address


def is_named(rule: PolicyRule) -> bool:
    """Whether a rule names whom it lets in; a whole namespace or cluster is not named."""
    return rule.peers is not None and all(_is_named(peer) for peer in rule.peers)


def _is_named(peer: Peer) -> bool:
    told = [*peer.accounts, *peer.spaces]
    selections = [one for one in (peer.pods, peer.namespaces) if one is not None]
    return any(one != "*" for one in told) or any(one.labels or one.expressions for one in selections)
