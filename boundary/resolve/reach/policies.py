"""What the policies of a cluster let through: between pods, and between pods and addresses outside of it.

A pod takes everything in and lets everything out until a NetworkPolicy covers it in that direction; then the union of
what the policies allow passes, and nothing else. Policies of the administrator come before that, the first rule that
fits deciding, and those of the baseline after it, for pods that no NetworkPolicy covers. A connection needs both ends.
See https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
https://network-policy-api.sigs.k8s.io/api-overview/ .
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal

from boundary.facts import Peer, PodNetwork, Policy, PolicyPort, PolicyRule, Selection
from boundary.resolve.reach.groups import covers
from boundary.resolve.reach.intervals import ALL, LAST, NONE, PROTOCOLS, Ports

Direction = Literal["in", "out"]

_OWN = "k8s.ovn.org/primary-user-defined-network"
"""The label of namespaces whose pods have a network of their own."""

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""Networks out of which clusters give their pods addresses."""

_MESH = ("AuthorizationPolicy", "Server")
_NAME = "kubernetes.io/metadata.name"
"""The label that every namespace has by itself."""


@dataclass(frozen=True)
class Pod:
    """A pod: ``ports`` are the names of its containers' ports, with protocol and number; ``account`` is who it is."""

    name: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[tuple[str, str, int], ...] = ()
    account: str = "default"


@dataclass(frozen=True)
class Outside:
    """Addresses that are no pod's."""

    network: str


End = Pod | Outside


@dataclass(frozen=True)
class Cluster:
    """The policies, the labels of the namespaces, and the networks that some of them have for themselves."""

    policies: Sequence[Policy]
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    networks: Sequence[PodNetwork] = ()

    def allowed(self, source: End, target: End) -> Ports:
        """The ports of the target that the source can open connections to."""
        if isinstance(source, Pod) and isinstance(target, Pod) and self._network(source) is not self._network(target):
            return NONE
        return self.passes(source, "out", target) & self.passes(target, "in", source)

    def passes(self, end: End, direction: Direction, other: End) -> Ports:
        """What the policies of one end let through in a direction."""
        if isinstance(end, Outside):
            return ALL
        allowed, left = self._decided(self._admins, end, direction, other)
        covering = self.covering(end, direction)
        if covering:
            granted = NONE
            for rule in (rule for policy in covering for rule in policy.rules if rule.direction == direction):
                if self._is_for(rule, end, other):
                    granted |= _ports(rule, other if direction == "out" else end)
            return (allowed | (granted & left)) & self._mesh(end, direction, other)
        last, open_yet = self._decided(self._baseline, end, direction, other)
        return (allowed | (left & (last | open_yet))) & self._mesh(end, direction, other)

    def undecided(self, policy: Policy, direction: Direction, other: Pod, target: Pod, numbers: Sequence[int]) -> bool:
        """Whether a policy may let a pod through by labels of its namespace that nobody tells, or by the name of one
        that may be the pod's: manifests of another repository do not always say where they are brought. Blocks of
        addresses are for what is outside, but many networks take them for pods, too. ``numbers`` are ports."""
        if any(_holds_pods(rule, target, numbers) for rule in policy.rules if rule.direction == direction):
            return True
        if other.namespace in self.namespaces:
            return False
        peers = (peer for rule in policy.rules if rule.direction == direction for peer in rule.peers or ())
        asked = [peer.namespaces for peer in peers if peer.namespaces is not None]
        if other.namespace.startswith("@") and other.namespace != _space(policy.namespace):
            return bool(asked)
        keys = ({*(key for key, _ in one.labels), *(key for key, _, _ in one.expressions)} for one in asked)
        return any(key != _NAME for one in keys for key in one)

    def _network(self, pod: Pod) -> PodNetwork | None:
        """The network that a pod's namespace has for itself, which it has to ask for; None for the cluster's."""
        labels = {_NAME: pod.namespace, **self.namespaces.get(pod.namespace, {})}
        for one in self.networks if _OWN in labels else ():
            chosen = one.selected is not None and selects(one.selected, labels)
            if chosen or (one.selected is None and _space(one.namespace) == pod.namespace):
                return one
        return None

    def covering(self, pod: Pod, direction: Direction) -> list[Policy]:
        """The network policies that govern a pod in a direction."""
        return [
            one
            for one in self._plain
            if direction in one.directions and _space(one.namespace) == pod.namespace
            and selects(one.subject.pods or Selection(), pod.labels)
        ]  # fmt: skip

    def meshed(self, pod: Pod) -> list[Policy]:
        """The authorization policies and the servers of a mesh that a pod is under."""
        return [
            one
            for one in self.policies
            if one.kind in _MESH and _space(one.namespace) in (pod.namespace, "istio-system")
            and selects(one.subject.pods or Selection(), pod.labels)
        ]  # fmt: skip

    @cached_property
    def _plain(self) -> list[Policy]:
        return [one for one in self.policies if one.kind == "NetworkPolicy"]

    @cached_property
    def _admins(self) -> list[Policy]:
        found = [one for one in self.policies if one.kind == "AdminNetworkPolicy"]
        return sorted(found, key=lambda one: (one.rank, one.name))

    @cached_property
    def _baseline(self) -> list[Policy]:
        return [one for one in self.policies if one.kind == "BaselineAdminNetworkPolicy"]

    def _decided(self, policies: Iterable[Policy], end: Pod, direction: Direction, other: End) -> tuple[Ports, Ports]:
        """What rules allow that decide one after another, and what is left to those that come later."""
        allowed, open_yet, passed = NONE, ALL, NONE
        for policy in policies:
            if not self._meets(policy.subject, end, end.namespace):
                continue
            for rule in policy.rules:
                if rule.direction != direction or not self._is_for(rule, end, other):
                    continue
                ports = _ports(rule, other if direction == "out" else end) & open_yet
                open_yet -= ports
                if rule.action == "allow":
                    allowed |= ports
                elif rule.action == "pass":
                    passed |= ports
        return allowed, open_yet | passed

    def _mesh(self, end: Pod, direction: Direction, other: End) -> Ports:
        """What a mesh lets in: what no rule denies, and where any allows, only that; to the ports of servers whom they
        let in."""
        every = self.meshed(end) if direction == "in" else []
        found = [policy for policy in every if policy.kind != "Server"]
        rules = [rule for policy in found for rule in policy.rules]
        granted, denied = (NONE if any(not policy.denies for policy in found) else ALL), NONE
        for rule in rules:
            if self._is_for(rule, end, other):
                if rule.action == "deny":
                    denied |= _ports(rule, end)
                else:
                    granted |= _ports(rule, end)
        for server in (policy for policy in every if policy.kind == "Server"):
            let_in = any(self._is_for(rule, end, other) for rule in server.rules)
            denied |= NONE if let_in else Ports.of(span for port in server.ports for span in _spans(port, end))
        return granted - denied

    def _is_for(self, rule: PolicyRule, end: Pod, other: End) -> bool:
        return rule.peers is None or any(self._meets(peer, other, end.namespace) for peer in rule.peers)

    def _meets(self, peer: Peer, other: End, home: str) -> bool:
        """Whether a peer of a policy of the namespace ``home`` means the other end."""
        if peer.accounts or peer.spaces:
            return isinstance(other, Pod) and _identified(peer, other, home)
        if peer.blocks:
            if isinstance(other, Pod):
                return False
            inside = any(covers(block, other.network) for block in peer.blocks)
            return inside and not any(covers(block, other.network) for block in peer.excepted)
        if isinstance(other, Outside):
            return False
        if peer.namespaces is None:
            return other.namespace == home and selects(peer.pods or Selection(), other.labels)
        spaces = {_NAME: other.namespace, **self.namespaces.get(other.namespace, {})}
        return selects(peer.namespaces, spaces) and selects(peer.pods or Selection(), other.labels)


def _holds_pods(rule: PolicyRule, target: Pod, numbers: Sequence[int]) -> bool:
    """Whether a rule lets a block of addresses to a port of a pod in which pods may have theirs."""
    open_to = [
        inner
        for peer in rule.peers or ()
        for inner in _PRIVATE
        if any(covers(block, inner) or covers(inner, block) for block in peer.blocks)
        and not any(covers(block, inner) for block in peer.excepted)
    ]
    granted = _ports(rule, target)
    return bool(open_to) and any(granted.has("TCP", number) for number in numbers)


def selects(selection: Selection, labels: Mapping[str, str]) -> bool:
    """Whether labels fit a selection."""
    if any(labels.get(key) != value for key, value in selection.labels):
        return False
    for key, operator, values in selection.expressions:
        there = labels.get(key)
        fits = {
            "In": there is not None and there in values,
            "NotIn": there is None or there not in values,
            "Exists": there is not None,
            "DoesNotExist": there is None,
        }.get(operator, False)
        if not fits:
            return False
    return True


def _identified(peer: Peer, other: Pod, home: str) -> bool:
    names = (f"cluster.local/ns/{other.namespace}/sa/{other.account}", f"{other.namespace}/{other.account}")
    wanted = [one if "/" in one or "*" in one else f"{home}/{one}" for one in peer.accounts]
    known = not wanted or any(fnmatchcase(name, one.replace("[", "[[]")) for one in wanted for name in names)
    spaces = not peer.spaces or any(fnmatchcase(other.namespace, one.replace("[", "[[]")) for one in peer.spaces)
    return known and spaces


def _ports(rule: PolicyRule, target: End) -> Ports:
    """The ports of the target that a rule is about; a name means the ports of the target's containers."""
    if rule.ports is None:
        return ALL
    return Ports.of(span for port in rule.ports for span in _spans(port, target))


def _spans(port: PolicyPort, target: End) -> list[tuple[str, int, int]]:
    if port.port.isdecimal() and len(port.port) < 6:
        return [(port.protocol, int(port.port), port.end or int(port.port))]
    if not port.port:
        return [(port.protocol, 1, LAST)] if port.protocol in PROTOCOLS else []
    named = target.ports if isinstance(target, Pod) else ()
    return [
        (protocol, number, number)
        for name, protocol, number in named
        if name == port.port and port.protocol in ("", protocol)
    ]


def _space(namespace: str) -> str:
    return namespace or "default"
