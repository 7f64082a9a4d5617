"""Which topic a schema in a file of its own is for: the one that it is called after, where its service publishes that.

Source: Confluent's TopicNameStrategy, by which the subject of a topic's values is the topic's name with ``-value``.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from boundary.contracts.model import Change, Reach
from boundary.graph import Graph
from boundary.model import Node

_ENDINGS = (".schema.json", ".avsc", ".json", ".yaml", ".yml")


def with_topic(graph: Graph, node: Node | None, change: Change) -> Change:
    """A change of a message's schema with the topic that it reaches; the same where it reaches something already."""
    if node is None or change.reaches or change.operation or change.rule != "EVT004":
        return change
    place = change.new or change.old
    names = set(_subjects(place.path)) if place else set()
    at = change.where.rpartition(" ")[2]
    topics = [graph.nodes[edge.target] for edge in graph.out(node.id, "publishes")]
    called = dict.fromkeys(one.name for one in topics if names & {one.name, *one.names})
    reaches = tuple(Reach(f"SEND {name}", "response", at if at.startswith("$") else "$") for name in called)
    return msgspec.structs.replace(change, reaches=reaches)


def _subjects(path: str) -> Iterator[str]:
    name = path.rpartition("/")[2]
    stem = next((name.removesuffix(end) for end in _ENDINGS if name.endswith(end)), "")
    if stem:
        yield stem
        yield stem.removesuffix("-value")
