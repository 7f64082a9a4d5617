"""Settings that a program declares in a schema of its own, and the variables that set them.

convict's schema is an object of objects, whose leaves have a ``default`` and may name the variable ``env``; files that
are loaded come between the two. Source: https://github.com/mozilla/node-convict , "The Schema" and "Loading order".
"""

from __future__ import annotations

from boundary.model import Hole, Value
from boundary.resolve.code.things import NOTHING, Nothing, Pairs, Several, Thing

_DEEPEST = 8
"""Objects in objects."""


def setting(schema: Thing | None, key: str) -> Thing:
    """What a key of a schema holds: a variable, else what a file sets the key to, else the default; for a key that has
    others below it an object of these. A key that is not in the schema is any setting."""
    thing: Thing | None = schema
    for word in key.split(".") if key else ():
        thing = thing.get(word) if isinstance(thing, Pairs) else None
    found = _read(thing, key, 0)
    return Value((Hole("config", key),)) if key and isinstance(found, Nothing) else found


def _read(thing: Thing | None, key: str, depth: int) -> Thing:
    if not isinstance(thing, Pairs) or depth > _DEEPEST:
        return NOTHING
    default, variable = thing.get("default"), thing.get("env")
    if default is None and not isinstance(variable, Value):
        below = [(name, name.text, inner) for name, inner in thing.entries if isinstance(name, Value)]
        read = [
            (name, _read(inner, f"{key}.{text}" if key else text, depth + 1)) for name, text, inner in below if text
        ]
        return Pairs(tuple((name, one) for name, one in read if not isinstance(one, Nothing)))
    if isinstance(default, Several):
        return default if variable is None else Value((Hole("env", _text(variable)),))
    by_file = Value((Hole("config", key, default if isinstance(default, Value) and default.parts else None),))
    name = _text(variable)
    return Value((Hole("env", name, by_file),)) if name else by_file


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
