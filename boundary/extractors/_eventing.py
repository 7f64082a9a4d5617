"""Events of Knative: what triggers, subscriptions and sources hand to a Service.

See https://knative.dev/docs/eventing/ . Sources that watch the cluster or a clock tell nobody's events.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import EventRoute
from boundary.reading.yaml import Node


def routes(document: Node, kind: str, group: str, namespace: str) -> Iterator[EventRoute]:
    """The facts of a document that hands events on; nothing for any other."""
    spec = document.get("spec")
    if group == "eventing.knative.dev" and kind == "Trigger":
        attributes = spec.get("filter", "attributes")
        name = attributes.get("type").string or spec.get("broker").string or "default"
        yield from _handed(spec.get("subscriber"), name, "knative", namespace)
    elif group == "messaging.knative.dev" and kind == "Subscription":
        channel = spec.get("channel", "name").string
        yield from _handed(spec.get("subscriber"), channel, "knative", namespace)
    elif group == "sources.knative.dev" and kind == "KafkaSource":
        for topic in spec.get("topics").strings:
            yield from _handed(spec.get("sink"), topic, "kafka", namespace)
    elif group == "sources.knative.dev" and kind == "SinkBinding":
        subject = spec.get("subject")
        called = subject.get("name").string
        if called:
            yield from _handed(spec.get("sink"), "", "", namespace, called)


def _handed(end: Node, name: str, technology: str, namespace: str, sender: str = "") -> Iterator[EventRoute]:
    """What is handed to a Service, by reference or by its address."""
    ref = end.get("ref")
    place = ref.get("name") or end.get("uri")
    to = f"{ref.get('name').string}.{ref.get('namespace').string or namespace}".strip(".")
    if ref.get("kind").string not in ("", "Service"):
        return
    if not ref:
        to = end.get("uri").string
    if to and (name or sender):
        yield EventRoute(name, technology, to, sender, namespace, line=place.line, column=place.column)
