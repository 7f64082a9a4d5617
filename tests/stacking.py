"""Stacks of small texts, and what they evaluate to as plain data."""

from __future__ import annotations

from typing import Any

from boundary.discover.snapshot import Memory
from boundary.gather import gather
from boundary.model import Value
from boundary.resolve.files import Files
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Encoded, Handle, Null, Rope, Rows, Table, Thing


def read(files: dict[str, str]) -> Stacks:
    """The stacks of files."""
    return Stacks(Files(gather(Memory(files), 1).files))


def shown(thing: Thing) -> Any:
    """A thing as plain data: a resource as ``@uid``, a document in a text as a tuple."""
    if isinstance(thing, Value):
        return str(thing)
    if isinstance(thing, Rows):
        return [shown(one) for one in thing.items]
    if isinstance(thing, Table):
        return {key: shown(one) for key, one in thing.entries.items()}
    if isinstance(thing, Encoded):
        return ("json", shown(thing.of))
    if isinstance(thing, Rope):
        return ("rope", *map(shown, thing.parts))
    if isinstance(thing, Handle):
        return f"@{thing.resource.uid}"
    return None if isinstance(thing, Null) else type(thing).__name__
