"""Differences as changes: graded by the table, with both places and the procedures that they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.contracts.grading import Grade, table
from boundary.contracts.model import Change, Direction, Level, Place, Reach
from boundary.contracts.protobuf.declared import Declared, Field, Method, Service
from boundary.contracts.protobuf.linking import Files, within
from boundary.contracts.protobuf.sides import KIND, Found, Sides

_UNSTABLE = re.compile(r"(?:^|\.)v\d+(?:test.*|(?:p\d+)?(?:alpha|beta)\d*)$")
"""Packages that promise nothing yet: https://cloud.google.com/apis/design/versioning , as ``buf`` reads it."""

_DIRECTIONS: tuple[Direction, Direction] = ("request", "response")


def change(sides: Sides, found: Found) -> Change:
    """A difference as it is told."""
    row = table(KIND)[found.id]
    files, subject = (sides.old, found.old) if found.old else (sides.new, found.new)
    assert subject is not None
    reaches = tuple(_reaches(files, subject))
    ways = {reach.direction for reach in reaches}
    values = {"name": subject.name, "scope": subject.scope or subject.name, **found.values}
    if found.old and found.new:
        values |= {"before": found.old.name, "after": found.new.name}
    return Change(
        id=found.id,
        level=_level(files, found, row, subject, reaches),
        direction=ways.pop() if len(ways) == 1 else "",
        operation=reaches[0].operation if reaches else "",
        where=f"{subject.full} {found.part}".strip(),
        old=_place(found.old),
        new=_place(found.new),
        message=row.message.format_map(values),
        subject=subject.full,
        keyword=row.keyword,
        move=str(found.values.get("move", row.move)),
        rule=row.rule,
        reaches=reaches,
        fix=row.fix,
    )


def _place(declared: Declared | None) -> Place | None:
    return Place(declared.path, declared.line, declared.full) if declared else None


def _level(files: Files, found: Found, row: Grade, subject: Declared, reaches: tuple[Reach, ...]) -> Level:
    """The level of the row, unless more is known: a package that is not stable yet, or JSON that is really spoken."""
    file = files.files.get(subject.path)
    if found.minor or (file and _UNSTABLE.search(file.package)):
        return "info"
    if found.severe or (row.breaks == "json" and any(_speaks_json(files, reach.operation) for reach in reaches)):
        return "error"
    return row.level


def _speaks_json(files: Files, operation: str) -> bool:
    """Whether a procedure is offered over HTTP as well, in JSON then."""
    service, _, name = operation.removeprefix("RPC /").partition("/")
    declared = files.services.get(service)
    return any(method.offered for method in declared.methods if method.name == name) if declared else False


def _reaches(files: Files, subject: Declared) -> Iterator[Reach]:
    if isinstance(subject, Method):
        yield Reach(f"RPC /{subject.scope}/{subject.name}")
    elif isinstance(subject, Service):
        yield from (Reach(f"RPC /{subject.full}/{method.name}") for method in subject.methods)
    reached = files.reached
    for name in (subject.full, subject.scope):
        for (operation, side), at in sorted(reached.get(name, {}).items()):
            place = within(at, subject) if isinstance(subject, Field) and name == subject.scope else at
            yield Reach(f"RPC {operation}", _DIRECTIONS[side], place)
