"""What a constructor hands to the one of the class above: ``super(url)``, ``super().__init__(url)``, ``: base(url)``.

A client is often made in a base class, from an address that each class below it gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Member, Ref
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Pairs,
    Several,
    Thing,
    unpacked,
)

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile

CONSTRUCT = "construct"
"""What rows of the CDK call what a program makes, and what it is."""

_DEEPEST = 8
"""Classes above each other."""


def arguments(ev: Interpreter, of: Instance | ClassOf, current: ClassOf, depth: int) -> Arguments | None:
    """What the constructor of ``current``, a class that an object's own derives from, is given; None where that is not
    seen. A class without a constructor has that of the class above it."""
    cls = of.of if isinstance(of, Instance) else of
    given = of.arguments if isinstance(of, Instance) else None
    for _ in range(_DEEPEST):
        if cls == current:
            return given
        file = ev.program.files[cls.path]
        start = f"{cls.name}.__init__"
        if start in file.functions:
            frame = ev.frame_of(FunctionOf(cls.path, start, of), given, depth + 1)
            line, call = _base_call(file, start)
            if call is None:
                return None
            here = frame.at(line)
            named = tuple((name, ev.quiet(arg, here)) for name, arg in call.keywords)
            given = Arguments(tuple(ev.quiet(arg, here) for arg in call.args), unpacked(named))
        cls = next((base for base in members.bases(ev, cls) if isinstance(base, ClassOf)), current)
    return given


def construct(ev: Interpreter, thing: Thing) -> Thing:
    """A construct of the CDK for an object of a class that derives from one: what the constructor above makes. Of a
    list and of an object, those in it; any other thing is itself."""
    match thing:
        case Several(items):
            return Several(tuple(construct(ev, one) for one in items))
        case Pairs(entries):
            return Pairs(tuple((key, construct(ev, value)) for key, value in entries))
        case Instance():
            made = _made(ev, thing)
            return made if isinstance(made, Made) and made.type == CONSTRUCT else thing
    return thing


def _made(ev: Interpreter, of: Instance) -> Thing:
    """What the first constructor from outside gives back to the object's class."""
    key = "made", of
    cls = next((one for one in members.ancestry(ev, of.of) if _is_construct(ev, one)), None)
    if cls is None or key in ev.active:
        return NOTHING
    ev.active.add(key)
    try:
        start = f"{cls.name}.__init__"
        line, call = _base_call(ev.program.files[cls.path], start)
        given = arguments(ev, of, cls, 0)
        if call is None or given is None:
            return NOTHING
        return ev.quiet(call, ev.frame_of(FunctionOf(cls.path, start, of), given, 1).at(line))
    finally:
        ev.active.discard(key)


def _is_construct(ev: Interpreter, cls: ClassOf) -> bool:
    """Whether a class derives from a construct from outside directly."""
    rows = (ev.row(cls.path, base.name) for base in members.bases(ev, cls) if isinstance(base, Known))
    return any(row is not None and row.effect == CONSTRUCT for row in rows)


def _base_call(file: CodeFile, start: str) -> tuple[int, Apply | None]:
    """The call of the constructor above in a constructor, and its line; None where there is none."""
    for fact in file.evaluates.get(start, ()):
        if isinstance(fact.value, Apply) and _to_base(fact.value.callee):
            return fact.line, fact.value
    return 0, None


def above(ev: Interpreter, frame: Frame) -> Thing:
    """What ``super`` means: the object as one of the class above the one that the code stands in, or that class when it
    comes from outside."""
    around = frame.file.class_of(frame.scope)
    if not around or frame.receiver is None:
        return NOTHING
    found = members.bases(ev, members.class_at(ev, frame.file, around))
    base = next((one for one in found if isinstance(one, ClassOf | Known)), None)
    if not isinstance(base, ClassOf):
        return base or NOTHING
    return Instance(base, arguments(ev, frame.receiver, base, frame.depth))


def _to_base(callee: Expr) -> bool:
    """Whether a call is one of the constructor above."""
    if not isinstance(callee, Member) or callee.name != "__init__":
        return False
    of = callee.of.callee if isinstance(callee.of, Apply) else callee.of
    return of == Ref("super")
