"""Security groups and network ACLs of stacks: their rules, and which workloads and stores are behind them.

Resources of https://registry.terraform.io/providers/hashicorp/aws and their likes in CloudFormation. Rules stand in the
group itself or as resources of their own, in whatever stack. A group of which no rule about what leaves is known lets
everything out: that is what the platform begins with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from boundary.model import Location
from boundary.resolve.reach.barriers import EVERYWHERE, Placed
from boundary.resolve.reach.groups import Direction, Firewall, Interface, Rule
from boundary.resolve.reach.intervals import LAST
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import NULL, Null, Resource, Table, Thing, below, items, text

_MAKING = tuple(
    f"terraform-aws-modules/{name}"
    for name in ("rds-aurora/aws", "elasticache/aws", "msk-kafka-cluster/aws", "opensearch/aws", "memory-db/aws",
                 "alb/aws", "ecs/aws//modules/service")
)  # fmt: skip
"""Modules of the registry that make a group for themselves."""

GROUPS = ("aws_security_group", "AWS::EC2::SecurityGroup", "aws_default_security_group", *_MAKING)
_LISTS = ("aws_network_acl", "AWS::EC2::NetworkAcl", "aws_default_network_acl")

_INLINE: dict[str, Direction] = {
    "ingress": "in", "egress": "out", "SecurityGroupIngress": "in", "SecurityGroupEgress": "out",
}  # fmt: skip
_APART: dict[str, Direction | None] = {
    "aws_security_group_rule": None, "aws_vpc_security_group_ingress_rule": "in",
    "aws_vpc_security_group_egress_rule": "out", "AWS::EC2::SecurityGroupIngress": "in",
    "AWS::EC2::SecurityGroupEgress": "out",
}  # fmt: skip
"""Rules that are resources of their own; None: ``type`` says the direction."""

_OWNER = ("security_group_id", "GroupId", "GroupName")
_PEERS = (
    "security_groups", "source_security_group_id", "referenced_security_group_id", "SourceSecurityGroupId",
    "SourceSecurityGroupName", "DestinationSecurityGroupId",
)  # fmt: skip
_BLOCKS = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "CidrIp", "CidrIpv6", "cidr_block", "CidrBlock",
           "ipv6_cidr_block", "Ipv6CidrBlock")  # fmt: skip
_PREFIXES = ("prefix_list_ids", "prefix_list_id", "SourcePrefixListId", "DestinationPrefixListId")
_MEMBERS = (
    "vpc_security_group_ids", "security_group_ids", "security_groups", "vpc_config.security_group_ids",
    "VpcConfig.SecurityGroupIds", "network_configuration.security_groups",
    "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups", "VPCSecurityGroups", "VpcSecurityGroupIds",
    "SecurityGroupIds", "vpc_options.security_group_ids", "VPCOptions.SecurityGroupIds", "SecurityGroups",
)  # fmt: skip
_SUBNETS = ("subnets", "subnet_ids", "vpc_config.subnet_ids", "VpcConfig.SubnetIds", "network_configuration.subnets",
            "NetworkConfiguration.AwsvpcConfiguration.Subnets", "SubnetIds")  # fmt: skip
_SUBNET_GROUPS = ("db_subnet_group_name", "subnet_group_name", "DBSubnetGroupName", "CacheSubnetGroupName")


@dataclass
class Walls:
    """The firewalls of all stacks."""

    stacks: Stacks

    # --- rules -----------------------------------------------------------------------------------------------

    @cached_property
    def placed(self) -> list[Placed]:
        """All rules of groups, in the order of their resources."""
        found: list[Placed] = []
        for one in self.stacks.resources:
            if one.type in GROUPS and one.declared:
                for name, direction in _INLINE.items():
                    for written in items(one.get(name)):
                        line = max(written.lines.values(), default=0) if isinstance(written, Table) else 0
                        place = Location(one.location.path, line or one.line(name))
                        found.append(Placed(one.uid, self._rule(written, direction, one.uid), place, one.label))
            elif one.type in _APART:
                found += self._apart(one)
        return found

    def _apart(self, one: Resource) -> Iterator[Placed]:
        body = Table({name: one.get(name) for name in one.body})
        told = _APART[one.type] or ("out" if one.text("type") == "egress" else "in")
        for name in _OWNER:
            group = self.group(one.get(name))
            if group:
                yield Placed(group, self._rule(body, told, group), one.location, one.label)
                return

    def _rule(self, written: Thing, direction: Direction, group: str) -> Rule:
        def given(*names: str) -> list[Thing]:
            return [found for name in names for found in items(below(written, name))]

        protocol = next((said for one in given("protocol", "ip_protocol", "IpProtocol") if (said := text(one))), "-1")
        peers = [found for one in given(*_PEERS) if (found := self.group(one))]
        peers += [group] if any(text(one) == "true" for one in given("self")) else []
        blocks = [said for one in given(*_BLOCKS) if (said := text(one))]
        blocks += [block for one in given(*_PREFIXES) for block in self._listed(one)]
        first, last = _number(given("from_port", "FromPort"), 0), _number(given("to_port", "ToPort"), LAST)
        named = [one for one in given(*_PEERS, *_BLOCKS, *_PREFIXES) if not isinstance(one, Null)]
        vague = len(named) > len(blocks) + sum(bool(self.group(one)) for one in given(*_PEERS))
        return Rule(direction, protocol, first, last, tuple(dict.fromkeys(peers)), tuple(blocks), vague=vague)

    def _listed(self, reference: Thing) -> Iterator[str]:
        """The networks of a prefix list that a stack declares."""
        found = self.stacks.meant(as_text(reference))
        for name, key in (("entry", "cidr"), ("entries", "cidr"), ("Entries", "Cidr")):
            for one in items(found.get(name)) if found is not None else ():
                block = text(below(one, key))
                if block:
                    yield block

    def group(self, reference: Thing) -> str:
        """The uid of the declared group that a reference means, "" for none."""
        found = self.stacks.meant(as_text(reference))
        return found.uid if found is not None and found.declared and found.type in GROUPS else ""

    @cached_property
    def firewall(self) -> Firewall:
        """The rules of all groups and lists."""
        groups: dict[str, list[Rule]] = {one.uid: [] for one in self.stacks.resources if one.type in GROUPS}
        for one in self.placed:
            groups.setdefault(one.group, []).append(one.rule)
        for rules in groups.values():
            if not any(rule.direction == "out" for rule in rules):
                rules.append(Rule("out", blocks=EVERYWHERE, groups=tuple(groups)))
        whole = {name: tuple(map(_widened, rules)) for name, rules in groups.items()}
        return Firewall(whole, {name: tuple(rules) for name, rules in self._lists.items()})

    @cached_property
    def _lists(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for one in self.stacks.resources:
            if one.type in _LISTS and one.declared:
                rules = [self._entry(each, way) for name, way in _INLINE.items() for each in items(one.get(name))]
                found[one.uid] = rules
        for one in self.stacks.resources:
            if one.type in ("aws_network_acl_rule", "AWS::EC2::NetworkAclEntry"):
                wanted = self.stacks.meant(as_text(_either(one, "network_acl_id", "NetworkAclId")))
                body = Table({name: one.get(name) for name in one.body})
                out = "true" in (one.text("egress"), one.text("Egress"))
                if wanted is not None and wanted.uid in found:
                    found[wanted.uid].append(self._entry(body, "out" if out else "in"))
        return found

    def _entry(self, written: Thing, direction: Direction) -> Rule:
        rule = self._rule(written, direction, "")
        spans = below(written, "PortRange")
        first, last = _number([below(spans, "From")], rule.first), _number([below(spans, "To")], rule.last)
        named = [below(written, name) for name in ("protocol", "Protocol")]
        protocol = next((said for one in named if (said := text(one))), rule.protocol)
        order = _number([below(written, name) for name in ("rule_no", "rule_number", "RuleNumber")], 0)
        action = [text(below(written, name)) for name in ("action", "rule_action", "RuleAction")]
        span = (0, LAST) if protocol == "-1" else (first, last)
        return replace(rule, protocol=protocol, first=span[0], last=span[1], order=order, allows="deny" not in action)

    def names(self, rule: Rule, source: Interface) -> bool:
        """Whether a rule is for a group that a source is in."""
        return bool(source.groups.intersection(rule.groups))

    # --- ends ------------------------------------------------------------------------------------------------

    @cached_property
    def ends(self) -> dict[str, Interface]:
        """The interfaces of workloads and stores, by the uid of the resource; tasks have those of their services."""
        found: dict[str, Interface] = {}
        for one in self.stacks.resources:
            given = [thing for path in _MEMBERS for thing in items(one.get(*path.split(".")))]
            groups = frozenset(group for thing in given if (group := self.group(thing)))
            vague = any(not self.group(thing) for thing in given)
            if one.type in _MAKING and one.declared:
                groups |= {one.uid}
            if groups and (one.type not in GROUPS or one.type in _MAKING) and one.type not in _APART:
                task = self.stacks.task_of(one)
                uid = task.uid if task is not None else one.uid
                before = found.get(uid, Interface())
                network = before.network or self._network(sorted(groups))
                lists = before.lists | self._listed_for(one)
                found[uid] = Interface(before.groups | groups, network, lists, before.vague or vague)
        return found

    def _network(self, groups: list[str]) -> str:
        """The addresses of the network that groups are in."""
        for uid in groups:
            group = self.stacks.by_uid[uid]
            vpc = self.stacks.meant(as_text(_either(group, "vpc_id", "VpcId")))
            if vpc is not None:
                return vpc.text("cidr_block") or vpc.text("CidrBlock") or vpc.text("cidr") or ""
        return ""

    def _listed_for(self, one: Resource) -> frozenset[str]:
        """The lists of all of the subnets that something is in."""
        subnets = {found.uid for thing in self._subnets(one) if (found := self.stacks.meant(as_text(thing)))}
        lists = [self._by_subnet.get(subnet, frozenset()) for subnet in subnets]
        return frozenset.intersection(*lists) if lists else frozenset()

    def _subnets(self, one: Resource) -> Iterator[Thing]:
        for path in _SUBNETS:
            yield from items(one.get(*path.split(".")))
        for name in _SUBNET_GROUPS:
            reference = as_text(one.get(name))
            group = self.stacks.meant(reference) or self._subnet_groups.get(reference.text or "")
            if group is not None:
                for path in ("subnet_ids", "SubnetIds"):
                    yield from items(group.get(path))

    @cached_property
    def _subnet_groups(self) -> dict[str, Resource]:
        return {
            one.name: one for one in self.stacks.resources if one.type.lower().endswith(("subnet_group", "subnetgroup"))
        }

    @cached_property
    def _by_subnet(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for one in self.stacks.resources:
            owner: Resource | None = one if one.type in _LISTS else None
            if one.type in ("aws_network_acl_association", "AWS::EC2::SubnetNetworkAclAssociation"):
                owner = self.stacks.meant(as_text(_either(one, "network_acl_id", "NetworkAclId")))
            names = ("subnet_ids", "subnet_id", "SubnetId") if owner is not None else ()
            for thing in (each for name in names for each in items(one.get(name))):
                subnet = self.stacks.meant(as_text(thing))
                if subnet is not None and owner is not None:
                    found[subnet.uid] = found.get(subnet.uid, frozenset()) | {owner.uid}
        return found


def _widened(rule: Rule) -> Rule:
    """A rule for every protocol is about every port."""
    return replace(rule, first=0, last=LAST) if rule.protocol in ("-1", "all") else rule


def _number(things: list[Thing], otherwise: int) -> int:
    for one in things:
        written = text(one) or ""
        if written.lstrip("-").isdecimal() and len(written) < 9:
            return int(written)
    return otherwise


def _either(resource: Resource, *names: str) -> Thing:
    return next((found for name in names if not isinstance(found := resource.get(name), Null)), NULL)
