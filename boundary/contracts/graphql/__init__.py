"""GraphQL schemas: whether queries that were valid still are, and whether their answers are what clients expect.

A folder's files are one schema, unless two of them define the same type: then each of its folders is looked at for
itself, down to single files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from posixpath import commonpath
from typing import TYPE_CHECKING

from boundary.contracts.files import Files
from boundary.contracts.model import Comparison
from boundary.reading import embedded_sdl

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

    return {path: Document(path, _text(side, path)) for path in side.paths}


def _text(side: Files, path: str) -> str:
    """A schema as it is, or as it stands in code."""
    text = side.text(path)
    return embedded_sdl.schema(text) if path.lower().endswith(embedded_sdl.CODE) else text


def _schemas(old: dict[str, Document], new: dict[str, Document]) -> Iterator[tuple[list[Document], list[Document]]]:
    """What belongs together on both sides."""
    if _whole(old) and _whole(new):
        yield list(old.values()), list(new.values())
        return
    paths = sorted(old.keys() | new.keys())
    depth = len(commonpath(paths).split("/")) if commonpath(paths) else 0
    for _, together in groupby(paths, key=lambda path: path.split("/")[depth]):
        group = set(together)
        one, two = ({path: side[path] for path in side if path in group} for side in (old, new))
        if len(group) > 1:
            yield from _schemas(one, two)
        else:
            yield list(one.values()), list(two.values())


def _whole(documents: dict[str, Document]) -> bool:
    """Whether no type is defined twice."""
    defined = [one.name for document in documents.values() for extends, one in document.types if not extends]
    return len(defined) == len(set(defined))
