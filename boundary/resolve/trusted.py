"""Who outside of the workspace may take what a service keeps: accounts and everybody, by the policies of resources and
of roles that nobody here runs with.

Edges are ``grants`` of trait ``trust`` from the account to the service. An account is written out only where it is
another one than that of the stack, which has a name of its own (``AWS::AccountId``). What only puts something there
(logs of a load balancer) takes nothing. See
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve import kept
from boundary.resolve.context import Context
from boundary.resolve.stacks.bearers import ROLES, Bearers
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.statements import Statement, statements
from boundary.resolve.stacks.things import Resource, Table, items

_TAKES = {
    "dynamodb": ("GetItem", "Query", "Scan"), "s3": ("GetObject",), "sqs": ("ReceiveMessage",),
    "kinesis": ("GetRecords",), "secretsmanager": ("GetSecretValue",), "es": ("ESHttpGet",),
}  # fmt: skip
"""Actions that take what a resource holds, by the prefix of its service."""

_OPEN = frozenset({"s3"})
"""Services whose resources may be for everybody on purpose."""

_RELEASING = re.compile(r"deploy|release|pipeline|ci(cd)?(?![a-z])|github|terraform|build", re.IGNORECASE)
"""Roles of whoever deploys, who may do everything."""

EVERYBODY = "*"


def edges(context: Context, bearers: Bearers) -> Iterator[Edge]:
    """The edges of all policies of the workspace's templates."""
    for said in bearers.policies():
        for one in said.statements if said.of else ():
            for resource in said.of if one.allows and not one.conditional else ():
                for principal in one.principals:
                    if bearers.role(principal) in bearers.of_role:
                        continue  # A role of the workspace, which is told as its service's.
                    yield from _edge(context, one, resource, as_text(principal).text or "", said.place(one))
    for role in bearers.stacks.resources:
        if (
            role.type in ROLES
            and role.uid not in bearers.of_role
            and not _RELEASING.search(f"{role.label} {role.name}")
        ):
            yield from _of_role(context, bearers, role)


def _of_role(context: Context, bearers: Bearers, role: Resource) -> Iterator[Edge]:
    """What accounts may take that may take on a role."""
    trusting = [one for one in statements(role.get("AssumeRolePolicyDocument")) if one.allows and not one.conditional]
    accounts = [text for one in trusting for each in one.principals if (text := as_text(each).text)]
    for policy in items(role.get("Policies")) if accounts else ():
        for one in statements(member(policy, "PolicyDocument")) if isinstance(policy, Table) else ():
            named = (bearers.stacks.meant(pattern) for pattern in one.resources)
            for resource in named if one.allows and not one.conditional else ():
                for account in accounts:
                    if resource is not None and resource.row is not None and resource.row.grants not in _OPEN:
                        yield from _edge(context, one, resource, account, role.place("AssumeRolePolicyDocument"))


def _edge(context: Context, one: Statement, resource: Resource, principal: str, place: Location) -> Iterator[Edge]:
    prefix = resource.row.grants if resource.row is not None else ""
    keeper = kept.keeper(context, resource)
    if keeper is None or not any(one.acts(f"{prefix}:{action}") for action in _TAKES.get(prefix, ())):
        return
    number = kept.account_in(principal)
    own = kept.accounts(context.land.service(keeper.id))
    if number and number not in own and (own or "::" in resource.type):
        name, identity = f"the account {number}", f"external:account-{number}"
    elif principal == EVERYBODY and prefix not in _OPEN:
        name, identity = "everybody", "external:everybody"
    else:
        return
    source = context.found.add(Node(identity, "external", name, technology="account"))
    evidence = (Evidence(place, f"{name} may take what {resource.name} holds"),)
    yield Edge(source, keeper.id, "grants", evidence, "permitted", traits=frozenset({"trust"}), detail=resource.name)
