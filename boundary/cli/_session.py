"""What the commands have in common: the survey of a call's folders, the rules of a place, names in the graph."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from boundary.cli._progress import Progress
from boundary.errors import unknown_name, unknown_rule

if TYPE_CHECKING:
    from boundary.checks.rule import Rule
    from boundary.cli._terminal import Terminal
    from boundary.graph import Graph
    from boundary.model import Node
    from boundary.pipeline import Survey


@contextmanager
def surveyed(
    arguments: argparse.Namespace,
    terminal: Terminal,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    head: str = "",
) -> Iterator[Survey]:
    """The survey of the folders of a call, with a progress bar for what lasts.

    ``select`` takes the place of what the configuration selects and ignores, ``ignore`` is added to what it ignores;
    ``head`` is a revision to survey instead of the working tree.
    """
    from boundary.discover import discover
    from boundary.discover.configured import configured_at
    from boundary.pipeline import Survey

    workspace = discover(arguments.paths)
    snapshot = None
    if head:
        snapshot = workspace.exactly(head)
        workspace = msgspec.structs.replace(workspace, config=configured_at(snapshot, workspace))
    config = workspace.config
    if select:
        config = msgspec.structs.replace(config, select=tuple(select), ignore=())
    config = msgspec.structs.replace(config, ignore=(*config.ignore, *ignore))
    with (
        Progress(terminal) as progress,
        Survey(
            msgspec.structs.replace(workspace, config=config),
            snapshot,
            head=head,
            jobs=arguments.jobs,
            progress=progress,
        ) as survey,
    ):
        known(select, survey.rules, "--select")
        known(ignore, survey.rules, "--ignore")
        yield survey
        progress.stop()


def catalogue() -> Survey:
    """A survey of no files, for the rules: the shipped ones and those that the current folder's configuration adds."""
    from boundary.config import load
    from boundary.discover import Workspace
    from boundary.pipeline import Survey

    home = Path.cwd()
    return Survey(Workspace(home, (), load(home)))


def known(names: Sequence[str], rules: Sequence[Rule], where: str | None = None) -> None:
    """Raises ``UserError`` when some name means no rule; ``where`` is the option that has it."""
    for name in names:
        if not any(rule.answers_to(name) for rule in rules):
            raise unknown_rule(name, [other for rule in rules for other in (rule.code, rule.name)], where)


def called(graph: Graph, name: str) -> list[Node]:
    """The nodes that a name means, a team's name included; raises ``UserError`` when there is none."""
    found = graph.find(name)
    team = name.removeprefix("team:").casefold()
    found = found or [node for node in graph.nodes.values() if (graph.party(node) or "").casefold() == team]
    if not found:
        names = {other for node in graph.nodes.values() for other in (node.name, *node.names, node.owner) if other}
        raise unknown_name(name, names, "service, store or team")
    return found
