"""Sockets of stores in a folder that containers share: who mounts the folder connects to the store.

Databases on one machine are often spoken to by a socket in the folder where their image puts it; the volume there holds
no data. Sources: the settings ``socket`` of MySQL, ``unix_socket_directories`` of PostgreSQL, ``unixsocket`` of Redis.
"""

from __future__ import annotations

from collections import defaultdict

from boundary.facts import Mount
from boundary.model import Evidence, Location, Value
from boundary.resolve.connections import Address
from boundary.resolve.context import Context
from boundary.resolve.landscape import Server, Unit
from boundary.resolve.stores import Stores

_FOLDERS = frozenset(
    f"{run}/{name}"
    for run in ("/run", "/var/run")
    for name in ("mysqld", "mariadb", "postgresql", "redis", "memcached")
)


def is_socket_folder(target: str) -> bool:
    """Whether the image of a store puts its socket, and nothing else, into a folder."""
    return target.rstrip("/") in _FOLDERS


def connect(context: Context, stores: Stores) -> None:
    """The connections of services to stores whose folder of sockets they mount."""
    offered: dict[tuple[str, str, str], dict[str, tuple[Server, Unit]]] = defaultdict(dict)
    for server in context.land.servers:
        for unit in server.units if server.kind == "store" else ():
            for mount in unit.mounts:
                if is_socket_folder(mount.target):
                    offered[_volume(unit, mount)].setdefault(server.id, (server, unit))
    for service in context.land.services if offered else ():
        for unit in service.units:
            for mount in unit.mounts:
                for server, there in offered.get(_volume(unit, mount), {}).values():
                    place = Location(unit.location.path, mount.line, mount.column)
                    what = f"{unit.name} mounts {mount.source}, where the socket of {there.name} lies"
                    address = Address(server.technology, Value.of(there.name))
                    why = (Evidence(place, what), Evidence(there.location, f"{there.name} puts its socket there"))
                    stores.connect(service, address, why, "configured")


def _volume(unit: Unit, mount: Mount) -> tuple[str, str, str]:
    """What a mount is of: a volume of its project, or a folder of the machine."""
    return (unit.project if mount.kind == "volume" else "", mount.kind, mount.source.rstrip("/"))
