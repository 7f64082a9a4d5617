"""What services share below their interfaces: volumes, namespaces, the container engine; and ports of stores that stand
open (clauses *shared memory* and *back door*)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from boundary.facts import FileFacts, Port
from boundary.model import Edge, Evidence, Location, Node, Unresolved
from boundary.resolve.landscape import Landscape
from boundary.resolve.namespaces import engines, namespaces
from boundary.resolve.volumes import volumes
from boundary.resolve.whose import Whose

_LOOPBACK = ("127.", "::1", "[::1]", "localhost")


class Published(msgspec.Struct, frozen=True):
    """A port of a store's server that is open on the machine's network. ``host`` is the address it is bound to, "" for
    all; ``location`` is where the port stands, in the unit's own file."""

    server: str
    port: Port
    host: str
    location: Location


def resolve(files: Sequence[FileFacts], land: Landscape) -> tuple[list[Node], list[Edge], list[Unresolved]]:
    """Volume and host nodes; ``mounts``, ``joins`` and ``executes`` edges; namespaces of containers that nobody has."""
    whose = Whose(files, land)
    nodes, edges = volumes(whose)
    more_nodes, more_edges, unresolved = namespaces(whose)
    engine_nodes, engine_edges = engines(whose)
    nodes += [*more_nodes, *engine_nodes]
    return nodes, [*edges, *more_edges, *engine_edges], unresolved


def published(land: Landscape) -> list[Published]:
    """Ports of stores that are published beyond the loopback: anybody on the network can go around the keeper."""
    return [
        Published(server.id, port, port.host, Location(unit.location.path, port.line, port.column))
        for server in land.servers
        if server.kind == "store"
        for unit in server.units
        for port in unit.ports
        if port.published is not None and not port.host.startswith(_LOOPBACK)
    ]


def opened(port: Published) -> Evidence:
    """The sentence about a published port."""
    number = str(port.port.published)
    return Evidence(
        port.location, f"publishes port {port.port.target} as {port.host + ':' if port.host else ''}{number}"
    )
