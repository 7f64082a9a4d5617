"""Some values that a schema allows, made from its normal form: candidates for witnesses.

They have declared properties only, and are checked by who uses them: what is made here may still be refused by a
keyword that is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from boundary.contracts.schemas.accept import allowed, formatted
from boundary.contracts.schemas.meet import item_at, within
from boundary.contracts.schemas.patterns import text_of
from boundary.contracts.schemas.scalars import numbers
from boundary.contracts.schemas.shape import Conjunction, Shape
from boundary.contracts.schemas.values import KINDS, Kind, canonical, matches

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

_DEEPEST = 5
_MOST = 8
_LONG = 2000

_FORMATTED = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "uuid": "0b0e7a60-5d3c-4c3b-8b52-2a6c8a1f0b11",
    "email": "a@example.org",
    "idn-email": "a@example.org",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.org/a",
    "url": "https://example.org/a",
    "uri-reference": "/a",
    "byte": "YQ==",
    "json-pointer": "/a",
    "regex": "a",
}

_TEXTS = ("a", "", "1", "A", "a1", "x-y", "zz zz", "0", "abc", "z", "-", "12345", "é", "_", "10:30", "a.b", "A1")


def samples(side: Side, schema: Conjunction, depth: int = 0) -> list[Any]:
    """A few values that a schema allows, simple ones first; none when we find none."""
    if depth > _DEEPEST or schema.refused:
        return []
    if schema.examples is None:
        schema.examples = []  # what contains itself has, for itself, none
        schema.examples = _examples(side, schema, depth)
    return schema.examples


def _examples(side: Side, schema: Conjunction, depth: int) -> list[Any]:
    form = side.form(schema)
    found: list[Any] = []
    for kind in sorted(form, key=lambda one: (one == "null", KINDS.index(one))):
        for shape in form[kind][:_MOST]:
            found += islice(_made(side, shape, kind, depth), 4)
    return [value for value in found if allowed(side, schema, value)][: 4 * _MOST]


def samples_of(side: Side, shape: Shape, kind: Kind) -> list[Any]:
    """A few values of one alternative; whether the schema that has it allows them is for the caller to check."""
    return list(islice(_made(side, shape, kind, 0), 4 * _MOST))


def _made(side: Side, shape: Shape, kind: Kind, depth: int) -> list[Any]:
    if shape.values is not None:
        return list(shape.values.values())
    if kind == "null":
        return [None]
    if kind == "boolean":
        return [value for value in (True, False) if canonical(value) not in shape.excluded]
    if kind == "number":
        return numbers(shape)
    if kind == "string":
        return texts(shape)
    return _arrays(side, shape, depth) if kind == "array" else objects(side, shape, depth)


def texts(shape: Shape) -> list[str]:
    """Some texts that a shape allows."""
    low, high = shape.limits.get("minLength"), shape.limits.get("maxLength")
    lengths = [int(limit.value) for limit in (low, high) if limit is not None and 0 <= limit.value <= _LONG]
    formatted = [_FORMATTED[name] for name in shape.formats if name in _FORMATTED]
    candidates = formatted or [*("a" * length for length in lengths), *_TEXTS]
    if shape.patterns and (made := text_of(shape).text) is not None:
        candidates = [made, *candidates]
    for pattern in shape.patterns:
        candidates = [*_like(pattern), *candidates]
    return good_texts(shape, candidates)


def good_texts(shape: Shape, candidates: Iterable[str]) -> list[str]:
    """Those texts that a shape allows."""
    return [
        text
        for text in dict.fromkeys(candidates)
        if all(matches(pattern, text) for pattern in shape.patterns)
        and within(shape, text)
        and canonical(text) not in shape.excluded
        and all(formatted(name, text) for name in shape.formats)
    ]


def _like(pattern: str) -> list[str]:
    """Texts that begin as a pattern does, as far as it is plain."""
    plain = ""
    for sign in pattern.removeprefix("^"):
        if not (sign.isalnum() or sign in "-_/ :@#"):
            break
        plain += sign
    return [plain, plain + "a", plain + "1"] if plain else []


def _arrays(side: Side, shape: Shape, depth: int) -> list[Any]:
    low, high = shape.limits.get("minItems"), shape.limits.get("maxItems")
    least = int(low.value) if low is not None else 0
    most = int(high.value) if high is not None else max(least, len(shape.prefix), 2)
    wanted = [samples(side, contained.schema, depth + 1) for contained in shape.contains]
    found: list[Any] = []
    for length in dict.fromkeys((least, min(most, max(least, 1)), min(most, max(least, len(shape.prefix))))):
        if length > 20:
            continue
        value: list[Any] = []
        for index in range(length):
            schema = item_at(shape, index)
            options = samples(side, schema, depth + 1) if schema is not None else ["a", "b", 1, 2, 3, 4, 5]
            options = (wanted[index][:1] if index < len(wanted) else []) + options
            if shape.unique is not None:
                options = [one for one in options if canonical(one) not in {canonical(item) for item in value}]
            if not options:
                break
            value.append(options[0])
        if len(value) == length:
            found.append(value)
    return found


def objects(side: Side, shape: Shape, depth: int) -> list[Any]:
    """Some objects that a shape allows: with what is required only, with everything, with each optional property."""
    values = {name: samples(side, schema, depth + 1)[:1] for name, schema in list(shape.properties.items())[:40]}
    needed: dict[str, Any] = {}
    for name in shape.required:
        options = values.get(name) or ([] if name in shape.properties else ["a"])
        if not options:
            return []
        needed[name] = options[0]
    full = {name: options[0] for name, options in values.items() if options}
    low = shape.limits.get("minProperties")
    if low is not None and shape.extra is not None and not shape.extra.refused:
        more = samples(side, shape.extra, depth + 1)[:1]
        for index in range(min(int(low.value), 20)):
            if more and len(needed) < low.value:
                needed[f"a{index}"] = more[0]
    single = [{**needed, name: value} for name, value in full.items() if name not in needed]
    return [needed, {**needed, **full}, *single]
