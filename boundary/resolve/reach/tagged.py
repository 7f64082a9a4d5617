"""Firewalls of Google's networks: ordered rules for the machines that have a tag or an account, or for all.

See https://cloud.google.com/firewall/docs/firewalls . Without a rule nothing comes in, and everything goes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from boundary.resolve.reach.barriers import EVERYWHERE, LETS_ALL, OPEN, Placed
from boundary.resolve.reach.groups import Direction, Firewall, Interface, Rule
from boundary.resolve.reach.intervals import LAST
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, Thing, below, items, text

_RULE = "google_compute_firewall"
_INTERFACES = ("network_interface", "template.vpc_access.network_interfaces")
_TAGS = ("tags", "template.vpc_access.network_interfaces.tags")
_ACCOUNTS = ("service_account.email", "template.service_account")
_LAST_ORDER = 65535
_USUAL_ORDER = "1000"


@dataclass
class Tagged:
    """The rules of all networks. A list is what is for the machines of a network with the same tags."""

    stacks: Stacks

    @cached_property
    def placed(self) -> list[Placed]:
        """The rules of each list that is one of an interface's."""
        return [
            Placed(name, rule, one.location, one.label)
            for name, (network, groups) in self._lists.items()
            for one, rule in self._written
            if self._network(one.get("network")) == network and _is_for(one, groups)
        ]

    @cached_property
    def firewall(self) -> Firewall:
        """The lists of all interfaces."""
        lists = {name: [Rule("out", blocks=EVERYWHERE, order=2 * _LAST_ORDER + 1)] for name in self._lists}
        for one in self.placed:
            lists[one.group].append(one.rule)
        return Firewall(LETS_ALL, {name: tuple(rules) for name, rules in lists.items()})

    @cached_property
    def ends(self) -> dict[str, Interface]:
        """The machines and services that are in a network, with their tags and accounts as groups."""
        found = {}
        for one in self.stacks.resources:
            interface = next((each for path in _INTERFACES for each in items(one.get(*path.split(".")))), None)
            network = self._network(below(interface, "network")) if interface is not None else ""
            if network and one.type.startswith("google_"):
                groups = [f"{network}/{text(each)}" for path in _TAGS for each in items(one.get(*path.split(".")))]
                groups += [str(as_text(each)) for path in _ACCOUNTS for each in items(one.get(*path.split(".")))]
                name = f"{network} {' '.join(sorted(groups))}"
                block = self._subnet(below(interface, "subnetwork")) if interface is not None else ""
                found[one.uid] = Interface(frozenset({OPEN, *groups}), block, frozenset({name}))
        return found

    def names(self, rule: Rule, source: Interface) -> bool:
        """Whether a rule is for a tag or an account of a source."""
        return bool(source.groups.intersection(rule.groups))

    @cached_property
    def _lists(self) -> dict[str, tuple[str, frozenset[str]]]:
        """The network and the tags and accounts of each list."""
        return {name: (name.partition(" ")[0], one.groups) for one in self.ends.values() for name in one.lists}

    def _network(self, thing: Thing) -> str:
        found = self.stacks.meant(as_text(thing))
        return (found.name if found is not None else text(thing) or "").rpartition("/")[2]

    def _subnet(self, thing: Thing) -> str:
        name = (text(thing) or "").rpartition("/")[2]
        for one in self.stacks.resources:
            if one.type == "google_compute_subnetwork" and name in (one.name, one.uid):
                return one.text("ip_cidr_range") or ""
        return ""

    @cached_property
    def _written(self) -> list[tuple[Resource, Rule]]:
        """All rules, one for each range of ports."""
        return [
            (one, rule)
            for one in self.stacks.resources
            if one.type == _RULE and one.declared
            for rule in self._rules(one)
        ]

    def _rules(self, one: Resource) -> Iterator[Rule]:
        way: Direction = "out" if one.text("direction") == "EGRESS" else "in"
        side = "source" if way == "in" else "destination"
        blocks = tuple(found for each in items(one.get(f"{side}_ranges")) if (found := text(each)))
        network = self._network(one.get("network"))
        groups = [f"{network}/{text(each)}" for each in items(one.get("source_tags"))]
        groups += [str(as_text(each)) for each in items(one.get("source_service_accounts"))]
        order = one.text("priority") or _USUAL_ORDER
        for action in ("allow", "deny"):
            for each in items(one.get(action)):
                for first, last in _spans(below(each, "ports")):
                    yield Rule(
                        way, (text(below(each, "protocol")) or "all").lower(), first, last, tuple(groups),
                        blocks or (() if groups else EVERYWHERE),
                        2 * int(order if order.isdecimal() else _USUAL_ORDER) + (action == "allow"), action == "allow",
                    )  # fmt: skip


def _is_for(one: Resource, groups: frozenset[str]) -> bool:
    """Whether a rule is for machines with these tags and accounts; one that names none is for all."""
    targets = [*items(one.get("target_tags")), *items(one.get("target_service_accounts"))]
    ends = {group.rpartition("/")[2] for group in groups} | groups
    return not targets or any(str(as_text(each)) in ends for each in targets)


def _spans(ports: Thing) -> Iterator[tuple[int, int]]:
    """Ranges of ports; without any all."""
    for each in items(ports):
        first, _, last = (text(each) or "").partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            yield int(first), int(last or first)
    if not items(ports):
        yield 0, LAST
