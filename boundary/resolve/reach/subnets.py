"""Network security groups of Azure, which stand at subnets: ordered rules for what comes in and goes out.

See https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview . Behind a subnet is what is
delegated to it or runs in it; a private endpoint is only behind its group where the subnet says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from boundary.model import Location
from boundary.resolve.reach.barriers import EVERYWHERE, LETS_ALL, OPEN, Placed
from boundary.resolve.reach.groups import Direction, Firewall, Interface, Rule, covers
from boundary.resolve.reach.intervals import LAST
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, Table, Thing, below, items, text

_GROUP, _SUBNET = "azurerm_network_security_group", "azurerm_subnet"
_ENVIRONMENT = ("container_app_environment_id", "service_plan_id")
_SUBNETS = ("delegated_subnet_id", "virtual_network_subnet_id", "infrastructure_subnet_id", "subnet_id", "subnet_ids")
_DEFAULT_ORDER = 65000
_LISTENING = ("Enabled", "NetworkSecurityGroupEnabled")

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_TAGS = {"*": EVERYWHERE, "Any": EVERYWHERE, "Internet": EVERYWHERE}


@dataclass
class Subnets:
    """The security groups of all subnets. A list is a group at one subnet: its rules name both sides."""

    stacks: Stacks

    @cached_property
    def placed(self) -> list[Placed]:
        """What is written, without the rules that every group has."""
        found = []
        for subnet, group in self._guarded:
            for written, place, label in self._written[group.uid]:
                for rule in self._rules(written, subnet):
                    found.append(Placed(subnet.uid, rule, place, label))
        return found

    @cached_property
    def firewall(self) -> Firewall:
        """The lists of all subnets that have a group."""
        lists: dict[str, list[Rule]] = {}
        for subnet, _ in self._guarded:
            last = Rule("in", blocks=self._around(subnet), order=_DEFAULT_ORDER)
            lists[subnet.uid] = [last, Rule("out", blocks=EVERYWHERE, order=_DEFAULT_ORDER)]
        for one in self.placed:
            lists[one.group].append(one.rule)
        return Firewall(LETS_ALL, {uid: tuple(rules) for uid, rules in lists.items()})

    @cached_property
    def ends(self) -> dict[str, Interface]:
        """What is in a subnet whose addresses are known."""
        guarded = {subnet.uid for subnet, _ in self._guarded}
        found: dict[str, Interface] = {}
        for one in self.stacks.resources:
            for uid, subnet in self._inside(one):
                block = _block(subnet)
                if block:
                    lists = frozenset({subnet.uid} & guarded)
                    found.setdefault(uid, Interface(frozenset({OPEN}), block, lists))
        return found

    def names(self, rule: Rule, source: Interface) -> bool:
        """Whether a rule is for the very subnet that a source is in."""
        return source.network in rule.blocks

    # --- subnets ---------------------------------------------------------------------------------------------

    @cached_property
    def _guarded(self) -> list[tuple[Resource, Resource]]:
        """The subnets with their groups."""
        found = []
        for one in self.stacks.resources:
            if one.type == "azurerm_subnet_network_security_group_association":
                subnet = self._meant(one.get("subnet_id"), _SUBNET)
                group = self._meant(one.get("network_security_group_id"), _GROUP)
                if subnet is not None and group is not None:
                    found.append((subnet, group))
        return found

    def _inside(self, one: Resource) -> Iterator[tuple[str, Resource]]:
        """The subnets that a resource is in, with the uid of what is there."""
        if one.type == "azurerm_private_endpoint":
            target = self.stacks.meant(as_text(one.get("private_service_connection", "private_connection_resource_id")))
            subnet = self._meant(one.get("subnet_id"), _SUBNET)
            if (
                target is not None
                and subnet is not None
                and subnet.text("private_endpoint_network_policies") in _LISTENING
            ):
                yield target.uid, subnet
            return
        homes = [one, *(home for key in _ENVIRONMENT if (home := self.stacks.meant(as_text(one.get(key)))) is not None)]
        for home in homes if one.type.startswith("azurerm_") and not one.type.startswith(_SUBNET) else ():
            for thing in (each for key in _SUBNETS for each in items(home.get(key))):
                subnet = self._meant(thing, _SUBNET)
                if subnet is not None:
                    yield one.uid, subnet

    def _meant(self, thing: Thing, kind: str) -> Resource | None:
        found = self.stacks.meant(as_text(thing))
        return found if found is not None and found.type == kind else None

    def _around(self, subnet: Resource) -> tuple[str, ...]:
        """The addresses of a subnet's network; private ones where they are not known."""
        name = text(subnet.get("virtual_network_name"))
        for one in self.stacks.resources:
            if one.type == "azurerm_virtual_network" and one.name == name:
                return tuple(found for each in items(one.get("address_space")) if (found := text(each))) or _PRIVATE
        return _PRIVATE

    # --- rules -----------------------------------------------------------------------------------------------

    @cached_property
    def _written(self) -> dict[str, list[tuple[Thing, Location, str]]]:
        """The rules of each group as they are written, in it or by themselves."""
        found: dict[str, list[tuple[Thing, Location, str]]] = defaultdict(list)
        by_name = {one.name: one for one in self.stacks.resources if one.type == _GROUP}
        for one in self.stacks.resources:
            if one.type == _GROUP:
                for rule in items(one.get("security_rule")):
                    line = min(rule.lines.values(), default=0) if isinstance(rule, Table) else 0
                    place = Location(one.location.path, line or one.line("security_rule"))
                    found[one.uid].append((rule, place, one.label))
            elif one.type == "azurerm_network_security_rule":
                group = by_name.get(one.text("network_security_group_name") or "")
                if group is not None:
                    body = Table({name: one.get(name) for name in one.body})
                    found[group.uid].append((body, one.location, one.label))
        return found

    def _rules(self, written: Thing, subnet: Resource) -> Iterator[Rule]:
        """A rule for each range of ports, where it is about the subnet."""
        way: Direction = "out" if text(below(written, "direction")) == "Outbound" else "in"
        near, far = ("source", "destination") if way == "out" else ("destination", "source")
        block = _block(subnet)
        if not any(covers(each, block) for each in self._blocks(written, near, subnet)):
            return
        order = text(below(written, "priority")) or ""
        rule = Rule(
            way,
            (text(below(written, "protocol")) or "*").lower(),
            blocks=tuple(self._blocks(written, far, subnet)),
            order=int(order) if order.isdecimal() else _DEFAULT_ORDER - 1,
            allows=text(below(written, "access")) != "Deny",
        )
        for name in ("destination_port_range", "destination_port_ranges"):
            for each in items(below(written, name)):
                first, _, last = (text(each) or "").partition("-")
                if first == "*":
                    yield replace(rule, first=0, last=LAST)
                elif first.isdecimal() and (last or first).isdecimal():
                    yield replace(rule, first=int(first), last=int(last or first))

    def _blocks(self, written: Thing, side: str, subnet: Resource) -> Iterator[str]:
        for name in (f"{side}_address_prefix", f"{side}_address_prefixes"):
            for each in items(below(written, name)):
                said = text(each) or ""
                yield from self._around(subnet) if said == "VirtualNetwork" else _TAGS.get(said, (said,))


def _block(subnet: Resource) -> str:
    """The addresses of a subnet, "" where they are not known."""
    return next((found for each in items(subnet.get("address_prefixes")) if (found := text(each))), "")
