"""What it means that a class derives from a type of a library: rows whose names begin with ``base:``, and what it
means that an object of it is made: with ``made:``; see ``rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Arguments, Effect, Instance, Known, Site

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.known_calls import KnownCalls
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


def announced(ev: KnownCalls, made: Instance, site: Site) -> Instance:
    """An object that was made; what that means is told, where the library's table has a row for it."""
    language, given = ev.language(site.path), made.arguments or Arguments()
    if made.of in given.positional:  # a class is told what it is for, by the name of that (``client_for Rooms``)
        return made
    for base in members.outside_bases(ev, made.of) if language.tells_made else ():
        row = ev.row(site.path, f"made:{base}")
        if row:
            ev.emit(row, given, made, site)
    return made


def _given(ev: Interpreter, base: Expr, frame: Frame) -> Arguments:
    """What the constructor of a base is given where the class is declared."""
    if not isinstance(base, Apply):
        return Arguments()
    positional = tuple(ev.quiet(arg, frame) for arg in base.args)
    return Arguments(positional, tuple((name, ev.quiet(arg, frame)) for name, arg in base.keywords))
