"""Puts rewrites together: those that do not touch each other, each proven by analysing what would come of it.

A rewrite counts as proven when, with the files changed, its finding is gone and nothing new is found. Where all of them
together are not, halves are tried, so that one which goes wrong does not hold up the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from boundary.edits import Replacement
    from boundary.model import Finding
    from boundary.pipeline import Survey
    from boundary.settle.ledger import Edit


class Plan(msgspec.Struct, frozen=True):
    """``edits`` are the changed files, ``mended`` the findings that are gone then, ``held`` those whose rewrite is not
    asked for, ``failed`` those whose rewrite would not do, or stands in the way of another one's."""

    edits: tuple[Edit, ...] = ()
    mended: tuple[Finding, ...] = ()
    held: tuple[Finding, ...] = ()
    failed: tuple[Finding, ...] = ()


def planned(survey: Survey, *, unsafe: bool, busy: Sequence[str]) -> Plan:
    """What can be rewritten. ``unsafe`` takes also what may break somebody; ``busy`` are files that change already."""
    told = survey.findings(date.today(), baseline=survey.baseline)
    wanted = [finding for finding in told if finding.rewrite]
    held = tuple(one for one in wanted if one.rewrite and one.rewrite.unsafe and not unsafe)
    ready: list[Finding] = []
    for finding in wanted:
        if finding not in held and _is_free(finding, ready, busy):
            ready.append(finding)
    mended = _proven(survey, told, ready, [])
    failed = tuple(one for one in wanted if one not in held and one not in mended)
    return Plan(_edits(survey, mended), tuple(mended), held, failed)


def _replacements(findings: Sequence[Finding]) -> list[Replacement]:
    return sorted({edit for finding in findings if finding.rewrite for edit in finding.rewrite.edits})


def _is_free(finding: Finding, ready: Sequence[Finding], busy: Sequence[str]) -> bool:
    from boundary.edits import overlap

    edits = _replacements([finding])
    clash = any(overlap(one, other) for one in edits for other in _replacements(ready))
    return not clash and not any(edit.path in busy for edit in edits)


def _edits(survey: Survey, findings: Sequence[Finding]) -> tuple[Edit, ...]:
    from boundary.cli._ledger import read
    from boundary.edits import applied
    from boundary.settle.ledger import Edit

    found = []
    replacements = _replacements(findings)
    for path in sorted({edit.path for edit in replacements}):
        own = [edit for edit in replacements if edit.path == path]
        data = read(survey, path)
        if data is not None:
            found.append(Edit(path, applied(data.decode(), own).encode(), len(own)))
    return tuple(found)


def _proven(survey: Survey, told: Sequence[Finding], group: list[Finding], kept: list[Finding]) -> list[Finding]:
    """Those of some findings that can be mended beside those that are kept already."""
    if not group or _is_sound(survey, told, [*kept, *group]):
        return [*kept, *group]
    if len(group) == 1:
        return kept
    half = len(group) // 2
    return _proven(survey, told, group[half:], _proven(survey, told, group[:half], kept))


def _is_sound(survey: Survey, told: Sequence[Finding], group: Sequence[Finding]) -> bool:
    """Whether the findings of a group are gone with their rewrites, and no other one comes."""
    from boundary.editor.session import Edited
    from boundary.gather import renewed
    from boundary.pipeline import Survey

    texts = {edit.path: edit.data for edit in _edits(survey, group)}
    entries = survey.snapshot.entries()
    gathered = survey.gathered
    marks = {entry.path: entry.mark for entry in entries}
    for path, data in texts.items():
        gathered = renewed(gathered, path, marks.get(path, ""), data)
    changed = Edited(survey.snapshot, entries, survey.snapshot.history(), texts)
    then = Survey(survey.workspace, changed, gathered=gathered)
    after = _counted(then.findings(date.today(), baseline=survey.baseline))
    before = _counted(told)
    before.subtract(_counted(group))
    return all(after[mark] <= before[mark] for mark in after)


def _counted(findings: Sequence[Finding]) -> Counter[str]:
    """How often there is which finding; what the shape of the whole only hints at changes with everything."""
    from boundary.settle.fingerprint import root

    counted = [one for one in findings if (one.clause, one.severity) != ("autonomy", "info")]
    return Counter(root(finding.fingerprint) for finding in counted)
