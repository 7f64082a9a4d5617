"""The graph as a list for people: every node with what it depends on, by which operations, seen where."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.graph import Graph
from boundary.model import Edge, Node
from boundary.reporters._rows import Row, row, write
from boundary.reporters._summary import count
from boundary.reporters.graphs._drawing import teams

FORMAT = "text"


def render(graph: Graph) -> str:
    """The nodes by team, each with its edges; then how many of them there are."""
    rows = [line for team, nodes in teams(graph) for node in nodes for line in _node(graph, node, team)]
    counts = f"{count(len(graph.nodes), 'node')}, {count(len(graph.edges), 'edge')}"
    return write([*rows, row(), row(counts)] if rows else [row("the graph is empty")])


def _node(graph: Graph, node: Node, team: str) -> Iterator[Row]:
    whose = f", {team}" if team else ""
    parts = f": {', '.join(node.parts)}" if node.parts else ""
    yield row(f"{graph.label(node)} ({node.kind}{whose}){parts}")
    for edge in graph.out(node.id):
        yield row(_edge(graph, edge), indent=2)


def _edge(graph: Graph, edge: Edge) -> str:
    other = graph.nodes[edge.target]
    target = graph.label(other)
    operations = "" if edge.operations in ((), (other.name,)) else f" {', '.join(edge.operations)}"
    doubt = "" if edge.certain else " (candidate)"
    seen = f"  {edge.location}" if edge.evidence else ""
    return f"{edge.kind} {target}{operations}{doubt}{seen}"
