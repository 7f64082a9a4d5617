"""What an expression can evaluate to. All things are immutable and hashable, so that a call can be remembered.

Things hold things that hold things: each that can remembers its hash, which is asked for at every step.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from boundary.model import Hole, Value


def _hashed(thing: object, parts: tuple[object, ...]) -> int:
    """The hash of what a thing is made of, which the thing keeps; 0 would mean that it has none yet."""
    value = hash(parts) or 1
    object.__setattr__(thing, "_hash", value)
    return value


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A place in the code."""

    path: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Nothing:
    """An expression that is not followed."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something from outside the workspace by its dotted name: ``requests.get``."""

    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module or package of the workspace: its dotted name as imported, and its file when it has one. ``space`` is set
    for a package whose files share their names."""

    dotted: str
    path: str | None
    importer: str
    space: str = ""


@dataclass(frozen=True, slots=True)
class ClassOf:
    """A class of the workspace: file and dotted name in it."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Evaluated arguments of a call."""

    positional: tuple[Thing, ...] = ()
    named: tuple[tuple[str, Thing], ...] = ()
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, (self.positional, self.named))

    def get(self, position: int | None, *names: str) -> Thing | None:
        """The argument at a position or under one of the names, None when it is not given."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return next((thing for name, thing in self.named if name in names), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the workspace; ``arguments`` None means: made by somebody unknown."""

    of: ClassOf
    arguments: Arguments | None = None
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, (self.of, self.arguments))


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """A function of the workspace, bound to its receiver when it is a method, and to the variables around it
    (``closure``) when it stands in another function."""

    path: str
    name: str
    receiver: Instance | ClassOf | None = None
    closure: tuple[tuple[str, Thing], ...] = ()
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, (self.path, self.name, self.receiver, self.closure))


@dataclass(frozen=True, slots=True)
class Made:
    """What a known call gave back: a kind of client, connection or router, with the fields that its rows keep.

    ``site`` is where it was made: two routers are told apart by it.
    """

    type: str
    fields: tuple[tuple[str, Thing], ...] = ()
    site: Site | None = None
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, (self.type, self.fields, self.site))

    def field(self, name: str) -> Thing | None:
        """A field by name, None when it is not there."""
        return next((thing for key, thing in self.fields if key == name), None)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A dictionary with the entries that are known."""

    entries: tuple[tuple[Thing, Thing], ...] = ()
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, self.entries)

    def get(self, key: str) -> Thing | None:
        """The value under a literal key."""
        return next((v for k, v in self.entries if isinstance(k, Value) and k.text == key), None)


@dataclass(frozen=True, slots=True)
class Several:
    """A list, tuple or set with its items."""

    items: tuple[Thing, ...] = ()
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash or _hashed(self, self.items)


Thing = Value | Nothing | Known | Module | ClassOf | Instance | FunctionOf | Made | Pairs | Several

NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that code does to the outside, told by a row of the table of known calls.

    ``values`` are the row's arguments, evaluated; ``receiver`` what the method was called on; ``chain`` the calls
    through which these values came, outermost first (empty: directly at ``site``). ``subject`` is the dotted name of
    the class, function or field in that file that a decorator or annotation stands before, "" for a plain call.
    ``body`` is what is sent, None for nothing and ``Nothing`` where it is not known; it does not tell effects apart.
    """

    kind: str
    site: Site
    values: tuple[tuple[str, Thing], ...]
    receiver: Thing | None = None
    chain: tuple[Site, ...] = ()
    subject: str = ""
    call: str = field(default="", compare=False)
    body: Thing | None = field(default=NOTHING, compare=False)

    def get(self, name: str) -> Thing | None:
        """A value by name, None when the call does not give it."""
        return next((thing for key, thing in self.values if key == name), None)

    @property
    def place(self) -> Site:
        """Where a reader should look first: the outermost call that decided the values."""
        return self.chain[0] if self.chain else self.site


def value_of(thing: Thing | None, name: str = "") -> Value:
    """A thing as text: itself when it is a value, else one hole."""
    return thing if isinstance(thing, Value) else Value((Hole("unknown", name),))


def is_object(thing: Thing | Arguments | None) -> bool:
    """Whether a thing is, or holds, something with methods: a client, an object, a function, a class."""
    match thing:
        case Made() | Instance() | FunctionOf() | ClassOf():
            return True
        case Pairs(entries):
            return any(is_object(value) for _, value in entries)
        case Several(items):
            return any(is_object(item) for item in items)
        case Arguments(positional, named):
            return any(is_object(item) for item in (*positional, *(value for _, value in named)))
    return False


def gaps(thing: Thing | None) -> int:
    """How many parameters that nobody has given are in a thing's texts."""
    match thing:
        case Value():
            return sum(1 for hole in thing.holes if hole.kind == "parameter")
        case Pairs(entries):
            return sum(gaps(key) + gaps(value) for key, value in entries)
        case Several(items):
            return sum(gaps(item) for item in items)
        case Made():
            return sum(gaps(value) for _, value in thing.fields)
    return 0


def is_open(effect: Effect) -> bool:
    """Whether a caller could still decide something about an effect."""
    return bool(gaps(effect.receiver) or any(gaps(thing) for _, thing in effect.values))


def matters(function: FunctionOf, arguments: Arguments, around: str) -> bool:
    """Whether a call brings objects, or calls a method that its class inherits from ``around``: only this, or what
    fills an open effect, can make its effects other ones."""
    receiver = function.receiver
    inherited = receiver is not None and _class_of(receiver).name != around
    made = receiver.arguments if isinstance(receiver, Instance) else None
    given = (*arguments.positional, *(thing for _, thing in (*arguments.named, *function.closure)))
    return inherited or any(is_object(thing) for thing in given) or is_object(made)


def _class_of(receiver: Instance | ClassOf) -> ClassOf:
    return receiver.of if isinstance(receiver, Instance) else receiver


def unpacked(named: tuple[tuple[str, Thing], ...]) -> tuple[tuple[str, Thing], ...]:
    """``**options`` with a known dictionary is its entries."""
    found: list[tuple[str, Thing]] = []
    for name, thing in named:
        if name or not isinstance(thing, Pairs):
            found.append((name, thing))
            continue
        found += [(key.text, value) for key, value in thing.entries if isinstance(key, Value) and key.text]
    return tuple(found)
