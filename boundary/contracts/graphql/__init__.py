"""GraphQL schemas: whether queries that were valid still are, and whether their answers are what clients expect.

A folder's files are one schema, unless two of them define the same type: then each file is compared for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.contracts.files import Files
from boundary.contracts.model import Comparison

if TYPE_CHECKING:
    from boundary.contracts.graphql.parse import Document

KIND = "graphql"

_ENDINGS = (".graphql", ".graphqls", ".gql")
_DEFINES = re.compile(rb"^\s*(?:extend\s+)?(?:type|interface|union|enum|input|scalar|schema|directive)\b", re.MULTILINE)


def matches(path: str, head: bytes) -> bool:
    """Files of the schema language; those that only hold queries are no contract."""
    return path.lower().endswith(_ENDINGS) and _DEFINES.search(head) is not None


def compare(old: Files, new: Files) -> Comparison:
    """The changes between two schemas; ContractError when a file cannot be read."""
    from boundary.contracts.graphql.differences import differences
    from boundary.contracts.graphql.schema import Schema
    from boundary.contracts.graphql.telling import change

    before, after = _documents(old), _documents(new)
    return Comparison.of(
        change(one, two, found)
        for ours, theirs in _schemas(before, after)
        for one, two in [(Schema(ours), Schema(theirs))]
        for found in differences(one, two)
    )


def _documents(side: Files) -> dict[str, Document]:
    from boundary.contracts.graphql.parse import Document

    return {path: Document(path, side.text(path)) for path in side.paths}


def _schemas(old: dict[str, Document], new: dict[str, Document]) -> Iterator[tuple[list[Document], list[Document]]]:
    """What belongs together on both sides."""
    if _whole(old) and _whole(new):
        yield list(old.values()), list(new.values())
        return
    for path in sorted(old.keys() | new.keys()):
        yield [old[path]] if path in old else [], [new[path]] if path in new else []


def _whole(documents: dict[str, Document]) -> bool:
    """Whether no type is defined twice."""
    defined = [one.name for document in documents.values() for extends, one in document.types if not extends]
    return len(defined) == len(set(defined))
