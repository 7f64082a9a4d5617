"""Calls that an answer comes by: methods of it, functions that are given it, classes that it is read into."""

from __future__ import annotations

from abc import ABC, abstractmethod

from boundary.facts import Apply, Expr, Item, Member, Ref, Text, Unknown
from boundary.model import FieldUse, Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.program import LAMBDA
from boundary.resolve.code.things import ClassOf, FunctionOf, Instance
from boundary.resolve.fields import checked, words
from boundary.resolve.fields.callers import Callers, Calling
from boundary.resolve.fields.shapes import Shapes
from boundary.resolve.fields.state import State, unit
from boundary.resolve.fields.waves import DEEPEST, NONE, Here, Wave, Waves, unpacked


class Calls(ABC):
    """Follows calls; what expressions hold is ``flow``'s."""

    def __init__(self, evaluator: Evaluator, callers: Callers, shapes: Shapes) -> None:
        self.evaluator = evaluator
        self.callers = callers
        self.shapes = shapes
        self.state = State()
        self.message = False
        """Whether what is followed is a message of a contract, whose fields are methods in Ruby."""

    @abstractmethod
    def expr(self, expr: Expr, here: Here) -> Waves:
        """The parts of the answer that an expression may hold."""

    @abstractmethod
    def attribute(self, waves: Waves, name: str, here: Here, *, key: bool = False) -> Waves:
        """What an attribute or a ``key`` gives."""

    @abstractmethod
    def above(self, here: Here) -> list[Calling]:
        """The calls of the function here."""

    @abstractmethod
    def take(self, function: FunctionOf, index: int, waves: Waves) -> None:
        """A parameter of a function of the workspace is given parts."""

    def call(self, call: Apply, here: Here) -> Waves:
        """What a call gives of the answer."""
        found = self._call(call, here)
        left = self.callers.leaves(here.file.path, call.line or here.line, call.column or 1)
        return frozenset(wave for wave in found if wave.wire) if left else found

    def _call(self, call: Apply, here: Here) -> Waves:
        key = (here.file.path, call.line or here.line, call.column or 1)
        receiver = self.expr(call.callee.of, here) if isinstance(call.callee, Member) else NONE
        given = [self.expr(arg, here) for arg in call.args]
        named = {name: self.expr(value, here) for name, value in call.keywords}
        seeded = self.state.seeds.get(key, NONE)
        lambdas = self._lambdas(call, here)
        if seeded:
            self._into_variables(call, seeded, here)
            for function in lambdas:
                self._give_all(function, seeded)
            found = seeded | frozenset().union(*(self._result(function, here) for function in lambdas))
            return self.typed(found, self._class_in(call, here))
        if key in self.callers.requests:
            # Another request: what is sent by it goes out, and what comes back is another answer.
            self.state.escape((w for w in frozenset().union(*given, *named.values()) if not w.wire), here.location)
            return NONE
        if receiver:
            return self._method(receiver, call, lambdas, here)
        if any(given) or any(named.values()):
            checked = self._checked(call, frozenset().union(*given, *named.values()), here)
            return self._passed(call, given, named, here) if checked is None else checked
        inner = frozenset().union(*(self._result(function, here) for function in lambdas))
        return frozenset(wave._replace(packed=True) for wave in inner)

    def _into_variables(self, call: Apply, seeded: Waves, here: Here) -> None:
        """Variables that a request in the making was told to leave its answer in: ``R().SetResult(&order).Get(…)``."""
        link: Expr = call
        while isinstance(link, Apply) and isinstance(link.callee, Member):
            link = link.callee.of
            if isinstance(link, Apply) and isinstance(link.callee, Member) and words.means("into", link.callee.name):
                key = (here.file.path, link.line or here.line, link.column or 1, 0)
                body = frozenset(wave._replace(wire=False) for wave in seeded)
                if not body <= self.state.outs.get(key, NONE):
                    self.state.outs[key] = self.state.outs.get(key, NONE) | body
                    self.state.again(unit(here.file, here.scope))

    # --- methods of what is followed ------------------------------------------------------------------------

    def _method(self, receiver: Waves, call: Apply, lambdas: list[FunctionOf], here: Here) -> Waves:
        name = call.callee.name if isinstance(call.callee, Member) else ""
        found = self._named_field(receiver, name, call, here)
        if found is None:
            found = self.typed(self._asked(receiver, name, call, here), self._class_in(call, here))
        if not lambdas:
            return found
        results: Waves = NONE
        for function in lambdas:
            self._give_all(function, receiver)
            results |= self._result(function, here)
        return results | (found if words.means("keeps", name) else NONE)

    def _named_field(self, receiver: Waves, name: str, call: Apply, here: Here) -> Waves | None:
        """``get("total")``, ``dig(:order, :total)``, ``json("order.total")``; None for another method."""
        around = words.means("envelope", name) and any(wave.wire for wave in receiver)
        keys = [self._text(arg, here) for arg in call.args] if words.means("several", name) else []
        if any(text for text, _ in keys):
            parts = (self.attribute(receiver, text, here._replace(line=at), key=True) for text, at in keys if text)
            return frozenset().union(*parts)
        if not (around or words.means("keyed", name)) or not call.args:
            return None
        texts = [self._text(arg, here) for arg in call.args]
        if not texts[0][0]:
            return None
        deep = len(texts) if words.means("keyed", name) and name.casefold() == "dig" else 1
        for text, line in texts[:deep]:
            if text:
                receiver = self.attribute(receiver, text, here._replace(line=line), key=True)
        return receiver

    def _text(self, arg: Expr, here: Here) -> tuple[str, int]:
        if isinstance(arg, Text):
            return arg.text, arg.line or here.line
        told = self.evaluator.quiet(arg, here.frame) if isinstance(arg, Ref | Member) else None
        return (told.text or "") if isinstance(told, Value) else "", here.line

    def _asked(self, receiver: Waves, name: str, call: Apply, here: Here) -> Waves:
        """What a method without a field's name gives: the body, an attribute by its accessor, or the same."""
        found: set[Wave] = set()
        for wave in receiver:
            accessor = words.attribute(name, go=bool(here.file.language.literals)) if not call.args else ""
            declares = wave.shape is not None and self.shapes.field(wave.shape, name) is not None
            if wave.packed:
                found.add(unpacked(wave))
            elif words.means("same", name):
                found.add(wave)
            elif words.means("envelope", name) and not (declares and not wave.wire):
                found.add(wave._replace(wire=False))
            elif wave.wire and not words.means("aside", name):
                found.add(wave)
            elif declares:
                found |= self.step(wave, name, here)
            elif accessor and not wave.wire:
                found |= self.step(wave, accessor, here)
            elif self.message and not wave.wire and self._is_field(name, call, here):
                found |= self.step(wave, name, here)
            elif not words.means("aside", name):
                found.add(wave)
        return frozenset(found)

    @staticmethod
    def _is_field(name: str, call: Apply, here: Here) -> bool:
        """Whether a method of a message gives one of its fields: in Ruby each has one of its name."""
        bare = not call.args and not call.keywords and name.isidentifier() and not name.startswith(("to_", "each"))
        own = here.file.language.name == "ruby" and not any(
            words.means(kind, name) for kind in ("keeps", "pure", "aside")
        )
        return bare and own

    def _lambdas(self, call: Apply, here: Here) -> list[FunctionOf]:
        """The functions among the arguments, also in an object of handlers."""
        found: list[FunctionOf] = []
        waiting: list[Expr] = [*call.args, *(value for _, value in call.keywords)]
        for arg in waiting:
            if isinstance(arg, Ref) and arg.name.startswith(LAMBDA):
                name = f"{here.scope}.{arg.name}" if here.scope else arg.name
                if name in here.file.functions:
                    found.append(FunctionOf(here.file.path, name))
            elif isinstance(arg, Apply) and isinstance(arg.callee, Ref):
                waiting += arg.args  # ``pipe(map(answer => …))``
            elif entries := getattr(arg, "entries", ()):
                waiting += [value for _, value in entries]
        return found

    def _give_all(self, function: FunctionOf, waves: Waves) -> None:
        parameters = self.evaluator.program.files[function.path].functions[function.name].parameters
        for index, parameter in enumerate(parameters):
            if len(parameters) == 1 or index or not words.means("errors", parameter.name):
                self.take(function, index, waves)

    def _result(self, function: FunctionOf, here: Here) -> Waves:
        key = function.path, function.name
        self.state.waiting[key].add(unit(here.file, here.scope))
        return self.state.results.get(key, NONE)

    # --- functions that are given it ------------------------------------------------------------------------

    def _passed(self, call: Apply, given: list[Waves], named: dict[str, Waves], here: Here) -> Waves:
        everything = frozenset().union(*given, *named.values())
        thing = self.callers.callee(call.callee, here.file, here.scope, here.line)
        name = call.callee.name if isinstance(call.callee, Ref | Member) else ""
        if isinstance(thing, FunctionOf) and thing.name in self.evaluator.program.files[thing.path].functions:
            return self._into(thing, call, given, named, here)
        cls = self._class_in(call, here)
        if isinstance(thing, ClassOf | Instance) and isinstance(call.callee, Member):
            cls = cls or (thing if isinstance(thing, ClassOf) else thing.of)
        elif isinstance(thing, ClassOf):
            return self._made(thing, call, given, named, here)
        if cls is not None:
            return self.typed(everything, cls)
        for function in self._lambdas(call, here):
            self._give_all(function, everything)
        if words.means("quiet", name):
            return NONE
        if words.decodes(name):
            return frozenset(wave._replace(wire=False) for wave in everything)
        if words.means("pure", name):
            return everything
        self.state.escape((wave for wave in everything if not wave.wire), here.location)
        return frozenset(wave for wave in everything if wave.wire)

    def _checked(self, call: Apply, waves: Waves, here: Here) -> Waves | None:
        """What a check by a schema gives back, all fields of the schema being read; None for another call."""
        found = checked.schema(self.evaluator, call, here, self.above(here))
        if found is None:
            return None
        for wave in waves:
            for path in checked.paths(found):
                self.state.read(".".join(("$", *wave.path, *path)), here.location)
        told = isinstance(call.callee, Member) and words.means("judges", call.callee.name)
        return frozenset(wave._replace(wire=False, packed=told) for wave in waves)

    def _into(
        self, function: FunctionOf, call: Apply, given: list[Waves], named: dict[str, Waves], here: Here
    ) -> Waves:
        """A function of the workspace takes it."""
        file = self.evaluator.program.files[function.path]
        for index, waves in enumerate(given):
            self.take(function, index, waves)
        for index, parameter in enumerate(file.functions[function.name].parameters):
            self.take(function, index, named.get(parameter.name, NONE))
        return self.typed(self._result(function, here), self._class_in(call, here))

    def _made(self, cls: ClassOf, call: Apply, given: list[Waves], named: dict[str, Waves], here: Here) -> Waves:
        """An object is made with it: of all fields (``Order(**body)``), or by a constructor."""
        spread = named.get("", NONE)
        for arg, waves in zip(call.args, given, strict=True):
            spread |= waves if isinstance(arg, Item) and isinstance(arg.key, Unknown) else NONE
        if spread:
            return self.typed(spread, cls)
        init = members.find_method(self.evaluator, cls, "__init__")
        if init is not None:
            self._into(init, call, given, named, here)
        inside = frozenset().union(*given, *named.values())
        return frozenset(wave._replace(packed=True) for wave in inside)

    # --- classes and fields ---------------------------------------------------------------------------------

    def _class_in(self, call: Apply, here: Here) -> ClassOf | None:
        """The class that a call names for what it reads: a type argument, ``Order.class``, a token of a type."""
        named = [value for _, value in call.keywords]
        arguments = [value for name, value in call.keywords if name[:1] == "<"]
        inner = call.callee.of if isinstance(call.callee, Member) else None
        around = inner.args if isinstance(inner, Apply) and isinstance(inner.callee, Ref) else ()
        for each in (*named, *call.args, *around):
            head = each.of if isinstance(each, Item) else each
            if isinstance(each, Apply) and isinstance(each.callee, Ref) and each.callee.name.startswith("<class"):
                fact = here.file.classes.get(f"{here.scope}.{each.callee.name}")
                types = members.generic(fact.bases[0])[1] if fact and fact.bases else ()
                found = next((cls for one in types if (cls := self.shapes.of_type(one, here.frame))), None)
            elif isinstance(head, Ref) and (head.name[:1].isupper() or isinstance(each, Item) or each in arguments):
                found = self.shapes.of_type(each, here.frame)
            else:
                continue
            if found is not None:
                return found
        return None

    def typed(self, waves: Waves, cls: ClassOf | None) -> Waves:
        """The parts, read into objects of a class: what the class declares is read. In scripts a type reads nothing."""
        if cls is None or self.evaluator.program.files[cls.path].language.name == "javascript":
            return waves
        found = set()
        for wave in waves:
            if wave.shape is not None or not self.shapes.fields(cls):
                found.add(wave)
                continue
            for path, place in self.shapes.paths(cls):
                self.state.uses.setdefault(FieldUse(".".join(("$", *wave.path, *path)), place), None)
            found.add(Wave(wave.path, shape=cls))
        return frozenset(found)

    def step(self, wave: Wave, name: str, here: Here) -> set[Wave]:
        """The field of a part; an object of a class has those that it declares."""
        shape = None
        if wave.shape is not None:
            declared = self.shapes.field(wave.shape, name)
            if declared is None and not _is_older(wave.shape, name, here):
                return set()
            name, shape = (declared.name, declared.shape) if declared is not None else (name, None)
        path = (*wave.path, name)
        if len(path) > DEEPEST or path[-3:] == (name,) * 3:  # code that walks down a tree
            return {wave}
        self.state.read(".".join(("$", *path)), here.location)
        return {Wave(path, shape=shape)}


def _is_older(shape: ClassOf, name: str, here: Here) -> bool:
    """Whether a property is one that a class had in the release of another repository that the code is built with."""
    apart = shape.path.partition("/")[0] != here.file.path.partition("/")[0]
    return apart and here.file.path.endswith(".cs") and name[:1].isupper() and not words.means("aside", name)
