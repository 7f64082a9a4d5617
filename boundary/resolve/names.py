"""Host names: which service or server a name and port mean, seen from where they are used.

A name means something within its scope first (the compose project, the namespace), then within the repository, then in
the workspace, and there only if it is one thing alone. Nothing is guessed between two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from boundary.facts import Port
from boundary.model import Evidence
from boundary.reading import endpoints
from boundary.resolve.files import fold, within
from boundary.resolve.landscape import STACKS, Landscape, Server, Service, Unit
from boundary.resolve.stacks.environments import anywhere
from boundary.resolve.stacks.ways import Way

Named = Service | Server

_DEEPEST = 8
"""Names that lead to each other and are followed."""

_LEAST = 3
"""Letters that must be left of a name without its environment."""

_HERE = frozenset(["localhost", "127.0.0.1", "0.0.0.0", "::1"])
_MACHINE = {
    "host.docker.internal": "", "gateway.docker.internal": "", "host.containers.internal": "",
    "docker.for.mac.localhost": "", "attr.unique.network.ip-address": "nomad",
}  # fmt: skip
"""What containers call the machine that they run on: only ports that are published are there, and where a scheduler
tells the address, those of what it runs."""


_DOMAINS = frozenset(
    ["com", "org", "net", "info", "biz", "edu", "gov", "mil", "int", "dev", "app", "cloud", "tech", "online", "site",
     "local", "localdomain", "localhost", "internal", "lan", "home", "corp", "intranet", "test",
     "example", "invalid", "onion", "consul"]
)  # fmt: skip
"""What a name ends in that is one of the world, or of a network, and none of a cluster."""


def is_declared(thing: Named) -> bool:
    """Whether it is a store, broker or channel that a stack declares."""
    return isinstance(thing, Server) and any(unit.platform in STACKS for unit in thing.units)


class _Entry(msgspec.Struct, frozen=True):
    """A name or port of something; without a unit it is a name that is only told, not one that resolves."""

    thing: Named
    unit: Unit | None
    evidence: Evidence
    published: bool = False


class _Caller(msgspec.Struct, frozen=True):
    """Who asks: the units as which it runs, and the thing that they are."""

    units: tuple[Unit, ...] = ()
    thing: Named | None = None


class Names:
    """The index of names of a landscape; ``listening`` are ports that programs say that they listen on, ``served`` host
    names under which services say that they are served, or stores are reached elsewhere, ``ways`` those that lead to
    others, ``called`` what hosts outside are called within."""

    def __init__(
        self,
        land: Landscape,
        listening: Iterable[tuple[Service, int, Evidence]] = (),
        served: Iterable[tuple[Named, str, Evidence]] = (),
        ways: Mapping[str, Sequence[Way]] | None = None,
        called: Mapping[str, str] | None = None,
    ) -> None:
        self._called = called or {}
        self._ways = {name.lower(): each for name, each in (ways or {}).items()}
        self._units: dict[str, list[_Entry]] = defaultdict(list)
        self._told: dict[str, list[_Entry]] = defaultdict(list)
        self._ports: dict[int, list[_Entry]] = defaultdict(list)
        self._owners: dict[str, Named] = {}
        everything: tuple[Named, ...] = (*land.services, *land.servers)
        known = sorted({service.repository for service in land.services}, key=len, reverse=True)
        self._repositories = {thing.id: _repository(thing, known) for thing in everything}
        self._declared: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        for thing in everything:
            for unit in thing.units:
                self._add(thing, unit)
            if is_declared(thing):
                self._declare(thing)
                continue
            for name in (thing.name, *thing.names):
                evidence = Evidence(thing.location, f"{name} is a name of {thing.name}")
                self._told[name.lower()].append(_Entry(thing, None, evidence))
        for thing, host, evidence in served:
            self._told[host].append(_Entry(thing, None, evidence))
        for service, port, evidence in listening:
            self._ports[port].append(_Entry(service, None, evidence))

    def host(self, host: str, port: int | None, near: Service | Unit | None) -> tuple[Named, Evidence] | None:
        """What a host name, or an address of the own machine, means for a caller; None for a foreign or ambiguous one.

        The evidence says where the name comes from.
        """
        name = host.strip("[]").rstrip(".").lower()
        caller = self._caller(near)
        if name in _HERE or name in _MACHINE:
            return self._port(port or 0, caller, only_published=name in _MACHINE, scheduler=_MACHINE.get(name, ""))
        for unit in caller.units:
            target = next((target for alias, target in unit.aliases if alias.lower() == name), None)
            if target and (
                linked := _nearest(self._units.get(target.lower(), ()), self, _Caller((unit,), caller.thing))
            ):
                return linked
        if machine := self._units.get(f"{name}:{port}", ()):
            return _nearest(machine, self, caller)
        behind, _, why = self.led(self._spaced(name, caller), None)
        found = self._named(behind, caller)
        return (found[0], why[0]) if found and why else found or self._named(name, caller)

    def outside(self, host: str, near: Service | None) -> tuple[str, tuple[Evidence, ...]]:
        """What a host is called that nothing here runs at, however it is spelled, and why."""
        behind, _, why = self.led(self._spaced(host.lower(), self._caller(near)), None)
        return self._called.get(behind.lower(), behind if why else host), why

    def _spaced(self, name: str, caller: _Caller) -> str:
        """A name with the namespace of who calls, where it leads on from there."""
        spaces = (unit.project.partition("kubernetes:")[2] for unit in caller.units if "." not in name)
        return next((full for space in spaces if (full := f"{name}.{space}") in self._ways), name)

    def _named(self, name: str, caller: _Caller) -> tuple[Named, Evidence] | None:
        for spelled in _spellings(name):
            if spelled in self._units:
                return _nearest(self._units[spelled], self, caller)
        run = endpoints.application(name)
        if run and (
            applications := [one for one in self._units.get(run, ()) if one.unit and one.unit.platform in STACKS]
        ):
            return _nearest(applications, self, caller)
        known = endpoints.resource(name)
        told = self._declared.get(("", known), ()) if known else self._told.get(name, ())
        return _nearest(told or self._in_namespace(name), self, caller)

    def led(self, host: str, path: str | None) -> tuple[str, str | None, tuple[Evidence, ...]]:
        """The host name to which records, domains of gateways and balancers lead what is asked of a host, and the path
        with which it arrives; both as they are where nothing leads on."""
        name, evidence = host.rstrip(".").lower(), []
        for _ in range(_DEEPEST):
            fitting = [] if name in self._units else _fitting(self._ways.get(name, ()), path)
            if len({way.target for way in fitting}) != 1:
                break
            way = fitting[0]
            name, path = way.target.lower(), path if way.kept or path is None else path[len(way.base) :]
            evidence.append(way.evidence)
        return (name if evidence else host), path, tuple(evidence)

    def _in_namespace(self, name: str) -> list[_Entry]:
        """What ``orders.shop`` means in a cluster, where it is not told which namespace a Service is brought into."""
        service, dot, space = name.partition(".")
        if not dot or "." in space or len(space) < 3 or space in _DOMAINS:
            return []
        return [
            one for one in self._units.get(service, ()) if one.unit and _is_unplaced(one.unit, f"{service}.default")
        ]

    def several(self, host: str) -> list[tuple[Named, Evidence]]:
        """All that answer to a host name, where several do: behind a gateway the path tells which one is meant."""
        found = {entry.thing.id: (entry.thing, entry.evidence) for entry in self._units.get(host.lower(), ())}
        return list(found.values())

    def resource(self, technology: str, name: str, near: Service | None) -> tuple[Named, Evidence] | None:
        """The resource of a cloud that has a name, as ``host``; without a technology one of any. Where a technology is
        told, stacks of one environment and code of another may mean the same resource."""
        told = self._declared.get((technology, name)) or self._anywhere.get((technology, anywhere(name)), [])
        return _nearest(told, self, self._caller(near))

    @cached_property
    def _anywhere(self) -> dict[tuple[str, str], list[_Entry]]:
        """What stacks declare by names whatever the environment, as far as enough is left of them."""
        found: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        for (technology, name), entries in self._declared.items():
            marked = anywhere(name)
            if technology and "{}" in marked and sum(map(str.isalnum, marked)) >= _LEAST:
                found[technology, marked] += entries
        return found

    def repository(self, thing: Named) -> str | None:
        """The repository that something is declared in, as far as services tell; None for elsewhere."""
        return self._repositories.get(thing.id)

    def _add(self, thing: Named, unit: Unit) -> None:
        self._owners[unit.key] = thing
        for name in _hosts(thing, unit):
            evidence = Evidence(unit.location, f"{name} is {unit.platform} {unit.kind} {unit.name}")
            self._units[name.lower()].append(_Entry(thing, unit, evidence))
        for port in unit.ports:
            for number, published in _numbers(port):
                evidence = Evidence(
                    unit.location, f"{unit.name} {'publishes' if published else 'serves'} port {number}"
                )
                self._ports[number].append(_Entry(thing, unit, evidence, published))

    def _declare(self, server: Named) -> None:
        """What a stack declares has its name in the cloud's service, and none that leads to it in a network."""
        unit = server.units[0]
        broker = isinstance(server, Server) and server.technology == "kafka"
        names = dict.fromkeys(name for one in server.units for name in (one.name, *one.names))
        for name in dict.fromkeys((*names, *(map(fold, names) if broker else ()))):  # Hosts of MSK have no hyphens.
            evidence = Evidence(server.location, f"{name} is {unit.kind} {server.name}")
            for technology in ("", server.technology if isinstance(server, Server) else ""):
                self._declared[technology, name].append(_Entry(server, unit, evidence))

    def _caller(self, near: Service | Unit | None) -> _Caller:
        if isinstance(near, Service):
            return _Caller(near.units, near)
        return _Caller((near,), self._owners.get(near.key)) if near else _Caller()

    def _port(self, port: int, caller: _Caller, only_published: bool, scheduler: str) -> tuple[Named, Evidence] | None:
        """Who has a port of the machine: the caller itself, else who publishes it, else the program that is started
        there and says so, else who serves it in a network."""
        entries = [
            one for one in self._ports.get(port, ()) if not scheduler or (one.unit and one.unit.platform == scheduler)
        ]
        own = [entry for entry in entries if caller.thing and entry.thing.id == caller.thing.id]
        published = [entry for entry in entries if entry.published]
        started = [entry for entry in entries if entry.unit is None or entry.unit.platform == "process"]
        choices = (published,) if only_published else (own, published, started, entries)
        return _nearest(next((choice for choice in choices if choice), ()), self, caller)


def _is_unplaced(unit: Unit, usual: str) -> bool:
    """Whether a workload is in whatever namespace it is brought into: it has the usual one, or a chart of others, which
    is not here, names it without any."""
    return usual in unit.names or (unit.platform == "kubernetes" and not any("." in name for name in unit.names))


def _hosts(thing: Named, unit: Unit) -> Iterable[str]:
    """The names that lead to a unit in a network: a process has none, what a cloud has and nobody runs its address."""
    if unit.platform == "process":
        return ()
    only = isinstance(thing, Server) and unit.platform in STACKS and unit.image is None
    return (unit.name,) if only else dict.fromkeys((unit.name, *unit.names, *_containers(unit)))


def _containers(unit: Unit) -> Iterable[str]:
    """What Compose calls the first container of a service, by which it is found in a network that projects share."""
    project = unit.project.rpartition("/")[2]
    return (f"{project}{mark}{unit.name}{mark}1" for mark in "-_") if unit.platform == "compose" and project else ()


def _repository(thing: Named, known: Sequence[str]) -> str | None:
    if isinstance(thing, Service):
        return thing.repository
    return next((one for one in known if within(thing.location.path, one)), None)


def _nearest(entries: Sequence[_Entry], names: Names, caller: _Caller) -> tuple[Named, Evidence] | None:
    """The one thing of the nearest scope that has any."""
    projects = {unit.project for unit in caller.units}
    home = names.repository(caller.thing) if caller.thing else None
    scopes = (
        [entry for entry in entries if entry.unit and entry.unit.project in projects],
        [entry for entry in entries if home is not None and names.repository(entry.thing) == home],
        entries,
    )
    found = next((scope for scope in scopes if scope), ())
    return (found[0].thing, found[0].evidence) if len({entry.thing.id for entry in found}) == 1 else None


def _spellings(name: str) -> list[str]:
    """The name itself, and shorter ones where it has a cluster's suffix: ``orders.shop.svc`` is ``orders.shop``, and
    ``orders`` where nobody says a namespace."""
    if name.startswith("tasks."):  # Swarm's name for all copies of a service
        return [name, name.removeprefix("tasks.")]
    for suffix in (".svc.cluster.local", ".svc"):
        if name.endswith(suffix):
            short = name.removesuffix(suffix)
            return [name, short, short.partition(".")[0]]
    return [name]


def _fitting(ways: Sequence[Way], path: str | None) -> list[Way]:
    """The ways that a path goes: those with the longest base. Where it is not known, all."""
    if path is None:
        return list(ways)
    under = [way for way in ways if path == way.base or path.startswith(f"{way.base}/") or not way.base]
    return [way for way in under if way.base == under[0].base]


def _numbers(port: Port) -> Iterable[tuple[int, bool]]:
    for value, published in ((port.published, True), (port.target, False)):
        text = value.text if value is not None else None
        if text and text.isdecimal() and len(text) <= 5:
            yield int(text), published
