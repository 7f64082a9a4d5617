"""Objects that are put together: what is spread into a literal, and what calls make of several."""

from __future__ import annotations

from boundary.model import Value
from boundary.resolve.code.things import NOTHING, Arguments, Nothing, Pairs, Thing


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
