"""Alternatives in other words: keywords that can be said by plainer ones, tried where two alternatives seem to differ.

What people write stays what is told; only where the plain words of both sides hold was there no difference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boundary.contracts.documents import Node
from boundary.contracts.schemas.applicators import turned
from boundary.contracts.schemas.meet import meet_shapes
from boundary.contracts.schemas.shape import Condition, Shape
from boundary.contracts.schemas.values import Kind, matches

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

_EVERY = frozenset(("", ".*", "^.*$", "^.*", ".*$", "^"))
_LITERAL = re.compile(r"\^([\w -]+)\$")
_FEW = 50
"""Names that ``propertyNames`` may list to be taken for properties."""


def plainer(side: Side, shape: Shape, kind: Kind) -> Shape:
    """The alternative in plainer words; the very same where there are none."""
    shape = _positive(side, shape, kind)
    if kind != "object":
        return shape
    for rewritten in (_unconditional, _named, _literal, _empty):
        shape = rewritten(side, shape)
    return _every(shape)


def _positive(side: Side, shape: Shape, kind: Kind) -> Shape:
    """Negations of a single limit as the opposite limit, for whole numbers among whole numbers."""
    for key, (negated, node) in shape.nots.items():
        alternatives = side.form(negated).get(kind, ())
        if len(alternatives) != 1:
            continue
        only = alternatives[0].copy()
        only.integer = None if shape.integer is not None else only.integer
        opposite = turned(side, only, kind, node)
        if opposite is None or len(opposite) != 1:
            continue
        rest = shape.copy()
        rest.nots = {one: said for one, said in shape.nots.items() if one != key}
        found = meet_shapes(side, rest, opposite[0], kind)
        return _positive(side, found, kind) if found is not None else shape
    return shape


def _unconditional(side: Side, shape: Shape) -> Shape:
    """What follows from conditions that always hold, as for what depends on a required property."""
    for key, condition in shape.conditions.items():
        if not _surely(side, shape, condition):
            continue
        rest = shape.copy()
        rest.conditions = {one: said for one, said in shape.conditions.items() if one != key}
        shapes = side.one(side.bare(condition.yes)).get("object", ()) if condition.yes is not None else (rest,)
        found = meet_shapes(side, rest, shapes[0], "object") if len(shapes) == 1 else None
        return _unconditional(side, found) if found is not None else shape
    return shape


def _surely(side: Side, shape: Shape, condition: Condition) -> bool:
    """Whether a condition asks for nothing but properties that are required anyway."""
    asked = side.one(side.bare(condition.when)).get("object", ())
    if len(asked) != 1:
        return False
    more = asked[0].copy()
    more.required = {}
    return more.free and asked[0].required.keys() <= shape.required.keys()


def _named(side: Side, shape: Shape) -> Shape:
    """Names that follow a pattern or a list: everything else is refused."""
    names = shape.names
    if names is None:
        return shape
    texts = side.form(names).get("string", ())
    if len(texts) == 1 and texts[0].free:
        less = shape.copy()
        less.names = None
        return less
    said = names.nodes[0].value if len(names.nodes) == 1 else None
    listed, pattern = (said.get("enum"), said.get("pattern")) if isinstance(said, dict) else (None, None)
    if shape.patterned or not isinstance(said, dict) or len(said.keys() - {"type"}) != 1:
        return shape
    if isinstance(listed, list) and len(listed) <= _FEW and all(isinstance(name, str) for name in listed):
        return _among(side, shape, names.home, listed)
    if isinstance(pattern, str) and all(matches(pattern, name) for name in shape.properties):
        closed = _among(side, shape, names.home, list(shape.properties))
        closed.patterned = {pattern: side.either(shape.extra, None) or side.conjunction((), names.home)}
        return closed
    return shape


def _among(side: Side, shape: Shape, home: Node, names: list[str]) -> Shape:
    """The alternative with these properties and no others."""
    closed = shape.copy()
    anything = shape.extra or side.conjunction((), home)
    closed.properties = {name: shape.properties.get(name, anything) for name in names}
    refused = side.made(home, "no other name", False)
    closed.names, closed.extra, closed.closer = None, side.conjunction((refused,), refused), ("propertyNames", home)
    return closed


def _literal(side: Side, shape: Shape) -> Shape:
    """Patterns that match one name only are properties."""
    named = {found[1]: pattern for pattern in shape.patterned if (found := _LITERAL.fullmatch(pattern))}
    if not named:
        return shape
    less = shape.copy()
    less.patterned = {one: schema for one, schema in shape.patterned.items() if one not in named.values()}
    less.properties = dict(shape.properties)
    for name, pattern in named.items():
        more = [schema for other, schema in less.patterned.items() if matches(other, name)]
        declared = shape.properties.get(name) or shape.patterned[pattern]
        for schema in more:
            declared = side.both(declared, schema, declared.home)
        less.properties[name] = declared
    return less


def _every(shape: Shape) -> Shape:
    """A pattern that every name has leaves nothing to what is said of other properties."""
    every = [pattern for pattern in shape.patterned if pattern in _EVERY]
    if len(shape.patterned) != 1 or not every:
        return shape
    less = shape.copy()
    less.extra, less.patterned = shape.patterned[every[0]], {}
    less.closer = ("patternProperties", less.extra.home)
    return less


def _empty(side: Side, shape: Shape) -> Shape:
    """An object that may have no properties at all."""
    most = shape.limits.get("maxProperties")
    if most is None or most.value > 0 or shape.extra is not None:
        return shape
    closed = _among(side, shape, most.node, [])
    closed.names, closed.patterned = shape.names, {}
    return closed
