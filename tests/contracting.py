"""Two versions of a schema, compared: what tests of contracts share."""

from __future__ import annotations

import json
from typing import Any

from boundary.contracts.documents import Documents, Node
from boundary.contracts.schemas import OPENAPI30, OPENAPI31, Comparer, Dialect, Direction, Reason


def schema(value: Any, path: str = "a.json", **others: Any) -> Node:
    """A schema as the member ``s`` of a document; ``others`` are its components, which ``#/c/<name>`` refers to."""
    data = json.dumps({"s": value, "c": others}).encode()
    found = Documents({path: data}.get).open(path).child("s")
    assert found is not None
    return found


def compared(old: Any, new: Any, direction: Direction, dialect: Dialect = OPENAPI31, **others: Any) -> list[Reason]:
    """The reasons that two versions of a schema give."""
    return Comparer(dialect, dialect).differences(schema(old, **others), schema(new, **others), direction)


def told(old: Any, new: Any, direction: Direction, dialect: Dialect = OPENAPI31, **others: Any) -> list[str]:
    """The reasons in short: path, keyword, move, subject and, where it is not decided, a question mark."""
    return [
        f"{one.at} {one.keyword} {one.move} {one.subject}".rstrip() + ("" if one.decided else " ?")
        for one in compared(old, new, direction, dialect, **others)
    ]


__all__ = ["OPENAPI30", "OPENAPI31", "compared", "schema", "told"]
