"""Topics that services of several owners publish to."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge, Node
from boundary.resolve.subjects import is_for_failures


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each further owner of a selected channel's producers; the keeper, else the first, has the right to.

    Queues of work and channels for what failed take messages from anybody: that is what they are for. So does a channel
    whose keeper declares that he receives there.
    """
    for channel in rule.select.select_nodes(graph):
        if "queue" in channel.traits or is_for_failures(channel.name):
            continue
        writers: dict[str, list[Edge]] = {}
        for edge in graph.into(channel.id, "publishes"):
            writers.setdefault(edge.source, []).append(edge)
        if channel.keeper in graph.nodes and channel.keeper not in writers:
            continue
        first = channel.keeper if channel.keeper in writers else min(writers, default="")
        for source in sorted(writers.keys() - {first}):
            writer, owner = graph.nodes[source], graph.nodes[first]
            if relation(graph, writer, owner) == "other":
                yield _breach(channel, writer, owner, writers)


def _breach(channel: Node, writer: Node, owner: Node, writers: dict[str, list[Edge]]) -> Breach:
    mine, theirs = writers[writer.id][0], writers[owner.id][0]
    return Breach(
        source=writer,
        target=channel,
        other=owner,
        evidence=tuple(dict.fromkeys((*mine.evidence, *theirs.evidence))),
        certain=mine.certain and theirs.certain,
        counterpart=theirs.location,
    )
