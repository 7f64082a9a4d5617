"""What a GraphQL schema declares. Lines count from 1."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["scalar", "object", "interface", "union", "enum", "input"]


class Ref(msgspec.Struct, frozen=True):
    """A type as it is referred to: ``[Order!]!`` has the name Order in the wraps ``!``, ``[``, ``!`` from outside."""

    name: str
    wraps: str = ""

    def __str__(self) -> str:
        text = self.name
        for wrap in reversed(self.wraps):
            text = f"[{text}]" if wrap == "[" else f"{text}!"
        return text


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A field, an argument, a field of an input or a value of an enumeration: whatever a declaration has by name.

    ``default`` is as written, None when there is none; ``deprecated`` counts as such whatever reason is given.
    """

    name: str
    line: int
    path: str
    type: Ref = Ref("")
    default: str | None = None
    arguments: tuple[Part, ...] = ()
    deprecated: bool = False

    @property
    def required(self) -> bool:
        """Whether an argument or a field of an input must be given."""
        return self.type.wraps.startswith("!") and self.default is None


class Type(msgspec.Struct, frozen=True, kw_only=True):
    """A named type with all its extensions; ``names`` are the interfaces it implements, or the members of a union.

    ``exclusive``: of an input exactly one field must be given, as ``@oneOf`` says.
    """

    name: str
    kind: Kind
    line: int
    path: str
    parts: tuple[Part, ...] = ()
    names: tuple[str, ...] = ()
    exclusive: bool = False


class Directive(msgspec.Struct, frozen=True, kw_only=True):
    """A directive; ``places`` are the kinds of places where it may stand."""

    name: str
    line: int
    path: str
    arguments: tuple[Part, ...] = ()
    places: frozenset[str] = frozenset()
