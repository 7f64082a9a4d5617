"""What the parameters of a function without a name are given, where it is handed to a call that is known to call it:
``connect(url, (error, client) => …)``, ``request.then(response => …)``, ``names.forEach(name => …)``.

The row of the call tells by ``gives`` which parameter gets what the call gives back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Apply, Member
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.rows import Row
from boundary.resolve.code.things import NOTHING, Known, Made, Module, Several, Site, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.evaluator import Evaluator
    from boundary.resolve.code.program import CodeFile, Passed

_DEEPEST = 12
"""Functions without names in each other."""


def given(ev: Evaluator, file: CodeFile, function: str, position: int) -> Thing:
    """What a parameter of a function is given by the call that it is handed to."""
    place = file.passed.get(function)
    key = ("passed", file.path, function, position)
    if place is None or key in ev.active or function.count("<lambda") > _DEEPEST:
        return NOTHING
    if key not in ev.passed:
        before = ev.cut
        ev.active.add(key)
        try:
            thing = _given(ev, file, place, position)
        finally:
            ev.active.discard(key)
        if ev.cut != before:
            return thing
        ev.passed[key] = thing
    return ev.passed[key]


def _given(ev: Evaluator, file: CodeFile, place: Passed, position: int) -> Thing:
    frame = _frame(ev, file, place)
    row = _row(ev, place.call, frame)
    wanted, item, _ = row.gives.partition("[") if row else ("", "", "")
    if wanted != str(position):
        return NOTHING
    thing = ev.quiet(place.call, frame)
    if item and isinstance(thing, Several):
        return thing.items[0] if thing.items else NOTHING
    return thing


def _frame(ev: Evaluator, file: CodeFile, place: Passed) -> Frame:
    outer = place.scope
    while outer and outer not in file.functions:
        outer = outer.rpartition(".")[0]
    around = ev.frame_of(members.function_of(ev, file, outer), None, 1) if outer else Frame(file, place.scope)
    return replace(around, scope=place.scope, line=place.line)


def _row(ev: Evaluator, call: Apply, frame: Frame) -> Row | None:
    path = frame.file.path
    if isinstance(call.callee, Member):
        receiver, name = ev.quiet(call.callee.of, frame), call.callee.name
        if not isinstance(receiver, Known | Module):
            return ev.row_of(receiver, name, Site(path, max(call.line, 1))) or ev.row(path, f"?.{name}")
        callee = ev.member(receiver, name, frame)
        if not isinstance(callee, Known):
            return None
        return ev.row(path, callee.name) or ev.row(path, f"?.{name}")
    callee = ev.quiet(call.callee, frame)
    match callee:
        case Known(name):
            return ev.row(path, name)
        case Made(type=kind):
            return ev.row(path, f"{kind}.()")
    return None
