"""What fields of an object hold that is made by somebody else: where the struct's literal stands, or a variable of it
is given a field, in a constructor or in ``main``. Methods that a framework calls see no other way to the object.

A field counts when all places agree; otherwise it is not known which object a method belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from boundary.facts import Apply, Assign, Expr, Member, Ref
from boundary.resolve.code.callers import Call, Callers, frames, openness
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.questions import Questions
from boundary.resolve.code.things import NOTHING, ClassOf, Instance, Known, Made, Nothing, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter
    from boundary.resolve.code.program import CodeFile, Program

_MOST = 40
"""Places that are looked at for one field; constructors have one to five callers."""


class Given(NamedTuple):
    """A field of a variable that is assigned."""

    file: CodeFile
    scope: str
    variable: str
    assign: Assign

    @property
    def frame(self) -> Frame:
        """Where it is assigned, as somebody unknown runs it."""
        return Frame(self.file, self.scope, line=self.assign.line)


class Makers:
    """The literals of structs and the fields of variables, by name, and what each is of; who calls whom; and what has
    been found out."""

    def __init__(self, program: Program) -> None:
        self.callers = Callers(program)
        self.questions = Questions()
        self._made: dict[str, list[Call]] = defaultdict(list)
        self._given: dict[str, list[Given]] = defaultdict(list)
        self._literals: dict[ClassOf, list[Call]] = {}
        self._classes: dict[int, ClassOf] = {}
        files = [file for _, file in sorted(program.files.items()) if file.language.literals]
        types = {name for file in files for name in file.classes}
        functions = {name.rpartition(".")[2] for file in files for name in file.functions}
        for file in files:
            for scope, line, call in file.calls:
                name = call.callee.name if isinstance(call.callee, Ref | Member) else ""
                if name in types:
                    self._made[name].append(Call(file, scope, line, call))
                elif name in functions:
                    self.callers.calls[name].append(Call(file, scope, line, call))
            for (scope, variable), assigns in file.given.items():
                for assign in assigns:
                    if isinstance(assign.target, Member):
                        self._given[assign.target.name].append(Given(file, scope, variable, assign))

    def literals(self, ev: Interpreter, cls: ClassOf) -> list[Call]:
        """Where objects of a struct are written down."""
        if cls not in self._literals:
            near = (one for one in self._made.get(cls.name.rpartition(".")[2], ()) if _near(ev, one.file, cls))
            self._literals[cls] = [one for one in near if ev.quiet(one.call.callee, one.frame) == cls]
        return self._literals[cls]

    def given(self, ev: Interpreter, cls: ClassOf, name: str) -> Iterator[Given]:
        """Where a field of a variable is assigned that holds an object of a struct."""
        for one in self._given.get(name, ()):
            if _near(ev, one.file, cls) and self._class(ev, one) == cls:
                yield one

    def _class(self, ev: Interpreter, given: Given) -> ClassOf | None:
        found = self._classes.get(id(given.assign))
        if found is None:
            whose = ev.quiet(Ref(given.variable), given.frame)
            if isinstance(whose, Instance):
                found = self._classes[id(given.assign)] = whose.of
        return found


def field(ev: Interpreter, cls: ClassOf, name: str) -> Thing:
    """What a field holds as all makers of such objects agree; nothing where they do not."""
    nothing: Thing = NOTHING
    return ev.makers.questions.ask(ev, ("made", cls, name), lambda: _agreed(ev, cls, name), nothing)


def _agreed(ev: Interpreter, cls: ClassOf, name: str) -> Thing:
    found = [one for one in (*_literals(ev, cls, name), *_assigned(ev, cls, name)) if _tells(one)]
    fewest = min(map(openness, found), default=0)
    distinct = {_anywhere(one): one for one in found if openness(one) == fewest}
    return next(iter(distinct.values())) if len(distinct) == 1 else NOTHING


def _literals(ev: Interpreter, cls: ClassOf, name: str) -> Iterator[Thing]:
    for place in ev.makers.literals(ev, cls)[:_MOST]:
        expr = _written(ev, place.call, cls, name)
        best: Thing = NOTHING
        for frame in frames(ev, place.file, place.scope, (expr,)) if expr is not None else ():
            value = ev.quiet(expr, frame.at(place.line)) if expr is not None else NOTHING
            if _tells(value) and (isinstance(best, Nothing) or openness(value) < openness(best)):
                best = value
            if not isinstance(best, Nothing) and not openness(best):
                break
        yield best


def _written(ev: Interpreter, call: Apply, cls: ClassOf, name: str) -> Expr | None:
    """What a literal writes for a field: by its name, or at its place."""
    for key, expr in call.keywords:
        if key == name:
            return expr
    fields = [key for scope, key in ev.program.files[cls.path].names if scope == cls.name] if call.args else []
    at = fields.index(name) if name in fields else len(call.args)
    return call.args[at] if at < len(call.args) else None


def _assigned(ev: Interpreter, cls: ClassOf, name: str) -> Iterator[Thing]:
    for given in islice(ev.makers.given(ev, cls, name), _MOST):
        frame = next(frames(ev, given.file, given.scope, ()))
        if given.assign.value is not None:
            yield ev.quiet(given.assign.value, frame.at(given.assign.line))


def _near(ev: Interpreter, file: CodeFile, cls: ClassOf) -> bool:
    return file.path == cls.path or ev.program.related(file.path, cls.path) or ev.program.related(cls.path, file.path)


def _tells(thing: Thing) -> bool:
    return not isinstance(thing, Nothing | Known) and bool(getattr(thing, "parts", True))


def _anywhere(thing: Thing) -> Thing:
    """A thing without the place where it was made."""
    return replace(thing, site=None) if isinstance(thing, Made) else thing
