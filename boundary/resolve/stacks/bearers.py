"""Who has which role in the stacks, and every policy that is said of a role, a function or a resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from boundary.model import Location, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks import rolemodules
from boundary.resolve.stacks.attributes import ARN, name_in
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.standing import standing
from boundary.resolve.stacks.statements import Statement, managed, statements
from boundary.resolve.stacks.things import Resource, Table, Thing, below, items, text

ROLES = ("AWS::IAM::Role", "aws_iam_role")
_ATTRIBUTES = ("task_role_arn", "role", "TaskRoleArn", "Role", "instance_role_arn", "lambda_role")
_LENT = ("RoleArn", "RoleARN", "ServiceRoleArn", "role_arn", "service_role_arn")
"""Attributes by which what a stack wires up has a role: data sources, pipes, state machines, schedules, gateways."""

_TRUST = ("assume_role_policy", "AssumeRolePolicyDocument")
_LISTS = ("managed_policy_arns", "ManagedPolicyArns")

_RESOURCE_POLICIES = {
    "aws_s3_bucket_policy": ("bucket", "policy"), "aws_sqs_queue_policy": ("queue_url", "policy"),
    "aws_sns_topic_policy": ("arn", "policy"), "aws_dynamodb_resource_policy": ("resource_arn", "policy"),
    "aws_secretsmanager_secret_policy": ("secret_arn", "policy"), "aws_s3_access_point": ("bucket", "policy"),
    "aws_opensearch_domain_policy": ("domain_name", "access_policies"),
    "aws_elasticsearch_domain_policy": ("domain_name", "access_policies"),
    "aws_kinesis_resource_policy": ("resource_arn", "policy"),
    "AWS::S3::BucketPolicy": ("Bucket", "PolicyDocument"), "AWS::SQS::QueuePolicy": ("Queues", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("Topics", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": ("SecretId", "ResourcePolicy"),
    "AWS::S3::AccessPoint": ("Bucket", "Policy"), "AWS::Kinesis::ResourcePolicy": ("ResourceArn", "ResourcePolicy"),
    "AWS::SQS::QueueInlinePolicy": ("Queue", "PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": ("TopicArn", "PolicyDocument"),
}  # fmt: skip
"""Policies of resources: the attribute that names what they are of, and that of the document."""

_OWN_POLICIES = {
    "AWS::DynamoDB::Table": "ResourcePolicy", "AWS::Kinesis::Stream": "ResourcePolicy",
    "AWS::OpenSearchService::Domain": "AccessPolicies", "AWS::Elasticsearch::Domain": "AccessPolicies",
    "aws_opensearch_domain": "access_policies", "aws_elasticsearch_domain": "access_policies",
    "aws_sqs_queue": "policy", "aws_sns_topic": "policy", "aws_s3_bucket": "policy",
    "aws_secretsmanager_secret": "policy",
}  # fmt: skip
"""Resources that have their own policy among their properties."""

_PERMISSIONS = {
    "AWS::Lambda::Permission": ("FunctionName", "Principal", "Action"),
    "aws_lambda_permission": ("function_name", "principal", "action"),
}
"""Permissions to start a function: whose, for whom, to do what."""


@dataclass(frozen=True)
class Said:
    """A policy: its statements, and the services with the resources that have its role. ``of`` are the resources whose
    own policy it is; who it is for stands in the statements then."""

    policy: Resource
    key: str
    statements: tuple[Statement, ...]
    bearers: dict[str, Resource]
    of: tuple[Resource, ...] = ()

    def place(self, statement: Statement) -> Location:
        """Where a statement stands."""
        return Location(self.policy.location.path, statement.line or self.policy.line(self.key))


class Bearers:
    """The roles of services, and what is said of them."""

    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self.stacks = stacks
        units = {unit.key.partition("/")[0]: service.id for service in land.services for unit in service.units}
        self.services = {one.uid: units[one.uid] for one in stacks.resources if one.uid in units}
        self.of_role: dict[str, dict[str, Resource]] = defaultdict(dict)
        for resource in stacks.resources:
            for name in _ATTRIBUTES if resource.uid in self.services else ():
                for role in items(resource.get(name)):
                    if uid := self.role(role):
                        self.of_role[uid][self.services[resource.uid]] = resource
            if resource.type == "AWS::Serverless::Function" and resource.uid in self.services:
                # Its own role, which the application model makes.
                self.of_role[f"{resource.uid}Role"][self.services[resource.uid]] = resource

            if rolemodules.row(resource.type) and resource.uid in self.services:
                self.of_role[resource.uid][self.services[resource.uid]] = resource
            here = land.declaring(resource.location.path, resource.stack) if resource.uid not in self.services else ()
            for name in _LENT if len(here) == 1 else ():
                if name in resource.body and (uid := self.role(resource.get(name))):
                    self.of_role[uid].setdefault(here[0], resource)
        for role, service, pod in standing(land, stacks):
            if uid := self.role(role):
                self.of_role[uid].setdefault(service, pod)

    def role(self, thing: Thing) -> str:
        """The uid of the role that a text names."""
        value = as_text(thing)
        own = str(value).removeprefix(ARN)
        if own in self.of_role:
            return own
        found = self.stacks.meant(value)
        if found is None or not found.declared:
            last = value.parts[-1] if value.parts and isinstance(value.parts[-1], str) else ""
            told = value.text or (last if ":role/" in last else "")  # the account's number is often looked up
            name = found.name if found is not None else told.rpartition(":role/")[2]
            found = self.stacks.role(name.rpartition("/")[2])
        return found.uid if found is not None else ""

    def policies(self) -> Iterator[Said]:
        """Inline policies, attached ones and those of roles themselves, of functions and of resources."""
        for one in self.stacks.resources:
            if one.type in ("aws_iam_role_policy", "aws_iam_policy"):
                yield self._said(one, one.get("policy"), self._bearing(one), "policy")
            elif one.type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                yield self._said(one, one.get("PolicyDocument"), self._bearing(one), "PolicyDocument")
            elif one.type in _RESOURCE_POLICIES:
                owned, key = _RESOURCE_POLICIES[one.type]
                named = [as_text(each) for each in items(one.get(owned))]
                of = [self.stacks.meant(each) or self.stacks.anything(each) for each in named]
                found = tuple(each for each in of if each is not None)
                yield Said(one, key, tuple(statements(one.get(key))), {}, found)
            elif one.type in _OWN_POLICIES and _OWN_POLICIES[one.type] in one.body:
                key = _OWN_POLICIES[one.type]
                whole = one.get(key)
                inner = below(whole, "PolicyDocument") if key == "ResourcePolicy" else whole
                yield Said(one, key, tuple(statements(inner)), {}, (one,))
            elif one.type in _PERMISSIONS:
                function, principal, action = (one.get(name) for name in _PERMISSIONS[one.type])
                target = self.stacks.meant(as_text(function)) or self.stacks.named("", name_in(as_text(function)))
                lets = Statement(True, (text(action) or "",), principals=(principal,))
                yield Said(one, _PERMISSIONS[one.type][1], (lets,), {}, () if target is None else (target,))
            elif one.type in ROLES:
                yield from self._of_role(one)
            elif one.type == "AWS::Serverless::Function" and one.uid in self.services:
                bearers = {self.services[one.uid]: one}
                for each in items(one.get("Policies")):
                    yield self._said(one, each, bearers, "Policies")
                    yield from self._managed(one, each, bearers, "Policies")
            elif (told := rolemodules.row(one.type)) is not None:
                yield from self._of_module(one, told)
            elif one.type == "aws_iam_role_policy_attachment":
                bearers = self.of_role.get(self.role(one.get("role")), {})
                yield from self._managed(one, one.get("policy_arn"), bearers, "policy_arn")

    def _of_role(self, role: Resource) -> Iterator[Said]:
        bearers = self.of_role.get(role.uid, {})
        for name, key in (("Policies", "PolicyDocument"), ("inline_policy", "policy")):
            for one in items(role.get(name)):
                yield self._said(role, member(one, key) if isinstance(one, Table) else one, bearers, name)
        for name in _LISTS:
            for one in items(role.get(name)):
                yield from self._managed(role, one, bearers, name)

    def _of_module(self, module: Resource, told: rolemodules.Row) -> Iterator[Said]:
        bearers = self.of_role.get(module.uid, {})
        key = next((name for name in told.statements if name in module.body), "source")
        yield Said(module, key, tuple(rolemodules.stated(module, told)) if bearers else (), bearers)
        for thing in rolemodules.documents(module, told):
            yield self._said(module, thing, bearers, told.documents[0])
        for thing in rolemodules.policies(module, told):
            yield from self._managed(module, thing, bearers, told.policies[0])

    def trusts(self) -> Iterator[Said]:
        """Who may take on a role, for the roles that services have."""
        for one in self.stacks.resources:
            for key in _TRUST if one.type in ROLES and one.uid in self.of_role else ():
                yield self._said(one, one.get(key), self.of_role[one.uid], key)

    def _said(self, policy: Resource, thing: Thing, bearers: dict[str, Resource], key: str) -> Said:
        return Said(policy, key, tuple(statements(thing)) if bearers else (), bearers)

    def _managed(self, of: Resource, thing: Thing, bearers: dict[str, Resource], key: str) -> Iterator[Said]:
        """A policy that the platform manages, by its name or identity."""
        allowed = managed(text(thing) or "")
        if allowed and bearers:
            yield Said(of, key, (Statement(True, (allowed,), (Value.of("*"),)),), bearers)

    def _bearing(self, policy: Resource) -> dict[str, Resource]:
        """The services with the role that a policy is attached to."""
        roles = [self.role(one) for name in ("role", "Roles") for one in items(policy.get(name))]
        roles += self._attached.get(policy.uid, [])
        return {service: bearer for role in roles for service, bearer in self.of_role.get(role, {}).items()}

    @cached_property
    def _attached(self) -> dict[str, list[str]]:
        """The roles that each policy is attached to."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.stacks.resources:
            if one.type == "aws_iam_role_policy_attachment":
                policy = self.stacks.meant(as_text(one.get("policy_arn")))
                found[policy.uid if policy else ""].append(self.role(one.get("role")))
            elif (told := rolemodules.row(one.type)) is not None:
                for thing in rolemodules.policies(one, told):
                    if policy := self.stacks.meant(as_text(thing)):
                        found[policy.uid].append(one.uid)
        return found
