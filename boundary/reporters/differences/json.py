"""A change for programs: the schema ``boundary-diff/1``. ASCII only."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from boundary.model import Finding
from boundary.reporters import View
from boundary.settle.difference import Difference

FORMAT = "json"

_NAMES = {"source": "from", "target": "to"}


def render(difference: Difference, view: View) -> str:  # noqa: ARG001 - everything is in the difference
    """What came and went, each with ``change``: ``gained`` or ``lost``."""
    document = {
        "schema": "boundary-diff/1",
        "base": difference.base,
        "head": difference.head or None,
        **{
            name: [_plain(one) for one in getattr(difference, name)]
            for name in ("services", "stores", "edges", "operations", "exceptions")
        },
        "findings": [_finding(finding) for finding in difference.findings],
        "notes": difference.notes,
    }
    return json.dumps(document, indent=2) + "\n"


def _plain(one: msgspec.Struct) -> dict[str, Any]:
    found = {_NAMES.get(key, key): value for key, value in msgspec.to_builtins(one).items() if key != "location"}
    place = getattr(one, "location", None)
    return {**found, "path": place and place.path, "line": place and place.line}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "status": finding.status,
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "from": finding.source,
        "to": finding.target,
        "path": finding.location.path,
        "line": finding.location.line,
        "fingerprint": finding.fingerprint,
    }
