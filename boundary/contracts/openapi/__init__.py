"""HTTP descriptions compared: OpenAPI 3.0 to 3.2 and Swagger 2.0, each with each.

``description`` and ``swagger`` read a document into one normal form (``normal``); ``comparison`` walks both, and each
part has its module. What a schema accepts is none of this package's business.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from boundary.contracts.documents import Documents
from boundary.contracts.files import Files
from boundary.contracts.model import Change, Comparison
from boundary.contracts.openapi.comparison import compared
from boundary.contracts.openapi.description import Description
from boundary.contracts.openapi.loading import load

KIND = "openapi"

_HEAD = re.compile(rb"""(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:\s*["']?\d""")


def matches(path: str, head: bytes) -> bool:
    """Whether a file is a description: its beginning says so, whatever it is called."""
    return path.lower().endswith((".yaml", ".yml", ".json")) and _HEAD.search(head) is not None


def compare(old: Files, new: Files) -> Comparison:
    """The comparison of the descriptions of two sides, each with its namesake, the only ones with each other.

    Raises ContractError for a document that cannot be loaded.
    """
    pairs = partners(*(tuple(path for path in side.paths if matches(path, side.head(path))) for side in (old, new)))
    before, after = Documents(old.read), Documents(new.read)
    changes: list[Change] = []
    today = datetime.now(tz=UTC).date()
    for one, two in pairs:
        left = load(before, one) if one else None
        right = load(after, two) if two else None
        left, right = left or _empty(right), right or _empty(left)
        if left is not None and right is not None:
            changes += compared(left, right, today).changes
    return Comparison.of(changes)


def partners(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
    """Which file of the new side is which of the old one: by path, by name, then the only ones left."""
    left, right = list(old), list(new)
    pairs: list[tuple[str | None, str | None]] = []
    for name in (str, lambda path: path.rpartition("/")[2]):
        for one in list(left):
            alike = [two for two in right if name(two) == name(one)]
            if len(alike) == 1 and sum(name(other) == name(one) for other in left) == 1:
                pairs.append((one, alike[0]))
                left.remove(one)
                right.remove(alike[0])
    if len(left) == len(right) == 1:
        return [*pairs, (left[0], right[0])]
    return [*pairs, *((one, None) for one in left), *((None, two) for two in right)]


def _empty(other: Description | None) -> Description | None:
    """A description of no operations, beside one that has no partner."""
    if other is None:
        return None
    from boundary.contracts.documents import Node

    return type(other)(Node({"info": {}, "paths": {}}, other.root.source), other.dialect)
