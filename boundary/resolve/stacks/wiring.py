"""What stacks lead from one thing to another without any code: data sources, integrations, pipes, steps of machines.

The rows are those of ``known/wiring.toml``; state machines are read by ``machines``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from boundary.extractors.apigateway import KEY
from boundary.model import Evidence, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks import machines
from boundary.resolve.stacks.attributes import ARN, name_in
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.machines import Does
from boundary.resolve.stacks.servers import called, technology
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Table, Thing, items, text

_INSIDE = re.compile(re.escape(ARN) + r"([^:/]+(?:[^:]*?)?)(?=[:/]|$)")
_FUNCTION = re.compile(r":function:([\w-]+)")


_ASKED = re.compile(
    r":(?P<service>dynamodb|sqs|sns|states|kinesis|s3):"
    r"(?:action/(?P<action>\w+)|path/(?:\d+/|\{[^{}]*\}/)?(?P<path>[^/?]+))"
)
_NAMED = re.compile(
    r"(?:TableName|QueueUrl|TopicArn|stateMachineArn|StreamName)[\"'\\]{0,4}\s{0,9}:\s{0,9}\\?[\"']([^\"'\\$]{1,300})"
)
_WRITES = re.compile(r"put|update|delete|write", re.IGNORECASE)
_STARTED = {"lambda": "", "states": "states", "sfn": "states"}
"""Services whose steps start something by its name, and what this is called among the resources."""

_TAKES: Does = "subscribes"
"""What a thing does that takes from something: it empties a queue, or reads the changes of a table."""


class Row(msgspec.Struct, frozen=True):
    """A row of the table; see there."""

    to: tuple[str, ...]
    what: str
    takes: tuple[str, ...] = ()
    kind: Literal["reads", "writes"] = "reads"


@dataclass(frozen=True)
class Wire:
    """A service leads to something that a stack declares, or (``resource`` None) to an address."""

    service: str
    does: Does
    name: str
    technology: str
    evidence: tuple[Evidence, ...]
    resource: Resource | None = None


@cache
def _rows() -> dict[str, Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "wiring.toml").read_text("utf-8"))
    return {name: msgspec.convert(row, Row) for names, row in written.items() for name in names.split()}


def wires(land: Landscape) -> Iterator[Wire]:
    """All of them, in the order of the resources. What is led to within one service is left out later."""
    stacks = land.stacks
    for resource in stacks.resources if stacks is not None else ():
        row = _rows().get(resource.type)
        if stacks is not None and resource.type in (KEY, "AWS::ApiGateway::Method"):
            here = land.declaring(resource.location.path, resource.stack)
            for does, named, reason, service in _integrated(resource) if len(here) == 1 else ():
                yield from _wire(stacks, here[0], does, named, reason, service)
        if stacks is None or (row is None and resource.type not in machines.TYPES):
            continue
        here = land.declaring(resource.location.path, resource.stack)
        if len(here) != 1:
            continue
        if row is None:
            for step in machines.steps(stacks, resource):
                if step.service == machines.HTTP:
                    continue
                if step.service == machines.EVENTS:
                    yield from _put(here[0], str(step.target).rstrip("/"), step.evidence)
                    continue
                yield from _wire(stacks, here[0], step.does, step.target, step.evidence, step.service)
            continue
        told = resource.get("TargetParameters", "EventBridgeEventBusParameters")
        if isinstance(told, Table):
            event = "/".join(text(told.get(key)) or "" for key in ("Source", "DetailType"))
            why = Evidence(resource.place("TargetParameters"), f"{resource.label} puts events")
            yield from _put(here[0], event, why)
        for path, does in (*((one, row.kind) for one in row.to), *((one, _TAKES) for one in row.takes)):
            for target in _below(resource, path):
                place = resource.place(path.partition(".")[0])
                why = Evidence(place, f"{resource.label} {row.what}")
                yield from _wire(stacks, here[0], does, as_text(target), why)


def _integrated(resource: Resource) -> Iterator[tuple[Does, Value, Evidence, str]]:
    """What an API asks a service of the cloud for by itself: the request that is sent there names it.

    See https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-integration-types.html .
    """
    whole = resource.get("uri") if resource.type == KEY else resource.get("Integration", "Uri")
    asked = _ASKED.search(str(as_text(whole)))
    if asked is None:
        return
    among = (
        resource.get("requestTemplates") if resource.type == KEY else resource.get("Integration", "RequestTemplates")
    )
    texts = [str(as_text(one)) for one in among.entries.values()] if isinstance(among, Table) else []
    named = [found[1] for one in texts for found in _NAMED.finditer(one)] or [asked["path"] or ""]
    place = resource.place("uri" if resource.type == KEY else "Integration")
    for name in dict.fromkeys(one for one in named if one):
        does: Does = "invoke" if asked["service"] == "states" else "publishes"
        if asked["service"] in ("dynamodb", "s3"):
            does = "writes" if _WRITES.match(asked["action"] or "") else "reads"
        what = f"{resource.label} asks {asked['service']} for {name}"
        yield does, Value.of(name), Evidence(place, what), asked["service"]


def _below(resource: Resource, path: str) -> list[Thing]:
    first, *rest = path.split(".")
    found: list[Thing] = list(items(resource.get(first)))
    for key in rest:
        inner = (each for one in found if isinstance(one, Table) for each in _members(one, key))
        found = [each for one in inner for each in items(one) if not isinstance(each, Null)]
    return found


def _put(service: str, event: str, why: Evidence) -> Iterator[Wire]:
    """An event that is put on a bus, after its source and what it is about, where both are known."""
    if all(event.split("/", 1)) and event.count("/") and "{" not in event:
        yield Wire(service, "publishes", event, "eventbridge", (why,))


def _members(of: Table, key: str) -> list[Thing]:
    """What a table has under a key, or under every one (``*``)."""
    return list(of.entries.values()) if key == "*" else [member(of, key)]


def _wire(stacks: Stacks, service: str, does: Does, value: Value, why: Evidence, asked: str = "") -> Iterator[Wire]:
    """What a text means: a resource by reference, an ARN within an integration's address, or a name, which a service of
    the cloud (``asked``) may have to tell from that of another one."""
    resource = stacks.meant(value) or within(stacks, str(value))
    if resource is None:
        name = name_in(value) if does != "invoke" or asked in _STARTED else ""
        kind = _STARTED.get(asked, asked)
        resource = (stacks.named(kind, name) or stacks.anything(Value.of(name))) if name else None
    if resource is None or not resource.declared or resource.row is None:
        return
    kind = resource.row.kind
    if technology(resource) == "eventbridge":
        return  # A bus is no channel: its events are.
    if kind == "channel":
        does = "subscribes" if does == _TAKES else "publishes"
    elif does == _TAKES and kind != "store":
        return
    elif does == _TAKES:
        does = "reads"
    elif kind == "workload":
        does = "invoke"
    elif kind != "store" or does not in ("reads", "writes"):
        return
    yield Wire(service, does, called(resource), technology(resource), (why,), resource)


def within(stacks: Stacks, text: str) -> Resource | None:
    """The function whose ARN stands within the address of an integration, or is it."""
    found = _INSIDE.search(text)
    if found:
        return stacks.by_uid.get(found[1])
    literal = _FUNCTION.search(text)
    return stacks.named("", literal[1]) if literal else None
