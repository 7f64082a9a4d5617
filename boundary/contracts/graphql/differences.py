"""Two schemas compared by what queries that were valid, and code that reads answers, meet in the new one.

Names of differences are those of GraphQL Inspector where the meaning is the same. Whether a type is sent or answered
decides what is harmless: a new value of an enumeration surprises only who reads it, a lost one only who sends it.
Source for validity: https://spec.graphql.org/September2025 , sections 5 (validation) and 3.6 to 3.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from boundary.contracts.graphql.declared import Directive, Part, Type
from boundary.contracts.graphql.schema import Schema, replaces

Declared = Part | Type | Directive
Direction = Literal["request", "response", ""]

_FROM_CLIENTS = frozenset(
    ("QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT")
)
"""Places in what clients write; directives of the other places are between the schema and its server."""


class Found(NamedTuple):
    """A difference: the id of its row in the grading table, both declarations, the type (or directive) and the field
    that it is in, and what the row's message is filled with. ``minor`` ones harm nobody, or are told elsewhere."""

    id: str
    old: Declared | None
    new: Declared | None
    within: str
    field: str = ""
    values: Mapping[str, object] = {}
    direction: Direction = ""
    minor: bool = False


def differences(old: Schema, new: Schema) -> Iterator[Found]:
    """All differences of two schemas."""
    renamed = {old.roots[kind]: new.roots[kind] for kind in old.roots.keys() & new.roots.keys()}
    for kind, root in old.roots.items():
        other = new.roots.get(kind)
        if other != root:
            told = {"kind": kind, "now": other or "gone"}
            target = new.types.get(other or "")
            yield Found("schema-root-type-changed", old.types[root], target, root, values=told, minor=other is not None)
    for name, one in old.types.items():
        two = new.types.get(renamed.get(name, name))
        yield from _gone(old, one) if two is None else _type(old, new, one, two)
    known = {renamed.get(name, name) for name in old.types}
    yield from (Found("type-added", None, one, name) for name, one in new.types.items() if name not in known)
    yield from _directives(old, new)


def _gone(old: Schema, one: Type) -> Iterator[Found]:
    """A type that answers may have is asked for by its name; of the others those that refer to it tell."""
    asked = one.kind in ("object", "interface") and one.names and old.used(one.name, "response")
    yield Found("type-removed", one, None, one.name, minor=bool(old.roots) and not asked)


def _type(old: Schema, new: Schema, one: Type, two: Type) -> Iterator[Found]:
    if one.kind != two.kind:
        yield Found("type-kind-changed", one, two, one.name, values={"one": one.kind, "two": two.kind})
    elif one.kind in ("object", "interface"):
        yield from _fields(one, two)
        yield from _interfaces(one, two)
    elif one.kind == "input":
        if one.exclusive != two.exclusive:
            row = f"input-one-of-{'added' if two.exclusive else 'removed'}"
            yield Found(row, one, two, one.name, direction="request")
        yield from _inputs("input-field", one.name, "", (one.parts, two.parts))
    elif one.kind == "enum":
        yield from _values(old, new, one, two)
    else:
        yield from _members(one, two)


def _by_name(parts: tuple[Part, ...]) -> dict[str, Part]:
    return {part.name: part for part in parts}


def _fields(one: Type, two: Type) -> Iterator[Found]:
    before, after = _by_name(one.parts), _by_name(two.parts)
    for name, field in before.items():
        other = after.get(name)
        if other is None:
            yield Found("field-removed", field, None, one.name, name, direction="response")
            continue
        if field.type != other.type:
            told = {"one": field.type, "two": other.type}
            safe = replaces(other.type, field.type)
            yield Found("field-type-changed", field, other, one.name, name, told, "response", safe)
        if other.deprecated and not field.deprecated:
            yield Found("field-deprecation-added", field, other, one.name, name)
        yield from _inputs("field-argument", one.name, name, (field.arguments, other.arguments))
    yield from (Found("field-added", None, part, one.name, name) for name, part in after.items() if name not in before)


def _interfaces(one: Type, two: Type) -> Iterator[Found]:
    for name in one.names:
        if name not in two.names:
            yield Found("object-type-interface-removed", one, two, one.name, name, direction="response")
    for name in two.names:
        if name not in one.names:
            yield Found("object-type-interface-added", one, two, one.name, name, direction="response")


def _inputs(row: str, within: str, field: str, sides: tuple[tuple[Part, ...], tuple[Part, ...]]) -> Iterator[Found]:
    """Arguments, or fields of inputs: what clients send."""
    before, after = map(_by_name, sides)
    for name, part in before.items():
        other = after.get(name)
        inner = f"{field}({name})" if field else name
        if other is None:
            yield Found(f"{row}-removed", part, None, within, inner, direction="request")
            continue
        if part.type != other.type:
            told = {"one": part.type, "two": other.type}
            safe = replaces(part.type, other.type)
            yield Found(f"{row}-type-changed", part, other, within, inner, told, "request", safe)
        if part.default != other.default:
            defaults = {"one": part.default or "none", "two": other.default or "none"}
            yield Found(f"{row}-default-changed", part, other, within, inner, defaults, "request", part.default is None)
    for name, part in after.items():
        if name not in before:
            inner = f"{field}({name})" if field else name
            what = "required" if part.required else "optional"
            yield Found(f"{row}-added", None, part, within, inner, {"what": what}, "request", not part.required)


def _values(old: Schema, new: Schema, one: Type, two: Type) -> Iterator[Found]:
    before, after = _by_name(one.parts), _by_name(two.parts)
    for name, value in before.items():
        if name not in after:
            sent = old.used(one.name, "request")
            row = "enum-value-removed" if sent else "enum-value-no-longer-answered"
            unused = not sent and not old.used(one.name, "response")
            direction: Direction = "request" if sent else "response"
            yield Found(row, value, None, one.name, name, direction=direction, minor=unused)
        elif after[name].deprecated and not value.deprecated:
            yield Found("enum-value-deprecation-added", value, after[name], one.name, name)
    for name, value in after.items():
        if name not in before:
            unread = not new.used(one.name, "response")
            yield Found("enum-value-added", None, value, one.name, name, direction="response", minor=unread)


def _members(one: Type, two: Type) -> Iterator[Found]:
    for name in one.names:
        if name not in two.names:
            yield Found("union-member-removed", one, two, one.name, name, direction="response")
    for name in two.names:
        if name not in one.names:
            yield Found("union-member-added", one, two, one.name, name, direction="response")


def _directives(old: Schema, new: Schema) -> Iterator[Found]:
    for name, one in old.directives.items():
        two = new.directives.get(name)
        places = one.places & _FROM_CLIENTS
        if two is None:
            yield Found("directive-removed", one, None, f"@{name}", direction="request", minor=not places)
            continue
        for place in sorted(one.places - two.places):
            harmless = place not in _FROM_CLIENTS
            yield Found("directive-location-removed", one, two, f"@{name}", place, direction="request", minor=harmless)
        found = _inputs("directive-argument", f"@{name}", "", (one.arguments, two.arguments))
        yield from (each._replace(minor=each.minor or not places) for each in found)
    yield from (
        Found("directive-added", None, one, f"@{name}")
        for name, one in new.directives.items()
        if name not in old.directives
    )
