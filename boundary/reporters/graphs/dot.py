"""The graph for Graphviz. Source: https://graphviz.org/doc/info/lang.html and ``escString`` of its attribute types."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.graph import Graph
from boundary.model import Node
from boundary.reporters._safe import printable
from boundary.reporters.graphs._drawing import arrows, teams

FORMAT = "dot"

_SHAPES = {
    "store": "cylinder",
    "table": "tab",
    "channel": "cds",
    "broker": "cds",
    "external": "ellipse",
    "team": "folder",
}


def render(graph: Graph) -> str:
    """A digraph with a cluster for each team; candidates are dashed."""
    return "\n".join(["digraph boundary {", *(f"  {line}" for line in _body(graph)), "}"]) + "\n"


def _body(graph: Graph) -> Iterator[str]:
    yield "rankdir=LR;"
    yield 'node [shape=box, fontname="sans-serif"];'
    yield 'edge [fontname="sans-serif", fontsize=10];'
    for number, (team, nodes) in enumerate(teams(graph)):
        if team:
            yield f"subgraph cluster_{number} {{"
            yield f"  label={_quoted(team)};"
            yield from (f"  {_node(graph, node)}" for node in nodes)
            yield "}"
        else:
            yield from (_node(graph, node) for node in nodes)
    for arrow in arrows(graph):
        style = "" if arrow.certain else ", style=dashed"
        yield f"{_quoted(arrow.source)} -> {_quoted(arrow.target)} [label={_quoted(arrow.label)}{style}];"


def _node(graph: Graph, node: Node) -> str:
    shape = f", shape={_SHAPES[node.kind]}" if node.kind in _SHAPES else ""
    return f"{_quoted(node.id)} [label={_quoted(graph.label(node))}{shape}];"


def _quoted(text: str) -> str:
    """A quoted string. A backslash begins an escape in labels, so it is doubled; it is in ids too, alike everywhere."""
    safe = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
