"""Queues that a service reads, or may read, although they are another owner's: each message that it takes is lost to
him."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge, Node


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each reader of a selected queue that is not its keeper's; a published one is for everybody.

    Where nobody is known to keep it and several owners read, the one after whom it is named is in the right; without
    any such, it is only said that one of them is not.
    """
    for channel in rule.select.select_nodes(graph):
        if "published" in channel.traits:
            continue
        readers: dict[str, Edge] = {}
        for edge in graph.into(channel.id, "subscribes"):
            readers.setdefault(edge.source, edge)
        keeper, certain = _keeper(graph, channel, sorted(readers))
        let = {edge.source: edge for edge in graph.into(channel.id, "grants") if "queue" in edge.traits}
        if keeper is None and let and len(readers) == 1:
            keeper, certain = graph.nodes[next(iter(readers))], True
        readers = let | readers
        for source, edge in sorted(readers.items()):
            if keeper and source != keeper.id and relation(graph, graph.nodes[source], keeper) == "other":
                theirs = readers.get(keeper.id)
                more = theirs.evidence if theirs else channel.evidence
                yield Breach(
                    source=graph.nodes[source],
                    target=channel,
                    other=keeper,
                    evidence=tuple(dict.fromkeys((*edge.evidence, *more))),
                    certain=certain and edge.certain,
                    counterpart=theirs.location if theirs else None,
                )


def _keeper(graph: Graph, channel: Node, readers: list[str]) -> tuple[Node | None, bool]:
    known = graph.nodes.get(channel.keeper or "")
    if known:
        return known, True
    named = [graph.nodes[reader] for reader in readers if _named_after(channel, graph.nodes[reader])]
    if len(named) == 1:
        return named[0], True
    return (graph.nodes[readers[0]], False) if len(readers) > 1 else (None, False)


def _named_after(channel: Node, service: Node) -> bool:
    words = "".join(c if c.isalnum() else " " for c in channel.name.casefold()).split()
    return any(name.casefold() in words for name in (service.name, *service.names) if len(name) > 2)
