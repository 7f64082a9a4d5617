"""Messages: who publishes to and subscribes from which channel, through which broker."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Edge, EdgeKind, Node, Value
from boundary.resolve.code.things import Effect, Several, Thing
from boundary.resolve.context import Context, chain

KINDS: tuple[tuple[str, str, EdgeKind], ...] = (
    ("publish", "channel", "publishes"), ("nameko-event", "event", "publishes"), ("subscribe", "channel", "subscribes"),
    ("consumer", "topics", "subscribes"), ("nameko-handler", "event", "subscribes"),
)  # fmt: skip
"""Effect, the argument that names the channel, and the edge it makes."""


def resolve(context: Context) -> None:
    """Add channels and the edges to them; names that are not known whole are kept as unresolved."""
    for kind, argument, edge in KINDS:
        for effect in context.effects.get(kind, ()):
            for service in context.services_at(effect.place):
                for name in _names(context, effect.get(argument), service.id):
                    node = Node(f"channel:{name}", "channel", name, location=chain(effect, "")[0].location)
                    target = context.found.add(node)
                    evidence = chain(effect, f"{effect.call} {edge} {name}")
                    context.found.edges.append(Edge(service.id, target, edge, evidence))


def _names(context: Context, thing: Thing | None, service: str) -> Iterator[str]:
    if isinstance(thing, Several):
        for item in thing.items:
            yield from _names(context, item, service)
    elif isinstance(thing, Value):
        for filled in context.filler.fill(thing, service):
            if filled.value.text:
                yield filled.value.text


def touching(effects: dict[str, list[Effect]]) -> Iterator[Effect]:
    """Effects that tell the address of a broker."""
    for kind in ("broker", "consumer", "tasks", "task"):
        yield from effects.get(kind, ())
