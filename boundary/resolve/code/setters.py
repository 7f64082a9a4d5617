"""Objects of libraries that are told something after they were made: ``config.setUrl(url)``, ``config.url = url``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Arguments, Made, Nothing, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_SETS = frozenset({"connect", "set"})
"""Effects of methods that say something of the object they are called on."""


def given(ev: Interpreter, made: Made, told: Iterable[tuple[str, Thing]], frame: Frame) -> Made:
    """A thing with properties that it was given; what a setter's row knows of one is told as that says."""
    for name, thing in told:
        made = replace(made, fields=tuple((dict(made.fields) | {name: thing}).items()))
        made = set_by(ev, made, named(name), thing, frame)
    return made


def set_by(ev: Interpreter, made: Made, setter: str, thing: Thing, frame: Frame) -> Made:
    """A thing with what one of its methods was told, where its row says what that is."""
    row = ev.row(frame.file.path, f"{made.type}.{setter}")
    if row is None or row.effect not in _SETS or row.returns not in ("", made.type) or isinstance(thing, Nothing):
        return made
    return replace(made, fields=tuple((dict(made.fields) | dict(row.read(Arguments((thing,)), made))).items()))


def named(name: str) -> str:
    """What the method is called that sets a property."""
    return f"set{name[:1].upper()}{name[1:]}"
