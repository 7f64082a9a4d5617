"""Draw the service graph: who depends on whom, at the level of teams, services, stores, tables or operations."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from boundary.cli._arguments import count, paths

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.graph import Graph

_LEVELS = ("team", "service", "store", "table", "operation")  # those of boundary.levels, which costs an import


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)
    parser.add_argument("--format", metavar="FORMAT", default="text", help="text, json, dot, mermaid … (text)")
    parser.add_argument("--level", choices=_LEVELS, default="store", help="what a node is (store)")
    parser.add_argument(
        "--focus", metavar="NAME", action="append", default=[], help="only what is near this node or team"
    )
    parser.add_argument("--depth", type=count, metavar="N", default=1, help="how many edges away is near (1)")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse, fold, cut out and draw."""
    from boundary.cli._session import surveyed
    from boundary.reporters import graph_reporter

    drawing = graph_reporter(arguments.format)
    with surveyed(arguments, terminal) as survey:
        graph = survey.graph
    for note in graph.coverage.notes:
        terminal.note(note)
    terminal.write(drawing.render(_part(graph, arguments)))
    return 0


def _part(graph: Graph, arguments: argparse.Namespace) -> Graph:
    from boundary.cli._session import called
    from boundary.levels import fold, image, near

    drawn = fold(graph, arguments.level)
    if not arguments.focus:
        return drawn
    wanted = [node.id for name in arguments.focus for node in called(graph, name)]
    return near(
        drawn, [one if one in drawn.nodes else image(graph, one, arguments.level) for one in wanted], arguments.depth
    )
