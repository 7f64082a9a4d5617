"""Channels that somebody listens to and nobody in the workspace writes to, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.resolve.subjects import is_for_failures


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each selected channel with one side only; a contract that declares it is a side of its own."""
    for channel in rule.select.select_nodes(graph):
        writers, readers = list(graph.into(channel.id, "publishes")), list(graph.into(channel.id, "subscribes"))
        if is_for_failures(channel.name) or "published" in channel.traits or bool(writers) == bool(readers):
            continue
        edge = (writers or readers)[0]
        missing = "nobody here listens to it" if writers else "nobody here publishes to it"
        yield Breach(source=graph.nodes[edge.source], target=channel, evidence=edge.evidence, detail=missing)
