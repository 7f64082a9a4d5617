"""All findings as a table for spreadsheets: comma-separated, quoted as RFC 4180 says, settled ones too.

A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
from io import StringIO

from boundary.model import Finding, Report
from boundary.reporters import View
from boundary.reporters._safe import printable

FORMAT = "csv"

_HEAD = (
    "status", "severity", "code", "rule", "clause", "message", "from", "to", "team_from", "team_to", "path", "line",
    "column", "fingerprint", "reason", "fix",
)  # fmt: skip


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """A line of headings, then a line for each finding."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_HEAD)
    table.writerows([_cell(cell) for cell in _row(finding)] for finding in report.findings)
    return out.getvalue()


def _row(finding: Finding) -> list[str]:
    place = finding.location
    return [
        finding.status, finding.severity, finding.code, finding.rule, finding.clause, finding.message,
        finding.from_name, finding.to_name, finding.team_from or "", finding.team_to or "", place.path,
        str(place.line), str(place.column), finding.fingerprint, finding.reason, finding.fix,
    ]  # fmt: skip


def _cell(text: str) -> str:
    text = printable(text)
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text
