"""Tell who depends on something: every call site, with the fields that it uses.

WHAT is the name of a service, store, table, channel or team, or an operation: "GET /orders/{id}".
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from boundary.cli._arguments import paths
from boundary.errors import UserError

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.graph import Graph
    from boundary.impact import Impact, Use
    from boundary.model import Node
    from boundary.reporters._rows import Row


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("what", metavar="WHAT", help="a name, or an operation such as 'GET /orders/{id}'")
    paths(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text or json (text)")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse and tell; that nobody depends on it is an answer too, so the status is 0."""
    from boundary.cli._session import surveyed
    from boundary.impact import as_deployed
    from boundary.reporters._rows import write

    with surveyed(arguments, terminal) as survey:
        found = as_deployed(
            _asked(survey.graph, arguments.what), survey.deployed, lambda graph: _again(graph, arguments.what)
        )
    if arguments.format == "json":
        terminal.write(json.dumps(_document(arguments.what, found), indent=2) + "\n")
        return 0
    rows = list(_rows(arguments.what, found, survey.graph.label))
    terminal.write(write(rows, colour=terminal.colours(terminal.out), width=terminal.width(terminal.out)))
    return 0


def _asked(graph: Graph, what: str) -> Impact:
    from boundary import impact
    from boundary.cli._session import called

    return impact.operation(graph, what) or impact.whole(graph, called(graph, what))


def _again(graph: Graph, what: str) -> Impact | None:
    """The same of another graph, in which what is asked for may not be."""
    try:
        return _asked(graph, what)
    except UserError:
        return None


def _rows(what: str, found: Impact, label: Callable[[Node], str]) -> Iterator[Row]:
    from boundary.reporters._rows import row
    from boundary.reporters._summary import count

    services = {use.service.id for use in found.uses}
    if not services:
        yield row(("head", f"nobody here depends on {what}"))
    else:
        owners = {use.owner for use in found.uses}
        told = f"{count(len(services), 'service')} of {count(len(owners), 'owner')}"
        yield row(("head", what), f" is used by {told}")
    for _, group in groupby(found.uses, key=lambda use: use.service.id):
        uses = list(group)
        yield row()
        own = "" if uses[0].owner == uses[0].service.name else f" ({uses[0].owner})"
        yield row(("head", f"{label(uses[0].service)}{own}"))
        for use in uses:
            yield from _use(use)
    for one in found.deployed:
        yield row()
        yield row(("head", f"{one.service.name} {one.release.version}"), f", as deployed by {one.release.location}")
        if one.uses is None:
            yield row("its repository has no tag that is called so: what it uses is not known", indent=2)
        elif not one.uses:
            yield row("does not use it", indent=2)
        for use in one.uses or ():
            yield from _use(use)
    if found.behind:
        yield row()
        yield row("behind them: ", ", ".join(map(label, found.behind)))
    if found.unresolved:
        yield row()
        hint = "`boundary check --verbose` lists them"
        yield row(f"this may not be all: calls that lead nowhere known: {found.unresolved}; {hint}")


def _use(use: Use) -> Iterator[Row]:
    from boundary.reporters._rows import row

    what = ", ".join(use.edge.operations) or use.edge.target.partition(":")[2]
    sure = "" if use.edge.certain else "  [a candidate: found by elimination]"
    yield row(("place", str(use.edge.location)), f"  {use.edge.kind} {what}", ("faint", sure), indent=2)
    if use.fields:
        yield row("uses ", ", ".join(use.fields), indent=4)


def _document(what: str, found: Impact) -> dict[str, Any]:
    return {
        "schema": "boundary-impact/1",
        "what": what,
        "subjects": [node.id for node in found.subjects],
        "operations": found.operations,
        "uses": [_told(use) for use in found.uses],
        "behind": [node.name for node in found.behind],
        "unresolved": found.unresolved,
        "deployed": [
            {
                "service": one.service.name,
                "version": one.release.version,
                "path": one.release.location.path,
                "line": one.release.location.line,
                "uses": None if one.uses is None else [_told(use) for use in one.uses],
            }
            for one in found.deployed
        ],
    }


def _told(use: Use) -> dict[str, Any]:
    return {
        "service": use.service.name,
        "owner": use.owner,
        "kind": use.edge.kind,
        "target": use.edge.target,
        "operations": use.edge.operations,
        "path": use.edge.location.path,
        "line": use.edge.location.line,
        "certain": use.edge.certain,
        "fields": use.fields,
    }
