"""What starts functions: queues, topics, streams, events and requests that stacks lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boundary.model import Evidence, Location, Operation, Value
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks import machines, patterns
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.servers import called, technology
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, Table, Thing, below, document, items, text

_FUNCTIONS = frozenset(
    ("aws_lambda_function", "AWS::Lambda::Function", "AWS::Serverless::Function", "terraform-aws-modules/lambda/aws")
)
_MACHINE = "AWS::Serverless::StateMachine"
_STARTED = _FUNCTIONS | machines.TYPES | {"AWS::ECS::TaskDefinition", "aws_ecs_task_definition"}
"""Types of what a rule of a bus may start."""

_SOURCES = {"SQS": ("Queue", "Arn"), "SNS": ("Topic", "Arn"), "Kinesis": ("Stream", "Arn"), "Stream": ("Arn",),
            "DynamoDB": ("Stream", "Arn"), "MSK": ("Stream",), "S3": ("Bucket",)}  # fmt: skip
"""Kinds of events of the application model, and where each says what it comes from."""

_MAPPINGS = {
    "aws_lambda_event_source_mapping": ("function_name", "event_source_arn"),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", "EventSourceArn"),
    "aws_sns_topic_subscription": ("endpoint", "topic_arn"),
    "AWS::SNS::Subscription": ("Endpoint", "TopicArn"),
    "aws_s3_bucket_notification": ("lambda_function.lambda_function_arn", "bucket"),
}
"""Resources that lead from a source to a function: the attributes that name these."""

_FILTERS = {
    "AWS::Logs::SubscriptionFilter": "LogGroupName",
    "aws_cloudwatch_log_subscription_filter": "log_group_name",
}
"""Resources that take in what is written into a log group, and how they name it."""


@dataclass(frozen=True)
class Trigger:
    """A service is started by a channel, or by the changes of a store. ``resource`` is that where a stack declares
    it."""

    service: str
    name: str
    technology: str
    evidence: tuple[Evidence, ...]
    resource: Resource | None = None


def triggers(land: Landscape) -> Iterator[Trigger]:
    """All of them, in the order of the resources."""
    if land.stacks is not None:
        yield from _Reader(land, land.stacks).triggers()


def operations(land: Landscape) -> Iterator[tuple[str, Operation]]:
    """The requests that gateways pass on to functions, as operations of their services."""
    if land.stacks is None:
        return
    reader = _Reader(land, land.stacks)
    for resource, kind, said, line in reader.events():
        method, path = text(member(said, "Method")), text(member(said, "Path"))
        service = reader.service_of(resource)
        if service and kind in ("Api", "HttpApi") and method and path:
            verb = "*" if method.upper() == "ANY" else method.upper()
            yield service, Operation(verb, "/" + path.lstrip("/"), Location(resource.location.path, line), "code")


def logs(stacks: Stacks) -> Iterator[tuple[Resource, Value, Location]]:
    """The log groups that stacks take in: by which resource, the group's name, and where."""
    for resource in stacks.resources:
        if resource.type in _FILTERS:
            key = _FILTERS[resource.type]
            yield resource, as_text(resource.get(key)), resource.place(key)
        events = resource.get("Events") if resource.type == "AWS::Serverless::Function" else None
        for name, one in events.entries.items() if isinstance(events, Table) else ():
            if isinstance(one, Table) and isinstance(events, Table) and text(one.get("Type")) == "CloudWatchLogs":
                said = one.get("Properties")
                named = (
                    member(said, key)
                    for key in ("LogGroupName", "Arn")
                    if isinstance(said, Table) and key in said.entries
                )
                place = Location(resource.location.path, events.lines.get(name) or resource.location.line)
                yield from ((resource, as_text(group), place) for group in named)


def forwarded(land: Landscape) -> Iterator[tuple[str, str, str, Evidence]]:
    """Topics and events that are passed on to queues: the technology, both names, and where."""
    if land.stacks is None:
        return
    for resource in land.stacks.resources:
        attributes = _MAPPINGS.get(resource.type) if "sns" in resource.type.lower() else None
        if attributes:
            queue = _channel(land.stacks, resource.get(attributes[0]), "sqs")
            topic = _channel(land.stacks, resource.get(attributes[1]), "sns")
            if queue and topic:
                what = f"{called(topic)} is passed on to {called(queue)}"
                yield "sns", called(topic), called(queue), Evidence(resource.place(attributes[0]), what)
        elif resource.type == "google_pubsub_subscription" and resource.declared:
            topic = _channel(land.stacks, resource.get("topic"), "pubsub")
            if topic:
                what = f"{called(topic)} is passed on to {called(resource)}"
                yield "pubsub", called(topic), called(resource), Evidence(resource.place("topic"), what)
    for rule, target, pattern, place in _rules(land.stacks):
        queue = _channel(land.stacks, target, "sqs")
        if queue:
            for name in patterns.names(pattern):
                what = f"{rule.label} passes events {name} on to {called(queue)}"
                yield "eventbridge", name, called(queue), Evidence(place, what)


def _channel(stacks: Stacks, thing: Thing, technology: str) -> Resource | None:
    """The queue or topic that is referred to, by reference, ARN or name; None for what is of another technology."""
    value = as_text(thing)
    found = stacks.meant(value) or stacks.named(technology, name_in(value))
    return found if found is not None and found.row is not None and found.row.technology == technology else None


def _rules(stacks: Stacks) -> Iterator[tuple[Resource, Thing, Thing, Location]]:
    """Rules of event buses: the rule, each target, the pattern, and where it stands."""
    rules = {one.uid: one for one in stacks.resources if one.type == "aws_cloudwatch_event_rule"}
    by_name = {one.name: one for one in rules.values()}
    for resource in stacks.resources:
        if resource.type == "aws_cloudwatch_event_target":
            named = as_text(resource.get("rule")).text or ""
            rule = rules.get(named) or by_name.get(named)
            if rule is not None:
                task = resource.get("ecs_target", "task_definition_arn")
                arn = resource.get("arn") if isinstance(task, Null) else task
                yield rule, arn, document(rule.get("event_pattern")), resource.place("rule")
        elif resource.type == "AWS::Events::Rule":
            for target in items(resource.get("Targets")):
                task = below(target, "EcsParameters", "TaskDefinitionArn")
                told = member(target, "Arn") if isinstance(target, Table) else target
                arn = told if isinstance(task, Null) else task
                yield resource, arn, document(resource.get("EventPattern")), resource.place("EventPattern")


class _Reader:
    def __init__(self, land: Landscape, stacks: Stacks) -> None:
        self._land = land
        self._stacks = stacks
        self._services = {unit.key.partition("/")[0]: service.id for service in land.services for unit in service.units}

    def service_of(self, resource: Resource) -> str | None:
        """The service that a function is a process of, or whose stack a state machine is in."""
        if resource.uid in self._services or resource.type not in machines.TYPES:
            return self._services.get(resource.uid)
        here = self._land.declaring(resource.location.path, resource.stack)
        return here[0] if len(here) == 1 else None

    def events(self) -> Iterator[tuple[Resource, str, Thing, int]]:
        """The events of functions and state machines of the application model: whose, kind, what is said, the line."""
        for resource in self._stacks.resources:
            found = resource.get("Events") if resource.type in ("AWS::Serverless::Function", _MACHINE) else None
            for name, one in found.entries.items() if isinstance(found, Table) else ():
                if isinstance(one, Table):
                    line = found.lines.get(name, 0) if isinstance(found, Table) else 0
                    said = one.get("Properties")
                    yield resource, text(one.get("Type")) or "", said, line or resource.location.line

    def triggers(self) -> Iterator[Trigger]:
        """All triggers."""
        for resource, kind, said, line in self.events():
            place = Location(resource.location.path, line)
            if kind in _SOURCES:
                found = (
                    member(said, name) for name in _SOURCES[kind] if isinstance(said, Table) and name in said.entries
                )
                for source in found:
                    yield from self._from(resource, source, place, kind == "S3")
            elif kind in ("EventBridgeRule", "CloudWatchEvent") and isinstance(said, Table):
                yield from self._pattern(resource, said.get("Pattern"), place)
        for resource in self._stacks.resources:
            if resource.type in _MAPPINGS:
                target, origin = _MAPPINGS[resource.type]
                function = self._function(resource.get(*target.split(".")))
                if function is not None:
                    bucket = origin == "bucket"
                    yield from self._from(function, resource.get(origin), resource.place(origin), bucket)
            elif resource.type == "AWS::S3::Bucket":
                yield from self._notified(resource)
        for _, arn, pattern, place in _rules(self._stacks):
            started = self._started(arn)
            if started is not None:
                yield from self._pattern(started, pattern, place)

    def _notified(self, bucket: Resource) -> Iterator[Trigger]:
        """Functions that a bucket starts by itself."""
        for one in items(bucket.get("NotificationConfiguration", "LambdaConfigurations")):
            function = self._function(member(one, "Function")) if isinstance(one, Table) else None
            service = self.service_of(function) if function is not None else None
            if function is not None and service is not None:
                why = Evidence(bucket.place("NotificationConfiguration"), f"{called(bucket)} starts {function.label}")
                yield Trigger(service, called(bucket), technology(bucket), (why,), bucket)

    def _function(self, thing: Thing) -> Resource | None:
        value = as_text(thing)
        found = self._stacks.meant(value) or self._stacks.named("", value.text or name_in(value))
        return found if found is not None and found.type in _FUNCTIONS else None

    def _started(self, thing: Thing) -> Resource | None:
        """The function, state machine or task that a rule starts."""
        value = as_text(thing)
        kinds = ("", "states") if value.parts else ()
        found = self._stacks.meant(value)
        for kind in kinds if found is None else ():
            found = found or self._stacks.named(kind, value.text or name_in(value))
        return found if found is not None and found.type in _STARTED else None

    def _from(self, function: Resource, source: Thing, place: Location, bucket: bool = False) -> Iterator[Trigger]:
        service = self.service_of(function)
        value = as_text(source)
        resource = self._stacks.meant(value) or (self._stacks.named("s3", name_in(value)) if bucket else None)
        if resource is None and bucket:
            return
        name = called(resource) if resource is not None else name_in(value)
        if service is None or not name:
            return
        kind = technology(resource) if resource is not None else _kind(value)
        what = f"{function.label} is started by {name}"
        yield Trigger(service, name, kind, (Evidence(place, what),), resource)

    def _pattern(self, function: Resource, pattern: Thing, place: Location) -> Iterator[Trigger]:
        service = self.service_of(function)
        if service is None:
            return
        for name in patterns.names(pattern):
            what = f"{function.label} is started by events {name}"
            yield Trigger(service, name, "eventbridge", (Evidence(place, what),))


def _kind(value: Value) -> str:
    """The service of a literal ARN."""
    parts = (value.text or "").split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""
