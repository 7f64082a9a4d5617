"""What ``.proto`` files declare, with the features of their edition resolved.

Names are full ones (``ledger.v1.Posting``) except those of types that a field or procedure refers to, which are as
written until ``linking`` has found what they mean. Lines count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Presence = Literal["implicit", "explicit", "required", "repeated", "map"]
"""How often a field is there, and whether one that holds its type's default can be told from none."""

Range = tuple[int, int]
"""Numbers from the first to the last, both included."""

Options = Mapping[str, str]
"""Options by name, those of messages flattened (``features.enum_type``), the last one of duplicates."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has a name and a place; ``scope`` is the full name of what it stands in."""

    name: str
    line: int
    path: str
    scope: str = ""
    options: Options = {}

    @property
    def full(self) -> str:
        """The full name."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


class Field(Declared, frozen=True, kw_only=True):
    """A field of a message, or an extension (then ``extends`` names the message that it is for, as written).

    ``key`` is the type of a map's keys. ``delimited`` messages are framed by marks, as groups are.
    """

    number: int
    type: str
    presence: Presence
    key: str = ""
    oneof: str = ""
    delimited: bool = False
    checked_utf8: bool = True
    extends: str = ""


class Reserved(msgspec.Struct, frozen=True):
    """Numbers and names that may not be used again."""

    ranges: tuple[Range, ...] = ()
    names: frozenset[str] = frozenset()

    def has(self, number: int) -> bool:
        """Whether a number is reserved."""
        return any(first <= number <= last for first, last in self.ranges)


class Message(Declared, frozen=True, kw_only=True):
    """A message; those declared inside stand beside it in their file. ``extensions`` are the numbers that are left to
    extensions, ``oneofs`` the lines of its alternatives."""

    fields: tuple[Field, ...] = ()
    oneofs: Mapping[str, int] = {}
    reserved: Reserved = Reserved()
    extensions: tuple[Range, ...] = ()
    strict_json: bool = True


class Value(Declared, frozen=True, kw_only=True):
    """A value of an enumeration."""

    number: int


class Enum(Declared, frozen=True, kw_only=True):
    """An enumeration; a ``closed`` one keeps no values that it does not know."""

    values: tuple[Value, ...] = ()
    reserved: Reserved = Reserved()
    closed: bool = False
    strict_json: bool = True


class Method(Declared, frozen=True, kw_only=True):
    """A procedure. ``offered`` holds what ``google.api.http`` maps it to, as pairs of method and path."""

    request: str
    response: str
    streams_request: bool = False
    streams_response: bool = False
    offered: tuple[tuple[str, str], ...] = ()


class Service(Declared, frozen=True, kw_only=True):
    """A service and its procedures."""

    methods: tuple[Method, ...] = ()


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file; nested declarations stand in the same lists as the outer ones. ``lines`` tells where options stand."""

    path: str
    syntax: str
    package: str
    syntax_line: int = 1
    package_line: int = 1
    options: Options = {}
    lines: Mapping[str, int] = {}
    imports: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    enums: tuple[Enum, ...] = ()
    services: tuple[Service, ...] = ()
    extensions: tuple[Field, ...] = ()
