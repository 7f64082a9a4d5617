"""Compares findings with what was there before: in a base revision, or accepted by the baseline.

Fingerprints know no paths and no lines, so that they stay when lines move and files are renamed. Where several findings
have one fingerprint, those in the same file as before are the old ones, then those that moved to another file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from boundary.model import Finding, Severity
from boundary.settle.fingerprint import root

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The worst first."""


class Entry(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """A finding as it is remembered: free of lines and wording. ``source`` and ``target`` are ids of nodes."""

    code: str
    source: str = msgspec.field(name="from")
    target: str = msgspec.field(name="to")
    fingerprint: str
    path: str
    severity: Severity

    @classmethod
    def of(cls, finding: Finding) -> Entry:
        """What is remembered of a finding."""
        return cls(
            finding.code,
            finding.source,
            finding.target,
            finding.fingerprint,
            finding.location.path,
            finding.severity,
        )


def paired(findings: Sequence[Finding], before: Sequence[Entry]) -> dict[int, int]:
    """Which finding was which entry before: indices of the findings, with those of the entries. Each occurs once."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(before):
        waiting[root(entry.fingerprint)].append(index)
    found: dict[int, int] = {}

    def match(same: Callable[[Finding, Entry], bool]) -> None:
        for index, finding in enumerate(findings):
            if index in found:
                continue
            candidates = waiting.get(root(finding.fingerprint), [])
            taken = next((one for one in candidates if same(finding, before[one])), None)
            if taken is not None:
                candidates.remove(taken)
                found[index] = taken

    match(lambda finding, entry: finding.location.path == entry.path and finding.severity == entry.severity)
    match(lambda finding, entry: finding.location.path == entry.path)
    match(lambda _finding, _entry: True)
    return found


def not_worse(finding: Finding, before: Entry) -> bool:
    """Whether a finding is at most as severe as it was."""
    return SEVERITIES.index(finding.severity) >= SEVERITIES.index(before.severity)


def compared(settled: Sequence[Finding], base: Iterable[Finding]) -> list[Finding]:
    """The findings with those ``known`` that another revision has too, at least as severe; then what is ``fixed``."""
    then = list(base)
    before = [Entry.of(finding) for finding in then]
    pairs = paired(settled, before)
    found = [
        msgspec.structs.replace(finding, status="known")
        if finding.status == "new" and index in pairs and not_worse(finding, before[pairs[index]])
        else finding
        for index, finding in enumerate(settled)
    ]
    gone = set(range(len(before))) - set(pairs.values())
    return [*found, *(msgspec.structs.replace(then[index], status="fixed") for index in sorted(gone))]
