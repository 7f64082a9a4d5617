"""GitLab's code quality report, an artefact of a job: merge requests show what a branch adds and takes.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. GitLab compares the reports of two
branches itself, by fingerprint, so known findings stay in; those that somebody accepted do not. ASCII only.
"""

from __future__ import annotations

import json
from typing import Any

from boundary.model import Finding, Report
from boundary.reporters import View
from boundary.reporters._safe import printable

FORMAT = "gitlab"

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """The list of findings that are there."""
    there = [_issue(finding) for finding in report.findings if finding.status in ("new", "known")]
    return json.dumps(there, indent=2) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    place = finding.location
    return {
        "description": printable(f"{finding.code} {finding.message}"),
        "check_name": f"{finding.code} {finding.rule}",
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line or place.line}},
        "content": {"body": "\n".join(printable(f"{link.location} {link.what}") for link in finding.evidence)},
    }
