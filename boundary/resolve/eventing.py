"""Events that a cluster hands to its Services, as Knative's triggers, subscriptions and sources say.

A filter by type makes the type the channel: whoever else takes other events of the same broker has nothing to do with
it. What a Service is told to send its events to (``SinkBinding``) is called by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import EventRoute
from boundary.model import Edge, Evidence
from boundary.resolve.context import Context
from boundary.resolve.files import stands
from boundary.resolve.landscape import Service
from boundary.resolve.listening import host_of
from boundary.resolve.messages import Use


def uses(context: Context) -> Iterator[Use]:
    """Who subscribes to what."""
    for path, one in _routes(context):
        for service, evidence in _named(context, one, one.to) if one.name else ():
            what = Evidence(stands(path, one), f"{one.name} is handed to {service.name}")
            yield Use(service.id, "subscribes", one.name, one.technology, "", (what, evidence))


def sinks(context: Context) -> Iterator[Edge]:
    """Calls of those whose events are bound to a Service."""
    for path, one in _routes(context):
        for sender, known in _named(context, one, one.sender) if one.sender else ():
            for service, evidence in _named(context, one, one.to):
                if service.id != sender.id:
                    what = Evidence(stands(path, one), f"events of {sender.name} go to {service.name}")
                    yield Edge(sender.id, service.id, "http", (what, known, evidence), "configured")


def _routes(context: Context) -> Iterator[tuple[str, EventRoute]]:
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, EventRoute):
                yield file.path, fact


def _named(context: Context, one: EventRoute, name: str) -> Iterator[tuple[Service, Evidence]]:
    """The service that a Service's name, with its namespace or without, or an address means."""
    host = host_of(name) if "://" in name else name
    for spelled in dict.fromkeys((host, f"{host}.{one.namespace}".strip("."), host.partition(".")[0])):
        found = context.names.host(spelled, None, None)
        if found is not None and isinstance(found[0], Service):
            yield found[0], found[1]
            return
