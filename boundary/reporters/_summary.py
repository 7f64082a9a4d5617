"""What was found and what it rests on: the last lines of every report for people, never a bare green tick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from boundary.model import Coverage, Finding, Report, Severity, Status
from boundary.reporters._rows import Row, row

_SETTLED = tuple(status for status in get_args(Status) if status != "new")


def summary(report: Report, *, listed: bool = False, brief: bool = False) -> Iterator[Row]:
    """How many findings of which severity and status, and what they rest on.

    ``listed``: the unresolved are shown; ``brief``: what is for information is not shown in full.
    """
    coverage = report.coverage
    severities = Counter(finding.severity for finding in report.findings if finding.status == "new")
    statuses = Counter(finding.status for finding in report.findings)
    counts = [(severity, count(severities[severity], severity)) for severity in get_args(Severity)]
    found = [piece for piece in counts if severities[piece[0]]] or [("head", "no findings")]
    settled = "".join(f", {statuses[status]} {status}" for status in _SETTLED if statuses[status])
    base = f" (compared with {report.base})" if report.base else ""
    follow = sum(bool(finding.cause) for finding in report.findings)
    hints = [f"{follow} of them {'follows' if follow == 1 else 'follow'} from another"] if follow else []
    hints += ["in full with --verbose"] if brief and (severities["info"] or follow) else []
    hint = f" ({'; '.join(hints)})" if hints else ""
    yield row(*joined(found), hint, settled, base)
    yield from _scope(coverage, listed)


def _scope(coverage: Coverage, listed: bool) -> Iterator[Row]:
    """What a result rests on: what was read, what was not and why, how much of it resolved."""
    formats = ", ".join(f"{each.format} {each.files}" for each in coverage.formats)
    read = f"{count(coverage.files, 'file')} of {many(coverage.repositories, 'repository', 'repositories')}"
    yield _line("read", read + (f": {formats}" if formats else ""))
    if coverage.skipped or coverage.unreadable:
        left = [f"{reason} {count}" for reason, count in coverage.skipped]
        left += [f"could not be read {coverage.unreadable}"] if coverage.unreadable else []
        yield _line("not read", ", ".join(left))
    parts = [count(coverage.services, "service"), count(coverage.stores, "store"), count(coverage.edges, "edge")]
    yield _line("found", ", ".join(parts))
    if coverage.located:
        share = 100 * coverage.resolved // coverage.located
        hint = "; --verbose lists the rest" if coverage.resolved < coverage.located and not listed else ""
        yield _line("resolved", f"{coverage.resolved} of {count(coverage.located, 'reference')} ({share} %){hint}")
    else:
        yield _line("resolved", "there were no references between services to resolve")
    for note in coverage.notes:
        yield _line("note", note)
    if not coverage.services:
        yield row(("warning", "no service was recognised"), ": the rules about services had nothing to look at")


def _line(head: str, text: str) -> Row:
    return row(("faint", f"{head:<10}"), text, hang=10)


def joined(pieces: Iterable[tuple[str, str]]) -> Iterator[str | tuple[str, str]]:
    """Pieces of a row with commas between them."""
    for number, piece in enumerate(pieces):
        yield from (", ", piece) if number else (piece,)


def consequences(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """What follows from each finding, by its fingerprint; see ``Finding.cause``."""
    below: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.cause:
            below.setdefault(finding.cause, []).append(finding)
    return below


def count(number: int, what: str) -> str:
    """``1 file``, ``2 files``."""
    return many(number, what, what + "s")


def many(number: int, one: str, more: str) -> str:
    """A number with the word in the form that it asks for."""
    return f"{number} {one if number == 1 else more}"
