"""Which findings follow from another one: a change of a contract, and what it breaks in whose code.

One cause gives several findings, and each is true: the change itself, each consumer whom it hits, and calls that now
lead nowhere. Programs want them all; people want to read the cause once, with everybody whom it concerns below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from boundary.model import Finding

_ORDER = ("error", "warning", "info")


def linked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in their order, with the ``cause`` of those that follow from another one.

    Only what is new has a cause, and only in what is new and no milder: nothing that fails hides below something that
    does not, or that somebody accepted.
    """
    told = tuple(findings)
    causes: dict[str, list[Finding]] = {}
    for finding in told:
        if finding.status == "new" and finding.hits and not finding.target:
            causes.setdefault(finding.source, []).append(finding)
    return tuple(_linked(finding, causes.get(finding.target, ())) for finding in told)


def _linked(finding: Finding, causes: Sequence[Finding]) -> Finding:
    if finding.status != "new":
        return finding
    found = next((cause for cause in causes if _follows(finding, cause)), None)
    return msgspec.structs.replace(finding, cause=found.fingerprint) if found else finding


def _follows(finding: Finding, cause: Finding) -> bool:
    """Whether a finding tells what a change does to one consumer, or stands between the same two at the same place."""
    if _ORDER.index(finding.severity) < _ORDER.index(cause.severity):
        return False
    if finding.hits:
        return set(finding.hits) <= set(cause.hits) and finding.evidence[-1] == cause.evidence[0]
    return any((hit.service, hit.location) == (finding.from_name, finding.location) for hit in cause.hits)
