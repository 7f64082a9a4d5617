"""What containers of JavaScript hand out under a token: NestJS' providers, inversify, tsyringe, typedi.

A row with the effect ``provides`` says of a call, or of an object literal with a key (``object:provide``), under which
``token`` it gives what: a ``value``, an object of a ``class``, what a ``factory`` makes of the tokens in ``inject``,
another ``token`` (``existing``), or, where none of these is said, what the call gives back. A row with the effect
``given`` is a decorator that asks for a token, one with ``resolved`` a call that does. A token is a text, a symbol, or
a class. Sources: NestJS, "Custom providers" and "Dynamic modules"; inversify, "Binding syntax"; tsyringe, "Providers".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boundary.facts import Apply, Expr, Member, Record, Text
from boundary.facts.parts import parts
from boundary.model import Value
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.rows import Row
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Several,
    Site,
    Thing,
)
from boundary.resolve.files import fold

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile

_OBJECT = "object:"


@dataclass(frozen=True, slots=True)
class Provided:
    """One place where a token is given something."""

    frame: Frame
    written: Apply | Record
    row: Row


Tokens = dict[object, list[Provided]]


def tokens(ev: Interpreter) -> Tokens:
    """All places of the program where tokens are given something, by token."""
    found: Tokens = defaultdict(list)
    for _, file in sorted(ev.program.files.items()):
        if file.language.provides:
            for frame, written in _written(file):
                row = _row(ev, written, frame)
                key = _key(ev, _token(ev, row, written, frame)) if row else None
                if row and key is not None:
                    found[key].append(Provided(frame, written, row))
    return found


def given(ev: Interpreter, told: Thing, decorators: tuple[Expr, ...], frame: Frame) -> Thing:
    """What a parameter or field is given by a container: by the token that a decorator names, else by its type."""
    for decorator in decorators:
        head = ev.quiet(decorator.callee if isinstance(decorator, Apply) else decorator, frame)
        row = ev.row(frame.file.path, head.name) if isinstance(head, Known) else None
        if row is None or not isinstance(decorator, Apply):
            continue
        made = ev.quiet(decorator, frame) if row.returns else NOTHING
        if isinstance(made, Made):
            return made
        if row.effect == "given" and decorator.args:
            return resolved(ev, ev.quiet(decorator.args[0], frame), frame)
    if isinstance(told, Instance):
        return resolved(ev, told.of, frame) if told.arguments is None else NOTHING
    return _chosen(ev, _of_type(told), frame) if isinstance(told, Made) and told.site is None else NOTHING


def _of_type(told: Made) -> object:
    """A client of a library that a module is told about."""
    return "made", told.type, told.fields


def resolved(ev: Interpreter, token: Thing, frame: Frame) -> Thing:
    """What a container hands out for a token; nothing where nobody says, or several say different things."""
    key = _key(ev, token)
    return NOTHING if key is None else _chosen(ev, key, frame)


def injected(ev: Interpreter, function: FunctionOf, asked: Thing | None, frame: Frame) -> Arguments:
    """What a factory is called with for the tokens that stand beside it; what nobody knows is left to its types."""
    names = [one.name for one in ev.program.files[function.path].functions[function.name].parameters]
    told = [(name, instance(ev, token, frame)) for name, token in zip(names, _items(asked), strict=False)]
    return Arguments((), tuple((name, thing) for name, thing in told if not isinstance(thing, Nothing)))


def instance(ev: Interpreter, token: Thing, frame: Frame) -> Thing:
    """What a container gives for a token, also for a class or a library's type that nobody speaks of."""
    thing = resolved(ev, token, frame)
    if not isinstance(thing, Nothing):
        return thing
    match token:
        case ClassOf():
            return Instance(token)
        case Known(name):
            row = ev.row(frame.file.path, name)
            return Made(row.returns, row.constants) if row and row.returns else NOTHING
        case Made():
            return token
    return NOTHING


def _items(asked: Thing | None) -> tuple[Thing, ...]:
    return asked.items if isinstance(asked, Several) else ()


def _chosen(ev: Interpreter, key: object, frame: Frame) -> Thing:
    found = [one for one in ev.tokens.get(key, ()) if _near(ev, frame, one)]
    if len(found) > 1:
        mine = fold(frame.file.class_of(frame.scope))
        found = [one for one in found if mine and mine in one.frame.file.words] or found
    things = {_made(ev, one) for one in found} - {NOTHING}
    return things.pop() if len(things) == 1 else NOTHING


def _near(ev: Interpreter, frame: Frame, one: Provided) -> bool:
    here, there = frame.file.path, one.frame.file.path
    return here == there or ev.program.related(here, there) or ev.program.related(there, here)


def _made(ev: Interpreter, one: Provided) -> Thing:
    """What a place gives to its token."""
    key = ("token", one.frame.file.path, one.frame.line, id(one.written))
    if key in ev.active:
        ev.ring(key)
        return NOTHING
    ev.active.add(key)
    try:
        if isinstance(one.written, Apply):
            receiver = ev.quiet(one.written.callee.of, one.frame) if isinstance(one.written.callee, Member) else None
            arguments = Arguments(tuple(ev.quiet(arg, one.frame) for arg in one.written.args))
        else:
            receiver, arguments = None, Arguments((ev.quiet(one.written, one.frame),))
        return _of(ev, one, dict(one.row.read(arguments, receiver)))
    finally:
        ev.active.discard(key)


def _of(ev: Interpreter, one: Provided, read: dict[str, Thing]) -> Thing:
    factory, cls = read.get("factory"), read.get("class")
    if "value" in read:
        return read["value"]
    if isinstance(factory, FunctionOf):
        site = Site(one.frame.file.path, max(one.frame.line, 1))
        return ev.apply(factory, injected(ev, factory, read.get("inject"), one.frame), site, one.frame.depth + 1)
    if isinstance(cls, ClassOf):
        return Instance(cls)
    if "existing" in read:
        return resolved(ev, read["existing"], one.frame)
    return ev.quiet(one.written, one.frame) if one.row.returns else NOTHING


def _token(ev: Interpreter, row: Row | None, written: Apply | Record, frame: Frame) -> Thing:
    """The token that a place speaks of, without looking at what it is given."""
    spec = next((spec for name, spec in row.arguments if name == "token"), "") if row else ""
    if spec.startswith("="):
        return Known(spec[1:])
    if isinstance(written, Record):
        return ev.quiet(_entries(written)[spec.rpartition(".")[2]], frame)
    if spec.startswith(".") and isinstance(written.callee, Member):
        receiver = ev.quiet(written.callee.of, frame)
        return (receiver.field(spec[1:]) if isinstance(receiver, Made) else None) or NOTHING
    return ev.quiet(written.args[0], frame) if written.args else NOTHING


def _key(ev: Interpreter, token: Thing) -> object | None:
    """What two mentions of a token have in common."""
    match token:
        case Value() if token.text:
            return "text", token.text
        case ClassOf():
            return token
        case Known(name):
            row = ev.row("tokens.ts", name)
            return _of_type(Made(row.returns, row.constants)) if row and row.returns else ("known", name)
        case Made(site=Site() as site):
            return "site", token.type, site
    return None


def _row(ev: Interpreter, written: Apply | Record, frame: Frame) -> Row | None:
    """The row with the effect that speaks of what is written."""
    path = frame.file.path
    if isinstance(written, Record):
        found = (ev.row(path, f"{_OBJECT}{key}") for key in _entries(written))
        return next((row for row in found if row and row.effect == "provides"), None)
    if not isinstance(written.callee, Member) or written.callee.name not in frame.file.language.provides:
        return None
    receiver = ev.quiet(written.callee.of, frame)
    head = receiver.type if isinstance(receiver, Made) else receiver.name if isinstance(receiver, Known) else ""
    row = ev.row(path, f"{head}.{written.callee.name}")
    return row if row and row.effect == "provides" else None


def _entries(record: Record) -> dict[str, Expr]:
    return {key.text: value for key, value in record.entries if isinstance(key, Text)}


def _written(file: CodeFile) -> Iterator[tuple[Frame, Apply | Record]]:
    """Every call and object literal of a file that could speak of a token, where it stands."""
    keys = file.language.provides
    said: list[tuple[Frame, Expr | None]] = []
    for fact in file.classes.values():
        said += [(Frame(file, fact.scope, line=fact.line), decorator) for decorator in fact.decorators]
    for group in (file.assigns, file.returns, file.evaluates):
        said += [(Frame(file, one.scope, line=one.line), one.value) for facts in group.values() for one in facts]
    for frame, expr in reversed(said):
        for part in parts(expr):
            if isinstance(part, Apply) and isinstance(part.callee, Member) and part.callee.name in keys:
                yield frame, part
            if isinstance(part, Record) and any(f"{_OBJECT}{key}" in keys for key in _entries(part)):
                yield frame, part
