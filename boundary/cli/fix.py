"""Mend what can be mended by changing files: what a rule knows a rewrite for, and exceptions that are spent.

A rewrite is made only when the analysis of the changed files shows that its finding is gone and nothing new came. What
could break somebody whom nothing here shows is made with --unsafe-fixes only. An exception that accepts nothing any
more goes; one that says for how many edges it was made, and accepts fewer by now, is made for these; and what the
baseline accepts and is gone, goes too. Comments, order and spelling of the files stay.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths

if TYPE_CHECKING:
    from boundary.cli._rewriting import Plan
    from boundary.cli._terminal import Terminal
    from boundary.pipeline import Survey
    from boundary.settle.ledger import Edit

WOULD = 1
"""Exit status of ``--diff`` when something would be changed."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)
    parser.add_argument("--diff", action="store_true", help="show what would change, and change nothing")
    parser.add_argument(
        "--unsafe-fixes", action="store_true", help="also what may break somebody whom nothing here shows"
    )
    parser.add_argument(
        "--select", metavar="RULES", action="append", default=[], help="only these codes, names, clauses"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse, and change or show."""
    from boundary.cli._arguments import listed
    from boundary.cli._ledger import clear, write
    from boundary.cli._rewriting import planned
    from boundary.cli._session import surveyed

    with surveyed(arguments, terminal, select=listed(arguments.select)) as survey:
        spent = [*clear(survey), *_baseline(survey)]
        plan = planned(survey, unsafe=arguments.unsafe_fixes, busy=[edit.path for edit in spent])
        edits = [*spent, *plan.edits]
        for edit in edits:
            if arguments.diff:
                terminal.write(_patch(survey, edit))
            else:
                write(survey, edit)
                terminal.write(f"{edit.path}: {edit.count} mended\n")
        _tell(plan, terminal)
    if not edits:
        terminal.write("nothing to mend\n")
    return WOULD if arguments.diff and edits else 0


def _tell(plan: Plan, terminal: Terminal) -> None:
    """What was not done, and why."""
    for finding in plan.failed:
        terminal.note(f"{finding.location}: {finding.code} stays: its fix meets another one, or would not do")
    if plan.held:
        found = "1 finding" if len(plan.held) == 1 else f"{len(plan.held)} findings"
        terminal.note(f"{found} could be mended with --unsafe-fixes:")
        for finding in plan.held:
            told = finding.rewrite and f"{finding.rewrite.what}; {finding.rewrite.unsafe}"
            terminal.note(f"  {finding.location}: {finding.code} {told}")


def _baseline(survey: Survey) -> Iterator[Edit]:
    from boundary.checks.catalogue import choose
    from boundary.settle.baseline import left, written
    from boundary.settle.ledger import Edit

    report = survey.report()
    before = survey.baseline
    if before is None or report.coverage.unreadable:
        return
    entries = left(before, report.findings, choose(survey.rules, survey.config), survey.rules)
    if gone := len(set(before.entries) - set(entries)):
        yield Edit(before.path, written(entries).encode(), gone)


def _patch(survey: Survey, edit: Edit) -> str:
    from difflib import unified_diff

    from boundary.cli._ledger import read
    from boundary.reporters._safe import printable

    old = (read(survey, edit.path) or b"").decode("utf-8", "replace").splitlines()
    new = edit.data.decode("utf-8", "replace").splitlines()
    lines = unified_diff(old, new, f"a/{edit.path}", f"b/{edit.path}", lineterm="")
    return "".join(printable(line) + "\n" for line in lines)
