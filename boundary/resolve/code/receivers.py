"""Lambdas with a receiver, and functions that extend what they are called on, as Kotlin has them.

``routing { route("/berths") { get("/{id}") { … } } }``: a function that is handed to a call whose row says ``within``
is a part of what the call gives back. A bare name in it means a member of that, or a library's function that extends
it; functions of the workspace that extend something (``fun Route.berths()``) are handed it, too. What stands in the
function is followed with the receiver that each call gives, so that a function that adds routes adds them below each
prefix under which it is called. Source: the Kotlin language specification, "Implicit receivers" and "Linked scopes".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from boundary.facts import Expr, Ref
from boundary.facts import Member as Named
from boundary.model import Value
from boundary.resolve.code import callbacks, members, setters, texts
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import LAMBDA
from boundary.resolve.code.rows import Row
from boundary.resolve.code.things import (
    Arguments,
    Effect,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Site,
    Thing,
    is_open,
)

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

THIS = "<this>"
"""The name under which a lambda is given its receiver."""

_EXTENDED = "self"
_KOTLIN = ".kt"
_TELLS = frozenset({"set", "set-path", "set-query"})
"""Effects that tell the receiver something: fields of it, what its URL goes on with, and a parameter of its query."""


class Member(NamedTuple):
    """A bare name that is a known member or extension of an implicit receiver."""

    row: Row
    of: Thing


class Extension(NamedTuple):
    """A bare name that is a function of the workspace which extends an implicit receiver."""

    of: Thing


def called(ev: Interpreter, callee: Thing, name: str, frame: Frame) -> Member | Extension | None:
    """What a call of a bare name means besides the callee itself."""
    if isinstance(callee, FunctionOf):
        fact = ev.program.files[callee.path].functions[callee.name]
        if fact.kind != "extension" or not fact.parameters or fact.parameters[0].name != _EXTENDED:
            return None
        wanted = ev.annotated(fact.parameters[0].annotation, Frame(ev.program.files[callee.path], fact.scope))
        return Extension(next((one for one in _implicit(ev, frame) if _alike(one, wanted)), wanted))
    if isinstance(callee, Made):  # A property of the receiver by that name is none that is called: ``url { … }``.
        return _member(ev, name, frame)
    if not isinstance(callee, Known | Value | Nothing):
        return None
    row = ev.row(frame.file.path, callee.name) if isinstance(callee, Known) else None
    if row is not None and row.asks:
        return next((Member(row, one) for one in _implicit(ev, frame) if isinstance(one, Made)), None)
    if not isinstance(callee, Known) or callee.name == name:
        return _member(ev, name, frame)  # of the innermost that has one, before what is everybody's by that name
    return None


def _member(ev: Interpreter, name: str, frame: Frame) -> Member | None:
    """The known member of an implicit receiver by that name, of the innermost that has one."""
    for one in _implicit(ev, frame):
        found = ev.row(frame.file.path, f"{one.type}.{name}") if isinstance(one, Made) else None
        if found is not None:
            return Member(found, one)
    return None


def of_text(ev: Interpreter, name: str, frame: Frame) -> Member | None:
    """The row of a method that texts have within an implicit receiver: ``"/berths".nest { … }``."""
    for one in _implicit(ev, frame) if frame.file.path.endswith(_KOTLIN) else ():
        row = ev.row(frame.file.path, f"{one.type}.text:{name}") if isinstance(one, Made) else None
        if row is not None:
            return Member(row, one)
    return None


def extended(ev: Interpreter, frame: Frame) -> Thing | None:
    """What ``this`` means outside of classes: what the function extends, or what its lambda is called on."""
    return next(_implicit(ev, frame), None) if frame.file.path.endswith(_KOTLIN) else None


def named(ev: Interpreter, name: str, frame: Frame) -> Thing | None:
    """What a bare name that nothing declares means as a known property of an implicit receiver."""
    path = frame.file.path
    for one in _implicit(ev, frame) if path.endswith(_KOTLIN) else ():
        row = ev.row(path, f"{one.type}.@{name}") if isinstance(one, Made) else None
        if row is not None:
            return ev.known(row, Arguments(), one, Site(path, max(frame.line, 1)))
    return None


def imported(ev: Interpreter, name: str, frame: Frame) -> Row | None:
    """The row of a library's function that a file imports and calls as a method: ``Berths.selectAll()``."""
    if not frame.file.language.implicit:
        return None
    found = frame.file.imports.get(("", name))
    full = (
        [f"{found.module}.{found.name}"] if found is not None else [f"{one.module}.{name}" for one in frame.file.stars]
    )
    rows = (ev.row(frame.file.path, f"extension:{one}") for one in full)
    return next((row for row in rows if row is not None), None)


def assigned(ev: Interpreter, target: Expr, thing: Thing, frame: Frame, line: int) -> None:
    """A value that is given to a property which is a setter's: ``config.jdbcUrl = url``, or only ``jdbcUrl = url``
    where the object is the receiver."""
    if not isinstance(target, Ref | Named) or not frame.file.path.endswith(_KOTLIN):
        return
    among = _implicit(ev, frame) if isinstance(target, Ref) else iter((ev.quiet(target.of, frame),))
    for one in among:
        row = ev.row(frame.file.path, f"{one.type}.{setters.named(target.name)}") if isinstance(one, Made) else None
        if row is not None:
            ev.known(row, Arguments((thing,)), one, Site(frame.file.path, line))
            return


def filled(ev: Interpreter, made: Made, arguments: Arguments, site: Site, depth: int) -> Made:
    """What a call gives back, with the fields that the functions among its arguments set; what these do to the outside
    is taken in as far as the receiver decides it."""
    for function in arguments.positional:
        if not isinstance(function, FunctionOf) or LAMBDA not in function.name.rpartition(".")[2]:
            continue
        ev.parts.add((function.path, function.name))
        if callbacks.is_asked(ev, function):
            ev.left_out += 1  # Its body would be read without what it is a part of, which is only being found out.
            callbacks.ring(ev, function)
            continue
        plain = ev.body(members.unbound(ev, function), None, depth + 1)
        effects = plain
        if not _is_told(ev, function, made, depth):
            effects = ev.body(replace(function, closure=((THIS, made), *function.closure)), None, depth + 1)
        made = replace(made, fields=tuple(_told(effects, dict(made.fields), made.type).items()))
        if ev.recorded is not None:
            known = set(plain)
            further = (one for one in effects if one.kind in _TELLS or one not in known)
            ev.recorded += [replace(one, chain=(site, *one.chain)) for one in further]
    return made


def _told(effects: Iterable[Effect], fields: dict[str, Thing], kind: str) -> dict[str, Thing]:
    """The fields of a receiver with what a function within it tells, in the order of the statements."""
    for effect in effects:
        # What is handed a function tells by that one's statements: ``url { … }`` beside ``url("http://…")``.
        values = {name: thing for name, thing in effect.values if name != "of" and not isinstance(thing, FunctionOf)}
        if effect.kind == "set":
            fields |= values | (
                {} if effect.body is None or isinstance(effect.body, Nothing) else {"body": effect.body}
            )
        elif effect.kind == "connect" and isinstance(effect.receiver, Made) and effect.receiver.type == kind:
            fields |= values
        elif effect.kind in _TELLS and values:
            url = texts.appended if effect.kind == "set-path" else texts.asked
            fields["url"] = url({**({"url": fields["url"]} if "url" in fields else {}), **values})
    return fields


def _is_told(ev: Interpreter, function: FunctionOf, made: Made, depth: int) -> bool:
    """Whether the text around tells all that a function is given, so that its body by itself says everything."""
    file = ev.program.files[function.path]
    around = function.name.rpartition(".")[0]
    open_ = ev.frame_of(members.function_of(ev, file, around), None, depth).bound if around in file.functions else ()
    return function.closure == open_ and callbacks.receiver(ev, file, function.name) == made


def follow(ev: Interpreter, function: FunctionOf, made: Thing, site: Site, frame: Frame) -> None:
    """Record what a function without a name does that is handed to somebody else, with the variables around it as they
    are in this call, which gives back ``made``: ``store.Open(options => options.Connection(text))``.

    Those of Kotlin that are a part of what the call gives back are ``filled`` instead.
    """
    file = ev.program.files[function.path]
    fact = file.functions[function.name]
    if LAMBDA not in fact.name or ev.recorded is None:
        return
    plain = ev.body(replace(function, closure=()), None, frame.depth + 1)
    sites = {effect.site for effect in plain if is_open(effect) and effect.kind != "route"}
    if not sites or (function.path, function.name) in ev.parts:
        return
    told = [callbacks.given(ev, file, function.name, at) for at in range(len(fact.parameters))]
    arguments = (made if isinstance(one, Made) and isinstance(made, Made) else one for one in told)
    for effect in ev.body(function, Arguments(tuple(arguments)), frame.depth + 1):
        # What is still open may be given by who calls the function around.
        if effect.site in sites and (effect not in plain or is_open(effect)):
            ev.recorded.append(replace(effect, chain=(site, *effect.chain)))


def _alike(one: Thing, wanted: Thing) -> bool:
    if isinstance(one, Made) and isinstance(wanted, Made):
        return one.type == wanted.type
    return isinstance(one, Instance) and isinstance(wanted, Instance) and one.of == wanted.of


def _implicit(ev: Interpreter, frame: Frame) -> Iterator[Thing]:
    """The receivers that a bare name may belong to, innermost first: those that are handed over, then those that
    the text around tells."""
    bound = [(key, thing) for key, thing in frame.bound if key in (THIS, _EXTENDED)]
    yield from (thing for _, thing in bound)
    if not any(key == _EXTENDED for key, _ in bound):
        yield from _around(ev, frame)


def _around(ev: Interpreter, frame: Frame) -> Iterator[Thing]:
    scope, file = frame.scope, frame.file
    while scope:
        fact = file.functions.get(scope)
        if LAMBDA in scope.rpartition(".")[2]:
            this = callbacks.receiver(ev, file, scope)
            if isinstance(this, Made):
                yield this
        elif fact is not None and fact.kind == "extension" and fact.parameters[0].name == _EXTENDED:
            yield ev.annotated(fact.parameters[0].annotation, Frame(file, fact.scope))
        scope = scope.rpartition(".")[0]
