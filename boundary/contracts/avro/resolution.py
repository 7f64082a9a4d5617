"""Whether a reader's schema can read what a writer's wrote, and where not.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution ; the names of what can be wrong are
those of Avro's ``SchemaIncompatibilityType``.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from boundary.contracts.avro.schema import Names, Schema, texts
from boundary.contracts.documents import Node

_PROMOTED = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
_LOGICAL = ("logicalType", "precision", "scale")


class Failure(msgspec.Struct, frozen=True, eq=False):
    """Why something cannot be read: the kind as Avro names it, where in the message, both places, and what about."""

    kind: str
    at: str
    reader: Node
    writer: Node
    subject: str
    reads: str = ""
    writes: str = ""


class Resolution:
    """One direction: what writers of one side write, read by the other side."""

    def __init__(self, reader: Names, writer: Names) -> None:
        self._reader = reader
        self._writer = writer
        self._seen: set[tuple[tuple[str, str, str], tuple[str, str, str]]] = set()

    def failures(self, reader: Schema, writer: Schema, at: str = "$") -> Iterator[Failure]:
        """What cannot be read; a pair that is met again holds, or was told before."""
        waiting = [(reader, writer, at)]
        while waiting:
            one, two, where = waiting.pop()
            pair = (one.identity, two.identity)
            if pair in self._seen:
                continue
            self._seen.add(pair)
            yield from self._pair(one, two, where, waiting)

    def _pair(
        self, reader: Schema, writer: Schema, at: str, waiting: list[tuple[Schema, Schema, str]]
    ) -> Iterator[Failure]:
        if writer.kind == "union":
            branches = [self._writer.schema(node, writer.space) for _, node in writer.node.items()]
            waiting += [(reader, branch, at) for branch in branches]
        elif reader.kind == "union":
            found = self._branch(reader, writer)
            if found is None:
                yield _failure("missing-union-branch", at, reader, writer, writer.short)
            else:
                waiting.append((found, writer, at))
        elif reader.kind != writer.kind and not _match(reader, writer):
            yield _failure("type-mismatch", at, reader, writer, writer.short)
        else:
            if not _match(reader, writer):
                yield _failure("name-mismatch", at, reader, writer, writer.short)
            yield from self._insides(reader, writer, at, waiting)

    def _insides(
        self, reader: Schema, writer: Schema, at: str, waiting: list[tuple[Schema, Schema, str]]
    ) -> Iterator[Failure]:
        """What two schemas of one kind hold; told even when their names already do not go together."""
        if reader.kind in ("array", "map"):
            key, mark = ("items", "[]") if reader.kind == "array" else ("values", "{}")
            inner = self._inner(reader, writer, key)
            if inner:
                waiting.append((*inner, at + mark))
        elif reader.kind == "record":
            yield from self._record(reader, writer, at, waiting)
        else:
            yield from _scalar(reader, writer, at)

    def _inner(self, reader: Schema, writer: Schema, key: str) -> tuple[Schema, Schema] | None:
        one, two = reader.node.child(key), writer.node.child(key)
        if one is None or two is None:
            return None
        return self._reader.schema(one, reader.space), self._writer.schema(two, writer.space)

    def _branch(self, reader: Schema, writer: Schema) -> Schema | None:
        """The branch of a reader's union that takes what was written: the same type, else one it is promoted to."""
        branches = [self._reader.schema(node, reader.space) for _, node in reader.node.items()]
        same = (one for one in branches if one.kind == writer.kind and _match(one, writer))
        return next(same, None) or next((one for one in branches if _match(one, writer)), None)

    def _record(
        self, reader: Schema, writer: Schema, at: str, waiting: list[tuple[Schema, Schema, str]]
    ) -> Iterator[Failure]:
        written = {str(node.value.get("name")): node for node in _fields(writer)}
        read = set[str]()
        for node in _fields(reader):
            name = str(node.value.get("name"))
            known = next((one for one in (name, *texts(node, "aliases")) if one in written), None)
            if known is not None:
                read.add(known)
                one, two = self._reader.schema(node, reader.space), self._writer.schema(written[known], writer.space)
                waiting.append((one, two, f"{at}.{name}"))
            elif "default" not in node.value:
                yield Failure("reader-field-missing-default-value", f"{at}.{name}", node, writer.node, name)
            else:
                yield Failure("field-defaulted", f"{at}.{name}", node, writer.node, name)
        for name, node in written.items():
            if name not in read:
                yield Failure("field-ignored", f"{at}.{name}", reader.node, node, name)


def _match(reader: Schema, writer: Schema) -> bool:
    """Whether two schemas that are no unions go together at all, their insides left aside."""
    if reader.kind != writer.kind:
        return reader.kind in _PROMOTED.get(writer.kind, ())
    return not reader.name or reader.short == writer.short or writer.short in reader.aliases


def _scalar(reader: Schema, writer: Schema, at: str) -> Iterator[Failure]:
    if reader.kind == "enum":
        known = set(texts(reader.node, "symbols"))
        lost = (
            [] if reader.node.child("default") else [one for one in texts(writer.node, "symbols") if one not in known]
        )
        yield from (_failure("missing-enum-symbols", at, reader, writer, symbol) for symbol in lost)
    elif reader.kind == "fixed":
        one, two = (side.node.child("size") for side in (reader, writer))
        if (one and one.value) != (two and two.value):
            yield _failure("fixed-size-mismatch", at, reader, writer, writer.short)
    reads, writes = _logical(reader), _logical(writer)
    if reads != writes:
        kind = "logical-type-mismatch"
        yield Failure(kind, at, reader.node, writer.node, writes, reads or reader.kind, writes or writer.kind)


def _logical(schema: Schema) -> str:
    """``decimal(9, 2)``, ``timestamp-millis``; empty when a value means no more than its type says."""
    value = schema.node.value if isinstance(schema.node.value, dict) else {}
    name, *numbers = (value.get(key) for key in _LOGICAL)
    if not isinstance(name, str):
        return ""
    shown = ", ".join(str(number) for number in numbers if isinstance(number, int))
    return f"{name}({shown})" if shown else name


def _fields(schema: Schema) -> list[Node]:
    fields = schema.node.child("fields")
    return [one for _, one in fields.items() if isinstance(one.value, dict)] if fields is not None else []


def _failure(kind: str, at: str, reader: Schema, writer: Schema, subject: str) -> Failure:
    return Failure(kind, at, reader.node, writer.node, subject, reader.short, writer.short)
