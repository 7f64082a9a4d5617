"""Objects that are put together: what is spread into a literal, and what calls make of several."""

from __future__ import annotations

from boundary.model import Hole, Value
from boundary.resolve.code import texts
from boundary.resolve.code.things import NOTHING, Arguments, Nothing, Pairs, Several, Thing, value_of

_KEEPING = ("reverse_merge", "with_defaults")
"""Methods that keep what is there already."""

_HANDED = ("tap", "apply", "also")
"""Methods that give back the same dictionary after a function had it."""

METHODS = frozenset({"merge", "deep_merge", *_KEEPING, *_HANDED})
"""Methods of dictionaries that give back what others have too."""

OF_LISTS = frozenset({"join", "append", "toString"})
"""Methods of lists, and of builders of texts, which are lists of their pieces."""


def spread(pairs: list[tuple[Thing, Thing]]) -> Pairs:
    """A dictionary literal; what is spread into it (``{**a}``, ``{...a}``) comes after what is written in it. An entry
    without a key stands for what is spread and not known."""
    own = tuple(pair for pair in pairs if not isinstance(pair[0], Nothing))
    others = [value for key, value in pairs if isinstance(key, Nothing)]
    known = (value.entries for value in others if isinstance(value, Pairs))
    rest = () if all(isinstance(value, Pairs) for value in others) else ((NOTHING, NOTHING),)
    return Pairs((*own, *(entry for entries in known for entry in entries), *rest))


def merged(arguments: Arguments) -> Thing:
    """What several objects make together, the later ones first, as they win: ``Object.assign({}, a, b)``."""
    first = arguments.positional[0] if arguments.positional else Pairs()
    named = [(Value.of(name), thing) for name, thing in arguments.named if name and name[0] not in "<$"]
    if not isinstance(first, Pairs) or (len(arguments.positional) == 1 and not named):
        return first
    return spread([*named, *((NOTHING, thing) for thing in reversed(arguments.positional))])


def by_method(of: Pairs, arguments: Arguments, name: str) -> Thing:
    """What a dictionary's own method makes of it and of others (``defaults.merge(options)``)."""
    if name in _HANDED:
        return Pairs((*of.entries, (NOTHING, NOTHING)))
    kept = name in _KEEPING
    given = (*arguments.positional, of) if kept else (of, *arguments.positional)
    return merged(Arguments(given, () if kept else arguments.named))


def of_list(pieces: Several, arguments: Arguments, name: str) -> Thing:
    """What a list gives by a method: one text, or, for a builder of texts, itself with one more piece."""
    if name == "append":
        return Several((*pieces.items, *arguments.positional))
    between = value_of(arguments.get(0)) if arguments.positional else Value.of("")
    return NOTHING if between.text is None else texts.join(between.text, pieces)


def asked(thing: Thing) -> Hole | None:
    """The variable of the environment that a thing is, and nothing else where that is not set."""
    part = thing.parts[0] if isinstance(thing, Value) and len(thing.parts) == 1 else None
    return part if isinstance(part, Hole) and part.kind == "env" and part.default is None else None
