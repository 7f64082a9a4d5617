"""Where what roles permit differs from what code does: a store that is used without a right, a right to a store of
one's own that nobody uses.

Only services count whose rights are told, and known whole: functions of templates with roles that are declared here,
with statements whose resources are known and that hold under any circumstances. The edges are ``reaches`` of the traits
``refused`` and ``unused``, and of ``role``, which tells them from what networks permit. That a right is given elsewhere
cannot be ruled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from boundary.model import Edge, Evidence
from boundary.resolve.context import Context
from boundary.resolve.landscape import Service
from boundary.resolve.stacks.bearers import Bearers
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.grants import Grant
from boundary.resolve.stacks.statements import managed
from boundary.resolve.stacks.things import Null, Resource, Table, Thing, items, text

_KINDS = ("dynamodb", "s3")
"""Technologies of stores that are used by rights alone."""

_HARMLESS = re.compile(r"(^|/)(AWSLambda\w*ExecutionRole|AWSXRay\w*|CloudWatch\w*|AWSLambdaBasicExecutionRole)$")
"""Managed policies that give no data of such stores."""

_ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_USES = frozenset({"reads", "writes"})


def edges(
    context: Context, bearers: Bearers, given: Sequence[Grant], servers: Mapping[str, str],
    ids: Mapping[tuple[str, str], str],
) -> Iterator[Edge]:  # fmt: skip
    """The edges of all services whose rights are known."""
    granted: dict[tuple[str, str], Grant] = {}
    for one in given:
        server = servers.get(one.resource.uid, "")
        granted.setdefault((one.service, ids.get((server, ""), server)), one)
    used: dict[tuple[str, str], Edge] = {}
    for edge in context.found.edges:
        if edge.kind in _USES:
            used.setdefault((edge.source, edge.target), edge)
    declared = {ids.get((server, ""), server) for server in servers.values()}
    open_ends = {end.source for end in context.found.unresolved}
    known = {one.id for one in context.land.services if _is_known(bearers, one)}
    for (service, store), edge in sorted(used.items()):
        node = context.found.nodes.get(store)
        if node is None or service not in known or store not in declared or node.technology not in _KINDS:
            continue
        if edge.certain and edge.grade == "coded" and (service, store) not in granted:
            name = context.land.service(service).name
            why = Evidence(context.land.service(service).location, f"no role of {name} lets it use {node.name}")
            yield _edge(service, store, (*edge.evidence, why), "refused", edge.kind)
    for (service, store), one in sorted(granted.items()):
        node = context.found.nodes.get(store)
        mine = node is not None and node.keeper == service and node.technology in _KINDS
        if mine and not one.wide and service in known - open_ends and (service, store) not in used:
            yield _edge(service, store, one.evidence, "unused", ", ".join(one.actions[:3]))


def _edge(source: str, target: str, evidence: tuple[Evidence, ...], trait: str, detail: str) -> Edge:
    return Edge(source, target, "reaches", evidence, "permitted", traits=frozenset({trait, "role"}), detail=detail)


def _is_known(bearers: Bearers, service: Service) -> bool:
    """Whether all that a service's functions may do is told by templates here."""
    by_uid = bearers.stacks.by_uid
    units = [by_uid.get(unit.key) for unit in service.units if unit.platform != "process"]
    return bool(units) and all(one is not None and _is_told(bearers, one) for one in units)


def _is_told(bearers: Bearers, function: Resource) -> bool:
    if "Lambda::Function" not in function.type and "Serverless::Function" not in function.type:
        return False
    if any(
        one.stack == function.stack and one.type == "AWS::Serverless::Connector" for one in bearers.stacks.resources
    ):
        return False
    if "Role" not in function.body:
        policies = items(function.get("Policies"))
        return bool(policies) and all(_is_plain(one) for one in policies)
    uid = bearers.role(function.get("Role"))
    role = bearers.stacks.by_uid.get(uid)
    if role is None or not role.declared:
        return False
    attached = (
        one.get("PolicyDocument")
        for one in bearers.stacks.resources
        if one.type in _ATTACHED and uid in [bearers.role(each) for each in items(one.get("Roles"))]
    )
    return all(
        _is_plain(one) for one in (*items(role.get("ManagedPolicyArns")), *items(role.get("Policies")), *attached)
    )


def _is_plain(policy: Thing) -> bool:
    """Whether a policy says all by itself: a document of statements on known resources, a policy template, or a managed
    policy that we know."""
    if isinstance(policy, Table):
        inner = policy.get("PolicyDocument")
        stated = items((inner if isinstance(inner, Table) else policy).get("Statement"))
        return all(_is_clear(one) for one in stated)
    name = text(policy)
    return name is not None and (not name or bool(managed(name)) or _HARMLESS.search(name) is not None)


def _is_clear(statement: Thing) -> bool:
    if not isinstance(statement, Table) or not isinstance(statement.get("Condition"), Null):
        return False
    return not any(hole.kind != "parameter" for one in items(statement.get("Resource")) for hole in as_text(one).holes)
