"""What a constructor hands to the one of the class above: ``super(url)``, ``super().__init__(url)``, ``: base(url)``.

A client is often made in a base class, from an address that each class below it gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Member, Ref
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import NOTHING, Arguments, ClassOf, FunctionOf, Instance, Known, Thing, unpacked

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

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
            calls = [fact for fact in file.evaluates.get(start, ()) if isinstance(fact.value, Apply)]
            call = next((fact for fact in calls if isinstance(fact.value, Apply) and _to_base(fact.value.callee)), None)
            if call is None or not isinstance(call.value, Apply):
                return None
            here = frame.at(call.line)
            named = tuple((name, ev.quiet(arg, here)) for name, arg in call.value.keywords)
            given = Arguments(tuple(ev.quiet(arg, here) for arg in call.value.args), unpacked(named))
        cls = next((base for base in members.bases(ev, cls) if isinstance(base, ClassOf)), current)
    return given


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
