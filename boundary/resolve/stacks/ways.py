"""Host names of stacks that lead to other ones: records of zones, domains of gateways, load balancers with their rules.

What is not a load balancer is a row of ``known/ways.toml``. A balancer leads by its listeners and their rules to groups
of targets, and services of a cluster, functions and machines are in these. References:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html ,
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html .
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from boundary.model import Evidence, Location
from boundary.resolve.stacks.attributes import ARN, GATEWAY
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Thing, below, items, text

_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule", "AWS::ElasticLoadBalancingV2::ListenerRule")
_LISTENERS = ("aws_lb_listener", "aws_alb_listener", "AWS::ElasticLoadBalancingV2::Listener")
_NAMED = ("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup")
_MOST = 64
"""Names and paths of one rule."""


class Way(msgspec.Struct, frozen=True, order=True):
    """Requests to a host whose path begins with ``base`` go to ``target``; ``kept``: with the whole path."""

    base: str
    target: str
    kept: bool
    evidence: Evidence


class _Row(msgspec.Struct, frozen=True):
    host: tuple[str, ...]
    zone: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


@cache
def _rows() -> dict[str, _Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "ways.toml").read_text("utf-8"))
    return {name: msgspec.convert(row, _Row) for names, row in written.items() for name in names.split()}


def ways(stacks: Stacks) -> dict[str, list[Way]]:
    """Where each host name leads, the longest bases first."""
    found: dict[str, set[Way]] = defaultdict(set)
    for one in stacks.resources:
        row = _rows().get(one.type)
        for host, way in _of(stacks, one, row) if row is not None and one.declared else ():
            found[host].add(way)
    for host, way in _Balancers(stacks).ways():
        found[host].add(way)
    return {host: sorted(each, key=lambda way: (-len(way.base), way)) for host, each in found.items()}


def _of(stacks: Stacks, one: Resource, row: _Row) -> Iterator[tuple[str, Way]]:
    hosts = [host for thing in _all(one, row.host) for host in _hosts(stacks, one, row, thing)]
    targets = [target for thing in _all(one, row.to) if (target := _target(stacks, thing))] if row.to else [_self(one)]
    bases = [(text(thing) or "").strip("/") for thing in _all(one, row.base)] or [""]
    if len(targets) != 1:
        return
    for host in hosts:
        for base in bases:
            what = Evidence(one.location, f"{host}{'/' * bool(base)}{base} leads to {targets[0]}")
            yield host, Way(f"/{base}" if base else "", targets[0], False, what)


def _all(one: Resource, paths: Sequence[str]) -> list[Thing]:
    found = (one.get(*path.split(".")) for path in paths)
    return [thing for each in found for thing in items(each)][:_MOST]


def _hosts(stacks: Stacks, one: Resource, row: _Row, thing: Thing) -> Iterator[str]:
    """The names that an attribute says: of a resource its name, and what others call it by."""
    value = as_text(thing)
    meant = stacks.meant(value)
    if meant is not None:
        yield from {_self(meant), meant.name.lower()}
        return
    name = (value.text or "").rstrip(".").lower()
    zones = (_zone(stacks, each) for each in _all(one, row.zone))
    zone = next((each for each in zones if each), "")
    if zone and name != zone and not name.endswith(f".{zone}"):
        name = f"{name}.{zone}".lstrip(".")
    if "." in name and not name.startswith("*"):
        yield name
        named = next((each for each in stacks.resources if each.row and each.declared and each.name == name), None)
        if named is not None:
            yield named.uid


def _zone(stacks: Stacks, thing: Thing) -> str:
    value = as_text(thing)
    hole = value.holes[0].name.rpartition(".")[0] if len(value.parts) == 1 and value.holes else ""
    meant = stacks.meant(value) or stacks.by_uid.get(hole)
    name = (meant.name if meant is not None else value.text or "").rstrip(".").lower()
    return name if "." in name else ""


def _target(stacks: Stacks, thing: Thing) -> str:
    """What something leads to, as a host name that a workload, a gateway or a store has."""
    value = as_text(thing)
    meant = stacks.meant(value) or next(
        (stacks.by_uid[uid] for uid in _words(value.text or "") if uid in stacks.by_uid), None
    )
    if meant is None:
        return (value.text or "").rstrip(".").lower()
    balancer = next(
        (each for name in ("load_balancer_arn", "LoadBalancerArn") for each in items(meant.get(name))), None
    )
    return _target(stacks, balancer) if balancer is not None else _self(meant)


def _words(written: str) -> list[str]:
    return [written.removeprefix(ARN), *written.removeprefix("https://").removeprefix("http://").split("/")[:1]]


def _self(one: Resource) -> str:
    """The host name of a resource, as texts of stacks spell it."""
    return f"{one.uid}{GATEWAY}" if one.row is not None and one.row.grants == "execute-api" else one.uid


class _Balancers:
    """The load balancers of all stacks."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._named = {one.name: one for one in stacks.resources if one.type in _NAMED}
        self._members: dict[str, set[str]] = defaultdict(set)
        """The uids of tasks, functions and machines in each group of targets."""
        for one in stacks.resources:
            task = stacks.task_of(one)
            for group in _all(one, ("load_balancer.target_group_arn", "LoadBalancers.TargetGroupArn")) if task else ():
                self._add(group, task)
            if one.type in ("aws_lb_target_group_attachment", "aws_alb_target_group_attachment"):
                self._add(one.get("target_group_arn"), stacks.meant(as_text(one.get("target_id"))))
            for target in items(one.get("Targets")) if one.type.endswith("::TargetGroup") else ():
                named = stacks.meant(as_text(below(target, "Id")))
                if named is not None:
                    self._members[one.uid].add(named.uid)

    def _add(self, group: Thing, member: Resource | None) -> None:
        named = self._meant(group)
        if named is not None and member is not None:
            self._members[named.uid].add(member.uid)

    def _meant(self, thing: Thing) -> Resource | None:
        """The resource that an attribute names: templates refer to a balancer by its name."""
        value = as_text(thing)
        return self._stacks.meant(value) or self._named.get(value.text or "")

    def ways(self) -> Iterator[tuple[str, Way]]:
        """Where the address of each balancer, and each host that one of its rules asks for, leads."""
        for one in self._stacks.resources:
            if one.type in _LISTENERS:
                yield from self._led(one, one, [*items(one.get("default_action")), *items(one.get("DefaultActions"))])
            elif one.type in _RULES:
                listener = self._meant(_first(one, "listener_arn", "ListenerArn"))
                yield from self._led(one, listener, [*items(one.get("action")), *items(one.get("Actions"))])

    def _led(self, one: Resource, listener: Resource | None, actions: Sequence[Thing]) -> Iterator[tuple[str, Way]]:
        """Where a listener or a rule leads; a rule that asks for a host leads it whatever balancer it is at."""
        balancer = (
            self._meant(_first(listener, "load_balancer_arn", "LoadBalancerArn")) if listener is not None else None
        )
        groups = [self._meant(group) for action in actions for group in _groups(action)]
        members = {uid for group in groups if group is not None for uid in self._members[group.uid]}
        if len(members) != 1:
            return
        member = next(iter(members))
        asked, paths = _conditions(one)
        hosts = asked or ([balancer.uid] if balancer is not None else [])
        for host in hosts:
            for path in paths or [""]:
                called = host if asked or balancer is None else balancer.label
                what = f"{one.label} leads {called}{path} to {self._stacks.by_uid[member].label}"
                yield host, Way(path, member, True, Evidence(Location(one.location.path, one.location.line), what))


def _groups(action: Thing) -> Iterator[Thing]:
    for key in ("target_group_arn", "TargetGroupArn"):
        yield from items(below(action, key))
    for forward, group, arn in (
        ("forward", "target_group", "arn"),
        ("ForwardConfig", "TargetGroups", "TargetGroupArn"),
    ):
        for each in items(below(action, forward, group)):
            yield from items(below(each, arn))


def _conditions(rule: Resource) -> tuple[list[str], list[str]]:
    """The hosts that a rule asks for, and the beginnings of paths."""
    hosts: list[str] = []
    paths: list[str] = []
    for one in (*items(rule.get("condition")), *items(rule.get("Conditions"))):
        old = {"host-header": hosts, "path-pattern": paths}.get(
            text(below(one, "Field")) or text(below(one, "field")) or "", [])  # fmt: skip
        for thing in (*items(below(one, "Values")), *items(below(one, "values"))):
            old.append(text(thing) or "")
        for into, keys in (
            (hosts, ("host_header", "HostHeaderConfig")),
            (paths, ("path_pattern", "PathPatternConfig")),
        ):
            for key in keys:
                into += [text(v) or "" for name in ("values", "Values") for v in items(below(one, key, name))]
    told = [host.lower() for host in hosts if "*" not in host and "." in host][:_MOST]
    return told, [path.partition("*")[0].rstrip("/") for path in paths][:_MOST]


def _first(one: Resource, *names: str) -> Thing:
    return next((found for name in names if not isinstance(found := one.get(name), Null)), Null())
