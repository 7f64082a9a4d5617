"""Normal forms put together: what holds in both (``allOf``), and what holds in one of several (``anyOf``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from boundary.contracts.documents import Node
from boundary.contracts.schemas.shape import Conjunction, Form, Shape, all_listed, multiple_of_all
from boundary.contracts.schemas.values import KINDS, Kind, exact, matches, numeric

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

PRODUCT = 64
"""Alternatives of one type that putting two forms together may give; more are kept as written, undecided."""

UNION = 400
"""Alternatives of one type that one schema may list."""

_MERGED = (
    "excluded", "multiples", "patterns", "formats", "required", "hidden", "conditions", "nots", "opaque",
)  # fmt: skip
_FIRST = ("integer", "unique", "valued", "closer", "wire", "branch")


def everything(home: Node) -> Form:
    """The form that refuses nothing."""
    return {kind: (Shape(home),) for kind in KINDS}


def meet(side: Side, left: Form, right: Form, node: Node) -> Form:
    """What both forms allow; ``node`` wrote the right one."""
    found: Form = {}
    for kind, ours in left.items():
        theirs = right.get(kind, ())
        if len(theirs) == 1 and theirs[0].free:
            shapes = ours
        elif len(ours) == 1 and ours[0].free:
            shapes = theirs
        elif len(ours) * len(theirs) > PRODUCT:
            shapes = tuple(opaque(one, "allOf", node) for one in ours)
        else:
            products = (meet_shapes(side, one, other, kind) for one in ours for other in theirs)
            shapes = tuple(shape for shape in products if shape is not None)
        if shapes:
            found[kind] = shapes
    return found


def opaque(shape: Shape, keyword: str, node: Node) -> Shape:
    """The shape with one more constraint that is not looked into."""
    closed = shape.copy()
    closed.opaque = {**shape.opaque, id(node.value): (keyword, node)}
    return closed


def union(forms: Iterable[Form], keyword: str, node: Node) -> Form:
    """What one of several forms allows, ``keyword`` of ``node`` having them."""
    listed = list(forms)
    found: Form = {}
    for kind in KINDS:
        shapes = list({id(shape): shape for form in listed for shape in form.get(kind, ())}.values())
        free = next((shape for shape in shapes if shape.free), None)
        if free is not None:
            shapes = [free]
        elif len(shapes) > UNION:
            shapes = [opaque(Shape(node), keyword, node)]
        else:
            shapes = _values_together(shapes, node, kind)
        if shapes:
            found[kind] = tuple(shapes)
    return found


def _values_together(shapes: list[Shape], node: Node, kind: Kind) -> list[Shape]:
    """Alternatives that only list values are one list of values."""
    listing = [shape for shape in shapes if shape.values is not None and shape.wire is None and not _more(shape)]
    if len(listing) < 2:
        return shapes
    together = Shape(node)
    together.values = {key: value for shape in listing for key, value in (shape.values or {}).items()}
    together.valued = node
    if all_listed(together, kind):
        return [Shape(node)]
    return [together, *(shape for shape in shapes if shape not in listing)]


def _more(shape: Shape) -> bool:
    rest = shape.copy()
    rest.values = None
    return not rest.free


def meet_shapes(side: Side, one: Shape, other: Shape, kind: Kind) -> Shape | None:
    """What both alternatives allow; None when that is nothing for sure."""
    if one is other:
        return one
    found = one.copy()
    for name in _MERGED:
        if theirs := getattr(other, name):
            setattr(found, name, {**getattr(one, name), **theirs})
    for name in _FIRST:
        setattr(found, name, getattr(one, name) or getattr(other, name))
    found.label = one.label or other.label
    found.via = one.via or other.via
    for name, limit in other.limits.items():
        found.limit(name, limit)
    if other.values is not None:
        mine = one.values
        found.values = other.values if mine is None else {key: mine[key] for key in mine if key in other.values}
    if kind == "array":
        _meet_arrays(side, found, one, other)
    elif kind == "object":
        _meet_objects(side, found, one, other)
    return sound(found, kind)


def _meet_arrays(side: Side, found: Shape, one: Shape, other: Shape) -> None:
    length = max(len(one.prefix), len(other.prefix))
    if other.prefix or other.rest:
        pairs = [(item_at(one, index), item_at(other, index)) for index in range(length)]
        found.prefix = tuple(side.both(mine, theirs, found.home) for mine, theirs in pairs)
        found.rest = side.either(one.rest, other.rest)
    found.contains = one.contains + other.contains


def item_at(shape: Shape, index: int) -> Conjunction | None:
    """The schema of a member of an array; None when anything goes."""
    return shape.prefix[index] if index < len(shape.prefix) else shape.rest


def _meet_objects(side: Side, found: Shape, one: Shape, other: Shape) -> None:
    if other.properties or other.patterned or other.extra:
        names = dict.fromkeys((*one.properties, *other.properties))
        found.properties = {
            name: side.both(value_of(side, one, name), value_of(side, other, name), found.home) for name in names
        }
        patterns = dict.fromkeys((*one.patterned, *other.patterned))
        found.patterned = {
            name: side.both(one.patterned.get(name) or one.extra, other.patterned.get(name) or other.extra, found.home)
            for name in patterns
        }
        found.extra = side.either(one.extra, other.extra)
    elif one.extra is not None or one.patterned:
        pass  # what the other says of no property is no matter here
    found.names = side.either(one.names, other.names)


def value_of(side: Side, shape: Shape, name: str) -> Conjunction | None:
    """The schema of the value of a property, declared or not; None when anything goes."""
    if (declared := shape.properties.get(name)) is not None:
        return declared
    matched = [schema for pattern, schema in shape.patterned.items() if matches(pattern, name)]
    if not matched:
        return shape.extra
    found = matched[0]
    for schema in matched[1:]:
        found = side.both(found, schema, found.home)
    return found


def sound(shape: Shape, kind: Kind) -> Shape | None:
    """The shape, without listed values that its other constraints refuse; None when nothing is left."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"),
                      ("minProperties", "maxProperties")):  # fmt: skip
        least, most = shape.limits.get(low), shape.limits.get(high)
        if (
            least
            and most
            and (least.value > most.value or (least.value == most.value and (least.strict or most.strict)))
        ):
            return None
    if kind == "object" and any(name in shape.properties and shape.properties[name].refused for name in shape.required):
        return None
    if shape.values is not None:
        left = {key: value for key, value in shape.values.items() if key not in shape.excluded and within(shape, value)}
        if not left:
            return None
        if len(left) < len(shape.values):
            shape = shape.copy()
            shape.values = left
    return shape


def within(shape: Shape, value: object) -> bool:
    """Whether a scalar keeps to the limits, patterns and steps of a shape; what cannot be told is allowed."""
    if isinstance(value, str):
        size: object = len(value)
        low, high = shape.limits.get("minLength"), shape.limits.get("maxLength")
        if any(matches(pattern, value) is False for pattern in shape.patterns):
            return False
    elif numeric(value):
        size = exact(value)  # type: ignore[arg-type]
        low, high = shape.limits.get("minimum"), shape.limits.get("maximum")
        step = multiple_of_all(shape)
        if step is not None and size % step != 0:
            return False
    else:
        return True
    if low is not None and (size < low.value or (low.strict and size == low.value)):  # type: ignore[operator]
        return False
    return high is None or not (size > high.value or (high.strict and size == high.value))  # type: ignore[operator]
