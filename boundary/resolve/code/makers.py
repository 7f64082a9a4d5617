"""What fields of an object hold that is made by somebody else: where the struct's literal stands, or a variable of it
is given a field, in a constructor or in ``main``. Methods that a framework calls see no other way to the object.

A field counts when all places agree; otherwise it is not known which object a method belongs to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from boundary.facts import Apply, Assign, Expr, Fact, Member, Ref
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    FunctionOf,
    Instance,
    Known,
    Made,
    Nothing,
    Thing,
    gaps,
)

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile, Program

_MOST = 40
"""Places that are looked at for one field; constructors have one to five callers."""

_DEEPEST = 6
"""Fields that are asked for while another one's is looked for: a server's store's client's address."""

_TRIES = 3
"""How often a field is looked for whose makers lead back to it: what other ways there are has been found by then."""

_LEVELS = 3
"""Callers of callers: ``main`` calls ``run``, that calls the constructor, in which the literal stands."""


class Call(NamedTuple):
    """A call or literal, and where it stands."""

    file: CodeFile
    scope: str
    line: int
    call: Apply


class Given(NamedTuple):
    """A field of a variable that is assigned."""

    file: CodeFile
    scope: str
    variable: str
    assign: Assign


class Makers:
    """The literals of structs by name, the calls of functions by name, the fields of variables by name."""

    def __init__(self, program: Program) -> None:
        self.made: dict[str, list[Call]] = defaultdict(list)
        self.calls: dict[str, list[Call]] = defaultdict(list)
        self.given: dict[str, list[Given]] = defaultdict(list)
        self.known: dict[tuple[ClassOf, str], Thing] = {}
        self.tried: Counter[tuple[ClassOf, str]] = Counter()
        self.depth = 0
        files = [file for _, file in sorted(program.files.items()) if file.language.literals]
        types = {name for file in files for name in file.classes}
        functions = {name.rpartition(".")[2] for file in files for name in file.functions}
        for file in files:
            for scope, line, call in _calls(file):
                name = call.callee.name if isinstance(call.callee, Ref | Member) else ""
                if name in types:
                    self.made[name].append(Call(file, scope, line, call))
                elif name in functions:
                    self.calls[name].append(Call(file, scope, line, call))
            for (scope, variable), assigns in file.given.items():
                for assign in assigns:
                    if isinstance(assign.target, Member):
                        self.given[assign.target.name].append(Given(file, scope, variable, assign))


def field(ev: Interpreter, cls: ClassOf, name: str) -> Thing:
    """What a field holds as all makers of such objects agree; nothing where they do not."""
    makers, key = ev.makers, (cls, name)
    if key in makers.known:
        return makers.known[key]
    active = ("made", cls, name)
    if active in ev.active or makers.depth >= _DEEPEST:
        ev.cut += 1
        return NOTHING
    before = ev.cut
    ev.active.add(active)
    makers.depth += 1
    makers.tried[key] += 1
    try:
        found = [one for one in (*_literals(ev, cls, name), *_assigned(ev, cls, name)) if _tells(one)]
    finally:
        ev.active.discard(active)
        makers.depth -= 1
    fewest = min(map(_open, found), default=0)
    distinct = {_anywhere(one): one for one in found if _open(one) == fewest}
    thing = next(iter(distinct.values())) if len(distinct) == 1 else NOTHING
    if ev.cut == before or makers.tried[key] >= _TRIES:
        makers.known[key] = thing
    return thing


def _literals(ev: Interpreter, cls: ClassOf, name: str) -> Iterator[Thing]:
    for place in ev.makers.made.get(cls.name.rpartition(".")[2], ())[:_MOST]:
        if not _near(ev, place.file, cls):
            continue
        best: Thing = NOTHING
        for frame in _frames(ev, place.file, place.scope, _LEVELS):
            made = ev.quiet(place.call, frame.at(place.line))
            value = _of(ev, made, cls, name)
            if _tells(value) and (isinstance(best, Nothing) or _open(value) < _open(best)):
                best = value
            if not isinstance(best, Nothing) and not _open(best):
                break
        yield best


def _of(ev: Interpreter, made: Thing, cls: ClassOf, name: str) -> Thing:
    if not isinstance(made, Instance) or made.of != cls or made.arguments is None:
        return NOTHING
    given = made.arguments.get(None, name)
    if given is None and made.arguments.positional:
        fields = [key for scope, key in ev.program.files[cls.path].names if scope == cls.name]
        given = made.arguments.get(fields.index(name)) if name in fields else None
    return NOTHING if given is None else given


def _assigned(ev: Interpreter, cls: ClassOf, name: str) -> Iterator[Thing]:
    near = [given for given in ev.makers.given.get(name, ()) if _near(ev, given.file, cls)]
    for given in near[:_MOST]:
        for frame in _frames(ev, given.file, given.scope, 0):
            here = frame.at(given.assign.line)
            whose = ev.quiet(Ref(given.variable), here)
            if isinstance(whose, Instance) and whose.of == cls and given.assign.value is not None:
                yield ev.quiet(given.assign.value, here)


def _frames(ev: Interpreter, file: CodeFile, scope: str, levels: int) -> Iterator[Frame]:
    """The frames in which a scope runs: called by somebody unknown, then by each caller that is seen."""
    outer = scope
    while outer and outer not in file.functions:
        outer = outer.rpartition(".")[0]
    if not outer:
        yield Frame(file, scope)
        return
    fact = file.functions[outer]
    receiver = Instance(ClassOf(file.path, fact.scope)) if fact.kind == "method" else None
    function = FunctionOf(file.path, outer, receiver)
    yield replace(ev.frame_of(function, None, 1), scope=scope)
    callers = ev.makers.calls.get(fact.name, ()) if levels and fact.parameters else ()
    for place in callers[:_MOST]:
        if place.file is file and place.scope == scope:
            continue
        for frame in _frames(ev, place.file, place.scope, levels - 1):
            here = frame.at(place.line)
            callee = ev.quiet(place.call.callee, here)
            if not isinstance(callee, FunctionOf) or (callee.path, callee.name) != (file.path, outer):
                break
            arguments = Arguments(tuple(ev.quiet(arg, here) for arg in place.call.args))
            yield replace(ev.frame_of(callee, arguments, 1), scope=scope)


def _near(ev: Interpreter, file: CodeFile, cls: ClassOf) -> bool:
    return file.path == cls.path or ev.program.related(file.path, cls.path) or ev.program.related(cls.path, file.path)


def _tells(thing: Thing) -> bool:
    return not isinstance(thing, Nothing | Known) and bool(getattr(thing, "parts", True))


def _open(thing: Thing) -> int:
    """How much a caller could still say: parameters that nobody has given, things of which only the type is known."""
    match thing:
        case Made(site=None) | Instance(arguments=None):
            return gaps(thing) + 1
    return gaps(thing)


def _anywhere(thing: Thing) -> Thing:
    """A thing without the place where it was made."""
    return replace(thing, site=None) if isinstance(thing, Made) else thing


def _calls(file: CodeFile) -> Iterator[tuple[str, int, Apply]]:
    """Every call of a file with its scope and line."""
    waiting: list[tuple[Fact, object]] = []
    for facts in (file.assigns, file.returns, file.evaluates):
        waiting += [(fact, fact.value) for group in facts.values() for fact in group]
    while waiting:
        fact, part = waiting.pop()
        if isinstance(part, Apply):
            yield fact.scope, fact.line, part  # type: ignore[attr-defined]
        if isinstance(part, tuple):
            waiting += [(fact, inner) for inner in part]
        elif isinstance(part, msgspec.Struct) and isinstance(part, Expr):
            waiting += [(fact, getattr(part, name)) for name in part.__struct_fields__]
