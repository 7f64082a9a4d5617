"""The report for people: every finding with both ends, the chain of reasons and the fix; then what it all rests on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from boundary.model import Coverage, Finding, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._places import chain, excerpt
from boundary.reporters._rows import Row, row, write
from boundary.reporters._summary import summary

FORMAT = "text"


def render(report: Report, view: View) -> str:
    """Findings grouped by file, then the summary.

    New errors and warnings stand in full; what is for information is told in two lines, so that it does not bury them.
    All is told in full when verbose.
    """
    rows: list[Row] = []
    shown = [finding for finding in report.findings if view.verbose or finding.status == "new"]
    for path, group in groupby(shown, key=lambda finding: finding.location.path):
        rows += [row("-- ", ("head", "the workspace" if path == WORKSPACE else path)), row()]
        for finding in group:
            rows += [*_finding(finding, view), row()]
    if view.verbose:
        rows += _unresolved(report.coverage)
    rows += summary(report, listed=view.verbose, brief=not view.verbose)
    return write(rows, colour=view.colour, width=view.width)


def _finding(finding: Finding, view: View) -> Iterator[Row]:
    settled = f" [{finding.status}{finding.reason and ': ' + finding.reason}]" if finding.status != "new" else ""
    name = (finding.severity, f"{finding.severity} {finding.code} ")
    yield row(name, ("head", finding.rule), f": {finding.message}", ("faint", settled))
    here = finding.location
    if here.path != WORKSPACE:
        yield row("--> ", ("place", f"{here}:{here.column}"), indent=2)
    if finding.severity == "info" and not view.verbose:
        return
    if finding.status != "fixed":  # its places are those of the base revision, which is not what lies here
        yield from excerpt(here, view.excerpt, view.width)
    if finding.counterpart:
        yield row("--> ", ("place", str(finding.counterpart)), indent=2)
        if finding.status != "fixed":
            yield from excerpt(finding.counterpart, view.excerpt, view.width)
    if [link.location for link in finding.evidence] not in ([], [here]):  # one link says what the message says
        yield row("because", indent=2)
        yield from chain(finding.evidence, indent=4)
    if finding.consumers:
        yield row("concerns: ", ", ".join(finding.consumers), indent=2)
    if finding.fix:
        yield row(("good", "fix: "), finding.fix, indent=2, hang=7)
    yield row(("faint", f"more: boundary explain {finding.code}"), indent=2)


def _unresolved(coverage: Coverage) -> Iterator[Row]:
    if not coverage.unresolved:
        return
    yield row("-- ", ("head", "references that lead nowhere known"))
    for one in sorted(coverage.unresolved, key=lambda one: (one.location, one.kind, one.value)):
        yield row(("place", str(one.location)), f"  {one.kind} {one.value}: {one.reason}", indent=2, hang=6)
    yield row()
