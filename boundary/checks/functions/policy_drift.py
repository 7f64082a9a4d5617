"""Where what a network permits differs from what is used: a call that is refused, a way that nobody takes (info)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from boundary.checks.merge import merged
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each pair; what is permitted and not used is told as info, and so is what no role is seen to permit:
    it may be permitted elsewhere."""
    for edge in rule.select.select_edges(graph):
        severity = "info" if "unused" in edge.traits or "role" in edge.traits else None
        detail = "permitted, but never used" if "unused" in edge.traits else "used, but not permitted"
        yield replace(merged(graph, [edge]), severity=severity, detail=detail)
