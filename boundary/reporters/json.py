"""The report for programs: the schema ``boundary-findings/1``. ASCII only, so that no terminal or encoding matters."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, get_args

import msgspec

from boundary.edits import Rewrite
from boundary.model import Coverage, Finding, Hit, Location, Report, Severity, Status
from boundary.reporters import View

FORMAT = "json"


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """All findings, settled ones too, in the order of the report."""
    document = {
        "schema": "boundary-findings/1",
        "findings": [_finding(finding) for finding in report.findings],
        "summary": _summary(report),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.location
    return {
        "code": finding.code,
        "rule": finding.rule,
        "clause": finding.clause,
        "severity": finding.severity,
        "message": finding.message,
        "from": finding.from_name or None,
        "to": finding.to_name or None,
        "team_from": finding.team_from,
        "team_to": finding.team_to,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line or place.line,
        "counterpart": finding.counterpart and _place(finding.counterpart),
        "evidence": [{**_place(link.location), "what": link.what} for link in finding.evidence],
        "consumers": [_hit(hit) for hit in finding.hits] or finding.consumers,
        "grades": finding.grades,
        "fix": finding.fix,
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        "reason": finding.reason,
        "cause": finding.cause or None,
        "rewrite": finding.rewrite and _rewrite(finding.rewrite),
    }


def _rewrite(rewrite: Rewrite) -> dict[str, Any]:
    edits = [msgspec.structs.asdict(edit) for edit in rewrite.edits]
    return {"what": rewrite.what, "safe": not rewrite.unsafe, "unsafe": rewrite.unsafe or None, "edits": edits}


def _hit(hit: Hit) -> dict[str, Any]:
    return {"service": hit.service, "owner": hit.owner, **_place(hit.location), "certain": hit.certain}


def _place(location: Location) -> dict[str, Any]:
    return {"path": location.path, "line": location.line}


def _summary(report: Report) -> dict[str, Any]:
    """Counts by severity are those of the new findings; a settled one is counted by its status."""
    severities = Counter(finding.severity for finding in report.findings if finding.status == "new")
    statuses = Counter(finding.status for finding in report.findings)
    return {
        **{severity: severities[severity] for severity in get_args(Severity)},
        "status": {status: statuses[status] for status in get_args(Status)},
        "base": report.base,
        "baseline": report.baseline,
        "services": report.coverage.services,
        "files": report.coverage.files,
        "seconds": round(report.seconds, 2),
        "coverage": _coverage(report.coverage),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "repositories": coverage.repositories,
        "formats": {each.format: each.files for each in coverage.formats},
        "skipped": dict(coverage.skipped),
        "unreadable": coverage.unreadable,
        "stores": coverage.stores,
        "edges": coverage.edges,
        "located": coverage.located,
        "resolved": coverage.resolved,
        "by_service": {
            service: {"located": located, "resolved": resolved} for service, located, resolved in coverage.by_service
        },
        "unresolved": [
            {**_place(one.location), "from": one.source, "kind": one.kind, "value": one.value, "reason": one.reason}
            for one in coverage.unresolved
        ],
        "notes": coverage.notes,
    }
