"""What services share below their interfaces: volumes, namespaces, the container engine; and ports of stores that stand
open (clauses *shared memory* and *back door*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from boundary.facts import Entrance, FileFacts, Port
from boundary.model import Edge, Evidence, Location, Node, Unresolved
from boundary.resolve.files import stands
from boundary.resolve.landscape import Landscape, Unit
from boundary.resolve.namespaces import engines, namespaces
from boundary.resolve.volumes import volumes
from boundary.resolve.whose import Whose

NETWORK = Node("external:network", "external", "the network", technology="network")
"""Whoever is in a network that a machine is in, and does not run here."""

_LOOPBACK = ("127.", "::1", "[::1]", "localhost")
_DEFAULT = re.compile(r"\$\{\w+:?-(.*)\}")


def resolve(
    files: Sequence[FileFacts], land: Landscape, parts: Mapping[str, Sequence[str]] | None = None
) -> tuple[list[Node], list[Edge], list[Unresolved]]:
    """Volume and host nodes; ``mounts``, ``joins``, ``executes`` and ``reaches`` edges; namespaces of containers that
    nobody has. ``parts`` are the nodes of a store's server that has one for each of its databases."""
    whose = Whose(files, land)
    nodes, edges = volumes(whose)
    more_nodes, more_edges, unresolved = namespaces(whose)
    engine_nodes, engine_edges = engines(whose)
    open_edges = [
        Edge(NETWORK.id, node, "reaches", (reason,), "permitted", certain, detail=reason.what)
        for server, reason, certain in published(whose)
        for node in (parts or {}).get(server, (server,))
    ]
    nodes += [*more_nodes, *engine_nodes, *([NETWORK] if open_edges else [])]
    return nodes, [*edges, *more_edges, *engine_edges, *open_edges], unresolved


def published(whose: Whose) -> Iterator[tuple[str, Evidence, bool]]:
    """Stores with a port that is published beyond the loopback: anybody on the network can go around the keeper.

    The server's id, the port's line, and whether the address that it is bound to is known.
    """
    for server in whose.land.servers:
        for unit in server.units if server.kind == "store" else ():
            for port in unit.ports:
                default = _DEFAULT.fullmatch(port.host)
                host = default[1] if default else port.host
                if port.published is not None and not host.startswith(_LOOPBACK):
                    yield server.id, Evidence(_place(whose, unit, port), _opened(port, host)), "$" not in host
    for path, entrance in whose.files.all(Entrance):
        for server in whose.land.servers if entrance.stream and not whose.files.by_path[path].mark else ():
            if server.kind == "store" and any(_is_led_to(unit, entrance) for unit in server.units):
                what = f"a gateway leads whatever comes in at its port to {entrance.service}"
                yield server.id, Evidence(stands(path, entrance), what), True


def _is_led_to(unit: Unit, entrance: Entrance) -> bool:
    """Whether a gateway's Service is one that a unit answers to, in its namespace."""
    space = unit.project.partition(":")[2]
    return entrance.service in (unit.name, *unit.names) and entrance.namespace in ("", space)


def _opened(port: Port, host: str) -> str:
    number = port.published.text if port.published else ""
    where = f"{host}:{number}" if host and number else number or "a port that the engine picks"
    return f"publishes port {port.target} as {where}"


def _place(whose: Whose, unit: Unit, port: Port) -> Location:
    """Where a port stands: in the unit's own file, or in one that overrides or extends it."""
    here = unit.location.path
    key = port.workload, port.line, port.column, port.host
    for path in (here, *whose.files.paths(Port)):
        if any((p.workload, p.line, p.column, p.host) == key for p in whose.files.of(path, Port)):
            return stands(path, port)
    return stands(here, port)
