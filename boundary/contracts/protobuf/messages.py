"""Messages compared: fields, alternatives, and the numbers and names that are kept free.

What moves into and out of a ``oneof`` without harm: https://protobuf.dev/programming-guides/proto3#oneof-backward .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from boundary.contracts.protobuf.declared import Declared, Message, Range, Reserved
from boundary.contracts.protobuf.fields import fields
from boundary.contracts.protobuf.sides import Found, Sides

_ACCESSOR = "no_standard_descriptor_accessor"


def message(sides: Sides, old: Message, new: Message) -> Iterator[Found]:
    """The differences of two messages."""
    yield from fields(sides, old, new)
    yield from _alternatives(old, new)
    used = {field.number: field.name for field in new.fields}
    yield from reserved("reserved-message-no-delete", old, new, (old.reserved, new.reserved), used)
    for first, last in uncovered(old.extensions, new.extensions):
        yield Found(
            "extension-message-no-delete", old, new, {"numbers": spelled(first, last)}, part=spelled(first, last)
        )
    if old.strict_json and not new.strict_json:
        yield Found("message-same-json-format", old, new)
    if new.options.get(_ACCESSOR) == "true" != old.options.get(_ACCESSOR):
        yield Found("message-no-remove-standard-descriptor-accessor", old, new)


def _alternatives(old: Message, new: Message) -> Iterator[Found]:
    """Fields that are in another ``oneof`` than before. One that has another name and the same fields is renamed."""
    after = {field.number: field for field in new.fields}
    kept = [(field, after[field.number]) for field in old.fields if field.number in after]
    members = {name: {one.number for one, _ in kept if one.oneof == name} for name in old.oneofs}
    joined = {name: {two.number for _, two in kept if two.oneof == name} for name in new.oneofs}
    renamed = set[str]()
    for one, two in kept:
        if one.oneof == two.oneof:
            continue
        before, now = members.get(one.oneof, set()), joined.get(two.oneof, set())
        if one.oneof and two.oneof and before == now:
            if one.oneof not in renamed:
                renamed.add(one.oneof)
                yield Found("oneof-no-delete", old, new, {"one": one.oneof, "two": two.oneof}, part=one.oneof)
            continue
        alone = len(before) <= 1 and len(now) <= 1 and _size(old, one.oneof) <= 1
        row = "field-moved-alone" if alone else "field-same-oneof"
        yield Found(row, one, two, {"one": one.oneof or "none", "two": two.oneof or "none"})


def _size(message: Message, oneof: str) -> int:
    return sum(field.oneof == oneof for field in message.fields) if oneof else 0


def reserved(
    row: str, old: Declared, new: Declared, kept: tuple[Reserved, Reserved], used: dict[int, str]
) -> Iterator[Found]:
    """Numbers and names that were reserved and are no longer; ``used`` are those that the new side gives a meaning."""
    before, after = kept
    for first, last in uncovered(before.ranges, after.ranges):
        again = [name for number, name in sorted(used.items()) if first <= number <= last]
        told = spelled(first, last)
        yield Found(row, old, new, {"what": told, "now": _now(again)}, severe=bool(again), part=told)
    for name in sorted(before.names - after.names):
        again = [name] if name in used.values() else []
        told = f'name "{name}"'
        yield Found(row, old, new, {"what": told, "now": _now(again)}, severe=bool(again), part=told)


def _now(again: list[str]) -> str:
    return f"used by {again[0]} now" if again else "free for another meaning now"


def uncovered(old: Iterable[Range], new: Iterable[Range]) -> Iterator[Range]:
    """The parts of the old ranges that no new one covers."""
    covers = sorted(new)
    for first, last in sorted(old):
        at = first
        for start, end in covers:
            if end < at:
                continue
            if start > last:
                break
            if start > at:
                yield at, start - 1
            at = max(at, end + 1)
        if at <= last:
            yield at, last


def spelled(first: int, last: int) -> str:
    """A range in words."""
    return f"number {first}" if first == last else f"numbers {first} to {last}"
