"""The graph for programs: the schema ``boundary-graph/1``, networkx's node-link form with ``edges="edges"``."""

from __future__ import annotations

import json
from typing import Any

from boundary.graph import Graph
from boundary.model import Edge, FieldUse, Node

FORMAT = "json"


def render(graph: Graph) -> str:
    """Nodes by id, edges by their ends; ASCII only."""
    document = {
        "schema": "boundary-graph/1",
        "directed": True,
        "multigraph": True,
        "graph": {},
        "nodes": [_node(graph, node) for node in graph.nodes.values()],
        "edges": [_edge(edge) for edge in graph.edges],
    }
    return json.dumps(document, indent=2) + "\n"


def _node(graph: Graph, node: Node) -> dict[str, Any]:
    keeper = node.keeper and graph.nodes.get(node.keeper)
    return {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "aliases": list(node.names),
        "team": node.owner,
        "owner": keeper.name if keeper else node.keeper and node.keeper.partition(":")[2],
        "root": node.root,
        "language": node.language or None,
        "role": node.role or None,
        "technology": node.technology or None,
        "parent": node.parent,
        "operations": sorted({operation.name for operation in node.operations}),
        "parts": node.parts,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    fields = {} if edge.fields is None else {"fields": [_field(use) for use in edge.fields]}
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "operations": edge.operations,
        "grade": edge.grade,
        "certain": edge.certain,
        "evidence": [
            {"path": link.location.path, "line": link.location.line, "what": link.what} for link in edge.evidence
        ],
        **fields,
    }


def _field(use: FieldUse) -> dict[str, Any]:
    return {
        "field": use.path,
        "side": use.side,
        "path": use.location.path,
        "line": use.location.line,
        "whole": use.whole,
        "certain": use.certain,
    }
