"""The fields that a call or a subscription uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from boundary.facts import Apply, Member
from boundary.model import FieldUse, Location
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import ClassOf, Effect, FunctionOf, Instance, Nothing, Pairs, Site, Thing
from boundary.resolve.fields import words
from boundary.resolve.fields.callers import Callers
from boundary.resolve.fields.composed import composed, message_fields
from boundary.resolve.fields.flow import Flow
from boundary.resolve.fields.sent import sent
from boundary.resolve.fields.shapes import Shapes
from boundary.resolve.fields.waves import Wave


class Uses:
    """Remembers what each request and subscription uses."""

    def __init__(self, evaluator: Evaluator, requests: Iterable[Site] = ()) -> None:
        self.evaluator = evaluator
        self.callers = Callers(evaluator, requests)
        self.shapes = Shapes(evaluator)
        self._read: dict[Effect, tuple[FieldUse, ...] | None] = {}

    def read(self, effect: Effect, *, wire: bool = True) -> tuple[FieldUse, ...] | None:
        """The fields of the answer that code reads; None where it could not be followed at all. Without ``wire`` the
        call gives the message itself, as a remote procedure does."""
        return self._once(effect, lambda: self._followed(effect, wire))

    def exchanged(self, effect: Effect, place: Location, query: frozenset[str]) -> tuple[FieldUse, ...] | None:
        """What is sent in a request and read of its answer."""
        read = self.read(effect, wire=effect.get("answer") is None)
        if read is None:
            return None
        return tuple(sorted({*read, *self.sends(effect, place, query)}))

    def sends(self, effect: Effect, place: Location, query: frozenset[str]) -> tuple[FieldUse, ...]:
        """What is sent in a request, also where its answer is not followed."""
        later = self._later(effect) if isinstance(effect.body, Nothing) else None
        return sent(effect, self.shapes, place, query, later)

    def _later(self, effect: Effect) -> Thing | None:
        """The body that a request is given by a method that is called on it: ``uri("/orders").bodyValue(order)``, or
        was by one before: ``R().SetBody(order).Post("/orders")``."""
        place = (effect.site.path, effect.site.line, effect.site.column)
        own = self.callers.places.get(place)
        before = [own._replace(call=call) for call in _chained(own.call)] if own else []
        for one in (*self.callers.chains.get(place, ()), *before):
            callee = one.call.callee
            if isinstance(callee, Member) and words.means("bodies", callee.name) and len(one.call.args) == 1:
                file = self.evaluator.program.files[one.path]
                thing = self.evaluator.quiet(one.call.args[0], Frame(file, one.scope, line=one.line))
                if isinstance(thing, Pairs | Instance):  # ``body(Order.class)`` of the answer is none.
                    return thing
        return None

    def called(self, effect: Effect, place: Location) -> tuple[FieldUse, ...] | None:
        """What is sent to a remote procedure and read of its answer; both are messages of a contract."""
        read = self._once(effect, lambda: self._followed(effect, wire=False, message=True))
        if read is None:
            return None
        site = effect.site
        found = self.callers.places.get((site.path, site.line, site.column))
        one = composed(self.evaluator.program.files[site.path], found.scope, found.call) if found else None
        sends = message_fields(one, place) if one is not None else (FieldUse("$", place, "request", whole=True),)
        return tuple(sorted({*read, *sends}))

    def heard(self, effect: Effect) -> tuple[FieldUse, ...] | None:
        """The fields of messages that who subscribed reads."""
        return self._once(effect, lambda: self._subscribed(effect))

    def _once(self, effect: Effect, follow: Callable[[], tuple[FieldUse, ...] | None]) -> tuple[FieldUse, ...] | None:
        if effect not in self._read:
            try:
                self._read[effect] = follow()
            except RecursionError:  # Expressions that stand too deeply in each other are not followed.
                self._read[effect] = None
        return self._read[effect]

    def _flow(self, effect: Effect) -> Flow:
        return Flow(self.evaluator, self.callers, self.shapes, effect.chain)

    def _followed(self, effect: Effect, wire: bool, *, message: bool = False) -> tuple[FieldUse, ...] | None:
        flow = self._flow(effect)
        flow.message = message
        declared = effect.get("client")
        if isinstance(declared, FunctionOf):
            return self._declared(flow, declared)
        return flow.run() if flow.start(effect.site, wire) else None

    def _declared(self, flow: Flow, method: FunctionOf) -> tuple[FieldUse, ...]:
        """What a method of a declared client gives back, by its type; then who calls it."""
        file = self.evaluator.program.files[method.path]
        fact = file.functions[method.name]
        cls = self.shapes.of_type(fact.returns, flow.here(method).frame)
        waves = flow.typed(frozenset({Wave(wire=cls is None)}), cls)
        for one in self.callers.of(method.path, method.name):
            flow.seeded(one, waves)
        return flow.run()

    def _subscribed(self, effect: Effect) -> tuple[FieldUse, ...] | None:
        flow = self._flow(effect)
        file = self.evaluator.program.files[effect.site.path]
        if effect.subject in file.functions:
            flow.begin(FunctionOf(effect.site.path, effect.subject))
            return flow.run()
        event = effect.get("event")
        cls = event.of if isinstance(event, Instance) else event
        if effect.subject in file.classes and isinstance(cls, ClassOf):
            for name in [name for name, fact in file.functions.items() if fact.scope == effect.subject]:
                flow.begin(FunctionOf(effect.site.path, name), cls)
            return flow.run()
        return flow.run() if flow.listen(effect.site) else None


def _chained(call: Apply) -> Iterator[Apply]:
    """The calls in front of one in a chain, the nearest first."""
    while isinstance(call.callee, Member) and isinstance(call.callee.of, Apply):
        call = call.callee.of
        yield call
