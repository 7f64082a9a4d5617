"""Thrift: whether what one side writes by the old files is read by the new ones, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.contracts.files import Files
from boundary.contracts.grading import table
from boundary.contracts.model import Change, Comparison, Place, Reach

if TYPE_CHECKING:
    from boundary.contracts.thrift.differences import Found

KIND = "thrift"


def matches(path: str, head: bytes) -> bool:  # noqa: ARG001 - the ending says it all
    """Files called ``.thrift``."""
    return path.lower().endswith(".thrift")


def compare(old: Files, new: Files) -> Comparison:
    """The changes between two sets of files; ContractError when one cannot be read."""
    from boundary.contracts.thrift import differences
    from boundary.contracts.thrift.parse import File

    before, after = (differences.Side(File(path, side.text(path)) for path in side.paths) for side in (old, new))
    return Comparison.of(_change(found) for found in differences.Comparison(before, after).all())


def _change(found: Found) -> Change:
    row = table(KIND)[found.id]
    subject = found.old or found.new
    assert subject is not None
    name = subject.name.rpartition(".")[2]
    where = found.within if found.within == subject.name else f"{found.within}.{name}"
    reaches = tuple(_reaches(found))
    values = {"name": name, "within": found.within, **found.values}
    return Change(
        id=found.id,
        level="info" if found.minor else row.level,
        operation=reaches[0].operation if reaches else "",
        where=where,
        old=Place(found.old.path, found.old.line, where) if found.old else None,
        new=Place(found.new.path, found.new.line, where) if found.new else None,
        message=row.message.format_map(values),
        subject=name,
        keyword=row.keyword,
        move=row.move,
        rule=row.rule,
        reaches=reaches,
        fix=row.fix,
    )


def _reaches(found: Found) -> Iterator[Reach]:
    """The method that a change is about; which others a structure is sent by is not followed."""
    from boundary.contracts.thrift.declared import Method, Service

    parts = found.within.split(".")
    subject = found.old or found.new
    if isinstance(subject, Service):
        yield from (Reach(f"RPC /{parts[-1]}/{method.name}") for method in subject.methods)
    elif isinstance(subject, Method):
        yield Reach(f"RPC /{parts[1]}/{subject.name}")
    elif len(parts) == 3:
        yield Reach(f"RPC /{parts[1]}/{parts[2]}")
