"""Servers that are one in two packagings, by the variable that names each: ``DB_HOST`` is ``orders-db`` in Compose and
``orders-postgresql`` in the chart, so both are the database of the one service that reads it. A server that nothing
here runs in one of them is known by its host name alone: ``orders-db.shop.internal``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boundary.model import Evidence, Value
from boundary.reading import dsn
from boundary.resolve.files import fold
from boundary.resolve.landscape import Binding, Landscape, Server, Service, Unit

_HOST = re.compile(r"[A-Za-z0-9][\w.-]{0,252}")
_LONGEST = 2000
_FAR = re.compile(r"(?!\d+(?:\.\d+)+$)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+\.?", re.IGNORECASE)
"""A host name that a network resolves: one with dots in it, and no number."""

_IN_CLUSTER = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""The name of a Service of Kubernetes, which what another chart installs may have."""

_TELLS_WHERE = re.compile(r"(?:^|_)(?:HOST(?:NAME|S)?|SERVERS?|ADDR(?:ESS)?|UR[IL]|ENDPOINT|BROKERS?)$")
"""Variables that hold nothing but where something is: a word in another one may be anything."""

_Names = dict[tuple[str, str], int]


def alternates(servers: Sequence[tuple[str, Sequence[Unit]]], services: Sequence[Service]) -> dict[int, int]:
    """For servers (what they speak, and their units) the place of the one that each is another form of.

    Only where one variable of one service names both, where no deployment has both, and where neither is anything to a
    third one: what several services have each for themselves here, and one for all there, stays apart.
    """
    names: _Names = {}
    for at, (_, units) in enumerate(servers):
        for unit in units:
            for name in (unit.name, *unit.names):
                names.setdefault((unit.project, name.lower()), at)
    meant: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for service in services:
        for unit in service.units:
            for binding in unit.variables:
                for at in _named(str(binding.value), unit.project, names):
                    meant[service.id, binding.name][at] = None
    pairs: dict[int, set[int]] = defaultdict(set)
    for found in meant.values():
        for one in found:
            pairs[one] |= {other for other in found if other != one and _alike(servers[one], servers[other])}
    return {one: other for one, other in _single(pairs).items() if other < one}


def _named(value: str, project: str, names: Mapping[tuple[str, str], int]) -> set[int]:
    """The servers of a project that a value names by host names."""
    hosts = _HOST.findall(value[:_LONGEST]) if len(value) < _LONGEST else []
    spelled = {name for host in hosts for name in (host.lower(), host.lower().partition(".")[0])}
    return {names[project, name] for name in spelled if (project, name) in names}


def _alike(one: tuple[str, Sequence[Unit]], other: tuple[str, Sequence[Unit]]) -> bool:
    """Whether both speak the same, and no deployment has both."""
    apart = {unit.project for unit in one[1]}.isdisjoint(unit.project for unit in other[1])
    return bool(one[0]) and one[0] == other[0] and apart


def _single(pairs: Mapping[int, set[int]]) -> dict[int, int]:
    """The pairs whose ends have no other one."""
    only = {one: next(iter(others)) for one, others in pairs.items() if len(others) == 1}
    return {one: other for one, other in only.items() if only.get(other) == one}


# --- servers that nothing runs here -------------------------------------------------------------------------


@dataclass(slots=True)
class _Far:
    """A host name of no unit: the servers in whose place variables have it, and the databases that are named there
    (None where a variable does not tell). Of services by id, ``users`` name it, ``knowing`` have a server of here in
    the same variable."""

    servers: dict[str, tuple[Server, Evidence]] = field(default_factory=dict)
    databases: set[str | None] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    knowing: set[str] = field(default_factory=set)

    def means(self, host: str, server: Server) -> bool:
        """Whether the host is the server: called as it is, or nobody names another database there. A name that only
        one cluster knows is as good as the server's own where each that asks for it asks for the server here."""
        if "." not in host:
            return self.users == self.knowing
        called = {fold(name) for name in (server.name, *server.names)}
        return fold(host.partition(".")[0]) in called or self.databases <= {*server.databases, ""}


def elsewhere(land: Landscape) -> Iterator[tuple[Server, str, Evidence]]:
    """The host names under which stores and brokers that run in one packaging are reached in another one.

    Only where one variable of one service has both, and the host stands for no second server: one machine may hold
    the databases of all. One that is not called as the server is means it only where nobody names another database
    there.
    """
    names: dict[tuple[str, str], Server] = {}
    for server in land.servers if len({unit.project for one in land.services for unit in one.units}) > 1 else ():
        for unit in server.units:
            names |= dict.fromkeys(((unit.project, name.lower()) for name in (unit.name, *unit.names)), server)
    hosts: dict[str, _Far] = defaultdict(_Far)
    for service in land.services if names else ():
        _look(service, names, hosts)
    for host, far in sorted(hosts.items()):
        for server, why in far.servers.values() if len(far.servers) == 1 else ():
            if far.means(host, server):
                yield server, host, why


def _look(service: Service, names: Mapping[tuple[str, str], Server], hosts: dict[str, _Far]) -> None:
    """Take down what the variables of a service name, here and elsewhere."""
    taken = {name for _, name in names}
    here: dict[str, dict[str, Server]] = defaultdict(dict)
    there: dict[str, list[tuple[str, Binding]]] = defaultdict(list)
    for unit in service.units:
        for binding in unit.variables:
            for host, database in _hosts(binding.value):
                server = names.get((unit.project, host)) or names.get((unit.project, host.partition(".")[0]))
                if server is not None:
                    here[binding.name][server.id] = server
                elif _FAR.fullmatch(host) or (host not in taken and _is_in_cluster(host, unit, binding)):
                    hosts[host].databases.add(database)
                    hosts[host].users.add(service.id)
                    there[binding.name].append((host, binding))
    for name, servers in here.items():
        for host, binding in there.get(name, ()) if len(servers) == 1 else ():
            server = next(iter(servers.values()))
            if server.kind in ("store", "broker"):
                what = f"{name} of {service.name} is {server.name} in one packaging, {host} in another"
                why = (
                    Evidence(binding.evidence[0].location, what)
                    if binding.evidence
                    else Evidence(server.location, what)
                )
                hosts[host].servers.setdefault(server.id, (server, why))
                hosts[host].knowing.add(service.id)


def _is_in_cluster(host: str, unit: Unit, binding: Binding) -> bool:
    """Whether a word is the name of something that a cluster runs and that nothing here describes."""
    is_place = binding.value.text != host or _TELLS_WHERE.search(binding.name.upper()) is not None
    return unit.platform == "kubernetes" and is_place and _IN_CLUSTER.fullmatch(host) is not None


def _hosts(value: Value) -> list[tuple[str, str | None]]:
    """The host that a value is, or those of the address that it is, each with the database that is named behind it."""
    text = value.text or ""
    if text and _HOST.fullmatch(text):
        return [(text.lower().rstrip("."), None)]
    read = dsn.parse(value) if re.search("[:=@]", str(value)[:_LONGEST]) else None
    if read is None:
        return []
    database = "" if read.database is None else read.database.text
    if database and database.isdecimal():  # one of Redis, which has no name
        database = ""
    return [(host.text.lower().rstrip("."), database) for host in read.hosts or (read.host,) if host.text]
