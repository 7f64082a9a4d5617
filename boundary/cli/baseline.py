"""Accept today's findings, so that only new ones fail: written to boundary-baseline.json beside the configuration.

`boundary check` reads the file, counts what it accepts as known, and takes out of it what is gone. Only this command
puts anything in, and says what.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths
from boundary.cli._terminal import save

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse, and write what is found."""
    from boundary.checks.catalogue import choose
    from boundary.cli._session import surveyed
    from boundary.settle.baseline import NAME, accepted, left, written

    with surveyed(arguments, terminal) as survey:
        report = survey.report()
        before = survey.baseline
        resting = left(before, (), choose(survey.rules, survey.config), survey.rules) if before else []
        entries = {*accepted(report.findings, survey.rules), *resting}
        save(str(survey.workspace.root / survey.workspace.home / NAME), written(entries))
    old = set(before.entries) if before else set()
    terminal.write(f"{NAME}: {_told(len(entries), len(entries - old), len(old - entries))}\n")
    return 0


def _told(now: int, added: int, removed: int) -> str:
    from boundary.reporters._summary import count

    return f"{count(now, 'finding')} accepted, {added} added, {removed} removed"
