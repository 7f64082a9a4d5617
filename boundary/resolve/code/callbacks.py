"""What the parameters of a function without a name are given, where it is handed to a call that is known to call it:
``connect(url, (error, client) => …)``, ``request.then(response => …)``, ``names.forEach(name => …)``.

The row of the call tells by ``gives`` which parameter gets what the call gives back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Join, Member, Ref, Text
from boundary.resolve.code import members, texts
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import LAMBDA
from boundary.resolve.code.rows import Row
from boundary.resolve.code.things import NOTHING, Arguments, FunctionOf, Known, Made, Module, Several, Site, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile, Passed

_DEEPEST = 12
"""Functions without names in each other."""


def given(ev: Interpreter, file: CodeFile, function: str, position: int) -> Thing:
    """What a parameter of a function is given by the call that it is handed to."""
    return _remembered(ev, file, function, position)


def receiver(ev: Interpreter, file: CodeFile, function: str) -> Thing:
    """What a function is a part of, where the call that it is handed to says so."""
    return _remembered(ev, file, function, None)


def is_asked(ev: Interpreter, function: FunctionOf) -> bool:
    """Whether what a function is a part of is being found out."""
    return _key(function.path, function.name, None) in ev.active


def ring(ev: Interpreter, function: FunctionOf) -> None:
    """What is evaluated needs what a function is a part of, while that is being found out."""
    ev.ring(_key(function.path, function.name, None))


def handed_on(ev: Interpreter, row: Row | None, arguments: Arguments, made: Thing, site: Site, depth: int) -> None:
    """Call a function that somebody else wrote down and that is only handed on here, with what the call gives back:
    ``fun <T> connected(block: (Connection) -> T) = open().use(block)``."""
    if row is None or row.gives != "0" or ev.recorded is None or not isinstance(made, Made):
        return
    for function in arguments.positional:
        if isinstance(function, FunctionOf) and LAMBDA in function.name.rpartition(".")[2]:
            place = ev.program.files[function.path].passed.get(function.name)
            if place is None or (function.path, place.call.line, place.call.column) != (
                site.path,
                site.line,
                site.column,
            ):
                ev.apply(function, Arguments((made,)), site, depth)


def _key(path: str, function: str, position: int | None) -> tuple[object, ...]:
    return "passed", path, function, position


def _remembered(ev: Interpreter, file: CodeFile, function: str, position: int | None) -> Thing:
    place = file.passed.get(function)
    key = _key(file.path, function, position)
    if place is None or key in ev.active or function.count("<lambda") > _DEEPEST:
        return NOTHING
    if key not in ev.passed:
        before, left_out = ev.cut, ev.left_out
        ev.active.add(key)
        ev.asked += position is None
        try:
            thing = _given(ev, file, place, position)
        finally:
            ev.active.discard(key)
            ev.asked -= position is None
        if not ev.asked:  # What was left out on the way was left out rightly, and is of no matter any more.
            ev.cut -= ev.left_out - left_out
            ev.left_out = left_out
        if ev.cut != before:
            return thing
        ev.passed[key] = thing
    return ev.passed[key]


def _given(ev: Interpreter, file: CodeFile, place: Passed, position: int | None) -> Thing:
    frame = _frame(ev, file, place)
    if position is None and (scoped := _scoped(file, place.call)) is not None:
        return ev.quiet(scoped, frame)
    row = _row(ev, place.call, frame)
    if position is None:
        return ev.quiet(place.call, frame) if row and row.within else _of_text(ev, place.call, frame)
    wanted, item, _ = row.gives.partition("[") if row else ("", "", "")
    if wanted != str(position):
        return NOTHING
    thing = ev.quiet(place.call, frame)
    if row and row.effect == "nested" and isinstance(thing, Made):
        return _nested(ev, row, thing, place.call, frame)
    if item and isinstance(thing, Several):
        return thing.items[0] if thing.items else NOTHING
    return thing


def _of_text(ev: Interpreter, call: Apply, frame: Frame) -> Thing:
    """What ``"/berths".nest { … }`` gives back, where it is a method that texts have within the function around."""
    if not isinstance(call.callee, Member) or not isinstance(call.callee.of, Text | Join):
        return NOTHING
    thing = ev.quiet(call, frame)
    known = isinstance(thing, Made) and ev.row(frame.file.path, f"{thing.type}.text:{call.callee.name}")
    return thing if known else NOTHING


def _nested(ev: Interpreter, row: Row, outer: Made, call: Apply, frame: Frame) -> Made:
    """What a call is made on, with the path that the call adds behind its own."""
    told = dict(row.read(Arguments(tuple(ev.quiet(arg, frame) for arg in call.args)), outer))
    fields = dict(outer.fields)
    fields["url"] = texts.appended({**fields, "path": told.get("path", NOTHING)})
    return replace(outer, fields=tuple(fields.items()))


def _scoped(file: CodeFile, call: Apply) -> Expr | None:
    """What a function of Kotlin's own makes the receiver: ``config.apply { … }``, ``with(config) { … }``."""
    if not file.path.endswith(".kt"):
        return None
    if isinstance(call.callee, Member):
        return call.callee.of if call.callee.name in ("apply", "run") else None
    return call.args[0] if call.callee == Ref("with") and len(call.args) > 1 else None


def _frame(ev: Interpreter, file: CodeFile, place: Passed) -> Frame:
    outer = place.scope
    while outer and outer not in file.functions:
        outer = outer.rpartition(".")[0]
    around = ev.frame_of(members.function_of(ev, file, outer), None, 1) if outer else Frame(file, place.scope)
    return replace(around, scope=place.scope, line=place.line)


def _row(ev: Interpreter, call: Apply, frame: Frame) -> Row | None:
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
            return ev.row(path, name) or _told_to_class(ev, call, frame)
        case Made(type=kind):
            return ev.row(path, f"{kind}.()")
    return None


def _told_to_class(ev: Interpreter, call: Apply, frame: Frame) -> Row | None:
    """The row of a method that a class has from a library's, called directly in it: ``route do |r| … end``."""
    if not isinstance(call.callee, Ref) or frame.scope not in frame.file.classes:
        return None
    bases = members.outside_bases(ev, members.class_at(ev, frame.file, frame.scope))
    rows = (ev.row(frame.file.path, f"{base}.{call.callee.name}") for base in bases)
    return next((row for row in rows if row), None)
