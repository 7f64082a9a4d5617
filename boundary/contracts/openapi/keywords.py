"""What differs between two schemas keyword by keyword, on one level: numbers, texts, types, values, properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.openapi.view import MISSING, View, listed_types, marks_of, type_set
from boundary.contracts.schemas.values import MOST_VALUES

NUMBERS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    "minProperties", "maxProperties", "minContains", "maxContains",
)  # fmt: skip
TEXTS = ("pattern", "contentEncoding", "contentMediaType", "const", "default", "multipleOf", "uniqueItems")
SCHEMAS = (
    "if", "then", "else", "not", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
    "additionalProperties", "contentSchema",
)  # fmt: skip
_FORMATS = (
    ("contentEncoding", "byte", "base64"), ("contentMediaType", "binary", "application/octet-stream"),
)  # fmt: skip
_INHERITED = frozenset(("read-only", "write-only"))
"""Marks that an object gives to its properties: what is required of an object is not required of what is in it."""
MAPPINGS = ("dependentRequired", "dependentSchemas", "patternProperties")
BRANCHES = ("oneOf", "anyOf", "allOf")
_BRANCHES = frozenset(BRANCHES)


class Written(NamedTuple):
    """One difference: ``keyword`` and ``move`` as ``schemas.Reason`` has them, ``at`` the path on the wire of the
    schema that has the keyword. ``inner`` when that is not the whole message, ``marks`` say what else a name depends
    on (``required``, ``default``, ``read-only``, ``write-only``, ``annotations``)."""

    keyword: str
    move: str
    at: str
    old: Node
    new: Node
    inner: bool
    subject: str = ""
    before: str = ""
    after: str = ""
    marks: frozenset[str] = frozenset()


Tell = Callable[..., Written]
"""Makes a difference of a keyword and a move at the place that is being compared."""


def on_this_level(left: View, right: View, tell: Tell, above: frozenset[str]) -> Iterator[Written]:
    """All differences of two schemas without what is below; ``above`` are the marks of the place."""
    yield from _limits(left, right, tell)
    yield from _plain(left, right, tell)
    yield from _flags(left, right, tell)
    yield from _discriminator(left, right, tell)
    yield from _elements(left, right, tell)
    yield from _types(left, right, tell)
    yield from _values(left, right, tell)
    yield from _properties(left, right, tell, above)


def _limits(left: View, right: View, tell: Tell) -> Iterator[Written]:
    for keyword in (*NUMBERS, *TEXTS):
        one, two = _said(left, keyword), _said(right, keyword)
        if one is two or (type(one) is type(two) and one == two) or _by_format(left, right, keyword, one, two):
            continue
        shown = {"before": _shown(one), "after": _shown(two)}
        if one is MISSING or two is MISSING:
            if not _is_default(keyword, two if one is MISSING else one):
                yield tell(keyword, "added" if one is MISSING else "removed", **shown)
        elif keyword in NUMBERS and _is_number(one) and _is_number(two):
            if one != two:
                yield tell(keyword, "raised" if two > one else "lowered", **shown)
        else:
            yield tell(keyword, "changed", **shown)


def _by_format(left: View, right: View, keyword: str, one: Any, two: Any) -> bool:
    """Whether one side says by a format what the other has a keyword for.

    See https://spec.openapis.org/oas/v3.1.1.html#migrating-binary-descriptions-from-oas-3-0 .
    """
    side, value = (left, two) if one is MISSING else (right, one)
    return (keyword, side.get("format"), value) in _FORMATS and MISSING in (one, two)


def _said(side: View, keyword: str) -> Any:
    """What a keyword says; an empty pattern and a flag that is off say nothing."""
    value = side.get(keyword)
    return (
        MISSING
        if (value is False and keyword not in ("const", "default")) or (keyword == "pattern" and value == "")
        else value
    )


def _plain(left: View, right: View, tell: Tell) -> Iterator[Written]:
    for keyword in SCHEMAS:
        one, two = left.get(keyword), right.get(keyword)
        if (one is MISSING or one is True) != (two is MISSING or two is True):
            yield tell(keyword, "added" if one is MISSING or one is True else "removed")
        elif isinstance(one, bool) != isinstance(two, bool):
            yield tell(keyword, "changed")
    for keyword in MAPPINGS:
        before, after = left.mapping(keyword), right.mapping(keyword)
        for name in before:
            if name not in after:
                yield tell(keyword, "removed", subject=name)
            elif keyword == "dependentRequired" and before[name].value != after[name].value:
                yield tell(keyword, "changed", subject=name)
        yield from (tell(keyword, "added", subject=name) for name in after if name not in before)
    before_items, after_items = left.members("prefixItems"), right.members("prefixItems")
    if len(before_items) != len(after_items):
        yield tell("prefixItems", "added" if len(after_items) > len(before_items) else "removed")


def _flags(left: View, right: View, tell: Tell) -> Iterator[Written]:
    for keyword in ("readOnly", "writeOnly", "deprecated"):
        one, two = left.get(keyword) is True, right.get(keyword) is True
        if one != two:
            yield tell(keyword, "added" if two else "removed")
        elif keyword == "deprecated" and two and left.get("x-sunset") != right.get("x-sunset"):
            yield tell(keyword, "changed")
    if left.get("x-stability-level") != right.get("x-stability-level"):
        yield tell("x-stability-level", "changed")


def _discriminator(left: View, right: View, tell: Tell) -> Iterator[Written]:
    one, two = left.get("discriminator"), right.get("discriminator")
    if one == two:
        return
    if one is MISSING or two is MISSING:
        yield tell("discriminator", "added" if one is MISSING else "removed")
        return
    names = [side.get("propertyName") if isinstance(side, dict) else side for side in (one, two)]
    if names[0] != names[1]:
        yield tell("discriminator", "changed", before=str(names[0]), after=str(names[1]))
    maps = [side.get("mapping") if isinstance(side, dict) else None for side in (one, two)]
    before, after = (side if isinstance(side, dict) else {} for side in maps)
    for name in before:
        if name not in after:
            yield tell("discriminator", "value-removed", subject=name)
        elif before[name] != after[name]:
            yield tell("discriminator", "retargeted", subject=name)
    yield from (tell("discriminator", "value-added", subject=name) for name in after if name not in before)


def _elements(left: View, right: View, tell: Tell) -> Iterator[Written]:
    """How values are written as XML (OpenAPI 3.1, XML object); prefixes are the writer's own matter."""
    one, two = (_element(side) for side in (left, right))
    if one != two:
        yield tell("xml", "changed", before=_shown(one), after=_shown(two))


def _element(side: View) -> dict[str, Any]:
    said = side.get("xml")
    known = {key: said.get(key) for key in ("namespace", "attribute", "wrapped")} if isinstance(said, dict) else {}
    named = said.get("name") if isinstance(said, dict) else None
    own = side.node.key if side.node.parent is not None and side.node.parent.key == "properties" else None
    return {
        **{key: value for key, value in known.items() if value},
        **({"name": named} if named not in (None, own) else {}),
    }


def _types(left: View, right: View, tell: Tell) -> Iterator[Written]:
    """Types together with formats, as people think of them; ``null`` apart."""
    listed = listed_types(left), listed_types(right)
    one, two = (kinds or type_set(side) for kinds, side in zip(listed, (left, right), strict=True))
    if (one is None or "null" in one) != (two is None or "null" in two) and one is not None and two is not None:
        yield tell("nullable", "added" if "null" in two else "removed")
    before, after = (None if side is None else side - {"null"} for side in (one, two))
    formats = [_format(left, right), _format(right, left)]
    if (before == after and formats[0] == formats[1]) or before == frozenset() or after == frozenset():
        return
    if any(kinds is None and not _BRANCHES.isdisjoint(side.keys) for kinds, side in ((before, left), (after, right))):
        return  # the types are said by the parts
    words = {"before": _type_text(before, formats[0]), "after": _type_text(after, formats[1])}
    if any(listed) and before is not None and after is not None:
        if after - before:
            yield tell("types", "widened", **words)
        if before - after:
            yield tell("types", "narrowed", **words)
        return
    marks = frozenset({"from-string"} if before == frozenset(("string",)) else ())
    yield tell("type", _type_move(before, after, formats), marks=marks, **words)


def _format(side: View, other: View) -> str:
    """The format of one side, "" also where the other says it by a keyword."""
    name = side.get("format")
    told = any(name == one and other.get(keyword) == value for keyword, one, value in _FORMATS)
    return name if isinstance(name, str) and not told else ""


def _type_move(before: frozenset[str] | None, after: frozenset[str] | None, formats: list[str]) -> str:
    if before == after:
        return "widened" if not formats[1] else "narrowed" if not formats[0] else _format_move(*formats)
    if after is None:
        return "widened-to-any"
    if before is None or _within(after, before):
        return "narrowed"
    return "widened" if _within(before, after) else "changed"


def _within(lesser: frozenset[str], greater: frozenset[str]) -> bool:
    return all(kind in greater or (kind == "integer" and "number" in greater) for kind in lesser)


_WIDER_FORMATS = {("int32", "int64"), ("float", "double"), ("date", "date-time")}


def _format_move(before: str, after: str) -> str:
    if (before, after) in _WIDER_FORMATS:
        return "widened"
    return "narrowed" if (after, before) in _WIDER_FORMATS else "changed"


def _type_text(kinds: frozenset[str] | None, form: str) -> str:
    shown = "any" if kinds is None else "/".join(sorted(kinds))
    return f"{shown} ({form})" if form else shown


def _values(left: View, right: View, tell: Tell) -> Iterator[Written]:
    for keyword in ("enum", "x-extensible-enum"):
        one, two = left.get(keyword), right.get(keyword)
        before = one if isinstance(one, list) else None
        after = two if isinstance(two, list) else None
        if before is None and after is not None:
            yield tell(keyword, "added")
        elif before is not None and after is None:
            yield tell(keyword, "removed")
        elif before is not None and after is not None:
            was, now = ({_exact(value) for value in side} for side in (before, after))
            for move, values, known in (("value-removed", before, now), ("value-added", after, was)):
                lost = (value for value in values if _exact(value) not in known)
                yield from (tell(keyword, move, subject=_shown(value)) for value in islice(lost, MOST_VALUES))


def _properties(left: View, right: View, tell: Tell, above: frozenset[str]) -> Iterator[Written]:
    before, after = left.mapping("properties"), right.mapping("properties")
    needed, now = left.required, right.required
    above &= _INHERITED
    for name, node in before.items():
        if name not in after:
            marks = marks_of(node) | frozenset({"required"} if name in needed else ())
            yield tell("property", "removed", subject=name, marks=above | marks)
    for name, node in after.items():
        if name not in before:
            marks = marks_of(node) | frozenset({"required"} if name in now else ())
            yield tell("property", "added", subject=name, marks=above | marks)
    for name in dict.fromkeys((*needed, *now)):
        if (name in needed) != (name in now) and (name in before) == (name in after):
            marks = marks_of(after[name]) if name in after else frozenset()
            yield tell("required", "added" if name in now else "removed", subject=name, marks=above | marks)


def _is_default(keyword: str, value: Any) -> bool:
    """Whether writing a keyword out changes nothing."""
    return keyword in ("minLength", "minItems", "minProperties") and value == 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _exact(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _shown(value: Any) -> str:
    if value is MISSING:
        return "none"
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
