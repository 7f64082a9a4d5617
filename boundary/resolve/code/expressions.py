"""What expressions stand for: texts, attributes, subscripts, types. ``evaluator`` builds calls on this."""

from __future__ import annotations

from abc import ABC

from boundary.facts import (
    Apply,
    Either,
    Expr,
    Item,
    Join,
    Listing,
    Member,
    Out,
    Record,
    Ref,
    Text,
    Unknown,
)
from boundary.model import Hole, Value
from boundary.reading.interpolate import application
from boundary.resolve.code import inherited, members, merging, texts
from boundary.resolve.code.bounds import LARGEST
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.lookups import Lookups
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


class Expressions(Lookups, ABC):
    """Evaluates expressions of a program."""

    def evaluate(self, expr: Expr, frame: Frame) -> Thing:
        """What an expression stands for at a place."""
        self.steps += 1
        if self.steps > 2 * self.budget:
            return NOTHING
        if isinstance(expr, Ref):  # What there is most of is asked for first.
            return self.lookup(expr.name, frame)
        if isinstance(expr, Member):
            of_self = isinstance(expr.of, Ref) and expr.of.name == "self"
            own = self.stored_before(expr.name, frame) if of_self else NOTHING
            return self.member(self.evaluate(expr.of, frame), expr.name, frame) if isinstance(own, Nothing) else own
        if isinstance(expr, Apply):
            return self._bounded(self.call(expr, frame))
        match expr:
            case Text(text):
                return application(text) if self.subject and "${" in text else Value.of(text)
            case Join(parts):
                return self._bounded(Value.of(*(texts.joined(self.evaluate(part, frame)) for part in parts)))
            case Item(of, Listing()) if self._called(of, frame) == "Annotated":
                return self.annotated(expr, frame)
            case Item(of, key):
                return self._item(self.evaluate(of, frame), key, frame)
            case Record(entries):
                pairs = [(self.evaluate(key, frame), self.evaluate(value, frame)) for key, value in entries]
                return self._bounded(merging.spread(pairs))
            case Listing(items):
                return self._bounded(Several(tuple(self.evaluate(item, frame) for item in items)))
            case Either(options):
                told = _made_first([self.evaluate(o, frame) for o in options])
                return self._noted(self._bounded(texts.either(told)), frame)
            case Out():
                return self.stored(expr, frame)
        return NOTHING

    def _noted(self, thing: Thing, frame: Frame) -> Thing:
        """A variable or setting with what the code takes where it is not set: this much is known of it."""
        match thing:
            case Value(parts=(Hole(kind="env" | "config", name=name, default=Value() as default),)):
                if self.recorded is not None:
                    values = (("key", Value.of(name)), ("default", default))
                    self.recorded.append(Effect("default", Site(frame.file.path, frame.line), values, call=name))
        return thing

    def _bounded(self, thing: Thing) -> Thing:
        """A thing that was put together, unless it is too large; what it will cost to compare is counted."""
        size = self._bounds.size(thing)
        self.steps += size // _COMPARED
        return self._bounds.one(thing) if size <= LARGEST else NOTHING

    def member(self, of: Thing, name: str, frame: Frame) -> Thing:
        """An attribute of a thing; of one that has none such, what the attribute's name alone says."""
        told = self._own_member(of, name, frame)
        if isinstance(told, Nothing) or (told is of and isinstance(of, Made)):
            row = self.row(frame.file.path, f"?.@{name}")
            if row:
                return self.known(row, Arguments(), of, Site(frame.file.path, frame.line))
        return told

    def _own_member(self, of: Thing, name: str, frame: Frame) -> Thing:
        match of:
            case Known(dotted):
                path = frame.file.path
                row = self.row(path, f"{dotted}.@{name}") or self.row(path, f"{dotted}.@*")
                if row:
                    return self.known(row, Arguments((Value.of(name),)), of, Site(path, frame.line))
                home = self.program.naming(path).inside(path, dotted, name)
                told = self.module_name(self.program.files[home], name) if home else None
                return Known(f"{dotted}.{name}") if told is None else told
            case Module():
                return members.of_module(self, of, name)
            case Instance() | ClassOf():
                found = members.of_object(self, of, name, frame.depth)
                found = self._from_outside(of, name, frame) if isinstance(found, Nothing) else found
                return _made_with(of, name) if isinstance(found, Nothing) else found
            case Made():
                row = self.row(frame.file.path, f"{of.type}.@{name}") or self.row(frame.file.path, f"{of.type}.@*")
                if row:
                    return self.known(row, Arguments((Value.of(name),)), of, Site(frame.file.path, frame.line))
                return of.field(name) or of
            case Pairs():
                return of.get(name) or NOTHING
            case Value():
                return texts.attribute(of, name)
        return NOTHING

    def accessed(self, receiver: Instance | ClassOf, name: str, frame: Frame) -> Thing:
        """A member by its name, or by that of an accessor that nobody wrote (``getUrl``, records, Lombok)."""
        inner = self.member(receiver, name, frame)
        if isinstance(inner, Nothing) and name[:3] == "get" and name[3:4].isupper():
            return self.member(receiver, name[3].lower() + name[4:], frame)
        if isinstance(inner, Made) and inner.type.startswith(inherited.CONSTRUCT):
            return NOTHING  # A method that the class above has from outside: nobody calls a construct.
        return inner

    def _from_outside(self, of: Instance | ClassOf, name: str, frame: Frame) -> Thing:
        """An attribute that a class has from a library's class that it derives from. A module of Ruby is open: what the
        workspace does not define in it, a library does."""
        path = frame.file.path
        if isinstance(of, ClassOf) and name[:1].isupper() and frame.file.language.name == "ruby":
            return Known(f"{of.name}.{name}")
        for base in members.outside_bases(self, of.of if isinstance(of, Instance) else of):
            made = self.row(path, base)
            row = self.row(path, f"{made.returns}.@{name}") or self.row(path, f"{made.returns}.@*") if made else None
            if row:
                return self.known(row, Arguments((Value.of(name),)), of, Site(path, frame.line))
        return NOTHING

    def _item(self, of: Thing, key: Expr, frame: Frame) -> Thing:
        index = self.evaluate(key, frame) if not isinstance(key, Unknown) else NOTHING
        match of:
            case Pairs():
                return (of.get(value_of(index).text or "") if isinstance(index, Value) else None) or NOTHING
            case Several(items):
                return texts.picked(items, index)
            case Value():
                nested = texts.setting(of, value_of(index).text or "") if isinstance(index, Value) else None
                return nested or of
            case Instance() | FunctionOf() if isinstance(index, Nothing) or value_of(index).text == "0":
                return of  # one of several that are all alike, or the first of several results
            case Known(name) | Made(type=name):
                row = self.row(frame.file.path, f"{name}.[]")
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
                made = self.first(self.quiet(item, frame) for item in items[1:])
                return made if isinstance(made, Instance | Made) else self.annotated(items[0], frame)
            case Item(of, Listing(items)):
                head = self.annotated(of, frame)
                if isinstance(head, Nothing) and (result := self._of_result(of, items, frame)) is not None:
                    return result
                return head if isinstance(head, Instance | Made) else self.annotated(Either(items), frame)
            case Either(items):
                return self.first(self.annotated(item, frame) for item in items)
            case Record(entries):
                return Pairs(tuple((self.quiet(key, frame), self.annotated(of, frame)) for key, of in entries))
            case Item(_, key):
                return self.annotated(key, frame)
        if isinstance(annotation, Ref) and frame.file.language.implicit:
            thing = self.named_type(annotation.name, frame)
        else:
            thing = self.quiet(annotation, frame)
        if isinstance(thing, ClassOf):
            return Instance(thing)
        if isinstance(thing, Instance | Made | Pairs):
            return thing
        row = self.row(frame.file.path, thing.name) if isinstance(thing, Known) else None
        return Made(row.returns, row.constants) if row and row.returns else NOTHING

    def _of_result(self, of: Expr, items: tuple[Expr, ...], frame: Frame) -> Thing | None:
        """What ``ReturnType<typeof makeClient>`` stands for, None for any other type."""
        function = self.quiet(items[0], frame) if of == Ref("ReturnType") and items else NOTHING
        site = Site(frame.file.path, max(frame.line, 1))
        return self.called(function, site, frame.depth + 1) if isinstance(function, FunctionOf) else None

    def _called(self, expr: Expr, frame: Frame) -> str:
        named = isinstance(expr, Ref) and frame.file.language.implicit  # ``DbSet<Order> DbSet`` names its own type.
        head = self.named_type(expr.name, frame) if named and isinstance(expr, Ref) else self.quiet(expr, frame)
        return head.name.rpartition(".")[2] if isinstance(head, Known) else ""


def _made_with(of: Instance | ClassOf, name: str) -> Thing:
    """A member by the name under which an object was given it, where a library keeps what it is made with."""
    given = of.arguments if isinstance(of, Instance) else None
    return (given.get(None, name) if given is not None else None) or NOTHING


def _made_first(options: list[Thing]) -> list[Thing]:
    """Alternatives without objects of which only the type is known, where another one is made here: what a parameter is
    by its default (``given: Settings | None = None``, ``given or Settings()``)."""
    made = any(isinstance(one, Made) or (isinstance(one, Instance) and one.arguments is not None) for one in options)
    return [one for one in options if not (made and isinstance(one, Instance) and one.arguments is None)]
