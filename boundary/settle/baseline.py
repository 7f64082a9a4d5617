"""The baseline: findings that were accepted one day, so that only new ones fail.

One file beside the configuration, ``boundary-baseline.json``, sorted, one finding a line, free of line numbers and of
wording, so that it changes only when the architecture does. It shrinks by itself and never grows but by the command
``boundary baseline``. One that cannot be read ends the run: taken for empty, it would hide nothing and fail everything,
or, written back, forget what was agreed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from boundary.checks.rule import Rule
from boundary.errors import corrupt_baseline
from boundary.graph import Graph
from boundary.model import Finding, Location, Status
from boundary.settle.against import Before, Entry, known

NAME = "boundary-baseline.json"
"""The file's name; it lies where the configuration lies or would lie."""

SCHEMA = "boundary-baseline/1"

_LARGEST = 64 * 1024 * 1024  # bytes


class Baseline(msgspec.Struct, frozen=True):
    """What was accepted; ``path`` is the file, relative to the workspace root."""

    path: str
    entries: tuple[Entry, ...] = ()


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    findings: tuple[Entry, ...]


def read(path: str, file: Path) -> Baseline | None:
    """The baseline in a file, None when there is none; UserError when it cannot be relied on."""
    if file.is_symlink():
        raise corrupt_baseline(path, "it is a symbolic link, which is not followed")
    try:
        data = file.read_bytes() if file.stat().st_size <= _LARGEST else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise corrupt_baseline(path, (error.strerror or str(error)).lower()) from None
    if data is None:
        raise corrupt_baseline(path, f"it has more than {_LARGEST // 1024 // 1024} MB")
    return Baseline(path, _decoded(path, data))


def _decoded(path: str, data: bytes) -> tuple[Entry, ...]:
    try:
        document = msgspec.convert(json.loads(data.decode("utf-8-sig")), _Document)
    except json.JSONDecodeError as error:
        torn = any(line.startswith((b"<<<<<<<", b">>>>>>>")) for line in data.split(b"\n"))
        what = "it has the marks of a merge conflict" if torn else f"not JSON: {error.msg}"
        raise corrupt_baseline(f"{path}:{error.lineno}", what) from None
    except (UnicodeDecodeError, RecursionError):
        raise corrupt_baseline(path, "not JSON in UTF-8") from None
    except msgspec.ValidationError as error:
        what = str(error)
        raise corrupt_baseline(path, what[:1].lower() + what[1:]) from None
    if document.schema != SCHEMA:
        raise corrupt_baseline(path, f"its schema is {document.schema}, and {SCHEMA} is wanted")
    return document.findings


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline's file: the same for the same entries, whatever their order."""
    lines = ",\n".join(f"    {json.dumps(msgspec.to_builtins(entry))}" for entry in sorted(set(entries)))
    inside = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": {inside}\n}}\n'


def accepted(findings: Iterable[Finding], rules: Iterable[Rule]) -> list[Entry]:
    """The entries for all findings that nobody settled otherwise, but for those about exceptions that are spent."""
    about = {rule.code for rule in rules if rule.parameter("kind").startswith("exception-")}
    open_ones = (finding for finding in findings if finding.status in ("new", "known"))
    return [Entry.of(finding) for finding in open_ones if finding.code not in about]


def applied(
    baseline: Baseline, settled: Sequence[Finding], graph: Graph, chosen: Sequence[Rule], rules: Sequence[Rule]
) -> list[Finding]:
    """The findings with the accepted ones ``known``, then what is not found any more: ``fixed``, or ``stale`` where an
    end or the rule does not exist any more.

    ``chosen`` are the rules of the run, ``rules`` all that there are: entries of rules that do not run are left alone.
    """
    unseen = {problem.location.path for problem in graph.problems if problem.kind == "unreadable"}
    before = Before(baseline.entries, settled, rules, unseen)
    resting = _resting(chosen, rules)
    called = {rule.code: rule for rule in rules}
    gone = [baseline.entries[index] for index in before.gone if baseline.entries[index].code not in resting]
    return [*known(settled, before), *(_gone(baseline.path, one, graph, called.get(one.code)) for one in gone)]


def left(baseline: Baseline, findings: Iterable[Finding], chosen: Sequence[Rule], rules: Sequence[Rule]) -> list[Entry]:
    """The entries that still accept something, or whose rules did not run; ``findings`` are settled.

    One whose finding an exception accepts now is no longer needed: kept, it would outlive the exception's last day. Of
    one that was mended in part, what is left of it takes the place.
    """
    current = [finding for finding in findings if finding.status in ("new", "known")]
    before = Before(baseline.entries, current, rules)
    used = set(before.pairs.values())
    resting = _resting(chosen, rules)
    kept = [entry for index, entry in enumerate(baseline.entries) if index in used or entry.code in resting]
    weaker = (one for index, one in enumerate(current) if index not in before.pairs and before.better(one))
    return [*kept, *(Entry.of(finding) for finding in weaker if finding.status == "known")]


def _resting(chosen: Iterable[Rule], rules: Iterable[Rule]) -> set[str]:
    return {rule.code for rule in rules} - {rule.code for rule in chosen}


def _gone(path: str, entry: Entry, graph: Graph, rule: Rule | None) -> Finding:
    ends = [end for end in (entry.source, entry.target) if end]
    lost = [end for end in ends if end not in graph.nodes]
    status: Status = "stale" if lost or rule is None else "fixed"
    if rule is None:
        why = f"there is no rule {entry.code} any more"
    elif lost:
        why = f"{' and '.join(lost)} {'does' if len(lost) == 1 else 'do'} not exist any more"
    else:
        why = f"nothing is found any more at {' and '.join(ends) or entry.path}"
    source, target = (end.partition(":")[2] for end in (entry.source, entry.target))
    return Finding(
        code=entry.code,
        rule=rule.name if rule else "unknown",
        clause=rule.clause if rule else "config",
        severity=entry.severity,
        message=f"what the baseline accepts is gone: {why}",
        location=Location(path),
        source=entry.source,
        target=entry.target,
        from_name=source,
        to_name=target,
        fingerprint=entry.fingerprint,
        status=status,
    )
