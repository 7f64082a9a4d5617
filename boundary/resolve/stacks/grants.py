"""What roles permit: which service may do what with a store, queue or secret that a stack declares.

A statement counts for the services whose tasks and functions have its role, and for those whose roles a policy of the
resource itself names. Policies are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html ; a statement for everything of a kind
tells nothing of anybody's, and neither does one that denies or that holds only under a condition. A login as every user
of every database is told all the same, since nothing is left to name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from boundary.model import Evidence, Location, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.attributes import ARN
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Rows, Table, Thing, document, items, text

_LEAST = 3
"""Letters of a name that a pattern must tell."""

_LONGEST = 300
"""Characters of a pattern that is compared; names are shorter."""

_READS = ("read", "poll", "get", "select", "retrieve")
_ANY_LOGIN = re.compile(r"arn:[\w-]*:rds-db:[^:]*:[^:]*:(dbuser:)?\*(/\*)?")
"""Every user of every database; https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html ."""

_RESOURCE_POLICIES = {
    "aws_s3_bucket_policy": ("bucket", "policy"), "aws_sqs_queue_policy": ("queue_url", "policy"),
    "aws_sns_topic_policy": ("arn", "policy"), "aws_dynamodb_resource_policy": ("resource_arn", "policy"),
    "AWS::S3::BucketPolicy": ("Bucket", "PolicyDocument"), "AWS::SQS::QueuePolicy": ("Queues", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("Topics", "PolicyDocument"),
}  # fmt: skip
"""Policies of resources: the attribute that names what they are of, and that of the document."""

_ROLES = ("task_role_arn", "role", "TaskRoleArn", "Role", "instance_role_arn", "lambda_role")


@dataclass(frozen=True)
class Grant:
    """A service may do ``actions`` with a resource."""

    service: str
    resource: Resource
    actions: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def grants(land: Landscape) -> Iterator[Grant]:
    """All grants whose both ends are known."""
    if land.stacks is not None:
        yield from _Reader(land, land.stacks).grants()


class _Reader:
    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self._stacks = stacks
        self._targets = [one for one in stacks.resources if one.declared and one.row and one.row.grants]
        self._bearers: dict[str, dict[str, Resource]] = defaultdict(dict)
        units = {unit.key.partition("/")[0]: service.id for service in land.services for unit in service.units}
        self._services = {one.uid: units[one.uid] for one in stacks.resources if one.uid in units}
        for resource in stacks.resources:
            for name in _ROLES if resource.uid in self._services else ():
                for role in items(resource.get(name)):
                    if uid := self._role(role):
                        self._bearers[uid][self._services[resource.uid]] = resource

    def _role(self, thing: Thing) -> str:
        """The uid of the role that a text names."""
        value = as_text(thing)
        found = self._stacks.meant(value)
        if found is None or not found.declared:
            name = found.name if found is not None else (value.text or "").rpartition(":role/")[2]
            found = self._stacks.role(name.rpartition("/")[2])
        return found.uid if found is not None else ""

    def grants(self) -> Iterator[Grant]:
        """Statements of inline policies, attached ones and roles themselves, and those of functions."""
        for policy in self._stacks.resources:
            if policy.type in ("aws_iam_role_policy", "aws_iam_policy"):
                yield from self._stated(policy, policy.get("policy"), self._bearing(policy), "policy")
            elif policy.type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                yield from self._stated(policy, policy.get("PolicyDocument"), self._bearing(policy), "PolicyDocument")
            elif policy.type in _RESOURCE_POLICIES:
                yield from self._of_resource(policy, *_RESOURCE_POLICIES[policy.type])
            elif policy.type in ("AWS::IAM::Role", "aws_iam_role"):
                for name, key in (("Policies", "PolicyDocument"), ("inline_policy", "policy")):
                    for one in items(policy.get(name)):
                        given = member(one, key) if isinstance(one, Table) else one
                        yield from self._stated(policy, given, self._bearers.get(policy.uid, {}), name)
            elif policy.type == "AWS::Serverless::Function" and policy.uid in self._services:
                bearers = {self._services[policy.uid]: policy}
                for one in items(policy.get("Policies")):
                    yield from self._function(policy, one, bearers)

    def _bearing(self, policy: Resource) -> dict[str, Resource]:
        """The services with the role that a policy is attached to."""
        roles = [self._role(one) for name in ("role", "Roles") for one in items(policy.get(name))]
        roles += self._attached.get(policy.uid, [])
        return {service: bearer for role in roles for service, bearer in self._bearers.get(role, {}).items()}

    @cached_property
    def _attached(self) -> dict[str, list[str]]:
        """The roles that each policy is attached to."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._stacks.resources:
            if one.type == "aws_iam_role_policy_attachment":
                policy = self._stacks.meant(as_text(one.get("policy_arn")))
                found[policy.uid if policy else ""].append(self._role(one.get("role")))
        return found

    def _function(self, function: Resource, thing: Thing, bearers: dict[str, Resource]) -> Iterator[Grant]:
        """A statement, or a policy template of the application model: ``DynamoDBReadPolicy: {TableName: …}``."""
        if not isinstance(thing, Table) or "Statement" in thing.entries:
            yield from self._stated(function, thing, bearers, "Policies")
            return
        for name, given in thing.entries.items():
            for value in given.entries.values() if isinstance(given, Table) else ():
                resource = self._stacks.meant(as_text(value)) or self._stacks.anything(as_text(value))
                if resource is not None and resource in self._targets and resource.row:
                    verb = "read" if any(word in name.lower() for word in _READS) else "write"
                    line = thing.lines.get(name) or function.line("Policies")
                    yield from self._given(resource, (f"{resource.row.grants}:{verb}",), bearers, function, line)

    def _of_resource(self, policy: Resource, owned: str, key: str) -> Iterator[Grant]:
        """What the policy of a resource lets the roles do that it names."""
        named = [as_text(one) for one in items(policy.get(owned))]
        found = [self._stacks.meant(one) or self._stacks.anything(one) for one in named]
        targets = [one for one in found if one is not None and one in self._targets]
        for one in _statements(policy.get(key)):
            actions = _actions(one)
            for role in _principals(one):
                for target in targets:
                    concerned = tuple(action for action in actions if _concerns(action, target))
                    if concerned:
                        bearers = self._bearers.get(self._role(role), {})
                        yield from self._given(target, concerned, bearers, policy, policy.line(key))

    def _stated(self, policy: Resource, thing: Thing, bearers: dict[str, Resource], key: str) -> Iterator[Grant]:
        if not bearers:
            return
        for one in _statements(thing):
            actions = _actions(one)
            line = one.lines.get("Resource") or policy.line(key)
            for pattern in items(one.get("Resource")):
                for resource in self._covered(as_text(pattern)):
                    named = tuple(action for action in actions if _concerns(action, resource))
                    if named:
                        yield from self._given(resource, named, bearers, policy, line)

    def _given(
        self, resource: Resource, actions: tuple[str, ...], bearers: dict[str, Resource], policy: Resource, line: int
    ) -> Iterator[Grant]:
        for service, bearer in bearers.items():
            what = f"{policy.label} lets {bearer.label} {', '.join(actions[:5])} {resource.name}"
            yield Grant(service, resource, actions, (Evidence(Location(policy.location.path, line), what),))

    def _covered(self, pattern: Value) -> list[Resource]:
        """The resources that a statement's resource means: one by reference, or those whose names fit."""
        found = self._stacks.meant(pattern)
        if found is not None:
            return [found] if found in self._targets else []
        if _ANY_LOGIN.fullmatch(str(pattern)):
            return [one for one in self._targets if one.row and one.row.grants == "rds-db"]
        parts = str(pattern).split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or str(pattern).startswith(ARN) or len(parts[5]) > _LONGEST:
            return []
        name = re.sub(r"^(table|parameter|secret|stream|event-bus|function|domain)[/:]", "", parts[5])
        name = name if parts[2] == "ssm" else name.partition("/")[0]
        if sum(map(str.isalnum, re.sub(r"\{[^{}]*\}", "", name))) < _LEAST:
            return []
        pattern_text = re.sub(r"\{[^{}]*\}", "*", name)
        fits = re.compile(translate(pattern_text)).match
        names, found_names = self._names.get(parts[2], ([], {}))
        start = re.split(r"[*?\[]", pattern_text)[0]
        at = bisect_left(names, start)
        near = names[at : bisect_left(names, start + "\U0010ffff", at)]
        return [one for called in near if fits(called) for one in found_names[called]]

    @cached_property
    def _names(self) -> dict[str, tuple[list[str], dict[str, list[Resource]]]]:
        """The targets of each service by their names, in order."""
        found: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
        for one in self._targets:
            found[one.row.grants if one.row else ""][one.name.lstrip("/")].append(one)
        return {service: (sorted(by_name), by_name) for service, by_name in found.items()}


def _statements(thing: Thing) -> Iterator[Table]:
    """The statements of a policy that allow something, whatever the circumstances."""
    written = document(thing)
    for one in items(written.get("Statement") if isinstance(written, Table) else Rows()):
        if isinstance(one, Table) and text(one.get("Effect")) != "Deny" and isinstance(one.get("Condition"), Null):
            yield one


def _actions(statement: Table) -> tuple[str, ...]:
    return tuple(found for action in items(statement.get("Action")) if (found := text(action)))


def _principals(statement: Table) -> Iterator[Thing]:
    """The accounts, roles and users that a statement is for, in JSON and in the blocks of Terraform."""
    for one in items(statement.get("Principal")):
        if isinstance(one, Table):
            yield from items(one.get("AWS"))
            yield from items(one.get("identifiers"))


def _concerns(action: str, resource: Resource) -> bool:
    """Whether an action is one of the service that a resource belongs to."""
    service = action.partition(":")[0].lower()
    return resource.row is not None and service in ("*", resource.row.grants)
