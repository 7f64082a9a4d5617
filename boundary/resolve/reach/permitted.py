"""What is permitted, as edges: who may open a connection to whose store, from the rules of stacks and of clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boundary.model import Edge, Evidence, Node
from boundary.reading import engines
from boundary.resolve.context import Context
from boundary.resolve.landscape import Server
from boundary.resolve.reach.groups import Interface, meets
from boundary.resolve.reach.openings import openings
from boundary.resolve.reach.walls import Walls
from boundary.resolve.sharing import NETWORK

INTERNET = Node("external:internet", "external", "everybody", technology="network")
"""Whoever has an address."""

Ids = Mapping[tuple[str, str], str]
"""The store's node of each server and database."""


def resolve(context: Context, ids: Ids) -> None:
    """Add ``reaches`` edges: of trait ``store`` from a service to a store that is another's, of trait ``public`` or
    ``broad`` from everybody, or from all in a network, to a store."""
    if context.land.stacks is None:
        return
    walls = Walls(context.land.stacks)
    stores = {unit.key: server for server in context.land.servers for unit in server.units if server.kind == "store"}
    ports = {uid: port for uid, server in stores.items() if (port := _port(context, uid, server))}
    used = {edge.target for edge in context.found.edges}
    for one in openings(walls, ports):
        node = _node(context, ids, stores.get(one.uid))
        if node is not None and (node.keeper or node.id in used):
            source = context.found.add(INTERNET if one.width == "public" else NETWORK)
            traits = frozenset({one.width})
            edge = Edge(
                source, node.id, "reaches", (one.evidence,), "permitted", traits=traits, detail=one.evidence.what
            )
            context.found.edges.append(edge)
    services = {unit.key.partition("/")[0]: one.id for one in context.land.services for unit in one.units}
    for uid, service in services.items():
        for target, server in stores.items():
            node = _node(context, ids, server)
            if uid in walls.ends and target in walls.ends and node is not None and node.keeper not in (None, service):
                evidence = tuple(_admitted(walls, walls.ends[uid], walls.ends[target], ports.get(target, 0)))
                if evidence:
                    edge = Edge(service, node.id, "reaches", evidence, "permitted", traits=frozenset({"store"}),
                                detail=f"port {ports[target]}")  # fmt: skip
                    context.found.edges.append(edge)


def _admitted(walls: Walls, source: Interface, target: Interface, port: int) -> Iterator[Evidence]:
    """The rules that let the source in by the name of a group of his."""
    if not walls.firewall.allowed(source, target).has("TCP", port):
        return
    for placed in walls.placed:
        rule = placed.rule
        named = placed.group in target.groups and rule.direction == "in" and source.groups.intersection(rule.groups)
        if named and rule.ports.has("TCP", port) and meets(rule, source):
            what = f"{placed.label} lets the group of {', '.join(sorted(source.groups & set(rule.groups)))} in"
            yield Evidence(placed.location, f"{what} to port {port}")


def _port(context: Context, uid: str, server: Server) -> int:
    """The port that a store of a stack listens on."""
    resource = context.land.stacks.by_uid.get(uid) if context.land.stacks else None
    written = (resource.text("port") or resource.text("Port")) if resource is not None else None
    return int(written) if written and written.isdecimal() else engines.default_port(server.technology) or 0


def _node(context: Context, ids: Ids, server: Server | None) -> Node | None:
    return context.found.nodes.get(ids.get((server.id, ""), server.id)) if server is not None else None
