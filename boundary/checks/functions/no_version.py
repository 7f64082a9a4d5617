"""Contracts that do not say which version of the interface they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Document, Evidence, Node

_NUMBERED = re.compile(r"(^|[^a-z])v?[1-9]\d*([^a-z]|$)|\d+\.\d*[1-9]", re.IGNORECASE)
_IN_PATH = re.compile(r"/v\d+(/|$)", re.IGNORECASE)
_PACKAGE = re.compile(r"(^|\.)v\d+((alpha|beta|p)\d*)*$", re.IGNORECASE)


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each contract of a selected service with no version in itself, its addresses, paths or package.

    GraphQL and Thrift have no place for one and are not meant.
    """
    for node in rule.select.select_nodes(graph):
        for document in node.contracts:
            if document.kind in ("openapi", "asyncapi", "proto") and not _is_versioned(node, document):
                what = f"the contract of {node.name} is declared here"
                yield Breach(
                    source=node,
                    evidence=(Evidence(document.location, what),),
                    subject=(document.kind, document.title),
                    detail=document.version or document.title,
                )


def _is_versioned(node: Node, document: Document) -> bool:
    if document.kind == "proto":
        return _PACKAGE.search(document.title) is not None
    mine = [one.path for one in node.operations if one.location.path == document.location.path]
    return bool(_NUMBERED.search(document.version)) or any(map(_IN_PATH.search, (*document.servers, *mine)))
