"""The fields that a call or a subscription uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from boundary.model import FieldUse, Location
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.things import ClassOf, Effect, FunctionOf, Instance, Site
from boundary.resolve.fields.callers import Callers
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
        read = self.read(effect)
        if read is None:
            return None
        return tuple(sorted({*read, *sent(effect, self.shapes, place, query)}))

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

    def _followed(self, effect: Effect, wire: bool) -> tuple[FieldUse, ...] | None:
        flow = self._flow(effect)
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
