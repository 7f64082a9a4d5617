"""Functions and state machines of other services that are started directly: by code, by a stack's wiring, by a step.

Their edges have the trait ``function``, which a procedure that is called by its contract's name has not, and the trait
``contract`` too where a contract tells what the function takes.
"""

from __future__ import annotations

from boundary.facts import ContractOperation
from boundary.model import Edge, Evidence, Unresolved, Value
from boundary.resolve.code.things import Effect, Made
from boundary.resolve.context import Context, at, chain
from boundary.resolve.files import fold
from boundary.resolve.landscape import Service
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.things import Resource
from boundary.resolve.stacks.wiring import wires
from boundary.resolve.values import shown

MODE = "invoke"
"""What rows of cloud clients call a direct start."""


def resolve(context: Context) -> None:
    """Add the ``invoke`` edges; what is started within one service is none."""
    targets = _Targets(context)
    for wire in wires(context.land):
        if wire.does == MODE and wire.resource is not None:
            other = targets.of(wire.resource)
            if other is not None and other.id != wire.service:
                _edge(context, wire.service, other, wire.resource, wire.evidence)
    for effect in context.effects.get("cloud", ()):
        mode = effect.get("mode")
        if isinstance(mode, Value) and mode.text == MODE:
            _of_code(context, targets, effect)


def _of_code(context: Context, targets: _Targets, effect: Effect) -> None:
    made, wanted = effect.receiver, effect.get("service")
    client = made.field("service") if isinstance(made, Made) else None
    if isinstance(client, Value) and client.text and client != wanted:
        return
    name = effect.get("resource")
    for service in context.actors(effect):
        filled = context.filler.fill(name, service.id) if isinstance(name, Value) else []
        for one in filled:
            context.found.located[service.id] += 1
            evidence = (*chain(effect, f"{effect.call} starts {shown(one.value)}"), *one.evidence)
            resource = targets.named(one.value)
            other = targets.of(resource) if resource is not None else None
            if resource is None or other is None:
                reason = "nobody declares a function of this name"
                end = Unresolved(service.id, MODE, shown(one.value), at(effect.place), reason)
                context.found.unresolved.append(end)
            elif other.id != service.id:
                _edge(context, service.id, other, resource, evidence)


def _edge(context: Context, source: str, target: Service, started: Resource, evidence: tuple[Evidence, ...]) -> None:
    named = Evidence(started.location, f"{started.label} of {target.name} is declared here")
    traits = {"function"} if not _is_told(context, target, started) else {"function", "contract"}
    context.found.edges.append(Edge(source, target.id, "invoke", (*evidence, named), traits=frozenset(traits)))


def _is_told(context: Context, target: Service, started: Resource) -> bool:
    """Whether a contract says what the function itself takes, by its name; requests are another interface."""
    names = {fold(started.name), fold(started.label)}
    return any(
        isinstance(fact, ContractOperation) and fact.method in ("SEND", "RECEIVE") and fold(fact.path) in names
        for file in context.files
        if target.id in context.land.services_of(file.path)
        for fact in file.facts
    )


class _Targets:
    """The services behind functions, tasks and state machines."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._units = {
            unit.key.partition("/")[0]: service for service in context.land.services for unit in service.units
        }

    def of(self, resource: Resource) -> Service | None:
        """The service that a resource is a part of."""
        if resource.uid in self._units:
            return self._units[resource.uid]
        here = self._context.land.declaring(resource.location.path, resource.stack)
        return self._context.land.service(here[0]) if len(here) == 1 else None

    def named(self, value: Value) -> Resource | None:
        """The function or machine that a name, an ARN or a reference means."""
        stacks = self._context.land.stacks
        if stacks is None:
            return None
        resource = stacks.meant(value)
        for technology in ("", "states") if resource is None else ():
            resource = resource or stacks.named(technology, name_in(value))
        if resource is None or resource.row is None or resource.row.kind != "workload":
            return None
        return resource
