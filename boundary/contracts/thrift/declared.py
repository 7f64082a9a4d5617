"""What ``.thrift`` files declare. Names are qualified by their file, as includes are: ``ratings.Rating``."""

from __future__ import annotations

from typing import Literal

import msgspec

Need = Literal["required", "default", "optional"]
"""Whether a field is always written and must be read; ``default`` ones are always written and need not be read."""


class Type(msgspec.Struct, frozen=True):
    """A type as it is referred to, with the types of what it holds."""

    name: str
    inner: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}<{', '.join(map(str, self.inner))}>" if self.inner else self.name


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has a name and a place."""

    name: str
    line: int
    path: str


class Field(Declared, frozen=True, kw_only=True):
    """A field of a structure, an argument, or an exception that a method throws."""

    number: int
    type: Type
    need: Need = "default"
    default: str = ""


class Structure(Declared, frozen=True, kw_only=True):
    """A struct, union or exception."""

    kind: str
    fields: tuple[Field, ...] = ()


class Value(Declared, frozen=True, kw_only=True):
    """A value of an enumeration."""

    number: int


class Enum(Declared, frozen=True, kw_only=True):
    """An enumeration."""

    values: tuple[Value, ...] = ()


class Method(Declared, frozen=True, kw_only=True):
    """A method; ``returns`` is ``void`` when there is no answer, ``oneway`` when not even its end is told."""

    returns: Type
    arguments: tuple[Field, ...] = ()
    throws: tuple[Field, ...] = ()
    oneway: bool = False


class Service(Declared, frozen=True, kw_only=True):
    """A service; ``extends`` is the one whose methods it has, too."""

    methods: tuple[Method, ...] = ()
    extends: str = ""


class Namespace(Declared, frozen=True, kw_only=True):
    """Where generated code of a language goes; ``name`` is the language."""

    value: str
