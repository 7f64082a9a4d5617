"""State machines of Step Functions: which functions, tables, queues and machines their steps use.

The language is https://states-language.net/ ; the integrations are those of
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html . A definition stands in the resource, as a
text or as a table, or in a file of its own whose placeholders the resource fills.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from boundary.model import Evidence, Location, Value
from boundary.resolve.files import folder, inside
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Table, document, items, text

Does = Literal["reads", "writes", "publishes", "subscribes", "invoke"]

FILE = "states"
"""The type of a file with a definition alone."""

TYPES = frozenset(("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine", "aws_sfn_state_machine"))
"""Types of resources that are state machines."""

_DEFINITIONS = ("Definition", "DefinitionString", "definition")
_SUBSTITUTED = re.compile(r"\$\{(\w+)\}")
_INTEGRATION = re.compile(r"arn:[\w-]*:states:[^:]*:[^:]*:(?:aws-sdk:)?(?P<service>[\w-]+):(?P<action>\w+)")
_TARGETS: dict[str, tuple[str, Does]] = {
    "lambda": ("FunctionName", "invoke"), "sqs": ("QueueUrl", "publishes"), "sns": ("TopicArn", "publishes"),
    "states": ("StateMachineArn", "invoke"), "ecs": ("TaskDefinition", "invoke"), "sfn": ("StateMachineArn", "invoke"),
    "dynamodb": ("TableName", "reads"), "s3": ("Bucket", "reads"), "kinesis": ("StreamName", "publishes"),
}  # fmt: skip
HTTP = "http"
"""What steps that send a request to an address are called."""

EVENTS = "events"
"""The service of the cloud that steps put events by."""

_WRITES = re.compile(r"put|update|delete|write|create|copy", re.IGNORECASE)
_DEEPEST = 12


@dataclass(frozen=True)
class Step:
    """A step uses what a text names; ``service`` is the cloud's that it asks, where it asks one, and ``method`` that of
    a request to an address."""

    does: Does
    target: Value
    evidence: Evidence
    service: str = ""
    method: str = ""


def steps(stacks: Stacks, resource: Resource) -> Iterator[Step]:
    """What the steps of a machine use; those of a file alone only where a resource names the file."""
    given = resource.get("DefinitionSubstitutions")
    filled = {key: as_text(value) for key, value in given.entries.items()} if isinstance(given, Table) else {}
    for name in _DEFINITIONS:
        found = document(resource.get(name))
        if isinstance(found, Table):
            yield from _states(found, resource.place(name), resource.label, filled, 0)
    uri = text(resource.get("DefinitionUri")) or ""
    places = (folder(resource.location.path), folder(resource.stack)) if uri else ()
    paths = {path for place in places if (path := inside(place, uri))}
    for other in stacks.resources if paths else ():
        if other.type == FILE and other.stack in paths:
            whole = other.get("Definition")
            if isinstance(whole, Table):
                yield from _states(whole, other.location, resource.label, filled, 0)


def _states(machine: Table, place: Location, label: str, filled: dict[str, Value], depth: int) -> Iterator[Step]:
    states = machine.get("States")
    for name, state in states.entries.items() if isinstance(states, Table) and depth < _DEEPEST else ():
        if not isinstance(state, Table):
            continue
        at = Location(place.path, state.lines.get("Resource") or place.line)
        why = Evidence(at, f"{label} does {name}")
        yield from _state(state, why, filled)
        for inner in (*items(state.get("Branches")), state.get("Iterator"), state.get("ItemProcessor")):
            if isinstance(inner, Table):
                yield from _states(inner, place, label, filled, depth + 1)


def _state(state: Table, why: Evidence, filled: dict[str, Value]) -> Iterator[Step]:
    resource = _filled(as_text(state.get("Resource")), filled)
    found = _INTEGRATION.match(str(resource))
    if not found:
        if str(resource):
            yield Step("invoke", resource, why)
        return
    key, does = _TARGETS.get(found["service"], ("", "invoke"))
    given = state.get("Parameters") if isinstance(state.get("Arguments"), Null) else state.get("Arguments")
    if found["service"] == HTTP and isinstance(given, Table):
        address = _filled(as_text(given.get("ApiEndpoint")), filled)
        yield Step("invoke", address, why, HTTP, text(given.get("Method")) or "GET")
    elif found["service"] == "events" and isinstance(given, Table):
        for entry in items(given.get("Entries")):
            if isinstance(entry, Table):
                told = (_filled(as_text(entry.get(key)), filled) for key in ("Source", "DetailType"))
                yield Step("publishes", Value.of(*(part for one in told for part in (one, "/"))), why, EVENTS)
    elif key and isinstance(given, Table):
        writes = does == "reads" and _WRITES.match(found["action"])
        yield Step("writes" if writes else does, _filled(_said(given, key), filled), why, found["service"])


def _said(given: Table, key: str) -> Value:
    return as_text(given.get(key))


def _filled(value: Value, filled: dict[str, Value]) -> Value:
    """A text with its placeholders filled."""
    whole = value.text
    if whole is None or "${" not in whole:
        return value
    pieces: list[str | Value] = []
    at = 0
    for one in _SUBSTITUTED.finditer(whole):
        pieces += [whole[at : one.start()], filled.get(one[1], Value.of(one[0]))]
        at = one.end()
    return Value.of(*pieces, whole[at:])
