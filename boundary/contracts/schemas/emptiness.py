"""Schemas that allow nothing: what is said below them is no matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.contracts.schemas.shape import Conjunction, Shape

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

_DEEPEST = 3


def empty(side: Side, schema: Conjunction, depth: int = 0) -> bool:
    """Whether a conjunction allows nothing for sure, looked at a few levels deep."""
    if schema.refused:
        return True
    if depth >= _DEEPEST:
        return False
    form = side.form(schema)
    if not form.keys() <= {"object"}:
        return False
    return all(unfillable(side, shape, depth) for shape in form.get("object", ()))


def unfillable(side: Side, shape: Shape, depth: int = 0) -> bool:
    """Whether an alternative for objects requires a property that can have no value."""
    needed = (shape.properties[name] for name in shape.required if name in shape.properties)
    return any(empty(side, schema, depth + 1) for schema in needed)
