"""Take out what is spent: exceptions that accept nothing any more, and what the baseline accepts and is gone.

An exception that says for how many edges it was made, and accepts fewer by now, is made for these: room that nobody
needs lets the next one in unseen. Only what stands there in vain is changed, and nothing else of the files: comments,
order and spelling stay. What an exception still accepts is mended by people.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.cli._arguments import paths

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.pipeline import Survey
    from boundary.settle.ledger import Edit

WOULD = 1
"""Exit status of ``--diff`` when something would be changed."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)
    parser.add_argument("--diff", action="store_true", help="show what would change, and change nothing")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse, and change or show."""
    from boundary.cli._ledger import clear, write
    from boundary.cli._session import surveyed

    with surveyed(arguments, terminal) as survey:
        edits = [*clear(survey), *_baseline(survey)]
        for edit in edits:
            if arguments.diff:
                terminal.write(_patch(survey, edit))
            else:
                write(survey, edit)
                terminal.write(f"{edit.path}: {edit.count} mended\n")
    if not edits:
        terminal.write("nothing is spent\n")
    return WOULD if arguments.diff and edits else 0


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
