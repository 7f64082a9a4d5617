"""What names stand for: parameters, locals, members of the receiver, names of modules and packages, imports."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Sequence
from dataclasses import replace

from boundary.facts import (
    Assign,
    Expr,
    Import,
    Member,
    Out,
    Parameter,
    Ref,
    Return,
)
from boundary.model import Hole, Value
from boundary.resolve.code import callbacks, exports, inherited, members, receivers, setters, texts
from boundary.resolve.code.filling import QUERY, Put, Setter
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.interpreter import Interpreter
from boundary.resolve.code.merging import asked
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.questions import NOWHERE
from boundary.resolve.code.things import (
    NOTHING,
    Arguments,
    ClassOf,
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
)

_ANSWERS = 3
"""Answers of a function that are looked at together."""

_MOST = 500
"""Items that a list is filled with."""


class Lookups(Interpreter, ABC):
    """Looks names up from the scope where they stand outwards."""

    def lookup(self, name: str, frame: Frame) -> Thing:
        """What a bare name means in a scope: parameter, local, enclosing, module, import, builtin."""
        found = self._looked_up(name, frame)
        if isinstance(found, Known) and found.name == name:
            return receivers.named(self, name, frame) or found
        if isinstance(found, Known):
            return self._member_of_outside(found, frame)
        if isinstance(found, FunctionOf) and found.receiver is None and self._is_property(found):
            return self.apply(found, Arguments(), Site(frame.file.path, frame.line), frame.depth)
        return found

    def _member_of_outside(self, found: Known, frame: Frame) -> Thing:
        """What a file takes from outside by its bare name; it may be a member that a row tells of, as the constants are
        that Java imports (``import static …RequestMethod.PUT``)."""
        of, _, name = found.name.rpartition(".")
        row = self.row(frame.file.path, f"{of}.@{name}") if of else None
        site = Site(frame.file.path, frame.line)
        return self.known(row, Arguments((Value.of(name),)), Known(of), site) if row else found

    def _is_property(self, function: FunctionOf) -> bool:
        """Whether naming a function calls it, as in Ruby."""
        file = self.program.files[function.path]
        return file.is_called_by_name(file.functions[function.name])

    def _looked_up(self, name: str, frame: Frame) -> Thing:
        if name in ("__file__", "__filename"):
            return Value.of(f"//{frame.file.path}")
        if name == "__dirname":
            return Value.of(f"//{frame.file.path.rpartition('/')[0]}")
        if name in ("self", "cls"):
            receiver = self.receiver(frame) or receivers.extended(self, frame)
            if receiver is not None:
                return receiver
        if name == "super":
            return inherited.above(self, frame)
        for key, thing in frame.bound:
            if key == name:
                return self._completed(thing, frame.scope, name, frame)
        scope = frame.scope
        while scope:
            found = self._in_scope(name, scope, frame)
            if found is not None:
                return self._completed(found, scope, name, frame)
            if frame.file.language.implicit and (scope in frame.file.classes or scope in frame.file.holders):
                implied = members.of_object(self, self._object(scope, frame), name, frame.depth, bare=True)
                if not isinstance(implied, Nothing):
                    return implied
            scope = scope.rpartition(".")[0]
        found = self.module_name(frame.file, name)
        return Known(self.program.naming(frame.file.path).outside(frame.file, name)) if found is None else found

    def receiver(self, frame: Frame) -> Instance | ClassOf | None:
        """The object whose method is evaluated; within a function in a method, the method's."""
        if frame.receiver is not None:
            return frame.receiver
        around = frame.file.class_of(frame.scope)
        return Instance(members.class_at(self, frame.file, around)) if around else None

    def twofold(self, written: Expr, frame: Frame) -> FunctionOf | None:
        """The method that a bare call means where the class around has a field of its name, too."""
        owner = frame.file.class_of(frame.scope) if isinstance(written, Ref) else ""
        if not isinstance(written, Ref) or not owner or not members.is_twofold(frame.file, owner, written.name):
            return None
        receiver = self.receiver(frame)
        return members.find_method(self, receiver, written.name) if receiver is not None else None

    def named_type(self, name: str, frame: Frame) -> Thing:
        """What a bare name means where a type stands; a field may be called as its type is (``Status Status``)."""
        scope = frame.scope
        while scope:
            if f"{scope}.{name}" in frame.file.classes:
                return ClassOf(frame.file.path, f"{scope}.{name}")
            scope = scope.rpartition(".")[0]
        found = self.module_name(frame.file, name)
        return Known(self.program.naming(frame.file.path).outside(frame.file, name)) if found is None else found

    def _object(self, scope: str, frame: Frame) -> Instance | ClassOf:
        """The object of the class whose scope a bare name is looked up in: the receiver, or one made by somebody."""
        if frame.receiver is not None and scope == frame.file.class_of(frame.scope):
            return frame.receiver
        return Instance(members.class_at(self, frame.file, scope))

    def _completed(self, thing: Thing, scope: str, name: str, frame: Frame) -> Thing:
        """A thing with the members that it has been given so far: ``options.url = …``."""
        if isinstance(thing, Pairs):
            thing = self._filled(thing, frame.file.filled.get((scope, name), ()), scope, frame)
        elif isinstance(thing, Several):
            return self._lengthened(thing, frame.file.filled.get((scope, name), ()), scope, frame)
        own, first = (name, "&") if _is_query(thing) else (f"{name}{QUERY}", "?")
        if isinstance(thing, Value) and (puts := frame.file.filled.get((scope, own))):
            thing = texts.asking(thing, self._filled(Pairs(), puts, scope, frame), first)
        if isinstance(thing, Made) and (methods := frame.file.setters.get((scope, name))):
            thing = self._with_setters(thing, methods, scope, frame)
        assigns = frame.file.given.get((scope, name))
        if not assigns or not isinstance(thing, Made | Instance | Pairs | Value):
            return thing
        here = scope == frame.scope
        known = [a for a in assigns if a.value is not None and not (here and a.line >= frame.line)]
        key = (id(assigns), frame.bound, frame.receiver)
        if not known or key in self.active:
            return thing
        self.active.add(key)
        try:
            inner = frame.within(scope)
            given = tuple(
                (a.target.name, self.quiet(a.value, inner.at(a.line)))
                for a in known if isinstance(a.target, Member) and a.value is not None
            )  # fmt: skip
        finally:
            self.active.discard(key)
        if isinstance(thing, Value):
            return texts.queried(thing, dict(given))
        told = tuple((name, each) for name, each in given if not isinstance(each, Nothing))
        if isinstance(thing, Pairs):
            return Pairs((*((Value.of(name), each) for name, each in told), *thing.entries))
        if isinstance(thing, Made):
            return setters.given(self, thing, told, frame)
        arguments = thing.arguments or Arguments()
        return self._bounds.one(replace(thing, arguments=replace(arguments, named=(*arguments.named, *told))))

    def _with_setters(self, thing: Made, methods: Sequence[Setter], scope: str, frame: Frame) -> Made:
        """A thing with what methods have told it so far."""
        before = [one for one in methods if scope != frame.scope or one.line < frame.line]
        key = (id(methods), frame.bound, frame.receiver)
        if not before or key in self.active:
            return thing
        self.active.add(key)
        try:
            for one in before:
                value = self.quiet(one.value, frame.within(scope).at(one.line))
                thing = setters.set_by(self, thing, one.method, value, frame)
        finally:
            self.active.discard(key)
        return thing

    def _filled(self, thing: Pairs, puts: Sequence[Put], scope: str, frame: Frame) -> Pairs:
        """An object with the entries that it has got so far, the last ones first."""
        before = [put for put in puts if put.item is None and (scope != frame.scope or put.is_before(frame.line))]
        key = (id(puts), frame.bound, frame.receiver)
        if not before or key in self.active:
            return thing
        self.active.add(key)
        try:
            inner = frame.within(scope)
            entries = []
            for put in reversed(before):
                there = inner.at(put.line)
                told = self.quiet(put.key, there) if put.key is not None else Value((Hole("unknown"),))
                entries.append((told, self.quiet(put.value, there) if put.value is not None else NOTHING))
        finally:
            self.active.discard(key)
        return Pairs((*entries, *thing.entries))

    def _lengthened(self, thing: Several, puts: Sequence[Put], scope: str, frame: Frame) -> Several:
        """A list with the items that it has got so far."""
        added = [put for put in puts if put.item is not None and (scope != frame.scope or put.line <= frame.line)]
        key = (id(puts), frame.bound, frame.receiver)
        if not added or key in self.active:
            return thing
        self.active.add(key)
        try:
            inner = frame.within(scope)
            items = [self.quiet(put.item, inner.at(put.line)) for put in added[:_MOST] if put.item is not None]
        finally:
            self.active.discard(key)
        return Several((*thing.items, *items))

    def _in_scope(self, name: str, scope: str, frame: Frame) -> Thing | None:
        file = frame.file
        assigns = file.names.get((scope, name))
        if assigns and scope in file.classes and file.language.implicit and all(one.value is None for one in assigns):
            assigns = None  # Only declared: the object tells what it is given (``class Store(host: String) { … }``).
        if assigns and (scope == frame.scope or scope not in file.classes):
            here = scope == frame.scope
            before = [a for a in assigns if a.line < frame.line] if here else assigns
            if before or not file.language.literals:  # Go: a variable is there from its declaration on
                return self._last(before or assigns, frame.within(scope))
        if (scope, name) in file.imports:
            return self._imported(file, scope, name)
        dotted = f"{scope}.{name}"
        if scope not in file.classes and scope not in file.holders and dotted in file.functions:
            return FunctionOf(file.path, dotted, frame.receiver, frame.bound if scope == frame.scope else ())
        if scope in file.functions:
            parameters = file.functions[scope].parameters
            at, around = next(((at, p) for at, p in enumerate(parameters) if p.name == name), (0, None))
            if around is not None:
                given = callbacks.given(self, file, scope, at) if scope != frame.scope else NOTHING
                outer = replace(frame, scope=scope, bound=(), line=file.functions[scope].line)
                return self._of_outer(around, outer) if isinstance(given, Nothing) else given
        return ClassOf(file.path, dotted) if dotted in file.classes and scope not in file.classes else None

    def _of_outer(self, parameter: Parameter, frame: Frame) -> Thing:
        """A parameter of a function around, as those give it who call that one to make an object."""
        if frame.file.functions[frame.scope].name in frame.file.factories and frame.file.language.makers:
            own = self.frame_of(members.function_of(self, frame.file, frame.scope), None, frame.depth + 1)
            return dict(own.bound).get(parameter.name, NOTHING)
        return self.opened(parameter, frame.outside())

    def _last(self, assigns: list[Assign], frame: Frame) -> Thing:
        """The last of some assignments; one by reference that leaves nothing known leaves what was there before."""
        thing: Thing = NOTHING
        for at in range(len(assigns) - 1, -1, -1):
            thing = self.assigned(assigns[at], frame)
            if not isinstance(thing, Nothing) or not isinstance(assigns[at].value, Out):
                return self._or_default(assigns[at - 1], thing, frame) if at else thing
        return thing

    def _or_default(self, before: Assign, thing: Thing, frame: Frame) -> Thing:
        """Of a variable of the environment and a text, one after the other, the text counts where the variable is not
        set: ``url := os.Getenv("URL"); if url == "" { url = "http://berths" }``, or the text first."""
        if not isinstance(thing, Value) or not (thing.text or asked(thing)):
            return thing
        other = self.assigned(before, frame)
        variable, text = (asked(other), thing) if thing.text else (asked(thing), other)
        if variable is None or not isinstance(text, Value) or not text.text:
            return thing
        return Value((Hole("env", variable.name, text),))

    def returned(self, returns: Sequence[Return], frame: Frame) -> Thing:
        """What a function gives back: the first of its answers that says anything. Of a variable of the environment and
        a text, in either order, the text counts where the variable is not set."""
        things = (self.quiet(one.value, frame.at(one.line)) for one in returns)
        found = self.first(things)
        if not 2 <= len(returns) <= _ANSWERS or not isinstance(found, Value):
            return found
        answers = [found, *(thing for thing in things if isinstance(thing, Value))]
        if found.text is None and asked(found) is None:
            return found
        variable = next((hole for hole in map(asked, answers) if hole is not None), None)
        instead = next((one for one in answers if one.text), None)
        return Value((Hole("env", variable.name, instead),)) if variable else found

    def stored_before(self, name: str, frame: Frame) -> Thing:
        """What the same function has stored in an attribute of its receiver, with the arguments of this call."""
        assigns = frame.file.members.get((frame.file.class_of(frame.scope), name), ()) if frame.scope else ()
        before = [a for a in assigns if a.scope == frame.scope and a.line < frame.line and a.value is not None]
        return self.assigned(before[-1], frame) if before else NOTHING

    def assigned(self, assign: Assign, frame: Frame) -> Thing:
        """What an assignment gives its target."""
        if assign.decorators:
            told = self.decorated(assign.decorators, frame)
            if not isinstance(told, Nothing):
                return told
        if assign.value is None:
            name = assign.target.name if isinstance(assign.target, Ref) else ""
            return self.injected(assign.annotation, name, assign.decorators, frame.at(assign.line))
        key = (id(assign), frame.bound, frame.receiver)
        if key in self._assignments:
            return self._assignments[key]
        if key in self.active:
            self.ring(key)
            return NOTHING
        place, cut, around, left_out = len(self.active), self.cut, self.lowest, self.left_out
        self.lowest = NOWHERE
        try:
            thing = self._assigned(assign, key, frame)
        finally:
            lowest, self.lowest = self.lowest, min(around, self.lowest)
        if lowest >= place and left_out == self.left_out:  # What goes round in itself is as complete as it gets.
            self.cut = cut
        if self.cut == cut:
            self._assignments[key] = thing
        return thing

    def _assigned(self, assign: Assign, key: object, frame: Frame) -> Thing:
        self.active.add(key)
        try:
            thing = self.quiet(assign.value, frame.at(assign.line)) if assign.value is not None else NOTHING
        finally:
            self.active.discard(key)
        return self.annotated(assign.annotation, frame.at(assign.line)) if isinstance(thing, Nothing) else thing

    def module_name(self, file: CodeFile, name: str) -> Thing | None:
        """What a name means at the top of a module, None when the module has no such name."""
        key = file.path, name
        if key not in self._names:
            self._names[key] = NOTHING  # whoever asks again on the way to the answer goes in a ring
            self._names[key] = self._module_name(file, name)
        return self._names[key]

    def _module_name(self, file: CodeFile, name: str) -> Thing | None:
        if name in file.functions:
            return FunctionOf(file.path, name)
        if name in file.classes:
            return ClassOf(file.path, name)
        if ("", name) in file.names:
            told = file.names["", name]
            known = self.first([self.assigned(a, Frame(file, "")) for a in reversed(told)])
            if len(told) == 2:
                known = self._or_default(told[0], known, Frame(file, ""))
            return self._set_later(file, name) if isinstance(known, Nothing) else known
        if ("", name) in file.imports:
            return self._imported(file, "", name)
        beside = self.program.naming(file.path).beside(file, name)
        if beside:
            return self.module_name(self.program.files[beside], name)
        return next((found for star in file.stars if (found := self._of_star(file, star, name)) is not None), None)

    def _of_star(self, file: CodeFile, star: Import, name: str) -> Thing | None:
        """What an import of everything gives for a name: of a module, or of a class (``import static a.B.*``)."""
        module = self.program.target(file.path, star)
        if module.space:
            home = self.program.naming(file.path).inside(file.path, module.space, name)
            return self.module_name(self.program.files[home], name) if home else None
        other = self.program.files.get(module.path or "")
        if other is None:
            return None
        cls = module.dotted.rpartition(".")[2]
        if cls in other.classes and other.language.names != "modules":
            found = members.of_object(self, ClassOf(other.path, cls), name, 0)
            return None if isinstance(found, Nothing) else found
        return self.module_name(other, name)

    def _set_later(self, file: CodeFile, name: str) -> Thing:
        """What a function assigns to a module's name that says nothing by itself (``pool = None``, ``global pool``)."""
        for function in file.functions:
            for assign in file.names.get((function, name), ()):
                frame = self.frame_of(members.function_of(self, file, function), None, 0)
                thing = self.assigned(assign, frame)
                if not isinstance(thing, Nothing):
                    return thing
        return NOTHING

    def _imported(self, file: CodeFile, scope: str, name: str) -> Thing:
        found = file.imports[scope, name]
        module = self.program.target(file.path, found)
        if found.name:
            return members.of_module(self, module, found.name)
        if file.language.names == "paths":
            return exports.whole(self, module) if module.path else Known(module.dotted)
        if found.alias:
            return module if module.path or module.space else self._package(file, module.dotted)
        return self._package(file, found.module.partition(".")[0])

    def _package(self, file: CodeFile, dotted: str) -> Thing:
        path = self.program.locate(file.path, dotted)
        inside = any(
            i.module.startswith(dotted) and self.program.locate(file.path, i.module) for i in file.imports.values()
        )
        return Module(dotted, path, file.path) if path or inside else Known(dotted)


def _is_query(thing: Thing) -> bool:
    """Whether a text is what is asked for by itself: ``day=1&page={page}``."""
    first = thing.parts[0] if isinstance(thing, Value) and thing.parts else None
    return isinstance(first, str) and re.match(r"[\w.%-]+=", first) is not None
