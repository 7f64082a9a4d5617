"""What it means that a class derives from a type of a library: rows whose names begin with ``base:``; see ``rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Arguments, Effect, Known, Site

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile


def derivations(ev: Interpreter, file: CodeFile) -> Iterator[Effect]:
    """The effects of the classes of a file."""
    for name, fact in file.classes.items():
        frame = Frame(file, fact.scope, line=fact.line)
        for base in fact.bases:
            head, types = members.generic(base)
            thing = ev.quiet(head, frame)
            row = ev.row(file.path, f"base:{thing.name}") if isinstance(thing, Known) else None
            if row and row.effect:
                told = _given(ev, base, frame)
                given = tuple((f"<{number}>", ev.quiet(each, frame)) for number, each in enumerate(types))
                values = row.read(replace(told, named=(*told.named, *given)), None)
                yield Effect(row.effect, Site(file.path, fact.line), values, None, (), name, row.name)


def _given(ev: Interpreter, base: Expr, frame: Frame) -> Arguments:
    """What the constructor of a base is given where the class is declared."""
    if not isinstance(base, Apply):
        return Arguments()
    positional = tuple(ev.quiet(arg, frame) for arg in base.args)
    return Arguments(positional, tuple((name, ev.quiet(arg, frame)) for name, arg in base.keywords))
