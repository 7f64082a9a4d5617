"""Logging commands of Azure Pipelines: one issue a new finding, then the scope.

Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands, "LogIssue"; the escapes are
those of the agent (``CommandStringConvertor``): ``%AZP25``, line ends, and in properties ``;`` and ``]``.
"""

from __future__ import annotations

from boundary.model import Finding, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._rows import write
from boundary.reporters._safe import printable
from boundary.reporters._summary import summary

FORMAT = "azure"
AUTOMATIC = ("TF_BUILD", "True")


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """The commands, then the summary as plain lines of the log."""
    commands = "".join(_command(finding) + "\n" for finding in report.findings if finding.status == "new")
    return commands + write(summary(report)).replace("##vso[", "# #vso[")


def _command(finding: Finding) -> str:
    place = finding.location
    properties = {"type": "error" if finding.severity == "error" else "warning", "code": finding.code}
    if place.path != WORKSPACE:
        properties |= {"sourcepath": place.path, "linenumber": str(place.line), "columnnumber": str(place.column)}
    given = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    said = f"{finding.code} {finding.message}" + (f". Fix: {finding.fix}" if finding.fix else "")
    return f"##vso[task.logissue {given}]{_data(said)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%AZP25").replace("##vso[", "# #vso[")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
