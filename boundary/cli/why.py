"""Explain a dependency: every edge from one node to another, each with its chain of evidence.

FROM and TO are names of services, stores, tables, channels or teams. Where no edge leads straight from the one to the
other, the shortest way over others is told.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from shlex import quote
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.graph import Graph
    from boundary.model import Edge, Location, Node
    from boundary.reporters._rows import Row

_Show = Callable[["Location"], "Iterator[Row]"]


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("source", metavar="FROM", help="the one that depends")
    parser.add_argument("target", metavar="TO", help="the one depended on")
    paths(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse and tell; that there is no dependency is an answer too, so the status is 0."""
    from boundary.cli._session import called, surveyed
    from boundary.reporters._places import excerpt
    from boundary.reporters._rows import write

    with surveyed(arguments, terminal) as survey:
        graph = survey.graph
        sources = _whole(graph, called(graph, arguments.source))
        targets = _whole(graph, called(graph, arguments.target))
        if sources <= targets:
            targets -= sources
        else:
            sources -= targets
        width = terminal.width(terminal.out)
        rows = list(_answer(graph, sources, targets, arguments, lambda place: excerpt(place, survey.excerpt, width)))
    terminal.write(write(rows, colour=terminal.colours(terminal.out), width=width))
    return 0


def _whole(graph: Graph, nodes: list[Node]) -> set[str]:
    """The nodes with all that is theirs: the stores of a service, the tables of a store."""
    found = {node.id for node in nodes}
    size = 0
    while len(found) > size:
        size = len(found)
        found |= {node.id for node in graph.nodes.values() if node.parent in found or node.keeper in found}
    return found


def _answer(
    graph: Graph, sources: set[str], targets: set[str], arguments: argparse.Namespace, show: _Show
) -> Iterator[Row]:
    from boundary.graph import POSSIBLE
    from boundary.reporters._rows import row
    from boundary.reporters._summary import count

    source, target = arguments.source, arguments.target
    straight = [edge for one in sorted(sources) for edge in graph.out(one) if edge.target in targets]
    straight = [edge for edge in straight if edge.kind not in POSSIBLE]
    way = straight or graph.path(sources, targets)
    if straight:
        yield row(("head", f"{source} depends on {target}"), f": {count(len(straight), 'edge')}")
    elif way:
        yield row(("head", f"{source} depends on {target} over others"), f": {count(len(way), 'edge')}")
    else:
        yield row(("head", f"nothing leads from {source} to {target}"))
        lost = sum(one.source in sources for one in graph.unresolved)
        if lost:
            hint = "`boundary check --verbose` lists them"
            yield row(f"this may not be all: references of {source} that lead nowhere known: {lost}; {hint}")
        if graph.path(targets, sources):
            yield row(f"{target} depends on {source}: boundary why {quote(target)} {quote(source)}")
    for number, edge in enumerate(way, 1):
        yield row()
        yield from _edge(graph, number, edge, show)


def _edge(graph: Graph, number: int, edge: Edge, show: _Show) -> Iterator[Row]:
    from boundary.reporters._places import chain
    from boundary.reporters._rows import row

    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    parent = graph.nodes.get(target.parent or "")
    whose = f" of {graph.label(parent)}" if parent else ""
    what = f" ({', '.join(edge.operations)})" if edge.operations else ""
    sure = edge.grade if edge.certain else f"{edge.grade}, a candidate: found by elimination"
    yield row(
        f"{number}. ",
        ("head", f"{graph.label(source)} {edge.kind} {graph.label(target)}{whose}{what}"),
        ("faint", f"  [{sure}]"),
    )
    if edge.evidence:
        yield from show(edge.location)
    yield from chain(edge.evidence, indent=3)
