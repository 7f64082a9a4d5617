"""Checkstyle's XML, which most CI systems and review bots take: one ``error`` a new finding, by file.

Source: the output of Checkstyle's ``XMLLogger`` (https://checkstyle.org/apidocs), format version 4.3.
"""

from __future__ import annotations

from itertools import groupby

from boundary.model import Finding, Report
from boundary.reporters import View
from boundary.reporters._safe import xml

FORMAT = "checkstyle"


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """The document; settled findings are left out, as its readers know no such thing."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">']
    new = [finding for finding in report.findings if finding.status == "new"]
    for path, group in groupby(new, key=lambda finding: finding.location.path):
        lines += [f'  <file name="{xml(path)}">', *map(_error, group), "  </file>"]
    return "\n".join([*lines, "</checkstyle>"]) + "\n"


def _error(finding: Finding) -> str:
    place = finding.location
    fix = f" Fix: {finding.fix}" if finding.fix else ""
    return (
        f'    <error line="{place.line}" column="{place.column}" severity="{finding.severity}"'
        f' message="{xml(finding.message + "." + fix)}" source="boundary.{xml(finding.code)}"/>'
    )
