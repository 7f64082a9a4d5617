"""Nodes that no team is known for."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.checks.parties import team
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence, Node


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each selected node without a team; a single one, as info, where nobody in the workspace has one.

    Where no owner is known at all, each service counts as its own owner: that is an assumption to know, not a defect.
    """
    nodes = [node for node in rule.select.select_nodes(graph) if node.location]
    orphans = [node for node in nodes if team(graph, node) is None]
    if any(node.owner for node in graph.nodes.values()):
        yield from (Breach(source=node, evidence=_declared(node)) for node in orphans)
    elif orphans:
        evidence = tuple(link for node in orphans for link in _declared(node))
        yield Breach(source=orphans[0], evidence=evidence, severity="info", detail="", subject=("workspace",))


def _declared(node: Node) -> tuple[Evidence, ...]:
    return (Evidence(node.location, f"{node.name} is declared here"),) if node.location else ()
