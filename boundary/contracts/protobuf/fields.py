"""Fields compared by their numbers: what goes, comes, or becomes something else.

Sources: https://protobuf.dev/programming-guides/proto3#updating ; names of differences are those of ``buf breaking``
where the meaning is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boundary.contracts.protobuf.declared import Field, Message, Presence
from boundary.contracts.protobuf.linking import SCALARS, Files
from boundary.contracts.protobuf.sides import Found, Sides
from boundary.contracts.protobuf.wire import Harm

_SINGULAR = ("implicit", "explicit", "required")
_TYPES: Mapping[Harm, str] = {
    "source": "field-same-type",
    "json": "field-wire-json-compatible-type",
    "wire": "field-wire-compatible-type",
}
_SPELLED: Mapping[Presence, str] = {
    "implicit": "singular",
    "explicit": "optional",
    "required": "required",
    "repeated": "a list",
    "map": "a map",
}
_NEUTRAL = ("", "0", "0.0", "false")


def fields(sides: Sides, old: Message, new: Message) -> Iterator[Found]:
    """The differences of two messages' fields."""
    before = {field.number: field for field in old.fields}
    after = {field.number: field for field in new.fields}
    for number, field in before.items():
        if number in after:
            yield from pair(sides, field, after[number])
        else:
            yield _gone(field, new)
    for number, field in after.items():
        if number not in before:
            required = field.presence == "required"
            told = {"what": "added", "move": "added"}
            yield Found("message-same-required-fields" if required else "field-added", None, field, told)


def _gone(field: Field, new: Message) -> Found:
    moved = next((other for other in new.fields if other.name == field.name), None)
    values = {"now": f"; the name has number {moved.number} now" if moved else ""}
    if field.presence == "required":
        return Found("message-same-required-fields", field, None, {"what": "removed", "move": "removed"})
    if not new.reserved.has(field.number):
        return Found("field-no-delete-unless-number-reserved", field, None, values)
    if field.name not in new.reserved.names:
        return Found("field-no-delete-unless-name-reserved", field, None, values)
    return Found("field-no-delete", field, None, values)


def pair(sides: Sides, old: Field, new: Field) -> Iterator[Found]:
    """The differences of two fields that have the same number."""
    harm = sides.types(old, new)
    cardinality = _cardinality(sides, old, new, harm)
    told = {"one": typed(sides.old, old), "two": typed(sides.new, new)}
    maps = {old.presence, new.presence} == {"map", "repeated"}
    if cardinality:
        yield cardinality
    if harm and not maps:
        yield Found(_TYPES[harm], old, new, told)
    if old.name != new.name:
        # Of a field that is another one altogether the type is told, which is worse.
        yield Found("field-same-name", old, new, minor=harm == "wire")
    elif json_name(old) != json_name(new):
        yield Found("field-same-json-name", old, new, {"one": json_name(old), "two": json_name(new)})
    if not harm:
        yield from _options(sides, old, new)


def _cardinality(sides: Sides, old: Field, new: Field, harm: Harm) -> Found | None:
    one, two = _presence(sides.old, old), _presence(sides.new, new)
    told = {"one": _SPELLED[one], "two": _SPELLED[two]}
    if one == two:
        return None
    if "required" in (one, two) and {one, two} <= set(_SINGULAR):
        required = two == "required"
        done = {"what": "made required" if required else "made optional", "move": "added" if required else "removed"}
        return Found("message-same-required-fields", old, new, done)
    if {one, two} == {"implicit", "explicit"}:
        # What is of another type, or in another oneof, has another presence because of that, which is told.
        same = harm != "wire" and old.oneof == new.oneof
        return Found("field-same-cardinality", old, new, told) if same else None
    if {one, two} == {"map", "repeated"} and _is_entry(sides, old, new):
        return Found("field-wire-json-compatible-cardinality", old, new, told)
    return Found("field-wire-compatible-cardinality", old, new, told)


def _presence(files: Files, field: Field) -> Presence:
    """The presence of a field; that a message is missing can always be told."""
    message = field.type not in SCALARS and files.type_of(field) not in files.enums
    return "explicit" if field.presence == "implicit" and message else field.presence


def _is_entry(sides: Sides, old: Field, new: Field) -> bool:
    """Whether the message of a repeated field has the shape that a map's entries have: the key as 1, the value as 2."""
    mapped, listed = (old, new) if old.key else (new, old)
    keeper, other = (sides.old, sides.new) if old.key else (sides.new, sides.old)
    entry = other.messages.get(other.type_of(listed))
    by_number = {field.number: field for field in entry.fields} if entry else {}
    if set(by_number) != {1, 2} or any(field.presence not in _SINGULAR for field in by_number.values()):
        return False
    value = other.type_of(by_number[2])
    names = (keeper.type_of(mapped), value) if old.key else (value, keeper.type_of(mapped))
    return by_number[1].type == mapped.key and not sides.named(*names)


def _options(sides: Sides, old: Field, new: Field) -> Iterator[Found]:
    one, two = _default(sides.old, old), _default(sides.new, new)
    if one != two:
        yield Found("field-same-default", old, new, {"one": one, "two": two})
    one, two = (field.options.get("jstype", "JS_NORMAL") for field in (old, new))
    if one != two:
        yield Found("field-same-jstype", old, new, {"one": one, "two": two})
    if old.type == "string" and old.checked_utf8 != new.checked_utf8:
        told = {"what": "is" if new.checked_utf8 else "is no longer"}
        own = any("features.utf8_validation" in field.options for field in (old, new))
        yield Found("field-same-utf8-validation", old, new, told, minor=not own)


def _default(files: Files, field: Field) -> str:
    """What a reader takes for a field that is missing; of an enumeration its first value, by number."""
    written = field.options.get("default", "")
    enum = files.enums.get(files.type_of(field))
    if enum is None or field.presence in ("repeated", "map"):
        return "none" if written in _NEUTRAL else written
    first = enum.values[0].number if enum.values else 0
    return f"number {next((value.number for value in enum.values if value.name == written), first)}"


def json_name(field: Field) -> str:
    """The name of a field in JSON: ``itemId`` for ``item_id`` when it has none of its own."""
    if "json_name" in field.options:
        return field.options["json_name"]
    head, *rest = field.name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def typed(files: Files, field: Field) -> str:
    """The type of a field as a reader would write it."""
    name = files.type_of(field)
    return f"map<{field.key}, {name}>" if field.key else name
