"""A comparison as text: for people, for programs (``boundary-contract/1``) and for pull requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from boundary.contracts.model import RANK, Change, Comparison, Level, Problem

SCHEMA = "boundary-contract/1"

INVALID = "CFG003"
"""The rule of the catalogue that a document which its specification does not allow falls under."""

_SHOWN = 5


def render(comparison: Comparison, form: str, level: Level) -> str:
    """The comparison in a format: text, json or markdown; changes from ``level`` on."""
    shown = [change for change in comparison.changes if RANK[change.level] <= RANK[level]]
    if form == "json":
        return _json(comparison, shown)
    return _markdown(comparison, shown) if form == "markdown" else _text(comparison, shown)


def _json(comparison: Comparison, shown: Iterable[Change]) -> str:
    document = {
        "schema": SCHEMA,
        "breaking": comparison.breaking,
        "changes": [_entry(change) for change in shown],
        "problems": [_problem(one) for one in comparison.problems],
        "summary": comparison.summary,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _entry(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = msgspec.to_builtins(change)
    del entry["reaches"]
    entry["operations"] = sorted({reach.operation for reach in change.reaches})
    entry["fingerprint"] = change.fingerprint
    return entry


def _problem(problem: Problem) -> dict[str, Any]:
    return {"code": INVALID, "side": problem.side, **msgspec.to_builtins(problem.place), "message": problem.message}


def _invalid(problem: Problem) -> str:
    place = problem.place
    return f"{problem.side}: {place} {_line(place.pointer)}".rstrip() + f": {_line(problem.message)}"


def _text(comparison: Comparison, shown: list[Change]) -> str:
    lines: list[str] = []
    for change in shown:
        head = " ".join(part for part in (change.operation, change.where) if part)
        lines.append(f"{change.level} [{change.id}] {head}".rstrip())
        lines.append(f"  {_line(change.message)}")
        if len(change.reaches) > 1:
            lines.append(f"  reaches {_operations(change)}")
        lines += [f"  {side}: {place}" for side, place in (("old", change.old), ("new", change.new)) if place]
        if change.witness is not msgspec.UNSET:
            lines.append(f"  for example: {msgspec.json.encode(change.witness).decode()}")
        if change.fix and change.level != "info":
            lines.append(f"  to fix: {_line(change.fix)}")
        lines.append("")
    for problem in comparison.problems:
        lines += [f"invalid [{INVALID}] {_invalid(problem)}", ""]
    lines.append(_sum(comparison))
    return "\n".join(lines) + "\n"


def _markdown(comparison: Comparison, shown: list[Change]) -> str:
    lines = [f"**{_sum(comparison)}**", ""]
    if shown:
        lines += ["| level | change | where | what |", "|---|---|---|---|"]
    for change in shown:
        where = " ".join(part for part in (change.operation, change.where) if part)
        place = change.new or change.old
        cells = (change.level, f"`{change.id}`", f"{where} ({place})" if place else where, change.message)
        lines.append("| " + " | ".join(_line(cell).replace("|", "\\|") for cell in cells) + " |")
    if comparison.problems:
        lines += [*([""] if shown else []), f"Not valid ({INVALID}):", ""]
        lines += [f"- {_invalid(problem)}" for problem in comparison.problems]
    return "\n".join(lines) + "\n"


def _operations(change: Change) -> str:
    names = sorted({reach.operation for reach in change.reaches})
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _sum(comparison: Comparison) -> str:
    counts = [
        f"{number} {level}{'s' if number != 1 and level != 'info' else ''}"
        for level, number in comparison.summary.items()
        if number
    ]
    verdict = "consumers break" if comparison.breaking else "no consumer breaks"
    return f"{verdict}: {', '.join(counts)}" if counts else "no changes"
