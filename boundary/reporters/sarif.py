"""SARIF 2.1.0 for code scanning: rules with their documents, both ends and the chain of reasons, settled findings.

Source: OASIS SARIF 2.1.0 with errata 01; sections are given where they decide. ASCII only, like ``json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from boundary.edits import Replacement, Rewrite
from boundary.model import Evidence, Finding, Location, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._rows import write
from boundary.reporters._safe import printable
from boundary.reporters._summary import summary

FORMAT = "sarif"

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_GRADES = {"error": "error", "warning": "warning", "info": "recommendation"}
_BASELINE = {"new": "new", "known": "unchanged", "excepted": "unchanged", "fixed": "absent", "stale": "absent"}
_ROOT = "SRCROOT"
_LONGEST = 500  # characters of a line that is worth repeating; minified files have lines of a megabyte


def render(report: Report, view: View) -> str:
    """One run with all findings, in the order of the report."""
    rules = [_rule(code, report, view) for code in _codes(report, view)]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {"name": "boundary", "version": view.version, "semanticVersion": view.version, "rules": rules}
    if view.documentation:
        driver["informationUri"] = view.documentation
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report)],
        # 3.14.14: the root is left open on purpose; whoever reads the file knows where the checkout is.
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the workspace."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index, report, view) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


# --- rules --------------------------------------------------------------------------------------------------


def _codes(report: Report, view: View) -> list[str]:
    return sorted({*view.rules, *(finding.code for finding in report.findings)})


def _rule(code: str, report: Report, view: View) -> dict[str, Any]:
    """The descriptor of a rule; of one without a document (a third party's), what a finding says of it."""
    rule = view.rules.get(code)
    if rule is None:
        finding = next(finding for finding in report.findings if finding.code == code)
        told = {"text": _sentence(f"{finding.clause}: {finding.rule}")}
        tags = {"tags": ["architecture", finding.clause]}
        named = {"id": code, "name": finding.rule, "properties": tags}
        return {**named, "shortDescription": told, "fullDescription": told, "help": told}
    descriptor = {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": _sentence(rule.title)},
        "fullDescription": {"text": _plain(rule.why)},
        "help": {"text": f"{_plain(rule.why)}\n\n{_plain(rule.fix)}", "markdown": rule.body.strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["architecture", rule.clause],
            "precision": "high",
            "problem.severity": _GRADES[rule.severity],
        },
    }
    if view.documentation:
        descriptor["helpUri"] = f"{view.documentation}/{quote(rule.path)}"
    return descriptor


# --- results ------------------------------------------------------------------------------------------------


def _result(finding: Finding, index: Mapping[str, int], report: Report, view: View) -> dict[str, Any]:
    place: dict[str, Any] = {"physicalLocation": _physical(finding.location, view)}
    if finding.source:
        kind = finding.source.partition(":")[0]
        place["logicalLocations"] = [{"fullyQualifiedName": finding.source, "name": finding.from_name, "kind": kind}]
    fixed = finding.status in ("fixed", "stale")  # 3.27.9: what is not there any more passes, and has no level
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "kind": "pass" if fixed else "fail",
        "level": "none" if fixed else _LEVELS[finding.severity],
        "message": _message(_sentence(finding.message) + (f"\n\nFix: {finding.fix}" if finding.fix else "")),
        "locations": [place],
        "partialFingerprints": {"boundary/v1": finding.fingerprint},
        "properties": {
            "clause": finding.clause,
            "from": finding.from_name,
            "to": finding.to_name,
            "teamFrom": finding.team_from,
            "teamTo": finding.team_to,
            "consumers": finding.consumers,
            "grades": finding.grades,
            "cause": finding.cause or None,
        },
    }
    if related := _related(finding):
        result["relatedLocations"] = [{"id": number, **_location(link)} for number, link in enumerate(related, 1)]
    if finding.evidence:
        flow = [{"location": _location(link), "importance": "essential"} for link in finding.evidence]
        result["codeFlows"] = [{"message": _message("Why boundary says so."), "threadFlows": [{"locations": flow}]}]
    if finding.rewrite:
        result["fixes"] = [_rewrite(finding.rewrite)]
    if finding.status == "excepted":
        kind = "inSource" if _commented(finding.location, view) else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": finding.reason}]
    if report.base or report.baseline:
        result["baselineState"] = _BASELINE[finding.status]
    return result


def _rewrite(rewrite: Rewrite) -> dict[str, Any]:
    """3.55: all replacements of one file, which a viewer offers to make."""
    paths = sorted({edit.path for edit in rewrite.edits})
    return {
        "description": _message(rewrite.what + (f"; {rewrite.unsafe}" if rewrite.unsafe else "")),
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(path), "uriBaseId": _ROOT},
                "replacements": [_replacement(edit) for edit in rewrite.edits if edit.path == path],
            }
            for path in paths
        ],
    }


def _replacement(edit: Replacement) -> dict[str, Any]:
    region = {
        "startLine": edit.line, "startColumn": edit.column, "endLine": edit.end_line, "endColumn": edit.end_column,
    }  # fmt: skip
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _related(finding: Finding) -> list[Evidence]:
    """The other end, then every further place of the chain."""
    links = [link for link in finding.evidence if link.location != finding.location]
    other = finding.counterpart
    if other is None:
        return links
    first = next((link for link in links if link.location == other), Evidence(other, "the other end"))
    return [first, *(link for link in links if link.location != other)]


def _location(link: Evidence) -> dict[str, Any]:
    return {"physicalLocation": _physical(link.location), "message": _message(link.what)}


def _physical(location: Location, view: View | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(location.path), "uriBaseId": _ROOT}}
    if location.path != WORKSPACE:
        region: dict[str, Any] = {"startLine": location.line, "startColumn": location.column}
        if location.end_line > location.line:
            region["endLine"] = location.end_line
        elif view and len(line := view.excerpt(location.path, location.line) or "") in range(1, _LONGEST):
            region["snippet"] = {"text": line}
        physical["region"] = region
    return physical


def _commented(location: Location, view: View) -> bool:
    """Whether the exception is a comment at the place or above it, rather than an entry of the configuration."""
    lines = (view.excerpt(location.path, number) or "" for number in (location.line - 1, location.line) if number)
    return any("boundary: ignore[" in line for line in lines)


# --- the run ------------------------------------------------------------------------------------------------


def _invocation(report: Report) -> dict[str, Any]:
    """3.20.21: what the tool has to say of its own work; findings of the clause ``config`` are that."""
    troubles = [finding for finding in report.findings if finding.clause == "config" and finding.status == "new"]
    notes = [
        {
            "level": _LEVELS[finding.severity],
            "message": _message(finding.message),
            "locations": [{"physicalLocation": _physical(finding.location)}],
            "associatedRule": {"id": finding.code},
        }
        for finding in troubles
    ]
    scope = {"level": "note", "message": _message(write(summary(report)))}
    return {"executionSuccessful": True, "toolExecutionNotifications": [*notes, scope]}


# --- texts --------------------------------------------------------------------------------------------------


def _message(text: str) -> dict[str, str]:
    """3.11.3 and 3.11.6: plain text in which ``[text](target)`` would be a link, and is none of ours."""
    safe = "\n".join(printable(line) for line in text.split("\n"))
    return {"text": safe.replace("[", "\\[").replace("]", "\\]") if "](" in safe else safe}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _plain(markdown: str) -> str:
    return " ".join(markdown.replace("`", "").replace("**", "").split())


def _uri(path: str) -> str:
    """3.4.3: a relative reference; bytes of a file name that are no text are percent-encoded as they are."""
    try:
        return quote(path, safe="/", errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(path, safe="/", errors="replace")
