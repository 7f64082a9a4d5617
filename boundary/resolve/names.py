"""Host names: which service or server a name and port mean, seen from where they are used.

A name means something within its scope first (the compose project, the namespace), then within the repository, then in
the workspace, and there only if it is one thing alone. Nothing is guessed between two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from boundary.facts import Port
from boundary.model import Evidence, Value
from boundary.resolve.landscape import Landscape, Server, Service, Unit

Named = Service | Server
_Entry = tuple[Named, Unit | None, Evidence]

_HERE = frozenset(["localhost", "127.0.0.1", "0.0.0.0", "::1", "host.docker.internal", "host.containers.internal", "docker.for.mac.localhost"])
_CLUSTER = (".svc.cluster.local", ".svc")


class Names:
    """The index of names of a landscape."""

    def __init__(self, land: Landscape) -> None:
        self._units: dict[str, list[_Entry]] = defaultdict(list)
        self._aliases: dict[str, list[_Entry]] = defaultdict(list)
        self._ports: dict[int, list[tuple[bool, _Entry]]] = defaultdict(list)
        self._repositories = {service.id: service.repository for service in land.services}
        for thing in (*land.services, *land.servers):
            for unit in thing.units:
                self._unit(thing, unit)
            for name in (thing.name, *thing.names):
                what = f"{name} is a name of {thing.name}"
                self._aliases[name.lower()].append((thing, None, Evidence(thing.location, what)))

    def host(self, host: str, port: int | None, near: Service | Unit | None) -> tuple[Named, Evidence] | None:
        """What a host name (or address of the own machine) means for a caller; None for a foreign or ambiguous one."""
        name = host.strip("[]").rstrip(".").lower()
        callers = near.units if isinstance(near, Service) else (near,) if near else ()
        mine = near if isinstance(near, Service) else None
        if name in _HERE:
            return self._port(port, callers, mine)
        for unit in callers:
            for alias, target in unit.aliases:
                if alias.lower() == name and (linked := self._among(self._units[target.lower()], (unit,), mine)):
                    return linked
        for spelled in _spellings(name, callers):
            found = self._among(self._units[spelled], callers, mine) if spelled in self._units else None
            if found:
                return found
            if spelled in self._units and len({entry[0].id for entry in self._units[spelled]}) > 1:
                return None
        return self._among(self._aliases[name], callers, mine) if name in self._aliases else None

    # --- the index -------------------------------------------------------------------------------------------

    def _unit(self, thing: Named, unit: Unit) -> None:
        for name in dict.fromkeys((unit.name, *unit.names)):
            what = f"{name} is {unit.platform} {unit.kind} {unit.name}" if name != unit.name else f"{name} is deployed here"
            if unit.platform != "process":
                self._units[name.lower()].append((thing, unit, Evidence(unit.location, what)))
        for port in unit.ports:
            for number, published in _numbers(port):
                what = f"{unit.name} {'publishes' if published else 'serves'} port {number}"
                place = Evidence(unit.location, what)
                self._ports[number].append((published, (thing, unit, place)))

    # --- choosing --------------------------------------------------------------------------------------------

    def _among(self, entries: list[_Entry], callers: Iterable[Unit], mine: Service | None) -> tuple[Named, Evidence] | None:
        """The one thing of the nearest scope that has any."""
        projects = {unit.project for unit in callers}
        scopes = (
            [entry for entry in entries if entry[1] and entry[1].project in projects],
            [entry for entry in entries if mine and self._repository(entry[0]) == mine.repository and mine.repository],
            entries,
        )
        for scope in scopes:
            if scope:
                return _only(scope)
        return None

    def _port(self, port: int | None, callers: Iterable[Unit], mine: Service | None) -> tuple[Named, Evidence] | None:
        """Who has a port of the machine: who publishes it, else who serves it."""
        entries = self._ports.get(port or 0, [])
        published = [entry for there, entry in entries if there]
        return self._among(published or [entry for _, entry in entries], callers, mine)

    def _repository(self, thing: Named) -> str | None:
        return self._repositories.get(thing.id)


def _only(entries: list[_Entry]) -> tuple[Named, Evidence] | None:
    first = entries[0]
    return (first[0], first[2]) if len({entry[0].id for entry in entries}) == 1 else None


def _spellings(name: str, callers: Iterable[Unit]) -> list[str]:
    """The name itself, and without the suffixes that a cluster adds (``orders.shop.svc`` is ``orders.shop``)."""
    found = [name]
    for suffix in _CLUSTER:
        if name.endswith(suffix):
            found.append(name.removesuffix(suffix))
            break
    if len(found) > 1:
        found.append(found[-1].partition(".")[0])
    return found


def _numbers(port: Port) -> Iterable[tuple[int, bool]]:
    for value, published in ((port.published, True), (port.target, False)):
        text = value.text if isinstance(value, Value) else None
        if text and text.isdigit():
            yield int(text), published
