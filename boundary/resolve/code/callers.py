"""Who calls a function, with what it may need of that: a constructor's parameters are told by ``main``.

A call is looked at once for whom it means. What it gives is evaluated in the frames in which it runs itself, and only
for the parameters that somebody asks for; all frames of a function that give these the same are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from boundary.facts import Apply, Expr, Function, Member, Ref
from boundary.facts.parts import parts
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import (
    NOTHING,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Several,
    Thing,
    gaps,
)

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile, Program

_MOST = 40
"""Callers of a function, and different frames of one, that are looked at; constructors have one to five."""

_SELF = "self"

Given = tuple[Thing, ...]
"""What a call gives for the names that are asked for, in their order."""


class Call(NamedTuple):
    """A call or literal, and where it stands."""

    file: CodeFile
    scope: str
    line: int
    call: Apply

    @property
    def frame(self) -> Frame:
        """Where it stands, as somebody unknown runs it."""
        return Frame(self.file, self.scope, line=self.line)


class Callers:
    """The calls of functions by name, and whom they mean."""

    def __init__(self, program: Program) -> None:
        self.calls: dict[str, list[Call]] = defaultdict(list)
        self._program = program
        self._of: dict[tuple[str, str], list[Call]] = {}
        self._frames: dict[tuple[str, str], Frame] = {}

    def of(self, ev: Interpreter, file: CodeFile, function: str) -> list[Call]:
        """The calls of a function, which code that may mean its file makes."""
        key = file.path, function
        if key not in self._of:
            found: list[Call] = []
            self._of[key] = found
            fact = file.functions[function]
            for place in self.calls.get(fact.name, ()):
                if len(found) < _MOST and self._may(place, file, fact) and _means(ev, place, file, function):
                    found.append(place)
        return self._of[key]

    def _may(self, place: Call, file: CodeFile, fact: Function) -> bool:
        """Whether a call may mean a function by how it is written, and by where it stands."""
        callee = place.call.callee
        if isinstance(callee, Ref):
            beside = place.file.path.rpartition("/")[0] == file.path.rpartition("/")[0]
            return fact.kind != "method" and (beside or bool(place.file.stars))
        if fact.kind != "method":
            imported = isinstance(callee, Member) and isinstance(callee.of, Ref)
            if not imported or ("", callee.of.name) not in place.file.imports:  # type: ignore[union-attr]
                return False
        return place.file.path == file.path or self._program.related(place.file.path, file.path)

    def unknown(self, ev: Interpreter, file: CodeFile, function: str) -> Frame:
        """The frame of a function that somebody unknown calls."""
        key = file.path, function
        if key not in self._frames:
            self._frames[key] = ev.frame_of(members.function_of(ev, file, function), None, 1)
        return self._frames[key]


def frames(ev: Interpreter, file: CodeFile, scope: str, exprs: tuple[Expr, ...]) -> Iterator[Frame]:
    """The frames in which expressions of a scope are evaluated: called by somebody unknown, then by those who are seen,
    as far as these can make a difference."""
    outer = scope
    while outer and outer not in file.functions:
        outer = outer.rpartition(".")[0]
    if not outer:
        yield Frame(file, scope)
        return
    callers = ev.makers.callers
    plain = replace(callers.unknown(ev, file, outer), scope=scope)
    yield plain
    needed = _needed(file, scope, outer, exprs) if file.functions[outer].parameters else ()
    for given in _given(ev, file, outer, needed) if needed else ():
        told = dict(zip(needed, given, strict=True))
        bound = tuple((name, told.get(name, thing)) for name, thing in plain.bound)
        receiver = told.get(_SELF, plain.receiver)
        yield replace(plain, bound=bound, receiver=receiver if isinstance(receiver, Instance) else plain.receiver)


def _needed(file: CodeFile, scope: str, outer: str, exprs: tuple[Expr, ...]) -> tuple[str, ...]:
    """The parameters of a function, and its receiver, on which expressions in it depend, through its variables."""
    seen: set[str] = set()
    waiting = _names(exprs)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        at = scope
        while at.startswith(outer):
            for assign in (*file.names.get((at, name), ()), *file.given.get((at, name), ())):
                waiting |= _names(assign.value)
            for put in file.filled.get((at, name), ()):
                waiting |= _names((put.key, put.value, put.item))
            inner = f"{at}.{name}"
            if inner in file.functions:
                said = (file.assigns.get(inner, ()), file.returns.get(inner, ()), file.evaluates.get(inner, ()))
                waiting |= _names(tuple(fact.value for facts in said for fact in facts))
            at = at.rpartition(".")[0]
    fact = file.functions[outer]
    return tuple(name for name in (_SELF, *(one.name for one in fact.parameters)) if name in seen)


def _names(root: object) -> set[str]:
    return {part.name for part in parts(root) if isinstance(part, Ref)}


def _given(ev: Interpreter, file: CodeFile, function: str, needed: tuple[str, ...]) -> tuple[Given, ...]:
    """What callers of a function give for some of its parameters, each time something else."""
    key = "given", file.path, function, needed
    return ev.makers.questions.ask(ev, key, lambda: tuple(_found(ev, file, function, needed)), ())


def _found(ev: Interpreter, file: CodeFile, function: str, needed: tuple[str, ...]) -> dict[Given, None]:
    """What each call gives, in the frame of those in which it runs that tells most."""
    found: dict[Given, None] = {}
    plain = ev.makers.callers.unknown(ev, file, function)
    unknown = {**dict(plain.bound), _SELF: plain.receiver or NOTHING}
    for place in ev.makers.callers.of(ev, file, function):
        if place.file is file and place.scope == function:
            continue
        exprs = _written(file.functions[function], needed, place.call)
        best: Given = ()
        fewest = len(needed) * _MOST
        for frame in frames(ev, place.file, place.scope, tuple(one for group in exprs.values() for one in group)):
            here = frame.at(place.line)
            told = {name: _thing(ev, file, function, name, group, here) for name, group in exprs.items()}
            left = sum(map(openness, told.values()))
            if left < fewest:
                fewest = left
                best = tuple(unknown[name] if isinstance(told[name], Nothing) else told[name] for name in needed)
            if not left:
                break
        if any(best[at] != unknown[name] for at, name in enumerate(needed[: len(best)])):
            found[best] = None
    return found


def openness(thing: Thing) -> int:
    """How much a caller could still say: parameters that nobody has given, things of which only the type is known, or
    not even that."""
    match thing:
        case Made(site=None) | Instance(arguments=None):
            return gaps(thing) + 1
        case Nothing() | Known():
            return 1
    return gaps(thing)


def _written(fact: Function, needed: tuple[str, ...], call: Apply) -> dict[str, tuple[Expr, ...]]:
    """How a call writes what it gives for parameters: one expression, or all that are left."""
    found: dict[str, tuple[Expr, ...]] = {}
    if _SELF in needed:
        found[_SELF] = (call.callee,)
    for position, parameter in enumerate(fact.parameters):
        if parameter.name in needed:
            rest = parameter.kind == "rest"
            found[parameter.name] = call.args[position:] if rest else call.args[position : position + 1]
    return found


def _thing(ev: Interpreter, file: CodeFile, function: str, name: str, exprs: tuple[Expr, ...], frame: Frame) -> Thing:
    """What a call gives for a parameter, or as the receiver."""
    things = tuple(ev.quiet(expr, frame) for expr in exprs)
    if name == _SELF:
        callee = things[0]
        meant = isinstance(callee, FunctionOf) and (callee.path, callee.name) == (file.path, function)
        return (callee.receiver or NOTHING) if meant and isinstance(callee, FunctionOf) else NOTHING
    parameter = next(one for one in file.functions[function].parameters if one.name == name)
    if parameter.kind == "rest":
        return Several(things)
    return things[0] if things else NOTHING


def _means(ev: Interpreter, place: Call, file: CodeFile, function: str) -> bool:
    """Whether a call means a function. Of a method, the type of what it is called on decides where that is declared,
    and is no interface of which there are several kinds: then what it is must be found out."""
    callee = place.call.callee
    if isinstance(callee, Member) and file.functions[function].kind == "method":
        typed = _type(ev, callee.of, place.frame)
        if isinstance(typed, Known):
            return False
        if isinstance(typed, ClassOf):
            method = members.find_method(ev, Instance(typed), callee.name)
            if method is not None and (method.path, method.name) == (file.path, function):
                return True
            home = ev.program.files[typed.path]
            open_ended = home.classes[typed.name].kind == "interface" if typed.name in home.classes else False
            cls = members.class_at(ev, file, file.functions[function].scope)
            satisfying = ev.program.naming(typed.path).satisfying(home, typed.name) if open_ended else ()
            if (cls.path, cls.name) not in satisfying:
                return False
    found = ev.quiet(callee, place.frame)
    return isinstance(found, FunctionOf) and (found.path, found.name) == (file.path, function)


def _type(ev: Interpreter, expr: Expr, frame: Frame) -> ClassOf | Known | None:
    """The type with which a receiver, a parameter or a field is declared; None for anything else, or an unknown one."""
    if isinstance(expr, Member):
        of = _type(ev, expr.of, frame)
        if not isinstance(of, ClassOf):
            return None
        for file in ev.program.parts(of.path, of.name):
            for assign in file.names.get((of.name, expr.name), ()):
                return _declared(ev, assign.annotation, Frame(file, of.name))
        return None
    if not isinstance(expr, Ref):
        return None
    if expr.name == _SELF:
        receiver = ev.receiver(frame)
        return receiver.of if isinstance(receiver, Instance) else None
    scope = frame.scope
    while scope and (scope, expr.name) not in frame.file.names:
        fact = frame.file.functions.get(scope)
        for parameter in fact.parameters if fact else ():
            if parameter.name == expr.name:
                return _declared(ev, parameter.annotation, Frame(frame.file, fact.scope if fact else ""))
        scope = scope.rpartition(".")[0]
    return None


def _declared(ev: Interpreter, annotation: Expr | None, frame: Frame) -> ClassOf | Known | None:
    told = ev.annotated(annotation, frame)
    if isinstance(told, Instance):
        return told.of
    named = ev.quiet(annotation, frame) if isinstance(annotation, Ref | Member) else NOTHING
    return named if isinstance(named, Known) else None
