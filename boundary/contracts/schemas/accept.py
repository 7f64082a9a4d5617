"""Whether a schema allows a value: used for listed values and witnesses, with each keyword as this direction sees it.

What cannot be told (a pattern that is no regular expression of ours, an unknown format) is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas.meet import value_of, within
from boundary.contracts.schemas.shape import Conjunction, Shape
from boundary.contracts.schemas.values import FORMATS, Kind, canonical, kind_of, matches

if TYPE_CHECKING:
    from boundary.contracts.schemas.applicators import Parts
    from boundary.contracts.schemas.normal import Side

_FORMATS = {name: re.compile(whole) for name, whole in FORMATS.items()}
BITS = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}
"""Bits of whole numbers in these formats, the sign left aside."""

_DEEPEST = 40

_STEPS = 5000
"""Schemas that one value may be tried on."""


class Exhausting(Exception):
    """A value would take too many steps to be judged."""


def _bounded(side: Side, judge: Callable[[], bool]) -> bool | None:
    """Judge one value in a bounded number of steps, and all values of a side in a bounded number as well."""
    side.spare = allotted = min(_STEPS, side.left)
    try:
        return judge()
    except Exhausting:
        return None
    finally:
        side.left -= allotted - max(side.spare, 0)


def tells(lesser: Side, one: Conjunction, greater: Side, other: Conjunction, value: Any) -> bool:
    """Whether a value is allowed by the one and refused by the other; not when it takes too long to say."""
    return allowed(lesser, one, value) is True and allowed(greater, other, value) is False


def allowed(side: Side, schema: Conjunction, value: Any) -> bool | None:
    """Whether a schema allows a value; None when it takes too long to say."""
    return _bounded(side, lambda: accepts_all(side, schema, value))


def fits(side: Side, shape: Shape, value: Any, kind: Kind) -> bool | None:
    """Whether an alternative allows a value of its type; None when it takes too long to say."""
    return _bounded(side, lambda: allows(side, shape, value, kind))


def accepts_all(side: Side, schema: Conjunction, value: Any, depth: int = 0) -> bool:
    """Whether all schemas of a conjunction allow a value."""
    return all(accepts(side, node, value, depth) for node in schema.nodes)


def accepts(side: Side, node: Node, value: Any, depth: int = 0) -> bool:
    """Whether a schema allows a value."""
    node = side.bare(node)
    said = node.value
    side.spare -= 1
    if side.spare < 0:
        raise Exhausting
    if said is False:
        return False
    if not isinstance(said, dict) or depth > _DEEPEST:
        return True
    kind = kind_of(value)
    if value is None and side.dialect.nullable and said.get(side.dialect.nullable) is True:
        return True
    parts = side.parts(node)
    if parts.target is not None and not accepts(side, parts.target, value, depth + 1):
        return False
    if not any(allows(side, shape, value, kind, depth) for shape in side.own(node).get(kind, ())):
        return False
    if parts.any and not _applied(side, parts, value, depth):
        return False
    if "unevaluatedProperties" in said or "unevaluatedItems" in said:
        return any(allows(side, shape, value, kind, depth) for shape in side.one(node).get(kind, ()))
    return True


def _applied(side: Side, parts: Parts, value: Any, depth: int) -> bool:
    if not all(accepts(side, part, value, depth + 1) for part in parts.every):
        return False
    if parts.some and not any(accepts(side, part, value, depth + 1) for part in parts.some):
        return False
    if parts.one:
        count = sum(accepts(side, part, value, depth + 1) for part in parts.one)
        if count == 0 or (count > 1 and not parts.discriminated):
            return False
    if parts.negated is not None and accepts(side, parts.negated, value, depth + 1):
        return False
    return all(_follows(side, one.when, one.yes, one.no, value, depth) for one in parts.conditions)


def _follows(side: Side, when: Node, yes: Node | None, no: Node | None, value: Any, depth: int) -> bool:
    consequence = yes if accepts(side, when, value, depth + 1) else no
    return consequence is None or accepts(side, consequence, value, depth + 1)


def allows(side: Side, shape: Shape, value: Any, kind: Kind, depth: int = 0) -> bool:
    """Whether an alternative allows a value of its type."""
    if shape.values is not None or shape.excluded:
        key = canonical(value)
        if (shape.values is not None and key not in shape.values) or key in shape.excluded:
            return False
    if not within(shape, value):
        return False
    if not all(formatted(name, value) for name in shape.formats):
        return False
    if kind == "array" and not _array(side, shape, value, depth):
        return False
    if kind == "object" and not _object(side, shape, value, depth):
        return False
    if any(accepts_all(side, negated, value, depth + 1) for negated, _ in shape.nots.values()):
        return False
    return all(_follows(side, one.when, one.yes, one.no, value, depth) for one in shape.conditions.values())


def formatted(name: str, value: Any) -> bool:
    """Whether a value is of a format, as far as we can tell."""
    if isinstance(value, str):
        return name not in _FORMATS or _FORMATS[name].fullmatch(value) is not None
    return name not in BITS or -(2 ** BITS[name]) <= value < 2 ** BITS[name]


def _counted(shape: Shape, what: str, count: int) -> bool:
    low, high = shape.limits.get(f"min{what}"), shape.limits.get(f"max{what}")
    return (low is None or count >= low.value) and (high is None or count <= high.value)


def _array(side: Side, shape: Shape, value: list[Any], depth: int) -> bool:
    if not _counted(shape, "Items", len(value)):
        return False
    if shape.unique is not None and len({canonical(item) for item in value}) < len(value):
        return False
    for index, item in enumerate(value):
        schema = shape.prefix[index] if index < len(shape.prefix) else shape.rest
        if schema is not None and not accepts_all(side, schema, item, depth + 1):
            return False
    for contained in shape.contains:
        count = sum(accepts_all(side, contained.schema, item, depth + 1) for item in value)
        if count < contained.least or (contained.most is not None and count > contained.most):
            return False
    return True


def _object(side: Side, shape: Shape, value: dict[str, Any], depth: int) -> bool:
    if not _counted(shape, "Properties", len(value)) or any(name not in value for name in shape.required):
        return False
    for name, item in value.items():
        if name in shape.hidden:
            continue
        schema = value_of(side, shape, name)
        if schema is not None and (schema.refused or not accepts_all(side, schema, item, depth + 1)):
            return False
        if shape.names is not None and not accepts_all(side, shape.names, name, depth + 1):
            return False
        for pattern, patterned in shape.patterned.items():
            undeclared = name not in shape.properties and matches(pattern, name)
            if undeclared and not accepts_all(side, patterned, item, depth + 1):
                return False
    return True
