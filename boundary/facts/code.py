"""Facts about what code does, over an expression tree that is the same for every language."""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.facts.fact import Fact


class Text(msgspec.Struct, frozen=True, tag=True):
    """A literal string, number or boolean, as text; ``line`` where it starts."""

    text: str
    line: int = 0


class Join(msgspec.Struct, frozen=True, tag=True):
    """Texts put together: concatenation, interpolation, ``%`` and ``format`` with the places filled."""

    parts: tuple[Expr, ...]


class Ref(msgspec.Struct, frozen=True, tag=True):
    """A bare name as written; ``self`` stands for a method's receiver, whatever the source calls it."""

    name: str


class Member(msgspec.Struct, frozen=True, tag=True):
    """An attribute: ``of.name``."""

    of: Expr
    name: str


class Item(msgspec.Struct, frozen=True, tag=True):
    """A subscript: ``of[key]``; an element of an iteration has an Unknown key."""

    of: Expr
    key: Expr


class Apply(msgspec.Struct, frozen=True, tag=True):
    """A call, also of a constructor, and of a decorator or annotation with its values.

    ``*args`` and ``**kwargs`` are an Item with Unknown key, and a keyword with an empty name. Type arguments are
    keywords too: ``Add<Order, Handler>(x)`` has ``<0>`` and ``<1>``. So are the members that an object is made with
    (``new Order { Id = 1 }``, ``Order{Id: 1}``).
    """

    callee: Expr
    args: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    line: int = 0
    column: int = 0


class Record(msgspec.Struct, frozen=True, tag=True):
    """A dictionary or object literal."""

    entries: tuple[tuple[Expr, Expr], ...]


class Listing(msgspec.Struct, frozen=True, tag=True):
    """A list, tuple or set literal, or the element of a comprehension."""

    items: tuple[Expr, ...]


class Either(msgspec.Struct, frozen=True, tag=True):
    """One of several: ``a or b``, ``a if c else b``. The first is what is meant when it is there."""

    options: tuple[Expr, ...]


class Out(msgspec.Struct, frozen=True, tag=True):
    """What a call leaves in the variable that it is given by reference at a position: ``Load(&settings)`` in Go,
    ``TryGet(key, out value)`` in C#."""

    of: Expr
    position: int


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """An expression that is not followed."""


Expr = Text | Join | Ref | Member | Item | Apply | Record | Listing | Either | Out | Unknown


class Namespace(Fact, frozen=True):
    """The package or namespace that what follows in the file belongs to, with dots whatever the language writes. Files
    of one namespace see each other's names (Java, Kotlin, C#, Go, PHP)."""

    name: str


class Import(Fact, frozen=True):
    """``module`` as written (dots and slashes kept), ``name`` the thing taken from it (empty: the module itself, ``*``:
    everything), ``alias`` what it is called here. ``level`` counts the leading dots of a relative import.
    ``typing`` marks imports that only type checkers see, ``everywhere`` those that count in all files of a project."""

    module: str
    name: str = ""
    alias: str = ""
    level: int = 0
    typing: bool = False
    scope: str = ""
    everywhere: bool = False


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a function; ``kind`` is ``value``, ``rest`` (``*args``) or ``named-rest`` (``**kwargs``)."""

    name: str
    default: Expr | None = None
    annotation: Expr | None = None
    kind: Literal["value", "rest", "named-rest"] = "value"
    decorators: tuple[Expr, ...] = ()


class Function(Fact, frozen=True):
    """A function or method. ``scope`` is the dotted name of what encloses it ("" for the module); a receiver is not
    among ``parameters``. ``kind``: ``function``, ``method``, ``property``, ``static``, ``class``, or ``extension``: one
    that is called on its first parameter."""

    name: str
    scope: str = ""
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    kind: Literal["function", "method", "property", "static", "class", "extension"] = "function"


class Class(Fact, frozen=True):
    """A class with its bases; ``keywords`` of the class statement (``table=True``). ``kind``: a ``record`` is made with
    its fields in their order, an ``object`` is there once without being made."""

    name: str
    scope: str = ""
    bases: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    decorators: tuple[Expr, ...] = ()
    kind: Literal["class", "interface", "record", "object", "enum"] = "class"


class Assign(Fact, frozen=True):
    """``target = value`` inside ``scope`` (a module is "", a class or function its dotted name). The target is a Ref, a
    Member (``self.x``) or an Item (``app.config["X"]``); ``value`` None is a bare annotation. ``decorators`` are
    annotations of a field (``@Value("${url}")``), and the tags of a struct's field."""

    scope: str
    target: Expr
    value: Expr | None
    annotation: Expr | None = None
    decorators: tuple[Expr, ...] = ()


class Return(Fact, frozen=True):
    """What a function gives back (``yield`` too)."""

    scope: str
    value: Expr


class Evaluate(Fact, frozen=True):
    """An expression that stands for itself or in a condition, a loop head, an argument …: only ones with a call in
    them. ``main`` marks statements that run when the file is started as a program."""

    scope: str
    value: Expr
    main: bool = False


class Look(Fact, frozen=True):
    """An attribute or item that is only compared or computed with, and has no call in it: what it gives is not
    followed, but that it is asked for tells which fields code reads."""

    scope: str
    value: Expr
