"""Follows one answer, or the messages of one subscription, through the code that received it.

The order of statements is not regarded, and elements of lists and maps count as the whole: a field is read when some
value that may be the answer is asked for it. Calls inside the workspace are followed into their functions and back to
who calls them; by the chain of calls that decided the request where there is one, so that each user of a wrapper around
a client has its own answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import (
    Apply,
    Assign,
    Either,
    Evaluate,
    Expr,
    Item,
    Join,
    Listing,
    Look,
    Member,
    Out,
    Record,
    Ref,
    Return,
    Text,
    Unknown,
)
from boundary.model import FieldUse, Location, Value
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import LAMBDA
from boundary.resolve.code.rows import Language
from boundary.resolve.code.things import ClassOf, FunctionOf, Site
from boundary.resolve.fields import words
from boundary.resolve.fields.callers import Callers, Calling
from boundary.resolve.fields.calling import Calls
from boundary.resolve.fields.shapes import Shapes
from boundary.resolve.fields.state import Statement, Unit, unit
from boundary.resolve.fields.waves import NONE, Here, Wave, Waves, unpacked

_MOST_UNITS = 120
"""Functions that one answer is followed through, each as often as something new is found."""

_MOST_ROUNDS = 8

_FAULT = "error"
"""What names of events say that tell what went wrong."""


def reads_by_types(language: Language) -> bool:
    """Whether what is assigned to a variable of a type has been read into it; elsewhere a type is only a remark."""
    return language.bare or language.literals or language.name in ("jvm", "rust")


class Flow(Calls):
    """One answer. ``chain`` are the calls that led to the request, outermost first."""

    def __init__(self, evaluator: Evaluator, callers: Callers, shapes: Shapes, chain: tuple[Site, ...] = ()) -> None:
        super().__init__(evaluator, callers, shapes)
        self.chain = list(chain)
        self._after: dict[Unit, Site] = {}

    def start(self, site: Site, wire: bool = True) -> bool:
        """Begin at the call that gets the answer; whether there is one."""
        found = self.callers.places.get((site.path, site.line, site.column))
        if found is None:
            return False
        file = self.evaluator.program.files[site.path]
        where = unit(file, found.scope)
        for step in reversed(self.chain):
            self._after.setdefault(where, step)
            above = self.callers.places.get((step.path, step.line, step.column))
            if above is None:
                break
            where = unit(self.evaluator.program.files[step.path], above.scope)
        self.seeded(found, frozenset({Wave(wire=wire)}))
        return True

    def run(self) -> tuple[FieldUse, ...]:
        """Follow until nothing new is found; what is used, in order."""
        done = 0
        while self.state.work and done < _MOST_UNITS:
            done += 1
            self._unit(self.state.work.popleft())
        if self.state.work:
            last = self.state.work[0]
            self.state.escape([Wave()], Location(last.path, 1))
        return tuple(sorted(self.state.uses))

    def _unit(self, one: Unit) -> None:
        file = self.evaluator.program.files[one.path]
        found = self.callers.statements(one)
        for _ in range(_MOST_ROUNDS):
            before = self.state.size
            for scope, fact in found.about(self.state.concerned(one.path)):
                self._statement(Here(file, scope, fact.line), fact)
            if before == self.state.size:
                break
        if one in self.state.work:
            self.state.work.remove(one)
            self.state.work.append(one)

    def _statement(self, here: Here, fact: Statement) -> None:
        match fact:
            case Assign(value=Out(of, position)):
                self._left(here, fact, of, position)
            case Assign(value=None):
                return
            case Assign(target=Member(of, name) as target, value=Join((before, Ref() | Member() as handler))) if (
                before == target and any(wave.wire for wave in self.expr(of, here))
            ):
                self._handled(handler, name, here)
            case Assign(target=target, value=value, annotation=note) if value is not None:
                waves = self.expr(value, here)
                if waves and note is not None and reads_by_types(here.file.language):
                    waves = self.typed(waves, self.shapes.of_type(note, here.frame))
                self._assign(here, target, waves)
            case Return(value=value):
                self._returned(here, self.expr(value, here))
            case Evaluate(value=value) | Look(value=value):
                self.expr(value, here)

    def _handled(self, handler: Expr, event: str, here: Here) -> None:
        """A function that is added to an event of what receives: ``processor.ProcessMessageAsync += Handle``."""
        thing = self.callers.callee(handler, here.file, here.scope, here.line)
        known = isinstance(thing, FunctionOf) and thing.name in self.evaluator.program.files[thing.path].functions
        if isinstance(thing, FunctionOf) and known and _FAULT not in event.casefold():
            self.begin(thing)

    def _assign(self, here: Here, target: Expr, waves: Waves) -> None:
        if not waves:
            return
        match target:
            case Ref(name):
                self.state.bind(here.file, self._home(here, name), name, waves)
            case Member(Ref("self" | "cls"), name):
                self.state.bind(here.file, here.file.class_of(here.scope), name, waves)
            case Member(Ref(name), _) | Item(Ref(name), _):
                packed = frozenset(wave._replace(packed=True) for wave in waves if not wave.wire)
                self.state.bind(here.file, self._home(here, name), name, packed)

    def _home(self, here: Here, name: str) -> str:
        """The scope that a variable belongs to: an enclosing function that has it, else the one here."""
        scope = here.scope
        while LAMBDA in scope.rpartition(".")[2]:
            above = scope.rpartition(".")[0]
            if (above, name) in here.file.names and (scope, name) not in here.file.names:
                return above
            scope = above
        return here.scope

    def _left(self, here: Here, fact: Assign, of: Expr, position: int) -> None:
        """What a call leaves in a variable that it is given: ``Decode(&order)``."""
        if not isinstance(of, Apply):
            return
        line, column = of.line or here.line, of.column or 1
        waves = self.state.outs.get((here.file.path, line, column, position), NONE)
        if isinstance(of.callee, Member):
            waves |= self.expr(of.callee.of, here)
        for index, argument in enumerate(of.args):
            waves |= self.expr(argument, here) if index != position else NONE
        if not waves:
            return
        body = frozenset(wave._replace(wire=False) for wave in waves)
        name = fact.target.name if isinstance(fact.target, Ref) else ""
        declared = next((a.annotation for a in here.file.names.get((here.scope, name), ()) if a.annotation), None)
        cls = self.shapes.of_type(declared, here.frame) if declared is not None else None
        if cls is None:
            cls = self.shapes.of_type(fact.target, here.frame)
        body = self.typed(body, cls)
        self._assign(here, fact.target, body)
        self._through_parameter(here, name, body)

    def _through_parameter(self, here: Here, name: str, waves: Waves) -> None:
        """What a function leaves in its own parameter arrives in its callers' variables."""
        function = here.file.functions.get(here.scope)
        for index, parameter in enumerate(function.parameters if function else ()):
            if parameter.name != name:
                continue
            for path, line, column, where in self._calls_of(here):
                key = (path, line, column, index)
                if not waves <= self.state.outs.get(key, NONE):
                    self.state.outs[key] = self.state.outs.get(key, NONE) | waves
                    self.state.again(where)

    def above(self, here: Here) -> list[Calling]:
        """The calls of the function here."""
        found = (self.callers.places.get((path, line, column)) for path, line, column, _ in self._calls_of(here))
        return [one for one in found if one is not None]

    def _calls_of(self, here: Here) -> list[tuple[str, int, int, Unit]]:
        """The calls of the function here: the one of the chain, else all."""
        step = self._after.get(unit(here.file, here.scope))
        if step is not None:
            above = self.callers.places.get((step.path, step.line, step.column))
            sites = [above] if above else []
        else:
            sites = self.callers.of(here.file.path, here.scope)
        files = self.evaluator.program.files
        return [(c.path, c.line, c.call.column or 1, unit(files[c.path], c.scope)) for c in sites]

    def _returned(self, here: Here, waves: Waves) -> None:
        """What a function gives back arrives at its callers; where nobody is seen to call it, it is not followed."""
        if not waves:
            return
        function = here.file.functions.get(here.scope)
        if function is not None and reads_by_types(here.file.language):
            waves = self.typed(waves, self.shapes.of_type(function.returns, here.frame))
        if not self.state.result(here.file.path, here.scope, waves) or LAMBDA in here.scope.rpartition(".")[2]:
            return
        calls = self._calls_of(here)
        for path, line, column, where in calls:
            self.state.seed(path, line, column, waves, where)
        known = self.state.waiting.get((here.file.path, here.scope))
        if not calls and not known:
            self.state.escape(waves, here.location)

    # --- expressions ----------------------------------------------------------------------------------------

    def expr(self, expr: Expr, here: Here) -> Waves:
        """The parts of the answer that an expression may hold; the fields that it reads are taken in."""
        match expr:
            case Ref(name):
                return self.state.variable(here, name)
            case Member(Ref("self" | "cls"), name):
                return self.state.bound.get((here.file.path, here.file.class_of(here.scope), name), NONE)
            case Member(of, name):
                return self.attribute(self.expr(of, here), name, here)
            case Item(of, key):
                return self._item(self.expr(of, here), key, here)
            case Apply():
                return self.call(expr, here._replace(line=expr.line or here.line))
            case Either(options):
                return frozenset().union(*(self.expr(option, here) for option in options))
            case Listing(items):
                return self._packed(frozenset().union(*(self.expr(item, here) for item in items)))
            case Record(entries):
                return self._record(entries, here)
            case Join(parts):
                found = frozenset().union(*(self.expr(part, here) for part in parts))
                return frozenset(wave for wave in found if wave.wire)
        return NONE

    @staticmethod
    def _packed(waves: Waves) -> Waves:
        return frozenset(wave._replace(packed=True) for wave in waves)

    def _record(self, entries: tuple[tuple[Expr, Expr], ...], here: Here) -> Waves:
        """An object literal; what is spread into it keeps its fields."""
        found: Waves = NONE
        for key, value in entries:
            inner = self.expr(value, here)
            found |= inner if isinstance(key, Unknown) else self._packed(inner)
        return found

    def _item(self, waves: Waves, key: Expr, here: Here) -> Waves:
        if not waves:
            return NONE
        name = key.text if isinstance(key, Text) else ""
        if isinstance(key, Ref | Member):
            told = self.evaluator.quiet(key, here.frame)
            name = (told.text or "") if isinstance(told, Value) else ""
        if not name or name.lstrip("-").isdigit():
            return frozenset(unpacked(wave) for wave in waves)
        line = key.line if isinstance(key, Text) and key.line else here.line
        return self.attribute(waves, name, here._replace(line=line), key=True)

    def attribute(self, waves: Waves, name: str, here: Here, *, key: bool = False) -> Waves:
        """What an attribute or a ``key`` gives; of the answer itself it may be the body or one of its fields."""
        found: set[Wave] = set()
        for wave in waves:
            if wave.packed:
                found.add(unpacked(wave))
            elif words.means("same", name) or (wave.wire and words.means("around", name)):
                found.add(wave)
            elif not wave.wire:
                # What carries a message is typed as the message is: ``context.Message`` of a ``ConsumeContext<T>``.
                carries = wave.shape is not None and words.means("around", name) and not wave.path
                around = carries and wave.shape is not None and self.shapes.field(wave.shape, name) is None
                found |= {wave} if around else self.step(wave, name, here)
            elif words.means("envelope", name):
                found.add(wave._replace(wire=False))
            elif not words.means("aside", name):
                found |= {*self.step(wave, name, here), *(() if key else (wave,))}
        return frozenset(found)

    def take(self, function: FunctionOf, index: int, waves: Waves) -> None:
        """A parameter of a function of the workspace is given parts."""
        file = self.evaluator.program.files[function.path]
        parameters = file.functions[function.name].parameters
        if waves and index < len(parameters):
            self.state.bind(file, function.name, parameters[index].name, waves)

    # --- where an answer begins -----------------------------------------------------------------------------

    def seeded(self, one: Calling, waves: Waves) -> None:
        """A call gives the answer."""
        file = self.evaluator.program.files[one.path]
        self.state.seed(one.path, one.line, one.call.column or 1, waves, unit(file, one.scope))

    def listen(self, site: Site) -> bool:
        """Begin at the call that subscribes: with the functions that it is given, else with what it is called on and
        what it gives back; whether there is one."""
        found = self.callers.places.get((site.path, site.line, site.column))
        if found is None:
            return False
        here = Here(self.evaluator.program.files[site.path], found.scope, found.line)
        handlers = list(self._handlers(found, here))
        for function in handlers:
            self.begin(function)
        self.seeded(found, frozenset({Wave(wire=True)}))
        callee = found.call.callee
        if isinstance(callee, Member) and not handlers:
            self._assign(here, callee.of, frozenset({Wave(wire=True)}))
        for arg in (*found.call.args, *(value for _, value in found.call.keywords)):
            if isinstance(arg, Ref) and self._hears(arg, here):
                self._assign(here, arg, frozenset({Wave(wire=True)}))
        return True

    def _hears(self, of: Ref, here: Here) -> bool:
        """Whether functions are added to events of a variable: ``consumer.Received += …``."""
        added = (fact for facts in here.file.assigns.values() for fact in facts if isinstance(fact.value, Join))
        return any(
            isinstance(fact.target, Member)
            and fact.target.of == of
            and isinstance(fact.value, Join)
            and fact.value.parts[:1] == (fact.target,)
            for fact in added
        )

    def _handlers(self, one: Calling, here: Here) -> Iterator[FunctionOf]:
        """The functions of the workspace among the arguments of a call."""
        for arg in (*one.call.args, *(value for _, value in one.call.keywords)):
            if isinstance(arg, Ref | Member):
                thing = self.callers.callee(arg, here.file, here.scope, here.line)
                if isinstance(thing, FunctionOf) and thing.name in self.evaluator.program.files[thing.path].functions:
                    yield thing

    def begin(self, function: FunctionOf, event: ClassOf | None = None) -> None:
        """Begin with a function that a framework calls with the messages; of several methods, those for an event."""
        here = self.here(function)
        for index, parameter in enumerate(here.file.functions[function.name].parameters):
            read = here.file.language.name != "javascript"
            cls = self.shapes.of_type(parameter.annotation, here.frame) if read else None
            if event is not None and cls != event:
                continue
            self.take(function, index, self.typed(frozenset({Wave(wire=True)}), cls))

    def here(self, function: FunctionOf) -> Here:
        """Where a function stands, as its types are read."""
        file = self.evaluator.program.files[function.path]
        return Here(file, function.name, file.functions[function.name].line)
