"""Service messages of TeamCity: inspections with their types, then the scope.

Source: https://www.jetbrains.com/help/teamcity/service-messages.html, "Reporting Inspections" and "Escaped Values".
"""

from __future__ import annotations

import re

from boundary.model import Finding, Report
from boundary.reporters import View
from boundary.reporters._rows import write
from boundary.reporters._safe import printable
from boundary.reporters._summary import summary

FORMAT = "teamcity"
AUTOMATIC = ("TEAMCITY_VERSION", "")

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
_LONGEST = {"id": 255, "name": 255, "category": 255, "description": 4000, "message": 4000}  # characters, by the source
_ESCAPED = re.compile(r"['|\[\]]|[^\x00-\x7f]")


def render(report: Report, view: View) -> str:
    """Types of the rules that new findings break, the findings, and the summary as plain lines of the log."""
    new = [finding for finding in report.findings if finding.status == "new"]
    first = {finding.code: finding for finding in reversed(new)}
    lines = [_type(first[code], view) for code in sorted(first)]
    lines += [_inspection(finding) for finding in new]
    scope = write(summary(report)).replace("##teamcity[", "# #teamcity[")
    return "".join(line + "\n" for line in lines) + scope


def _type(finding: Finding, view: View) -> str:
    rule = view.rules.get(finding.code)
    why = " ".join(rule.why.split()) if rule else finding.rule
    return _message(
        "inspectionType", id=finding.code, name=finding.rule, category=f"boundary {finding.clause}", description=why
    )


def _inspection(finding: Finding) -> str:
    said = finding.message + (f". Fix: {finding.fix}" if finding.fix else "")
    place = finding.location
    return _message(
        "inspection",
        typeId=finding.code,
        message=said,
        file=place.path,
        line=str(place.line),
        SEVERITY=_SEVERITIES[finding.severity],
    )


def _message(message_name: str, /, **values: str) -> str:
    given = " ".join(f"{key}='{_value(value[: _LONGEST.get(key, 4000)])}'" for key, value in values.items())
    return f"##teamcity[{message_name} {given}]"


def _value(text: str) -> str:
    return _ESCAPED.sub(_escape, printable(text))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character.isascii():
        return "|" + character
    units = character.encode("utf-16-be")
    return "".join(f"|0x{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))
