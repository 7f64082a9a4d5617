"""How large things may grow while code is evaluated: values that double at each line would fill the memory.

Sizes count what a thing is made of, as many times as it is in there: that is what going through it costs. What an
object of the workspace was made with counts where the object itself is made and not again in what holds it: nobody goes
through that, and since equal things are one, comparing it costs nothing.
"""

from __future__ import annotations

from boundary.model import Hole, Value
from boundary.resolve.code.things import (
    Arguments,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Module,
    Nothing,
    Pairs,
    Several,
    Thing,
)

LARGEST = 20_000
"""Parts of a thing, texts counted by their length in steps of 100 characters; a table of settings has hundreds."""

DEEPEST = 40
"""Things inside things; a thing made of things made by other calls is some five deep."""

_LEAST = 300_000
_PER_FACT = 30

_LETTERS = 100
_KEPT = 16
_FLAT = 4

_Part = Thing | Arguments | Hole | str | None
_Size = tuple[int, int]


def budget(facts: int) -> int:
    """How many expressions may be evaluated for a program of so many facts, some 20 µs each; real ones measured at 5 to
    25 for a fact. Calls are not followed beyond that, and beyond twice as many everything is nothing."""
    return _LEAST + _PER_FACT * facts


class Bounds:
    """Measures things, each once, and keeps one of those that are equal."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[_Part, _Size]] = {}
        self._things: dict[Thing, Thing] = {}

    def one(self, thing: Thing) -> Thing:
        """The first of all things that are equal to a thing: who compares them again only sees that they are the same,
        and not all that they are made of."""
        return self._things.setdefault(thing, thing) if isinstance(thing, Instance | Made | Pairs | Several) else thing

    def size(self, thing: Thing) -> int:
        """How many parts a thing has; more than LARGEST when it is too large, or too deep, to be worth anything."""
        size, depth = self._measure(thing)
        return min(size, LARGEST + 1) if depth <= DEEPEST else LARGEST + 1

    def _measure(self, part: _Part) -> _Size:
        """How many parts and how deep; a thing of more than some parts is remembered."""
        if isinstance(part, str):
            return 1 + len(part) // _LETTERS, 1
        if part is None or isinstance(part, Nothing | Known | Module | ClassOf):
            return 1, 1
        known = self._sizes.get(id(part))
        if known is None:
            size, depth = 1, 0
            for inner in _parts(part):
                more, below = self._measure(inner)
                size, depth = size + (1 if isinstance(inner, Instance) else more), max(depth, below)
            known = part, (size, depth + 1)
            if size > _KEPT or depth > _FLAT:
                self._sizes[id(part)] = known
        return known[1]


def _parts(part: _Part) -> tuple[_Part, ...]:
    match part:
        case Value(parts=inner) | Several(inner):
            return inner
        case Hole(default=inner):
            return (inner,)
        case Pairs(entries):
            return tuple(inner for entry in entries for inner in entry)
        case Made(fields=named):
            return tuple(inner for _, inner in named)
        case Arguments(positional, named):
            return (*positional, *(inner for _, inner in named))
        case Instance(_, arguments):
            return (arguments,)
        case FunctionOf(receiver=receiver, closure=closure):
            return (receiver, *(inner for _, inner in closure))
    return ()
