"""Compares findings with what was there before: in a base revision, or accepted by the baseline.

Fingerprints know no paths and no lines, so that they stay when lines move and files are renamed. Where several findings
have one fingerprint, those in the same file as before are the old ones, then those that moved to another file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from boundary.checks.rule import Rule
from boundary.model import Finding, Severity
from boundary.settle.fingerprint import root

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


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


class Before:
    """What there was before, asked about findings of now. ``rules`` are all that there are, ``unseen`` the paths of
    files that cannot be read now: what was found in them is not gone.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        findings: Sequence[Finding],
        rules: Iterable[Rule],
        unseen: Collection[str] = (),
    ) -> None:
        self.entries = entries
        self._unseen = unseen
        self.pairs = paired(findings, entries)
        self._weaker = _weaker(list(rules))
        self._from: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._from[entry.source].append(entry)

    def has(self, index: int, finding: Finding) -> bool:
        """Whether the finding with this index was there, at least as severe; or one that said the same and more.

        Who still holds the password of a foreign database, but reads no table of it any more, mended something: that
        must not bring a new finding.
        """
        entry = self.entries[self.pairs[index]] if index in self.pairs else self.better(finding)
        return entry is not None and _SEVERITIES.index(finding.severity) >= _SEVERITIES.index(entry.severity)

    def better(self, finding: Finding) -> Entry | None:
        """An entry between the same two that said what the finding says and more."""
        codes = self._weaker.get(finding.code, frozenset())
        return next(
            (one for one in self._from[finding.source] if one.code in codes and _is_part(one.target, finding.target)),
            None,
        )

    @property
    def gone(self) -> list[int]:
        """The indices of the entries that no finding is."""
        left = set(range(len(self.entries))) - set(self.pairs.values())
        return sorted(index for index in left if self.entries[index].path not in self._unseen)


def _weaker(rules: Sequence[Rule]) -> dict[str, frozenset[str]]:
    """For each rule, those that say the same better: an edge that they find keeps the rule silent."""
    return {
        rule.code: frozenset(other.code for other in rules if set(other.select.edges) & set(rule.select.without))
        for rule in rules
        if rule.select.without
    }


def _is_part(identity: str, whole: str) -> bool:
    name, above = identity.partition(":")[2], whole.partition(":")[2]
    return identity == whole or name.startswith(above + "/")


def known(findings: Sequence[Finding], before: Before) -> list[Finding]:
    """The findings, with those ``known`` that are new and were there before."""
    return [
        msgspec.structs.replace(finding, status="known")
        if finding.status == "new" and before.has(index, finding)
        else finding
        for index, finding in enumerate(findings)
    ]


def compared(
    settled: Sequence[Finding], base: Iterable[Finding], rules: Iterable[Rule], unseen: Collection[str] = ()
) -> list[Finding]:
    """The findings with those ``known`` that another revision has too, at least as severe; then what is ``fixed``."""
    then = list(base)
    before = Before([Entry.of(finding) for finding in then], settled, rules, unseen)
    gone = (msgspec.structs.replace(then[index], status="fixed") for index in before.gone)
    return [*known(settled, before), *gone]
