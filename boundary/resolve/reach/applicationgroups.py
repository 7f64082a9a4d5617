"""Application security groups of Azure: rules that name groups of machines and endpoints instead of addresses.

What is in a group is told by associations of its network interfaces and private endpoints. Where none is told, it is of
the service whose stack declares it. See
https://learn.microsoft.com/azure/virtual-network/application-security-groups .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from boundary.model import Evidence, Location
from boundary.resolve.landscape import Landscape
from boundary.resolve.reach.intervals import LAST
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, Table, Thing, below, items, text

_RULE, _RULES = "azurerm_network_security_rule", "azurerm_network_security_group"
_ENDPOINT = "azurerm_private_endpoint"
_ASSOCIATIONS = {
    "azurerm_private_endpoint_application_security_group_association": "private_endpoint_id",
    "azurerm_network_interface_application_security_group_association": "network_interface_id",
}
_INLINE = ("application_security_group_ids", "application_security_groups")


class Admitted(NamedTuple):
    """A service may reach a resource on the ports from ``first`` to ``last``."""

    service: str
    target: str
    first: int
    last: int
    evidence: tuple[Evidence, ...]


def admitted(land: Landscape, stacks: Stacks) -> Iterator[Admitted]:
    """What rules between two groups let in."""
    rules = list(_written(stacks))
    members = _Members(land, stacks) if rules else None
    for rule, place, label in rules:
        far, near = (list(_groups(stacks, rule, side)) for side in ("source", "destination"))
        for first, last in _ports(rule):
            for source in far:
                for target in near:
                    assert members is not None
                    for service in members.services(source):
                        for uid, why in members.resources(target):
                            what = Evidence(place, f"{label} lets {source.name} into {target.name}")
                            yield Admitted(service, uid, first, last, (what, why))


def _written(stacks: Stacks) -> Iterator[tuple[Thing, Location, str]]:
    """Rules that let something in, in a group or by themselves."""
    for one in stacks.resources:
        found: list[tuple[Thing, Location]] = []
        if one.type == _RULE and one.declared:
            found = [(Table({name: one.get(name) for name in one.body}), one.location)]
        elif one.type == _RULES and one.declared:
            for rule in items(one.get("security_rule")):
                line = min(rule.lines.values(), default=0) if isinstance(rule, Table) else 0
                found.append((rule, Location(one.location.path, line or one.location.line)))
        for rule, place in found:
            if text(below(rule, "direction")) == "Inbound" and text(below(rule, "access")) == "Allow":
                yield rule, place, one.label


def _groups(stacks: Stacks, rule: Thing, side: str) -> Iterator[Resource]:
    for name in (f"{side}_application_security_group_ids", f"{side}_application_security_groups"):
        for thing in items(below(rule, name)):
            found = stacks.meant(as_text(below(thing, "id") if isinstance(thing, Table) else thing))
            if found is not None:
                yield found


def _ports(rule: Thing) -> Iterator[tuple[int, int]]:
    for name in ("destination_port_range", "destination_port_ranges"):
        for each in items(below(rule, name)):
            first, _, last = (text(each) or "").partition("-")
            if first == "*":
                yield 0, LAST
            elif first.isdecimal() and (last or first).isdecimal():
                yield int(first), int(last or first)


class _Members:
    """What is in each group."""

    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self._land, self._stacks = land, stacks
        self._units = {unit.key.partition("/")[0]: one.id for one in land.services for unit in one.units}
        self._of: dict[str, list[tuple[Resource, Location]]] = {}
        for one in stacks.resources:
            for group, member in self._told(one):
                self._of.setdefault(group.uid, []).append((member, one.location))

    def services(self, group: Resource) -> list[str]:
        """The services that run in a group; where nothing is said to, the one whose stack has it."""
        told = self._of.get(group.uid, [])
        found = dict.fromkeys(self._units[one.uid] for one, _ in told if one.uid in self._units)
        owners = self._land.declaring(group.location.path, group.stack) if not told else ()
        return list(found) or (list(owners) if len(owners) == 1 else [])

    def resources(self, group: Resource) -> Iterator[tuple[str, Evidence]]:
        """What stands behind the endpoints and interfaces of a group."""
        for one, place in self._of.get(group.uid, ()):
            behind = one
            if one.type == _ENDPOINT:
                given = one.get("private_service_connection", "private_connection_resource_id")
                behind = self._stacks.meant(as_text(given)) or one
            yield behind.uid, Evidence(place, f"{behind.name} is in {group.name}")

    def _told(self, one: Resource) -> Iterator[tuple[Resource, Resource]]:
        key = _ASSOCIATIONS.get(one.type)
        if key is not None:
            group = self._stacks.meant(as_text(one.get("application_security_group_id")))
            member = self._stacks.meant(as_text(one.get(key)))
            if group is not None and member is not None:
                yield group, self._machine(member)
        for name in _INLINE if one.type.startswith("azurerm_") else ():
            for thing in items(one.get(name)) if name in one.body else ():
                group = self._stacks.meant(as_text(below(thing, "id") if isinstance(thing, Table) else thing))
                if group is not None:
                    yield group, one

    def _machine(self, member: Resource) -> Resource:
        """The machine that a network interface is of."""
        for one in self._stacks.resources:
            for thing in items(one.get("network_interface_ids")) if "network_interface_ids" in one.body else ():
                if self._stacks.meant(as_text(thing)) is member:
                    return one
        return member
