"""The symbolic evaluator: what the functions of a program do to the outside.

Every function is walked once with its parameters open; a call inside the workspace is followed with the arguments it
gives, so that a wrapper around a client resolves at each place where it is used. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundary.facts import Apply, Expr, Function, Item, Member, Out, Parameter, Ref, Text, Unknown
from boundary.model import Hole, Value
from boundary.resolve.code import accessors, callbacks, constructed, handed, members, merging, receivers, tagged, texts
from boundary.resolve.code.derivations import announced, derivations
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.injection import Providers, providers
from boundary.resolve.code.known_calls import KnownCalls
from boundary.resolve.code.nextjs import rewritten
from boundary.resolve.code.program import LAMBDA, Program
from boundary.resolve.code.rows import Row
from boundary.resolve.code.silent import Silence
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
    Effect,
    FunctionOf,
    Instance,
    Known,
    Made,
    Module,
    Nothing,
    Pairs,
    Several,
    Site,
    Thing,
    gaps,
    is_open,
    matters,
    unpacked,
    value_of,
)

DEEPEST = 6
"""Calls followed into each other; real wrappers measured at one to three."""


class Evaluator(KnownCalls):
    """Follows calls; ``exhausted`` is where the budget ended before the program did, None when it sufficed.
    ``too_deep`` are the statements that cannot be followed because too much stands in each other."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.exhausted: Site | None = None
        self.too_deep: set[Site] = set()
        self._silence = Silence(program)
        self._providers: Providers | None = None
        self._derived: dict[ClassOf, list[ClassOf]] | None = None
        self._results: dict[tuple[FunctionOf, Arguments | None], Thing] = {}
        self._bodies: dict[tuple[FunctionOf, Arguments | None], tuple[Effect, ...]] = {}

    def effects(self, path: str) -> list[Effect]:
        """All effects of a file: of its loading and of each of its functions, in the order of their places."""
        file = self.program.files[path]
        found = [effect for scope in file.scopes() for effect in self._walk(Frame(file, scope))]
        for name in file.functions:
            found += self.body(members.function_of(self, file, name), None, 0)
        found += [*derivations(self, file), *rewritten(self, file)]
        return sorted(dict.fromkeys(found), key=lambda e: (e.site, e.chain, e.kind))

    def _walk(self, frame: Frame) -> tuple[Effect, ...]:
        """Evaluate all statements of a scope and collect what they do."""
        outer, self.recorded = self.recorded, []
        before = self.subject
        try:
            for line, expr, assigned, subject in self._silence.loud(frame.file, frame.scope):
                self.subject = subject
                try:
                    thing = self.evaluate(expr, frame.at(line))
                except RecursionError:
                    self.too_deep.add(Site(frame.file.path, line))
                    continue
                if subject and isinstance(thing, Known) and (row := self.row(frame.file.path, thing.name)):
                    self.known(row, Arguments(), None, Site(frame.file.path, line))
                if assigned is not None:
                    self._setting(assigned, thing, frame, line)
            return tuple(dict.fromkeys(self.recorded))
        finally:
            self.recorded, self.subject = outer, before

    def body(self, function: FunctionOf, arguments: Arguments | None, depth: int) -> tuple[Effect, ...]:
        """Effects of a function called with these arguments (None: by somebody unknown)."""
        key = function, arguments
        if key in self._bodies:
            return self._bodies[key]
        if key in self.active or depth > DEEPEST or self._silence.is_silent(function.path, function.name):
            return ()
        before = self.left_out
        self.active.add(key)
        try:
            found = self._walk(self.frame_of(function, arguments, depth))
        except RecursionError:
            self.too_deep.add(Site(function.path, self.program.files[function.path].functions[function.name].line))
            return ()
        finally:
            self.active.discard(key)
        if self.left_out == before:
            self._bodies[key] = found
        return found

    def _setting(self, target: Expr, thing: Thing, frame: Frame, line: int) -> None:
        """A setting that a framework reads by its name (``SQLALCHEMY_DATABASE_URI``) is a call to the framework."""
        name = target.name if isinstance(target, Ref) else None
        if isinstance(target, Item) and isinstance(target.key, Text):
            name = target.key.text
        if isinstance(target, Member):
            name = f".{target.name}"
            if target.name in frame.file.language.members:
                of = self.quiet(target.of, frame.at(line))
                name = f"{of.type}{name}" if isinstance(of, Made) else name
        row = self.row(frame.file.path, f"setting:{name}") if name else None
        if row:
            self.emit(row, Arguments((thing,)), None, Site(frame.file.path, line))
        receivers.assigned(self, target, thing, frame, line)

    def call(self, call: Apply, frame: Frame) -> Thing:
        """Evaluate a call expression: receiver and arguments, then what it leads to."""
        given: list[Thing] = []
        for arg in call.args:
            spread = isinstance(arg, Item) and isinstance(arg.key, Unknown)
            given += self._spread(arg, frame) if spread else [self.evaluate(arg, frame)]
        named = tuple((name, self._given(name, arg, frame)) for name, arg in call.keywords)
        arguments = Arguments(tuple(given), unpacked(named))
        site = Site(frame.file.path, call.line or frame.line, call.column or 1)
        thing = self._called_with(*handed.sent(call, arguments, frame), site, frame)
        for function in (*given, *(each for _, each in named)):
            if isinstance(function, FunctionOf) and function.closure and self._affordable(site):
                receivers.follow(self, function, thing, site, frame)
        return thing

    def _called_with(self, call: Apply, arguments: Arguments, site: Site, frame: Frame) -> Thing:
        if isinstance(call.callee, Member):
            receiver = self.evaluate(call.callee.of, frame)
            if isinstance(receiver, Known) and frame.file.language.implicit and receiver.name[:1].islower():
                # A bare name that nothing declares is a member that comes from outside, and not a package.
                receiver = receiver if frame.file.language.knows(receiver.name, call.callee.name) else NOTHING
            if not isinstance(receiver, Known | Module):
                extended = self.extended(receiver, call.callee.name, frame)
                if extended:
                    self.announced(call.callee.name, arguments, receiver, site)
                    given = (receiver, *arguments.positional)
                    return self._call(extended, Arguments(given, arguments.named), site, frame.depth)
                return self._method(receiver, call.callee.name, arguments, site, frame)
            callee = self._of_outside(receiver, call.callee, frame)
        else:
            callee = self.twofold(call.callee, frame) or self.evaluate(call.callee, frame)
            row = self._inherited(call.callee, callee, site, frame)
            if row:
                return self.known(row, arguments, self.receiver(frame), site, frame.depth)
            if isinstance(call.callee, Ref) and frame.file.language.implicit:
                called = receivers.called(self, callee, call.callee.name, frame)
                if isinstance(called, receivers.Extension):
                    arguments = replace(arguments, positional=(called.of, *arguments.positional))
                elif called is not None:
                    return self.known(called.row, arguments, called.of, site, frame.depth)
        return self.apply(callee, arguments, site, frame.depth)

    def _of_outside(self, receiver: Known | Module, callee: Member, frame: Frame) -> Thing:
        """What is called of something from outside, or of a module: the constructor above (``super(…)``), a function
        that a row names (``config.get``) where any other name is a setting, or an attribute."""
        if callee.of == Ref("super") and callee.name == "__init__":
            return receiver
        if isinstance(receiver, Known) and self.row(frame.file.path, f"{receiver.name}.{callee.name}"):
            return Known(f"{receiver.name}.{callee.name}")
        return self.member(receiver, callee.name, frame)

    def _inherited(self, written: Expr, callee: Thing, site: Site, frame: Frame) -> Row | None:
        """The row of a bare name that is a method which the class has from outside: ``get("/x")`` after ``include
        HTTParty``; what the class is told by such a call (``from_queue "mails"``, ``bind Rooms::Service``) is a text or
        something from outside by that name as well."""
        bare = isinstance(written, Ref) and isinstance(callee, Value | Known) and frame.file.language.implicit
        receiver = self.receiver(frame) if bare else None
        if not isinstance(written, Ref) or not isinstance(receiver, Instance | ClassOf):
            return None
        cls = receiver.of if isinstance(receiver, Instance) else receiver
        rows = (self.row(site.path, f"{base}.{written.name}") for base in members.outside_bases(self, cls))
        return next((row for row in rows if row), None)

    def apply(self, callee: Thing, arguments: Arguments, site: Site, depth: int) -> Thing:
        """Call a thing."""
        match callee:
            case FunctionOf():
                return self._call(callee, arguments, site, depth)
            case ClassOf():
                init = members.find_method(self, callee, "__init__")
                made = announced(self, Instance(callee, arguments), site)
                self._made_for(arguments, site, depth)
                if init:
                    starts = members.fitting(self, FunctionOf(init.path, init.name, made), arguments)
                    self._follow(starts, arguments, site, depth)
                return made
            case Known(name):
                row = self.row(site.path, name)
                given = None if row else handed.from_outside(self, callee, arguments, site.path)
                if given is not None:
                    return callee if isinstance(given, Known) else self._call(given, arguments, site, depth)
                return self.known(row, arguments, None, site, depth) if row else Made(name, arguments.named, site)
            case Made():
                row = self.row(site.path, f"{callee.type}.()")
                return self.known(row, arguments, callee, site, depth) if row else callee
            case Value() if not arguments.positional and self.program.files[site.path].language.name == "ruby":
                return callee  # naming a setting and calling it are written the same
        return NOTHING

    def _method(self, receiver: Thing, name: str, arguments: Arguments, site: Site, frame: Frame) -> Thing:
        match receiver:
            case Value() if name in texts.INSIDE and (nested := texts.inside(receiver, arguments)):
                return nested
            case Value() if within := receivers.of_text(self, name, frame):
                arguments = replace(arguments, positional=(receiver, *arguments.positional))
                return self.known(within.row, arguments, within.of, site, frame.depth)
            case Value() if not self._fills(receiver, name, site) and not receivers.imported(self, name, frame):
                changed = texts.method(receiver, name, arguments)
                known = any(isinstance(part, str) for part in receiver.parts)
                if not isinstance(changed, Nothing) or (known and not self.row(site.path, f"?.{name}")):
                    return changed
            case Pairs() if isinstance(inner := receiver.get(name), FunctionOf | ClassOf | Known | Made):
                return self.apply(inner, arguments, site, frame.depth)
            case Several() if name in merging.OF_LISTS:
                return merging.of_list(receiver, arguments, name)
            case Pairs() if name in merging.METHODS:
                return merging.by_method(receiver, arguments, name)
            case Pairs() if name in ("get", "fetch", "dig"):
                return (receiver.get(value_of(arguments.get(0)).text or "")) or arguments.get(1) or NOTHING
            case Instance() | ClassOf():
                found = members.find_method(self, receiver, name)
                if found and not (self._is_open(found) and self.row(site.path, f"?.{name}")):
                    self.announced(name, arguments, receiver, site)
                    return self._call(found, arguments, site, frame.depth)
                inner = NOTHING if found else self.accessed(receiver, name, frame)
                if isinstance(inner, FunctionOf | ClassOf | Known | Made):
                    return self.apply(inner, arguments, site, frame.depth)
                if not isinstance(inner, Nothing):
                    return inner
        row = receivers.imported(self, name, frame) or self.row_of(receiver, name, site)
        if row:
            return self.known(row, arguments, receiver, site, frame.depth)
        if not isinstance(receiver, Made):
            return NOTHING
        callbacks.handed_on(self, self.row(site.path, f"?.{name}"), arguments, receiver, site, frame.depth)
        return receiver.field(name) or receiver

    def _fills(self, receiver: Value, name: str, site: Site) -> bool:
        """Whether a method of a setting names no setting: it makes an object of it (``section.Get<Settings>()``), or
        gives it back as it is (``url.ToString()``)."""
        row = self.row(site.path, f"?.{name}")
        return row is not None and (row.effect == "filled" or row.same == ".") and receiver.text is None

    def _is_open(self, method: FunctionOf) -> bool:
        """Whether a method is one of an interface that nobody, or more than one, implements."""
        file = self.program.files[method.path]
        return file.language.literals and members.is_bare(file, method.name)

    def _call(self, function: FunctionOf, arguments: Arguments, site: Site, depth: int) -> Thing:
        function = members.fitting(self, function, arguments)
        self._follow(function, arguments, site, depth)
        return self._result(function, arguments, site, depth)

    def _follow(self, function: FunctionOf, arguments: Arguments, site: Site, depth: int) -> None:
        """Record the effects of a call that its arguments decide; the others are told where they stand."""
        if self.recorded is None or not self._affordable(site):
            return
        plain = self.body(members.unbound(self, function), None, depth + 1)
        around = self.program.files[function.path].class_of(function.name)
        if not matters(function, arguments, around) and not any(is_open(effect) for effect in plain):
            return
        told = set(plain)
        passed = any(gaps(each) for each in (*arguments.positional, *(thing for _, thing in arguments.named)))
        for effect in self.body(function, arguments, depth + 1):
            if effect not in told or (passed and is_open(effect)):  # Both may call what they pass on by one name.
                self.recorded.append(replace(effect, chain=(site, *effect.chain)))

    def called(self, function: FunctionOf, site: Site, depth: int) -> Thing:
        """What a function gives back when somebody unknown calls it."""
        return self._result(function, None, site, depth)

    def _result(self, function: FunctionOf, arguments: Arguments | None, site: Site, depth: int) -> Thing:
        key = function, arguments
        if key in self._results:
            return self._results[key]
        if depth > DEEPEST or not self._affordable(site):
            return NOTHING
        self._results[key] = NOTHING
        before = self.left_out
        frame = self.frame_of(function, arguments, depth + 1)
        returns = frame.file.returns.get(function.name, ())
        found = self.returned(returns, frame)
        if isinstance(found, Nothing):
            found = accessors.answer(self, function, frame)
        if self.left_out == before:
            self._results[key] = found
        else:
            del self._results[key]
        return found

    def stored(self, out: Out, frame: Frame) -> Thing:
        """What a function of the workspace assigns to the parameter at a position, as this call gives the others."""
        call = out.of
        if not isinstance(call, Apply) or frame.depth > DEEPEST:
            return NOTHING
        callee = self.quiet(call.callee, frame)
        if not isinstance(callee, FunctionOf):
            return self._left(call, out.position, callee, frame)
        file = self.program.files[callee.path]
        parameters = file.functions[callee.name].parameters
        name = parameters[out.position].name if out.position < len(parameters) else ""
        arguments = Arguments(tuple(self.quiet(arg, frame) for arg in call.args))
        inner = self.frame_of(callee, arguments, frame.depth + 1)
        assigns = [a for a in file.names.get((callee.name, name), ()) if a.value is not None]
        return self.first(self.quiet(a.value, inner.at(a.line)) for a in reversed(assigns) if a.value)

    def _left(self, call: Apply, position: int, callee: Thing, frame: Frame) -> Thing:
        """What a function of a library leaves in a variable, where its row says so."""
        receiver: Thing = NOTHING
        row = self.row(frame.file.path, callee.name) if isinstance(callee, Known) else None
        if row is None and isinstance(call.callee, Member):
            receiver = self.quiet(call.callee.of, frame)
            row = self.row_of(receiver, call.callee.name, Site(frame.file.path, frame.line))
        if row is None or not row.leaves:
            return NOTHING
        given = Arguments(tuple(self.quiet(arg, frame) for arg in call.args))
        left = self.quiet(call, frame) if row.leaves == "()" else row.argument(row.leaves, given, receiver)
        return tagged.bound(given.get(position) or NOTHING, left or NOTHING)

    def derived(self) -> dict[ClassOf, list[ClassOf]]:
        """The classes that derive from each, directly."""
        if self._derived is None:
            self._derived = {}
            for path, file in sorted(self.program.files.items()):
                for name in file.classes if file.language.names != "modules" else ():
                    for base in members.bases(self, ClassOf(path, name)):
                        if isinstance(base, ClassOf):
                            self._derived.setdefault(base, []).append(ClassOf(path, name))
        return self._derived

    def providers(self) -> Providers:
        """The methods that make what a framework hands to fields and parameters."""
        if self._providers is None:
            self._providers = {}
            self._providers = providers(self)
        return self._providers

    def _affordable(self, site: Site) -> bool:
        if self.steps > self.budget and self.exhausted is None:
            self.exhausted = site
        return self.exhausted is None

    def frame_of(self, function: FunctionOf, arguments: Arguments | None, depth: int) -> Frame:
        """The frame of a function's body, with its parameters bound."""
        file = self.program.files[function.path]
        fact = file.functions[function.name]
        frame = Frame(file, function.name, (), function.receiver, fact.line, depth)
        own = tuple(self._parameters(fact, arguments, frame))
        return replace(frame, bound=(*own, *function.closure))

    def _parameters(self, fact: Function, arguments: Arguments | None, frame: Frame) -> Iterator[tuple[str, Thing]]:
        outside = frame.outside()
        for position, parameter in enumerate(fact.parameters):
            given = None
            if arguments and parameter.kind == "value":
                given = arguments.get(position, parameter.name) or texts.spread_setting(arguments, parameter.name)
            elif arguments and parameter.kind == "named-rest":
                named = {p.name for p in fact.parameters}
                given = Pairs(tuple((Value.of(k), v) for k, v in arguments.named if k not in named))
            elif arguments and parameter.kind == "rest":
                given = Several(arguments.positional[position:])
            elif LAMBDA in fact.name:
                told = callbacks.given(self, frame.file, frame.scope, position)
                given = None if isinstance(told, Nothing) else told
            if given is None and arguments is None and frame.file.language.makers:
                told = constructed.given(self, fact, position, frame)
                given = None if isinstance(told, Nothing) else told
            yield parameter.name, given if given is not None else self.opened(parameter, outside, arguments is not None)

    def opened(self, parameter: Parameter, frame: Frame, called: bool = False) -> Thing:
        """A parameter that is not given: by nobody, or by a call that leaves it to its default (``called``)."""
        if parameter.decorators:
            told = self.decorated(parameter.decorators, frame)
            if not isinstance(told, Nothing):
                return told
        default: Thing = self.quiet(parameter.default, frame) if parameter.default is not None else NOTHING
        if not isinstance(default, Value | Nothing):
            return default
        declared = self.injected(parameter.annotation, parameter.name, parameter.decorators, frame)
        if not isinstance(declared, Nothing):
            return declared
        if called and parameter.default is not None:
            return default
        return Value((Hole("parameter", parameter.name, default if isinstance(default, Value) else None),))
