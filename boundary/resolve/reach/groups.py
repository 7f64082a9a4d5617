"""Security groups and their relatives: rules at the interfaces of both ends, and ordered lists at their networks.

A group's rules only allow, and an answer needs none
(https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html ). An interface has the union of its groups'
rules. A list (network ACL, network security group, firewall of a network) is gone through in order and the first rule
that fits decides (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html ).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from boundary.resolve.reach.intervals import ALL, LAST, NONE, PROTOCOLS, Ports

Direction = Literal["in", "out"]
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is about: a direction, ports of a protocol (``-1`` is every protocol), and the other side: a group's
    members, or networks. ``order`` and ``allows`` are for lists; ``vague``: not all whom it names are known."""

    direction: Direction
    protocol: str = "-1"
    first: int = 0
    last: int = LAST
    groups: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    order: int = 0
    allows: bool = True
    vague: bool = False

    @property
    def ports(self) -> Ports:
        """The ports that the rule is about; none for a protocol that has no ports."""
        name = {"6": "TCP", "17": "UDP", "132": "SCTP"}.get(self.protocol, self.protocol.upper())
        if name in ("-1", "ALL", "*"):
            return ALL
        span = (1, LAST) if self.first < 0 else (max(self.first, 1), self.last)
        return Ports.of([(name, *span)]) if name in PROTOCOLS else NONE


@dataclass(frozen=True, slots=True)
class Interface:
    """One end: the groups that it is in, the networks that its address is in (empty: not known), and the lists of
    their subnets; ``vague``: it may be in further groups."""

    groups: frozenset[str] = frozenset()
    network: str = ""
    lists: frozenset[str] = frozenset()
    vague: bool = False


@dataclass(frozen=True)
class Firewall:
    """The rules of all groups and lists, by their names."""

    groups: Mapping[str, tuple[Rule, ...]]
    lists: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    def allowed(self, source: Interface, target: Interface) -> Ports:
        """The ports of the target that the source may open connections to."""
        there = self.ports(source, "out", target) & self.ports(target, "in", source)
        return there & self.passed(source, "out", target) & self.passed(target, "in", source)

    def ports(self, end: Interface, direction: Direction, other: Interface) -> Ports:
        """What the groups of one end let through."""
        found = NONE
        for name in sorted(end.groups):
            for rule in self.groups.get(name, ()):
                if rule.direction == direction and meets(rule, other):
                    found |= rule.ports
        return found

    def passed(self, end: Interface, direction: Direction, other: Interface) -> Ports:
        """What the lists of one end's subnets let through; without any list everything."""
        found = ALL
        for name in sorted(end.lists):
            found &= ordered((rule for rule in self.lists.get(name, ()) if rule.direction == direction), other)
        return found

    def possible(self, source: Interface, target: Interface) -> Ports:
        """The ports that the source may perhaps open connections to, whatever is not known of rules and addresses."""
        return self._possible(source, "out", target) & self._possible(target, "in", source)

    def _possible(self, end: Interface, direction: Direction, other: Interface) -> Ports:
        found = ALL if end.vague else NONE
        for name in sorted(end.groups):
            if name not in self.groups:
                return ALL
            for rule in self.groups[name]:
                if rule.direction == direction and may_meet(rule, other):
                    found |= rule.ports
        for name in sorted(end.lists):
            found &= ordered((one for one in self.lists.get(name, ()) if one.direction == direction), other, sure=False)
        return found


def ordered(rules: Iterable[Rule], other: Interface, *, sure: bool = True) -> Ports:
    """What an ordered list lets through: for each port the first rule that fits decides, and none means no. If it need
    not be sure, rules that may be for the other end let through and deny nothing."""
    allowed, open_yet = NONE, ALL
    for rule in sorted(rules, key=lambda one: one.order):
        fits = meets(rule, other)
        if rule.allows and (fits or (not sure and may_meet(rule, other))):
            allowed |= rule.ports & open_yet
        if fits:
            open_yet -= rule.ports
    return allowed


def meets(rule: Rule, other: Interface) -> bool:
    """Whether the other end is one that a rule is for."""
    if other.groups.intersection(rule.groups):
        return True
    return any(covers(block, other.network) for block in rule.blocks)


def may_meet(rule: Rule, other: Interface) -> bool:
    """Whether the other end may be one that a rule is for: all that is known of both does not exclude it."""
    if rule.vague or (rule.groups and other.vague) or meets(rule, other):
        return True
    inner = parsed(other.network)
    outer = [parsed(block) for block in rule.blocks]
    return any(
        block is None or inner is None or (block.version == inner.version and block.overlaps(inner)) for block in outer
    )


def covers(block: str, network: str) -> bool:
    """Whether a network lies in a block whole; the block of all addresses holds also one that is not known."""
    outer, inner = parsed(block), parsed(network)
    if outer is None:
        return False
    if inner is None:
        return outer.prefixlen == 0
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


@cache
def parsed(block: str) -> Network | None:
    """A block of addresses, None for what is none."""
    try:
        return ip_network(block, strict=False)
    except ValueError:
        return None
