"""Enumerations compared by the numbers of their values; aliases are several names of one number."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.contracts.protobuf.declared import Enum, Value
from boundary.contracts.protobuf.messages import reserved
from boundary.contracts.protobuf.sides import Found


def enum(old: Enum, new: Enum) -> Iterator[Found]:
    """The differences of two enumerations."""
    before, after = _by_number(old), _by_number(new)
    for number, values in before.items():
        others = {value.name: value for value in after.get(number, ())}
        if not others:
            yield _gone(number, values, new)
            continue
        lost = [value for value in values if value.name not in others]
        if lost:
            other = next(iter(others.values()))
            yield Found(
                "enum-value-same-name", lost[0], other, {"number": number, "one": lost[0].name, "two": other.name}
            )
    for number, values in after.items():
        if number not in before:
            yield Found("enum-value-added", None, values[0], {"number": number})
    used = {value.number: value.name for value in new.values}
    yield from reserved("reserved-enum-no-delete", old, new, (old.reserved, new.reserved), used)
    if old.closed != new.closed:
        yield Found("enum-same-type", old, new, {"what": "closed" if new.closed else "open"})
    if old.strict_json and not new.strict_json:
        yield Found("enum-same-json-format", old, new)


def _by_number(enum: Enum) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for value in enum.values:
        found.setdefault(value.number, []).append(value)
    return found


def _gone(number: int, values: list[Value], new: Enum) -> Found:
    moved = next((value for value in new.values if value.name == values[0].name), None)
    told = {"number": number, "now": f"; the name has number {moved.number} now" if moved else ""}
    if not new.reserved.has(number):
        return Found("enum-value-no-delete-unless-number-reserved", values[0], None, told)
    if not {value.name for value in values} <= new.reserved.names:
        return Found("enum-value-no-delete-unless-name-reserved", values[0], None, told)
    return Found("enum-value-no-delete", values[0], None, told)
