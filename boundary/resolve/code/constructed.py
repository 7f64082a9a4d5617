"""What a constructor is given, where the objects of a class are made by hand: ``new Orders(connectionString)``.

A container makes objects of types that it knows by itself; what it does not know, a text or a client, is given in the
program's start. All who make such objects must agree. The same holds for functions that make an object of functions,
as JavaScript has them: ``const client = makeClient(config.url)``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Function, Member, Ref
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import NOTHING, ClassOf, FunctionOf, Nothing, Thing, gaps
from boundary.resolve.files import taken_in

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile, Program

_MOST = 4
"""Places where objects of a class are made; more are values, which no container hands out."""

Place = tuple["CodeFile", str, int, Apply]
"""File, scope and line of the statement that a call stands in, and the call."""


def places(program: Program) -> dict[str, list[Place]]:
    """The calls that may make an object, by the last name of what is called."""
    found: dict[str, list[Place]] = defaultdict(list)
    made = [names for file in program.files.values() if file.language.makers for names in file.factories.values()]
    factories = frozenset[str]().union(*made)
    for _, file in sorted(program.files.items()):
        for scope, line, call in file.calls if file.language.makers else ():
            name = call.callee.name if isinstance(call.callee, Ref | Member) else ""
            taken = file.imports.get(("", name)) if isinstance(call.callee, Ref) else None
            names, place = {name}, (file, scope, line, call)
            if taken is not None and taken.name in ("", "default") and taken.module.startswith("."):
                names.add(taken_in(taken.module))
            for one in names if call.args or call.keywords else ():
                if one[:1].isupper() or one[:1] == "<" or one in factories:
                    found[one].append(place)
    return found


def given(ev: Interpreter, fact: Function, position: int, frame: Frame) -> Thing:
    """What those who make an object give at a position of the constructor, or of the function that makes it."""
    if fact.name.partition("#")[0] == "__init__":
        return argument(ev, members.class_at(ev, frame.file, fact.scope), position, fact)
    if fact.name in frame.file.factories:
        return argument(ev, FunctionOf(frame.file.path, frame.scope), position, fact)
    return NOTHING


def argument(ev: Interpreter, made_by: ClassOf | FunctionOf, position: int, fact: Function) -> Thing:
    """What all who make objects of a class, or call a function, give at the position of a parameter, or by its name.

    Makers that are made by each other ask for the same things over and over; until the first question is answered each
    of the others is asked once.
    """
    key = "constructed", made_by, position, len(fact.parameters)
    near = _near(ev, made_by)
    if key in ev.active or not 0 < len(near) <= _MOST:
        return NOTHING
    if key in ev.constructed:
        return ev.constructed[key]
    first = not ev.constructed
    ev.constructed[key] = NOTHING
    try:
        found = ev.constructed[key] = _told(ev, made_by, position, fact, near)
    finally:
        if first:
            ev.constructed.clear()
    return found


def _near(ev: Interpreter, made_by: ClassOf | FunctionOf) -> Sequence[Place]:
    """The calls that may be of a class or function, by its names."""
    file = ev.program.files[made_by.path]
    called = made_by.name if made_by.name not in file.functions else file.functions[made_by.name].name
    names = {made_by.name.rpartition(".")[2], *file.called(called)}
    found = [place for name in sorted(names) for place in ev.places.get(name, ())]
    return list({id(place): place for place in found}.values())


def _told(
    ev: Interpreter, made_by: ClassOf | FunctionOf, position: int, fact: Function, near: Sequence[Place]
) -> Thing:
    key = "constructed", made_by, position, len(fact.parameters)
    ev.active.add(key)
    try:
        told: list[Thing] = []
        for file, scope, line, call in near:
            frame = Frame(file, scope, line=line)
            value = _given(call, fact, position)
            if value is not None and _is(ev.quiet(call.callee, frame), made_by):
                told.append(ev.quiet(value, frame))
    finally:
        ev.active.discard(key)
    known = {thing for thing in told if not isinstance(thing, Nothing) and not gaps(thing)}
    return known.pop() if len(known) == 1 and len(told) == len([t for t in told if not gaps(t)]) else NOTHING


def _given(call: Apply, fact: Function, position: int) -> Expr | None:
    """What a call gives for a parameter: by its name, or at its place where all are given by theirs."""
    named = {name: value for name, value in call.keywords if name[:1] != "<"}
    if fact.parameters[position].name in named:
        return named[fact.parameters[position].name]
    whole = len(call.args) + len(named) == len(fact.parameters)
    return call.args[position] if whole and position < len(call.args) else None


def _is(called: Thing, made_by: ClassOf | FunctionOf) -> bool:
    if isinstance(called, FunctionOf) and isinstance(made_by, FunctionOf):
        return (called.path, called.name) == (made_by.path, made_by.name)
    return called == made_by
