"""A change for people at a terminal: what is more and what is less, as in a patch."""

from __future__ import annotations

from boundary.model import Finding
from boundary.reporters import View
from boundary.reporters._rows import Row, row, write
from boundary.reporters._summary import count
from boundary.reporters.differences._words import sections, title
from boundary.settle.difference import Difference

FORMAT = "text"

_STYLES = {"+": "good", "-": "error"}


def render(difference: Difference, view: View) -> str:
    """The sections that are not empty, then the counts."""
    rows: list[Row] = []
    for heading, lines in sections(difference):
        rows.append(row(("head", heading)))
        for sign, text, place in lines:
            where = ("faint", f"  {place}") if place else ""
            rows.append(row((_STYLES[sign], f"{sign} "), text, where, indent=2, hang=6))
        rows.append(row())
    if difference.findings:
        rows += [row(("head", "findings")), *map(_finding, difference.findings), row()]
    rows += [row(note) for note in difference.notes]
    rows.append(row(("head", f"{title(difference)}: "), _counts(difference)))
    return write(rows, colour=view.colour, width=view.width)


def _finding(finding: Finding) -> Row:
    sign = "-" if finding.status == "fixed" else "+"
    style = "good" if sign == "-" else "error"
    said = f"{finding.severity} {finding.code} {finding.rule}: {finding.message}"
    return row((style, f"{sign} "), said, ("faint", f"  {finding.location}"), indent=2, hang=6)


def _counts(difference: Difference) -> str:
    if not difference:
        return "nothing changes in the architecture"
    told = []
    for heading, lines in sections(difference):
        more = sum(sign == "+" for sign, _, _ in lines)
        told.append(f"{heading} +{more} -{len(lines) - more}")
    fixed = sum(finding.status == "fixed" for finding in difference.findings)
    if difference.findings:
        told.append(f"{count(len(difference.findings) - fixed, 'new finding')}, {fixed} fixed")
    return ", ".join(told)
