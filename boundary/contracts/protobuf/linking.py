"""Everything that a set of ``.proto`` files declares, by full name, and what the names of types in it mean.

Scopes: https://protobuf.dev/programming-guides/proto3#name-resolution : the innermost scope that has the name wins, one
with a leading dot counts from the top. What is imported from outside the set keeps its name as written.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from boundary.contracts.protobuf.declared import Declared, Field, File, Method

_Kind = TypeVar("_Kind", bound=Declared)

SCALARS = frozenset(
    (
        *("double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64"),
        *("sfixed32", "sfixed64", "bool", "string", "bytes"),
    )
)


class Files:
    """The files of one side; of two declarations of one name the first by path counts. Those whose paths are
    ``compared`` are its contract; the others only tell what names mean."""

    def __init__(self, files: Iterable[File], compared: Container[str]) -> None:
        self.compared = compared
        self.files = {file.path: file for file in sorted(files, key=lambda file: file.path)}
        self.messages = _first(one for file in self.files.values() for one in file.messages)
        self.enums = _first(one for file in self.files.values() for one in file.enums)
        self.services = _first(one for file in self.files.values() for one in file.services)
        self.packages = {file.package for file in self.files.values() if file.path in compared}

    @cached_property
    def extensions(self) -> dict[tuple[str, int], Field]:
        """Extensions by the message that they extend and their number."""
        found = (one for file in self.files.values() for one in file.extensions if file.path in self.compared)
        return {(self.meaning(one.extends, one.scope), one.number): one for one in found}

    def meaning(self, name: str, scope: str) -> str:
        """The full name of the type that a name means where it stands; a scalar's own."""
        if name in SCALARS:
            return name
        if name.startswith("."):
            return name[1:]
        while True:
            full = f"{scope}.{name}" if scope else name
            if full in self.messages or full in self.enums or not scope:
                return full
            scope = scope.rpartition(".")[0]

    def type_of(self, field: Field) -> str:
        """The full name of a field's type (of a map's values)."""
        return self.meaning(field.type, field.scope)

    def sides(self, method: Method) -> tuple[str, str]:
        """The full names of a procedure's request and response."""
        return self.meaning(method.request, method.scope), self.meaning(method.response, method.scope)

    @cached_property
    def used(self) -> frozenset[str]:
        """The types that fields and procedures refer to, a message's own references to itself aside."""
        found = {part for name, parts in self._parts.items() for _, part in parts if part != name}
        for service in self.services.values():
            found.update(side for method in service.methods for side in self.sides(method))
        return frozenset(found)

    @cached_property
    def reached(self) -> dict[str, dict[tuple[str, int], str]]:
        """For each type the procedures that reach it, by their path and side (0: what they are sent, 1: what they
        answer), and where in the body it first stands (``$.items[]``)."""
        found: dict[str, dict[tuple[str, int], str]] = {}
        for service in self.services.values():
            for method in service.methods:
                for side, start in enumerate(self.sides(method)):
                    for name, at in self._below(start):
                        found.setdefault(name, {}).setdefault((f"/{service.full}/{method.name}", side), at)
        return found

    @cached_property
    def _parts(self) -> dict[str, list[tuple[Field, str]]]:
        typed = {name: [(one, self.type_of(one)) for one in message.fields] for name, message in self.messages.items()}
        return {name: [part for part in parts if part[1] not in SCALARS] for name, parts in typed.items()}

    def _below(self, start: str) -> Iterator[tuple[str, str]]:
        seen, ahead = {start}, [(start, "$")]
        for name, at in ahead:
            yield name, at
            for field, part in self._parts.get(name, ()):
                if part not in seen:
                    seen.add(part)
                    ahead.append((part, within(at, field)))


def within(at: str, field: Field) -> str:
    """Where a field's values stand: ``$.items[]`` for those of a list, ``$.labels{}`` for those of a map."""
    many = {"repeated": "[]", "map": "{}"}.get(field.presence, "")
    return f"{at}.{field.name}{many}"


def _first(found: Iterable[_Kind]) -> dict[str, _Kind]:
    by_name: dict[str, _Kind] = {}
    for one in found:
        by_name.setdefault(one.full, one)
    return by_name
