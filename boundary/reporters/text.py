"""The report for people: every finding with both ends, the chain of reasons and the fix; then what it all rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from boundary.model import Coverage, Finding, Location, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._places import chain, excerpt
from boundary.reporters._rows import Row, row, write
from boundary.reporters._summary import consequences, joined, summary

FORMAT = "text"


def render(report: Report, view: View) -> str:
    """Findings grouped by file, then the summary.

    New errors and warnings stand in full; what is for information is told in two lines, so that it does not bury them,
    and what follows from another finding stands below that one. All is told in full when verbose.
    """
    rows: list[Row] = []
    below = consequences(report.findings)
    shown = [one for one in report.findings if view.verbose or (one.status == "new" and not one.cause)]
    for path, group in groupby(shown, key=lambda finding: finding.location.path):
        rows += [row("-- ", ("head", "the workspace" if path == WORKSPACE else path)), row()]
        for finding in group:
            rows += [*_finding(finding, view, () if view.verbose else below.get(finding.fingerprint, ())), row()]
    if view.verbose:
        rows += _unresolved(report.coverage)
    rows += summary(report, listed=view.verbose, brief=not view.verbose)
    return write(rows, colour=view.colour, width=view.width)


def _finding(finding: Finding, view: View, below: Sequence[Finding] = ()) -> Iterator[Row]:
    settled = f" [{finding.status}{finding.reason and ': ' + finding.reason}]" if finding.status != "new" else ""
    name = (finding.severity, f"{finding.severity} {finding.code} ")
    yield row(name, ("head", finding.rule), f": {finding.message}", ("faint", settled))
    here = finding.location
    if here.path != WORKSPACE:
        yield row("--> ", ("place", f"{here}:{here.column}"), indent=2)
    if finding.severity == "info" and not view.verbose and not below:
        return
    if finding.status != "fixed":  # its places are those of the base revision, which is not what lies here
        yield from excerpt(here, view.excerpt, view.width)
    if finding.counterpart:
        yield row("--> ", ("place", str(finding.counterpart)), indent=2)
        if finding.status != "fixed":
            yield from excerpt(finding.counterpart, view.excerpt, view.width)
    shown = {one.location for one in below}
    reasons = [link for link in finding.evidence if link.location not in shown]
    if [link.location for link in reasons] not in ([], [here]):  # one link says what the message says
        yield row("because", indent=2)
        yield from chain(reasons, indent=4)
    concerned = [name for name in finding.consumers if name not in {one.from_name for one in below}]
    if concerned:
        yield row("concerns: ", ", ".join(concerned), indent=2)
    yield from _below(finding, below, view)
    if finding.fix:
        yield row(("good", "fix: "), finding.fix, indent=2, hang=7)
    if finding.rewrite:
        option = " --unsafe-fixes" if finding.rewrite.unsafe else ""
        told = (
            f"`boundary fix{option}` {finding.rewrite.what}{finding.rewrite.unsafe and '; ' + finding.rewrite.unsafe}"
        )
        yield row(("good", "fixable: "), told, indent=2, hang=11)
    if remedy := next((one.fix for one in below if one.hits), ""):
        yield row(("good", "fix there: "), remedy, indent=2, hang=7)
    others = ", ".join(sorted({one.code for one in below}))
    likewise = f" (likewise {others})" if others else ""
    yield row(("faint", f"more: boundary explain {finding.code}{likewise}"), indent=2)


def _below(finding: Finding, below: Sequence[Finding], view: View) -> Iterator[Row]:
    """What follows from a finding, a place in a consumer's code each."""
    places: dict[tuple[str, Location], list[Finding]] = {}
    for one in below:
        places.setdefault((one.from_name, one.location), []).append(one)
    for (name, place), found in places.items():
        hit = next(hit for hit in finding.hits if (hit.service, hit.location) == (name, place))
        whose = f"{name} ({hit.owner})" if hit.owner != name else name
        codes = joined([(one.severity, f"{one.severity} {one.code}") for one in found])
        yield row("breaks ", ("head", whose), f": {hit.what} [", *codes, "]", indent=2)
        yield row("--> ", ("place", f"{place}:{place.column}"), indent=2)
        yield from excerpt(place, view.excerpt, view.width)


def _unresolved(coverage: Coverage) -> Iterator[Row]:
    if not coverage.unresolved:
        return
    yield row("-- ", ("head", "references that lead nowhere known"))
    for one in sorted(coverage.unresolved, key=lambda one: (one.location, one.kind, one.value)):
        yield row(("place", str(one.location)), f"  {one.kind} {one.value}: {one.reason}", indent=2, hang=6)
    yield row()
