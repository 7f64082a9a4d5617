"""What expressions stand for: names, attributes, subscripts, texts. ``evaluator`` builds calls on this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace

from boundary.facts import Apply, Assign, Either, Expr, Item, Join, Listing, Member, Record, Ref, Text, Unknown
from boundary.model import Value
from boundary.resolve.code import members, texts
from boundary.resolve.code.bounds import LARGEST, Bounds, budget
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile, Program
from boundary.resolve.code.rows import Row, table
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
    value_of,
)

_COMPARED = 8  # parts of a thing that cost as much as an expression


class Expressions(ABC):
    """Evaluates expressions of a program; remembers what it has found, so that the order of asking is of no matter."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.rows = table()
        self.steps = 0
        self.budget = budget(program.size)
        self._bounds = Bounds()
        self.active: set[object] = set()
        self.cut = 0
        """How often a ring of definitions was cut; what was found meanwhile may be incomplete and is not kept."""
        self._assignments: dict[object, Thing] = {}
        self.recorded: list[Effect] | None = None
        self._names: dict[tuple[str, str], Thing] = {}

    @abstractmethod
    def call(self, call: Apply, frame: Frame) -> Thing:
        """Evaluate a call expression."""

    @abstractmethod
    def apply(self, callee: Thing, arguments: Arguments, site: Site, depth: int) -> Thing:
        """Call a thing."""

    @abstractmethod
    def known(self, row: Row, arguments: Arguments, receiver: Thing | None, site: Site, depth: int = 0) -> Thing:
        """Use a row of the table of known calls."""

    @abstractmethod
    def frame_of(self, function: FunctionOf, arguments: Arguments | None, depth: int) -> Frame:
        """The frame of a function's body when it is called with these arguments (None: by somebody unknown)."""

    def evaluate(self, expr: Expr, frame: Frame) -> Thing:
        """What an expression stands for at a place."""
        self.steps += 1
        if self.steps > 2 * self.budget:
            return NOTHING
        match expr:
            case Text(text):
                return Value.of(text)
            case Join(parts):
                return self._bounded(Value.of(*(texts.joined(self.evaluate(part, frame)) for part in parts)))
            case Ref(name):
                return self.lookup(name, frame)
            case Member(of, name):
                own = self._stored(name, frame) if of == Ref("self") else NOTHING
                return self.member(self.evaluate(of, frame), name, frame) if isinstance(own, Nothing) else own
            case Item(of, Listing()) if self._called(of, frame) == "Annotated":
                return self.annotated(expr, frame)
            case Item(of, key):
                return self._item(self.evaluate(of, frame), key, frame)
            case Apply():
                return self._bounded(self.call(expr, frame))
            case Record(entries):
                pairs = ((self.evaluate(key, frame), self.evaluate(value, frame)) for key, value in entries)
                return self._bounded(Pairs(tuple(pairs)))
            case Listing(items):
                return self._bounded(Several(tuple(self.evaluate(item, frame) for item in items)))
            case Either(options):
                return self._bounded(texts.either([self.evaluate(option, frame) for option in options]))
        return NOTHING

    def _bounded(self, thing: Thing) -> Thing:
        """A thing that was put together, unless it is too large; what it will cost to compare is counted."""
        size = self._bounds.size(thing)
        self.steps += size // _COMPARED
        return thing if size <= LARGEST else NOTHING

    def lookup(self, name: str, frame: Frame) -> Thing:
        """What a bare name means in a scope: parameter, local, enclosing, module, import, builtin."""
        if name == "__file__":
            return Value.of(f"//{frame.file.path}")
        if name in ("self", "cls") and frame.receiver is not None:
            return frame.receiver
        for key, thing in frame.bound:
            if key == name:
                return thing
        scope = frame.scope
        while scope:
            found = self._in_scope(name, scope, frame)
            if found is not None:
                return found
            scope = scope.rpartition(".")[0]
        found = self.module_name(frame.file, name)
        return Known(name) if found is None else found

    def _in_scope(self, name: str, scope: str, frame: Frame) -> Thing | None:
        file = frame.file
        assigns = file.names.get((scope, name))
        if assigns and (scope == frame.scope or scope not in file.classes):
            here = scope == frame.scope
            before = [a for a in assigns if a.line < frame.line] if here else assigns
            return self._assigned((before or assigns)[-1], replace(frame, scope=scope))
        if (scope, name) in file.imports:
            return self._imported(file, scope, name)
        dotted = f"{scope}.{name}"
        if scope not in file.classes and dotted in file.functions:
            return FunctionOf(file.path, dotted)
        return ClassOf(file.path, dotted) if dotted in file.classes and scope not in file.classes else None

    def _stored(self, name: str, frame: Frame) -> Thing:
        """What the same function has stored in an attribute of its receiver, with the arguments of this call."""
        assigns = frame.file.members.get((frame.file.class_of(frame.scope), name), ()) if frame.scope else ()
        before = [a for a in assigns if a.scope == frame.scope and a.line < frame.line and a.value is not None]
        return self._assigned(before[-1], frame) if before else NOTHING

    def _assigned(self, assign: Assign, frame: Frame) -> Thing:
        if assign.value is None:
            return self.annotated(assign.annotation, frame)
        key = (id(assign), frame.bound, frame.receiver)
        if key in self._assignments:
            return self._assignments[key]
        if key in self.active:
            self.cut += 1
            return NOTHING
        before = self.cut
        self.active.add(key)
        try:
            thing = self.quiet(assign.value, replace(frame, line=assign.line))
        finally:
            self.active.discard(key)
        if isinstance(thing, Nothing):
            thing = self.annotated(assign.annotation, frame)
        if self.cut == before:
            self._assignments[key] = thing
        return thing

    def quiet(self, expr: Expr, frame: Frame) -> Thing:
        """Evaluate without recording effects: the statement's own walk records them."""
        outer, self.recorded = self.recorded, None
        try:
            return self.evaluate(expr, frame)
        finally:
            self.recorded = outer

    def module_name(self, file: CodeFile, name: str) -> Thing | None:
        """What a name means at the top of a module, None when the module has no such name."""
        key = file.path, name
        if key not in self._names:
            self._names[key] = NOTHING
            found = self._module_name(file, name)
            if found is None:
                del self._names[key]
                return None
            self._names[key] = found
        return self._names[key]

    def _module_name(self, file: CodeFile, name: str) -> Thing | None:
        if name in file.functions:
            return FunctionOf(file.path, name)
        if name in file.classes:
            return ClassOf(file.path, name)
        if ("", name) in file.names:
            things = [self._assigned(a, Frame(file, "")) for a in reversed(file.names["", name])]
            known = self._first(things)
            return self._set_later(file, name) if isinstance(known, Nothing) else known
        if ("", name) in file.imports:
            return self._imported(file, "", name)
        for star in file.stars:
            module = self.program.target(file.path, star)
            other = self.program.files.get(module.path or "")
            found = self.module_name(other, name) if other else None
            if found is not None:
                return found
        return None

    def _set_later(self, file: CodeFile, name: str) -> Thing:
        """What a function assigns to a module's name that says nothing by itself (``pool = None``, ``global pool``)."""
        for function in file.functions:
            for assign in file.names.get((function, name), ()):
                frame = self.frame_of(members.function_of(file, function), None, 0)
                thing = self._assigned(assign, frame)
                if not isinstance(thing, Nothing):
                    return thing
        return NOTHING

    def _imported(self, file: CodeFile, scope: str, name: str) -> Thing:
        found = file.imports[scope, name]
        module = self.program.target(file.path, found)
        if found.name:
            return members.of_module(self, module, found.name)
        if found.alias:
            return module if module.path else self._package(file, found.module)
        return self._package(file, found.module.partition(".")[0])

    def _package(self, file: CodeFile, dotted: str) -> Thing:
        path = self.program.locate(file.path, dotted)
        inside = any(
            i.module.startswith(dotted) and self.program.locate(file.path, i.module) for i in file.imports.values()
        )
        return Module(dotted, path, file.path) if path or inside else Known(dotted)

    def member(self, of: Thing, name: str, frame: Frame) -> Thing:
        """An attribute of a thing."""
        match of:
            case Known(dotted):
                row = self.rows.get(f"{dotted}.@{name}") or self.rows.get(f"{dotted}.@*")
                if row:
                    return self.known(row, Arguments((Value.of(name),)), of, Site(frame.file.path, frame.line))
                return Known(f"{dotted}.{name}")
            case Module():
                return members.of_module(self, of, name)
            case Instance() | ClassOf():
                return members.of_object(self, of, name, frame.depth)
            case Made():
                row = self.rows.get(f"{of.type}.@{name}")
                if row:
                    return self.known(row, Arguments(), of, Site(frame.file.path, frame.line))
                return of.field(name) or of
            case Pairs():
                return of.get(name) or NOTHING
            case Value():
                return texts.attribute(of, name)
        return NOTHING

    def _item(self, of: Thing, key: Expr, frame: Frame) -> Thing:
        index = self.evaluate(key, frame) if not isinstance(key, Unknown) else NOTHING
        match of:
            case Pairs():
                return (of.get(value_of(index).text or "") if isinstance(index, Value) else None) or NOTHING
            case Several(items):
                return texts.picked(items, index)
            case Value():
                return of
            case Known(name) | Made(type=name):
                row = self.rows.get(f"{name}.[]")
                site = Site(frame.file.path, frame.line)
                return (
                    self.known(row, Arguments((index,)), of, site) if row else of if isinstance(of, Made) else NOTHING
                )
        return NOTHING

    def annotated(self, annotation: Expr | None, frame: Frame) -> Thing:
        """A thing of the type that an annotation names, as far as the type tells."""
        match annotation:
            case None:
                return NOTHING
            case Item(of, Listing(items)) if self._called(of, frame) == "Annotated":
                made = self._first(self.quiet(item, frame) for item in items[1:])
                return made if isinstance(made, Instance | Made) else self.annotated(items[0], frame)
            case Item(_, Listing(items)) | Either(items):
                return self._first(self.annotated(item, frame) for item in items)
            case Item(_, key):
                return self.annotated(key, frame)
        thing = self.quiet(annotation, frame)
        if isinstance(thing, ClassOf):
            return Instance(thing)
        if isinstance(thing, Instance | Made):
            return thing
        row = self.rows.get(thing.name) if isinstance(thing, Known) else None
        return Made(row.returns) if row and row.returns else NOTHING

    def _called(self, expr: Expr, frame: Frame) -> str:
        head = self.quiet(expr, frame)
        return head.name.rpartition(".")[2] if isinstance(head, Known) else ""

    @staticmethod
    def _first(things: Iterable[Thing]) -> Thing:
        return next((thing for thing in things if not isinstance(thing, Nothing)), NOTHING)
