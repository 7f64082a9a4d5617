"""Annotations of GitHub Actions: one workflow command a new finding, the worst first, then the scope.

GitHub shows ten annotations of a kind for a step, so that what follows from a finding is told in that one's.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escapes are those of
``@actions/core`` (``command.ts``: ``escapeData``, ``escapeProperty``).
"""

from __future__ import annotations

from collections.abc import Sequence

from boundary.model import Finding, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._rows import write
from boundary.reporters._safe import printable
from boundary.reporters._summary import consequences, summary

FORMAT = "github"
AUTOMATIC = ("GITHUB_ACTIONS", "true")

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """The commands, then the summary as plain lines of the log."""
    new = [finding for finding in report.findings if finding.status == "new"]
    below = consequences(new)
    shown = sorted((one for one in new if not one.cause), key=lambda one: tuple(_LEVELS).index(one.severity))
    commands = "".join(_command(finding, below.get(finding.fingerprint, ())) + "\n" for finding in shown)
    return commands + write(summary(report))


def _command(finding: Finding, below: Sequence[Finding]) -> str:
    place = finding.location
    properties = {"title": f"{finding.code} {finding.rule}"}
    if place.path != WORKSPACE:
        properties |= {"file": place.path, "line": str(place.line), "endLine": str(place.end_line or place.line)}
        if place.end_line <= place.line:  # columns count only within one line
            properties["col"] = str(place.column)
    lines = [finding.message, *(f"{link.location} {link.what}" for link in finding.evidence)]
    lines += [f"{one.severity} {one.code} {one.location} {one.message}" for one in below]
    lines += [f"fix: {finding.fix}"] if finding.fix else []
    lines.append(f"more: boundary explain {finding.code}")
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_LEVELS[finding.severity]} {given}::" + "%0A".join(_data(line) for line in lines)


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
