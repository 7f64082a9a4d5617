"""Which service a bus takes the events of a source from: permissions to put events are narrowed to their source.

``Condition: {StringEquals: {events:source: shop.orders}}`` beside ``events:PutEvents`` says who the source is. See
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Evidence, Location
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.things import Table, Thing, document, items, text

_POLICIES = {
    "AWS::Serverless::Function": ("Policies",),
    "AWS::IAM::Role": ("Policies",),
    "AWS::IAM::Policy": ("PolicyDocument",),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument",),
    "aws_iam_role_policy": ("policy",),
    "aws_iam_policy": ("policy",),
    "aws_iam_role": ("inline_policy",),
}
_ACTION = "events:putevents"
_SOURCE = "events:source"


def sources(land: Landscape) -> Iterator[tuple[str, str, Evidence]]:
    """Service, source, and where the policy says so."""
    for resource in land.stacks.resources if land.stacks is not None else ():
        for name in _POLICIES.get(resource.type, ()):
            here = land.declaring(resource.location.path, resource.stack)
            for statement in _statements(resource.get(name)) if len(here) == 1 else ():
                for source, line in _named(statement):
                    place = Location(resource.location.path, line or resource.line(name))
                    yield here[0], source, Evidence(place, f"{resource.label} may put events of {source} alone")


def _statements(thing: Thing) -> Iterator[Table]:
    for one in items(document(thing)):
        policy = document(one)
        if not isinstance(policy, Table):
            continue
        for inner in (policy, document(policy.get("PolicyDocument")), document(policy.get("policy"))):
            for statement in items(inner.get("Statement")) if isinstance(inner, Table) else ():
                if isinstance(statement, Table) and text(statement.get("Effect")) != "Deny":
                    yield statement


def _named(statement: Table) -> Iterator[tuple[str, int]]:
    """The sources that a statement to put events is narrowed to, with their lines."""
    actions = [(text(action) or "").lower() for action in items(statement.get("Action"))]
    for condition in items(statement.get("Condition")) if _ACTION in actions else ():
        if not isinstance(condition, Table):
            continue
        if (text(condition.get("variable")) or "").lower() == _SOURCE:  # as the blocks of Terraform say it
            yield from _texts(condition, "values")
        for tests in condition.entries.values():
            for key in tests.entries if isinstance(tests, Table) else ():
                if key.lower() == _SOURCE and isinstance(tests, Table):
                    yield from _texts(tests, key)


def _texts(table: Table, key: str) -> Iterator[tuple[str, int]]:
    for one in items(table.get(key)):
        if found := text(one):
            yield found, table.lines.get(key, 0)
