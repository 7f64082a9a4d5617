"""What methods keep on their receiver: ``this.url = url``, and entries of what is kept, ``this.options.url = url``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Assign, Member
from boundary.model import Value
from boundary.resolve.code import inherited, members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import NOTHING, ClassOf, FunctionOf, Instance, Nothing, Pairs, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter


def field(
    ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str, depth: int
) -> Thing | None:
    """What a method stores on its receiver, as seen from this object. The empty text that a constructor leaves in an
    object which somebody else makes is filled later."""
    unknown = isinstance(of, Instance) and of.arguments is None
    for assign in file.members.get((current.name, name), ()):
        thing = _stored(ev, of, current, file, assign, depth)
        if not isinstance(thing, Nothing) and not (unknown and isinstance(thing, Value) and not thing.parts):
            return _completed(ev, of, current, file, name, thing, depth) if isinstance(thing, Pairs) else thing
    return None


def body(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, depth: int) -> Frame:
    """Where what stands beside the fields of a class is evaluated: with what the constructor is given, which Kotlin's
    initialisers may name."""
    start = FunctionOf(file.path, f"{current.name}.__init__", of)
    key = (start, of)
    plain = Frame(file, current.name)
    if not isinstance(of, Instance) or key in ev.active or not _initialises(file, start.name):
        return plain
    ev.active.add(key)
    try:
        given = inherited.arguments(ev, of, current, depth)
        return replace(plain, bound=ev.frame_of(start, given, depth + 1).bound, receiver=of)
    finally:
        ev.active.discard(key)


def _initialises(file: CodeFile, start: str) -> bool:
    return start in file.functions and file.path.endswith((".kt", ".kts"))


def _completed(
    ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, name: str, thing: Pairs, depth: int
) -> Pairs:
    """An object with the entries that methods have given it so far; the last one of a name counts."""
    told: list[tuple[Thing, Thing]] = []
    for assign in file.entries.get((current.name, name), ()):
        if isinstance(assign.target, Member):
            told.append((Value.of(assign.target.name), _stored(ev, of, current, file, assign, depth)))
    return Pairs((*reversed(told), *thing.entries))


def _stored(
    ev: Interpreter, of: Instance | ClassOf, current: ClassOf, file: CodeFile, assign: Assign, depth: int
) -> Thing:
    """What an assignment in a method gives, for the object whose method it is."""
    if assign.value is None:
        return NOTHING
    key = (assign, of)
    if key in ev.active:
        ev.ring(key)
        return NOTHING
    ev.active.add(key)
    try:
        method = FunctionOf(file.path, assign.scope, of)
        starts = assign.scope.partition("#")[0] == f"{current.name}.__init__"
        arguments = inherited.arguments(ev, of, current, depth) if starts else None
        if arguments and members.fitting(ev, replace(method, name=f"{current.name}.__init__"), arguments) != method:
            arguments = None
        if method.name in file.functions:
            frame = ev.frame_of(method, arguments, depth + 1)
        else:  # in the body of the class, where the receiver is the class itself
            frame = Frame(file, method.name, (), current, depth=depth + 1)
        return ev.quiet(assign.value, frame.at(assign.line))
    finally:
        ev.active.discard(key)
