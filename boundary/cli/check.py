"""Lint the workspace: say where services bypass each other's interfaces.

Without a PATH the current folder is analysed, with all repositories below it; no configuration is needed.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from boundary.cli._arguments import listed, paths
from boundary.cli._ledger import accept, terms
from boundary.cli._ledger import options as ledger
from boundary.cli._terminal import save
from boundary.errors import UserError

if TYPE_CHECKING:
    from boundary.cli._terminal import Terminal
    from boundary.model import Finding, Report
    from boundary.pipeline import Survey
    from boundary.reporters import Reporter, View

FOUND = 1
"""Exit status: findings at or above the fail level."""

PARTLY = 4
"""Exit status: only part was analysed, and that is not enough (``--strict``)."""

_HANDS_OFF = ("CI", "PRE_COMMIT")
"""Environment variables that say that a machine runs us, which should leave the files alone."""

_FAILING = {"error": ("error",), "warning": ("error", "warning"), "info": ("error", "warning", "info"), "never": ()}


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    paths(parser)
    parser.add_argument("--base", metavar="REV", help="report only what is new since this git revision")
    parser.add_argument(
        "--format", metavar="FORMAT", help="text, json, sarif, markdown, github … (default: that of the CI, else text)"
    )
    parser.add_argument(
        "--output",
        metavar="FORMAT[=FILE]",
        action="append",
        default=[],
        help="also write a file, or to stdout without one; may be given again",
    )
    parser.add_argument(
        "--select", metavar="RULES", action="append", default=[], help="only these codes, names, clauses"
    )
    parser.add_argument(
        "--ignore", metavar="RULES", action="append", default=[], help="not these; both take DAT001,TOP"
    )
    parser.add_argument("--fail-level", choices=_FAILING, default="error", help="what gives exit status 1 (error)")
    ledger(parser)
    parser.add_argument("--strict", action="store_true", help="exit status 4 when some file could not be read")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Analyse, write all outputs, and say by the status whether something fails."""
    from boundary.cli._session import surveyed
    from boundary.reporters import automatic, reporter

    asked = [_output(text) for text in arguments.output]
    files = [(other, file) for other, file in asked if file]
    shown = [reporter(arguments.format)] if arguments.format else []
    shown += [other for other, file in asked if not file]
    shown = shown or [reporter(automatic(os.environ))]
    treaty = terms(arguments)
    with surveyed(arguments, terminal, listed(arguments.select), listed(arguments.ignore)) as survey:
        report = survey.report(base=arguments.base)
        if treaty:
            failing = [finding for finding in report.findings if _fails(finding, arguments)]
            report = accept(survey, report, failing, treaty, terminal, inline=arguments.inline)
        for other, file in files:
            save(file, other.render(report, _view(survey, terminal, to_file=True)))
        for one in shown:
            terminal.write(one.render(report, _view(survey, terminal)))
        if not (arguments.select or arguments.ignore or report.coverage.unreadable):
            _shrink(survey, report, terminal)
    if terminal.verbose:
        terminal.note(f"analysed in {report.seconds:.1f} s")
    return _status(report, arguments, terminal)


def _shrink(survey: Survey, report: Report, terminal: Terminal) -> None:
    """Take out of the baseline what is gone; but change no file in CI or in a hook, which would fail by it."""
    from boundary.checks.catalogue import choose
    from boundary.settle.baseline import left, written

    before = survey.baseline
    if before is None or any(terminal.environment.get(name) for name in _HANDS_OFF):
        return
    entries = left(before, report.findings, choose(survey.rules, survey.config), survey.rules)
    if gone := len(set(before.entries) - set(entries)):
        told = f"{before.path}: {gone} of {len(before.entries)} entries accept what is gone"
        try:
            save(str(survey.workspace.root / before.path), written(entries))
        except UserError as error:  # to mend something must never fail
            terminal.note(f"{told}; {error.message}")
        else:
            terminal.note(f"{told}, and were taken out")


def _output(text: str) -> tuple[Reporter, str]:
    from boundary.reporters import reporter

    name, equals, file = text.partition("=")
    if equals and not file:
        raise UserError(f"--output {text} names no file", hint="It takes FORMAT=FILE, such as sarif=boundary.sarif.")
    return reporter(name), file


def _view(survey: Survey, terminal: Terminal, *, to_file: bool = False) -> View:
    from boundary import __version__
    from boundary.reporters import View

    return View(
        excerpt=survey.excerpt,
        rules={rule.code: rule for rule in survey.rules},
        width=0 if to_file else terminal.width(terminal.out),
        colour=not to_file and terminal.colours(terminal.out),
        verbose=terminal.verbose,
        version=__version__,
    )


def _status(report: Report, arguments: argparse.Namespace, terminal: Terminal) -> int:
    if any(_fails(finding, arguments) for finding in report.findings):
        return FOUND
    if arguments.strict and report.coverage.unreadable:
        terminal.complain(f"only part was analysed: files that could not be read: {report.coverage.unreadable}")
        return PARTLY
    return 0


def _fails(finding: Finding, arguments: argparse.Namespace) -> bool:
    return finding.status == "new" and finding.severity in _FAILING[arguments.fail_level]
