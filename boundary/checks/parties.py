"""Who stands at the ends of an edge: whose a node is, and how two nodes' owners relate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from boundary.graph import Graph
from boundary.model import Node

Relation = Literal["same", "team", "other", "unknown"]
"""``same``: one service, or one owner of something without a service; ``team``: two services of one owner; ``other``:
two owners; ``unknown``: nobody is known at one end at least."""


def home(graph: Graph, node: Node) -> str | None:
    """The id of the service that a node is, or that it belongs to; None where nobody says."""
    if node.kind in ("service", "gateway"):
        return node.id
    for above in (node.keeper, node.parent):
        node_above = graph.nodes.get(above or "")
        if node_above and (found := home(graph, node_above)):
            return found
    return None


def team(graph: Graph, node: Node) -> str | None:
    """The team that a node belongs to; None where no team is known, even if the service is."""
    party = graph.party(node)
    return None if party in graph.nodes else party


def relation(graph: Graph, one: Node, two: Node) -> Relation:
    """How the owners of two nodes relate; see ``Relation``."""
    parties = graph.party(one), graph.party(two)
    if None in parties:
        return "unknown"
    if parties[0] != parties[1]:
        return "other"
    homes = home(graph, one), home(graph, two)
    return "team" if None not in homes and homes[0] != homes[1] else "same"


def strangers(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes of other owners than the first one's; where there are none, the rest of them: one at least of two."""
    found = [node for node in nodes if relation(graph, nodes[0], node) == "other"]
    return found or list(nodes[1:]) or list(nodes)
