"""JSON values: their type, equality as JSON Schema has it, and formats that lie within one another."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from boundary.contracts.schemas.languages import machine

Kind = Literal["null", "boolean", "number", "string", "array", "object"]

KINDS: tuple[Kind, ...] = ("null", "boolean", "number", "string", "array", "object")

_WITHIN = {
    "int32": ("int64",),
    "float": ("double",),
    "uri": ("uri-reference", "iri", "iri-reference", "url"),
    "url": ("uri", "uri-reference", "iri", "iri-reference"),
    "uri-reference": ("iri-reference",),
    "iri": ("iri-reference",),
    "email": ("idn-email",),
    "hostname": ("idn-hostname",),
    "int8": ("int16", "int32", "int64"),
    "int16": ("int32", "int64"),
}
"""Each format's values are values of these formats, too (OpenAPI's format registry, JSON Schema validation 7.3)."""

MOST_VALUES = 1000
"""Values of one list that are told to be gone, or to be new: nobody reads more of them."""

LENGTHS = {"uuid": (36, 36), "date": (10, 10), "date-time": (20, None), "ipv4": (7, 15), "email": (3, None)}
"""How long texts of a format are, at least and at most."""

FORMATS = {
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "ipv4": r"\d{1,3}(\.\d{1,3}){3}",
    "email": r"[^@\s]+@[^@\s]+",
    "uri": r"[A-Za-z][\w+.-]*:\S*",
}
"""What whole texts of a format look like: all of them do, though not all that do are of the format."""

_DANGEROUS = re.compile(r"[*+}]\)*[*+{]|\)[*+{]|\\[1-9]|\(\?[=!<P(]")
"""Repetitions of repetitions, back references and look-around: what a search may take for ever over."""

_LONGEST = 300


def kind_of(value: Any) -> Kind:
    """The JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def canonical(value: Any) -> Any:
    """A hashable form that is equal for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    kind = kind_of(value)
    if kind == "number":
        return kind, exact(value)
    if kind == "array":
        return kind, tuple(canonical(item) for item in value)
    if kind == "object":
        return kind, frozenset((key, canonical(item)) for key, item in value.items())
    return kind, value


def exact(number: float) -> int | Fraction:
    """A number as written: 0.1 is a tenth."""
    if isinstance(number, int):
        return number
    value = Fraction(repr(number))
    return int(value) if value.denominator == 1 else value


def numeric(value: Any) -> bool:
    """Whether a value is a number: flags are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def format_within(one: str, other: str) -> bool:
    """Whether every value of a format is one of another, too."""
    return one == other or other in _WITHIN.get(one, ())


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str] | None:
    """A pattern that is safe to search with; None where it is not, or no dialect of ours."""
    if len(pattern) > _LONGEST or _DANGEROUS.search(pattern):
        return None
    try:
        return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern).replace(r"\p{", r"\x00{"), re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in a text; None when we cannot tell."""
    if len(text) > _LONGEST:
        return None
    compiled = expression(pattern)
    if compiled is not None:
        return compiled.search(text) is not None
    careful = machine(pattern)
    return careful.matches(text) if careful is not None else None
