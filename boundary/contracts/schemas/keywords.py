"""The keywords of one schema object, without its applicators, as shapes.

JSON Schema validation 2020-12, sections 6 and 7, and OpenAPI's differences from it: flags beside limits (3.0), formats
of numbers, ``byte`` and ``binary``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas.meet import sound
from boundary.contracts.schemas.shape import Conjunction, Contains, Form, Limit, Shape, all_listed, take_values
from boundary.contracts.schemas.values import KINDS, Kind, canonical, exact, kind_of, matches, numeric

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

_NUMBERS = frozenset(("int8", "int16", "int32", "int64", "float", "double"))
_COUNTS: dict[Kind, tuple[str, ...]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_NAMES: dict[str, Kind] = {**{kind: kind for kind in KINDS}, "integer": "number", "file": "string"}
_WORDS: dict[Kind, frozenset[str]] = {
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "string": frozenset(("minLength", "maxLength", "pattern")),
    "array": frozenset(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")),
    "object": frozenset((
        "properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties",
    )),
}  # fmt: skip
"""Keywords that say something of one type only."""
_APPLICATORS = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "$ref", "$dynamicRef", "$recursiveRef"))
_DEEPEST = 20
_ALL_WORDS = frozenset().union(*_WORDS.values())


def shapes_of(side: Side, node: Node) -> Form:
    """The form that the keywords of a schema object give, references and applicators left aside."""
    value = node.value
    types = _types(value)
    found: Form = {}
    for kind in KINDS:
        if types and kind not in {_NAMES[name] for name in types}:
            continue
        shape = Shape(node)
        _listed(shape, node, kind)
        _said(side, shape, node, kind, types)
        if (kept := sound(shape, kind)) is not None:
            found[kind] = (kept,)
    return found


def misplaced(side: Side, schema: Conjunction) -> Form:
    """What one schema object says of types that it does not have: nothing for whoever holds to it.

    Only where it stands for itself: what several schemas say together of a type that only some have is no mistake.
    """
    node = _sole(side, schema)
    value = node.value if node is not None else None
    if node is None or not isinstance(value, dict) or "type" not in value or _ALL_WORDS.isdisjoint(value):
        return {}
    types = _types(value)
    kinds = {_NAMES[name] for name in types}
    found: Form = {}
    for kind, words in _WORDS.items() if types and _APPLICATORS.isdisjoint(value) else ():
        if kind not in kinds and not words.isdisjoint(value):
            shape = Shape(node)
            _said(side, shape, node, kind, types)
            found[kind] = (shape,)
    return found


def _sole(side: Side, schema: Conjunction) -> Node | None:
    """The schema object that a conjunction is, looked for below applicators that list only one."""
    if len(schema.nodes) != 1:
        return None
    node = side.bare(schema.nodes[0])
    for _ in range(_DEEPEST):
        listed = node.child(next(iter(node.value))) if isinstance(node.value, dict) and len(node.value) == 1 else None
        if listed is None or listed.key not in ("allOf", "anyOf", "oneOf") or not isinstance(listed.value, list):
            return node
        parts = [part for _, part in listed.items()]
        if len(parts) != 1 or not isinstance(parts[0].value, dict):
            return node
        node = side.bare(parts[0])
    return None


def _said(side: Side, shape: Shape, node: Node, kind: Kind, types: list[str]) -> None:
    """Put the keywords for one type into a shape."""
    if kind == "number":
        _numbers(side, shape, node, types)
    elif kind == "string":
        _strings(shape, node)
    elif kind == "array":
        _arrays(side, shape, node)
    elif kind == "object":
        _objects(side, shape, node)
    for keyword in _COUNTS.get(kind, ()):
        number = node.value.get(keyword)
        if numeric(number) and (number > 0 or keyword.startswith("max")):
            shape.limit(keyword, Limit(exact(number), node, keyword))


def _types(value: dict[str, Any]) -> list[str]:
    said = value.get("type")
    names = said if isinstance(said, list) else [said]
    return [name for name in names if isinstance(name, str) and name in _NAMES]


def _listed(shape: Shape, node: Node, kind: Kind) -> None:
    value = node.value
    if isinstance(listed := value.get("enum"), list):
        take_values(shape, [one for one in listed if kind_of(one) == kind], node)
    if "const" in value:
        take_values(shape, [value["const"]] if kind_of(value["const"]) == kind else [], node)
    if all_listed(shape, kind):
        shape.values = shape.valued = None


def _numbers(side: Side, shape: Shape, node: Node, types: list[str]) -> None:
    value = node.value
    if "integer" in types and "number" not in types:
        shape.integer = node
    for low, strictly in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = side.dialect.flags and value.get(strictly) is True
        if numeric(value.get(low)):
            shape.limit(low, Limit(exact(value[low]), node, low, strict=flag))
        if numeric(value.get(strictly)):
            shape.limit(low, Limit(exact(value[strictly]), node, strictly, strict=True))
    step = value.get("multipleOf")
    if numeric(step) and step > 0:
        if exact(step) == 1:
            shape.integer = shape.integer or node
        else:
            shape.multiples = {exact(step): node}
    if isinstance(name := value.get("format"), str) and (name in _NUMBERS or (types and "string" not in types)):
        shape.formats = {name: node}


def _strings(shape: Shape, node: Node) -> None:
    value = node.value
    if isinstance(pattern := value.get("pattern"), str) and pattern not in ("", ".*", "^.*$", "^.*", ".*$", "^"):
        shape.patterns = {pattern: node}
    if isinstance(name := value.get("format"), str) and name not in _NUMBERS:
        shape.formats = {name: node}
    if value.get("contentEncoding") == "base64":
        shape.formats = {"byte": node}
    elif value.get("contentMediaType") == "application/octet-stream":
        shape.formats = {"binary": node}


def _arrays(side: Side, shape: Shape, node: Node) -> None:
    value = node.value
    items, first = node.child("items"), node.child("prefixItems")
    if side.dialect.tuples and items is not None and isinstance(items.value, list):
        first, items = items, node.child("additionalItems")
    if first is not None and isinstance(first.value, list):
        shape.prefix = tuple(side.conjunction((item,), item) for _, item in first.items())
    if items is not None and isinstance(items.value, dict | bool):
        shape.rest = side.told(items)
        if shape.rest is not None and shape.rest.refused:
            shape.rest = None
            shape.limit("maxItems", Limit(len(shape.prefix), node, "items"))
    if value.get("uniqueItems") is True:
        shape.unique = node
    contains = node.child("contains")
    if contains is not None and isinstance(contains.value, dict | bool):
        least, most = (value.get(keyword) for keyword in ("minContains", "maxContains"))
        least, most = (least if isinstance(least, int) else 1), (most if isinstance(most, int) else None)
        if least != 0 or most is not None:
            shape.contains = (Contains(side.conjunction((contains,), contains), node, least, most),)


def _objects(side: Side, shape: Shape, node: Node) -> None:
    value = node.value
    patterned = dict(_schemas(node.child("patternProperties")))
    shape.patterned = {name: side.conjunction((schema,), schema) for name, schema in patterned.items()}
    declared: dict[str, Any] = {}
    for name, schema in _schemas(node.child("properties")):
        if side.hides(schema):
            shape.hidden[name] = schema
            continue
        more = (other for pattern, other in patterned.items() if matches(pattern, name))
        declared[name] = side.conjunction((schema, *more), schema)
    shape.properties = declared
    names = value.get("required")
    if isinstance(names, list):
        shape.required = {name: node for name in names if isinstance(name, str) and name not in shape.hidden}
    additional = node.child("additionalProperties")
    if additional is not None and isinstance(additional.value, dict | bool):
        shape.extra = side.told(additional)
        shape.closer = ("additionalProperties", node)
    limits = node.child("propertyNames")
    if limits is not None and isinstance(limits.value, dict | bool):
        shape.names = side.told(limits)


def _schemas(node: Node | None) -> Iterable[tuple[str, Node]]:
    if node is None or not isinstance(node.value, dict):
        return ()
    return ((name, schema) for name, schema in node.items() if isinstance(schema.value, dict | bool))


def excluding(shape: Shape, values: Iterable[Any], node: Node) -> Shape:
    """The shape without these values."""
    less = shape.copy()
    less.excluded = {**shape.excluded, **{canonical(value): node for value in values}}
    return less
