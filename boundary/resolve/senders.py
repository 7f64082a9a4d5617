"""Where code sends what is neither a request nor a message of a broker: mail, and logs to a server of their own.

Rows with the effect ``send`` tell the ``url`` or the ``host`` and ``port`` of the server; with ``telemetry`` what is
lost without it is only sight. Whoever is not here says nothing of the system.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Edge, Value
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context, chain
from boundary.resolve.landscape import Server, Service
from boundary.resolve.proxies import address_of
from boundary.resolve.values import Filled, shown


def resolve(context: Context) -> None:
    """Add an edge for each server whose host is known."""
    for effect in context.effects.get("send", ()):
        traits = frozenset({"telemetry"}) if effect.get("telemetry") is not None else frozenset[str]()
        for service in context.actors(effect):
            for filled in _addresses(context, effect, service):
                host, port = address_of(filled.value)
                found = context.names.host(host, port, service) if host else None
                if found is None or found[0].id == service.id or _keeps(found[0]):
                    continue
                told = chain(effect, f"{effect.call} sends to {shown(filled.value)}")
                evidence = (*told, *filled.evidence, found[1])
                context.found.edges.append(Edge(service.id, found[0].id, "connects", evidence, traits=traits))


def _addresses(context: Context, effect: Effect, service: Service) -> Iterator[Filled]:
    host, port, url = effect.get("host"), effect.get("port"), effect.get("url")
    given = url if isinstance(url, Value) else host
    if isinstance(given, Value) and given is not url and isinstance(port, Value) and port.text:
        given = Value.of(given, ":", port)
    yield from context.filler.fill(given, service.id) if isinstance(given, Value) else ()


def _keeps(node: Service | Server) -> bool:
    """Whether what is there is a store or broker, which its own libraries speak to."""
    return isinstance(node, Server) and node.kind in ("store", "broker")
