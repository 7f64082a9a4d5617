"""Stores and brokers: which server and database every connection means, and whose store it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from boundary.model import Edge, EdgeKind, Evidence, Grade, Node, Unresolved, Value
from boundary.reading.endpoints import instance, socket
from boundary.reading.engines import default_port
from boundary.resolve.connections import SERVERLESS, Address
from boundary.resolve.context import Context
from boundary.resolve.files import folder
from boundary.resolve.landscape import Server, Service
from boundary.resolve.names import is_declared
from boundary.resolve.packagings import united
from boundary.resolve.values import fold, shown

DIVIDED = frozenset({"postgres", "mysql", "mariadb", "mssql", "oracle", "mongodb", "clickhouse", "cassandra"})
"""Engines whose servers hold databases that are nothing to each other."""

ENGINES = {"rabbitmq": "amqp", "mariadb": "mysql"}
"""What a technology speaks, where it is not called the same."""

MANAGED = "database"
"""The engine of what a cloud calls by a name and tells no more of."""

BROKERS = frozenset({"amqp", "kafka", "nats", "mqtt", "stomp"})
_CLUSTERED = re.compile(r"^b-\d+\.(?=.*\.kafka\.)")
"""What tells a broker of a cluster of MSK from the others."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", "host.docker.internal"})
SUFFIXES = ("service", "svc", "api", "db", "database", "redis", "cache", "postgres", "postgresql", "mysql", "mongo",
            "mongodb", "store", "data", "worker", "server", "app")  # fmt: skip

_Located = tuple[str, Server | None, bool, tuple[Evidence, ...]]
"""The id of a server or host, the server where it is known, whether that is certain, and why."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A service's way to a database (``database`` "" when nobody names it) of a server, or of a host outside."""

    service: str
    host: str
    database: str
    engine: str
    evidence: tuple[Evidence, ...]
    alias: str = ""
    grade: Grade = "coded"
    certain: bool = True
    server: Server | None = None
    kind: EdgeKind = "connects"
    user: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What the connection means: server or host, and database."""
        return self.host, self.database


@dataclass
class Stores:
    """Collects connections, then says what they lead to."""

    context: Context
    connections: list[Connection] = field(default_factory=list)
    hosted: dict[str, Server] = field(default_factory=dict)
    """The servers of databases that are nodes of their own."""
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def connect(
        self,
        service: Service,
        address: Address,
        evidence: tuple[Evidence, ...],
        grade: Grade,
        kind: EdgeKind = "connects",
        certain: bool = True,
        framework: bool = False,
    ) -> None:
        """Take down one connection of a service; what cannot be located is kept as unresolved.

        ``framework``: it is made by a library without code, which means the one server there is where it is told of no
        other.
        """
        found = self._locate(service, address)
        if framework and isinstance(found, str):
            found = self._framework(service, address) or found
        self.context.found.located[service.id] += 1
        if isinstance(found, str):
            place = evidence[0].location
            self._open(Unresolved(service.id, "connects", shown(address.host), place, found), address.engine)
            return
        host, server, located, extra = found
        database = _database(address, server)
        connection = Connection(
            service.id, host, database, address.engine, (*evidence, *extra), address.alias, grade,
            certain and located, server, kind, address.user,
        )  # fmt: skip
        self.connections.append(connection)

    def again(self, known: Connection, evidence: tuple[Evidence, ...], kind: EdgeKind) -> None:
        """Take down one more use of what a service connects to already."""
        self.context.found.located[known.service] += 1
        self.connections.append(replace(known, evidence=evidence, kind=kind, grade="coded"))

    def only(self, service: Service, engine: str) -> Server | None:
        """The one server of an engine that a service can mean: of its repository, else of the workspace."""
        fitting = [
            server
            for server in self.context.land.servers
            if server.kind in ("store", "broker") and ENGINES.get(server.technology, server.technology) == engine
        ]
        fitting = [server for server in fitting if not is_declared(server)] or fitting
        near = [server for server in fitting if self.context.names.repository(server) == service.repository]
        return next((several[0] for several in (near, fitting) if len(several) == 1), None)

    def _framework(self, service: Service, address: Address) -> _Located | None:
        """What a library means that has no address but one of a developer's machine."""
        if (address.host.text or "localhost") not in LOOPBACK:
            return None
        server = self.only(service, address.engine)
        if server:
            what = Evidence(server.location, f"{server.name} is the only {server.technology} here")
            return server.id, server, True, (what,)
        told = any(ENGINES.get(s.technology, s.technology) == address.engine for s in self.context.land.servers)
        if told or not address.engine or is_deployed(service):
            return None
        return f"store:{address.engine}", None, True, ()

    def target(self, service: Service, address: Address) -> tuple[str, str] | None:
        """The (host, database) that an address means for a service, None when it cannot be located."""
        found = self._locate(service, address)
        if isinstance(found, str):
            return None
        return found[0], _database(address, found[1])

    def _open(self, unresolved: Unresolved, engine: str) -> None:
        key = unresolved.source, unresolved.kind, unresolved.value, unresolved.location
        if key not in self._seen:
            self._seen.add(key)
            self.context.found.unresolved.append(unresolved)
            self.context.found.sought[unresolved] = engine

    def _locate(self, service: Service, address: Address) -> _Located | str:
        if address.engine == "sqlite":
            return self._file(service, address)
        host = address.host.text
        if host and address.engine in SERVERLESS:
            there = self.context.names.resource(address.engine, host, service)
            if there and isinstance(there[0], Server):
                return there[0].id, there[0], True, (there[1],)
            return f"store:{address.engine}/{host}", None, True, ()
        if host and address.engine == MANAGED:
            there = self.context.names.resource("", host, service)
            if there and isinstance(there[0], Server) and there[0].kind == "store":
                return there[0].id, there[0], True, (there[1],)
            return "nobody declares a database of this name"
        if not host:
            return self._by_elimination(service, address)
        if not instance(host) and (led := self._led(service, address, host)):
            return led
        named = self.context.names.host(host, address.port or default_port(address.engine), service)
        if named and isinstance(named[0], Server):
            return named[0].id, named[0], True, (named[1],)
        if named:
            return f"{host} is the service {named[0].name}, no store"
        if host in LOOPBACK or host.startswith("(localdb)"):
            return "points at the machine itself"
        outside, why = self.context.names.outside(host, service)
        return f"store:{instance(outside) or _CLUSTERED.sub('', outside)}", None, True, why

    def _led(self, service: Service, address: Address, host: str) -> _Located | str | None:
        """Where a proxy leads that stands at an address: one beside the program, or one that is a server of its own."""
        there = None if host in LOOPBACK else self.context.names.host(host, address.port, service)
        units = there[0].units if there else service.units if host in LOOPBACK else ()
        led = {
            name: place
            for unit in units
            for port, name, place in unit.forwards
            if port == (address.port or port) or not port
        }
        if len(led) != 1:
            return None
        name, place = next(iter(led.items()))
        found = self._locate(service, replace(address, host=Value.of(socket(name)), port=None))
        what = Evidence(place, f"a proxy leads from here to {name}")
        return found if isinstance(found, str) else (*found[:3], (what, *found[3]))

    def _file(self, service: Service, address: Address) -> _Located | str:
        path = address.host.text or ""
        if not path or ":memory:" in path:
            return "a database in memory or at a path that is not known"
        return f"store:{service.id.partition(':')[2]}/{path.rstrip('/').rpartition('/')[2]}", None, True, ()

    def _by_elimination(self, service: Service, address: Address) -> _Located | str:
        """The one server of the engine that the service's deployment waits for: a candidate, no certainty."""
        waited = {name: place for unit in service.units for name, place in unit.depends}
        fitting = []
        for server in self.context.land.servers:
            place = next((waited[unit.name] for unit in server.units if unit.name in waited), None)
            spoken = ENGINES.get(server.technology, server.technology)
            if place and server.kind in ("store", "broker") and address.engine in ("", spoken):
                fitting.append((server, place))
        near = {folder(place.path) for _, place in fitting}
        beside = [(one, place) for one, place in fitting if any(folder(u.location.path) in near for u in one.units)]
        fitting = beside or fitting
        if len(fitting) != 1:
            return "the host is not known: " + (str(address.host) or "no value")
        server, place = fitting[0]
        what = f"{server.name} is the only {server.technology} that {service.name} waits for"
        return server.id, server, False, (Evidence(place, what),)

    # --- identity --------------------------------------------------------------------------------------------

    def nodes(self) -> dict[tuple[str, str], str]:
        """The node id of every (host, database) that is connected to; adds the nodes."""
        self._drop_bare_names()
        databases: dict[str, set[str]] = defaultdict(set)
        for connection in self.connections:
            databases[connection.host].add(connection.database)
        for server in self.context.land.servers:
            databases.setdefault(server.id, set())
        # One with a name is one more; a copy, and what is another team's, stands in for nothing of one's own.
        usual = (one for one in self.connections if one.alias in ("", "default") and self._is_own(one))
        same = united((one.service, one.server, self._packagings(one)) for one in usual if one.server)
        alike = {key: name for host, server in same.items() for key, name in self._renamed(host, server.id).items()}
        for host, server in same.items():
            databases[server.id] |= {alike.get((host, name), name) for name in databases[host]}
        ids: dict[tuple[str, str], str] = {}
        for host, used in sorted(databases.items()):
            for database, identity in self._divide(host, used).items() if host not in same else ():
                ids[host, database] = identity
        for host, server in same.items():
            nodes = self.context.found.nodes
            own = {name: one for (place, name), one in sorted(ids.items()) if place == server.id and one in nodes}
            near = (own[name] for name in sorted(databases[host]) if name in own)
            whole = own.get("") or next(near, min(own.values()))
            self._also(whole, next(one for one in self.context.land.servers if one.id == host))
            for database in (*databases[host], ""):
                known = alike.get((host, database), database)
                ids[host, database] = own.get(known, whole)
        return ids

    def _renamed(self, host: str, running: str) -> dict[tuple[str, str], str]:
        """The databases of a declared store that are called otherwise on the server that runs in its stead: whoever
        uses one database there and one here has one, unless somebody else has others."""
        used: dict[str, dict[str, set[str]]] = {host: defaultdict(set), running: defaultdict(set)}
        for connection in self.connections:
            if connection.host in used and connection.database:
                used[connection.host][connection.service].add(connection.database)
        names: dict[str, set[str]] = defaultdict(set)
        for service, there in used[host].items():
            here = used[running].get(service, there)
            for database in there:
                names[database] |= here if len(here) == len(there) == 1 else {database}
        return {(host, database): min(found) for database, found in names.items() if len(found) == 1}

    def _is_own(self, connection: Connection) -> bool:
        """Whether a server can be a service's own: it is used and not tapped, and no other team declares it."""
        server, land = connection.server, self.context.land
        if server is None or connection.kind == "taps":
            return False
        mine = land.service(connection.service).party.team
        around = {land.service(one).party.team for one in land.services_of(server.location.path)}
        theirs = {server.party.team} if server.party.team else around
        return mine is None or not theirs or mine in theirs or None in theirs

    def _packagings(self, connection: Connection) -> frozenset[str]:
        """The files of its service's deployments that tell of a connection."""
        files = self._deployments[connection.service]
        return frozenset(one.location.path for one in connection.evidence if one.location.path in files)

    @cached_property
    def _deployments(self) -> dict[str, set[str]]:
        return {
            service.id: {why.location.path for unit in service.units for one in unit.variables for why in one.evidence}
            for service in self.context.land.services
        }

    def _also(self, identity: str, other: Server) -> None:
        """The names that a store has in another packaging are names of it, too."""
        node = self.context.found.nodes[identity]
        names = dict.fromkeys((*node.names, other.name, *other.names))
        self.context.found.nodes[identity] = msgspec.structs.replace(
            node, names=tuple(name for name in names if name != node.name)
        )

    def _drop_bare_names(self) -> None:
        """A variable that only names a server says nothing beside a connection to one of the databases there."""
        told = {(c.service, c.host) for c in self.connections if c.database}
        self.connections = [
            c
            for c in self.connections
            if c.database or c.grade == "coded" or c.kind == "taps" or (c.service, c.host) not in told
        ]

    def _divide(self, host: str, used: set[str]) -> dict[str, str]:
        """Database → node id for one host: one node, or one for each database when several are in use."""
        server = next((server for server in self.context.land.servers if server.id == host), None)
        engine = server.technology if server else self._engine(host)
        declared = set(server.databases) if server else set()
        named = {name for name in used if name} | (declared if declared & used or len(declared) > 1 else set())
        if len(named) <= 1 or engine not in DIVIDED:
            self._node(host, server, engine, "", tuple(sorted(named | declared)) if engine in DIVIDED else ())
            return dict.fromkeys({*used, *named, ""}, host)
        found = {name: f"{host}.{name}" for name in sorted(named)}
        for name, identity in found.items():
            self._node(identity, server, engine, name, (name,))
            if server:
                self.hosted[identity] = server
        fallback = found.get(next(iter(declared)), host) if len(declared) == 1 else host
        if "" in used and fallback == host:
            self._node(host, server, engine, "", ())
        return {**found, "": fallback}

    def _engine(self, host: str) -> str:
        return next((c.engine for c in self.connections if c.host == host and c.engine), "")

    def _node(self, identity: str, server: Server | None, engine: str, database: str, names: tuple[str, ...]) -> None:
        kind = server.kind if server else "broker" if engine in BROKERS else "store"
        if server is None:
            first = next(c for c in self.connections if identity.startswith(c.host))
            if engine in SERVERLESS:
                names = (*names, identity.partition("/")[2])
            node = Node(identity, kind, identity.partition(":")[2], names, technology=engine,
                        location=first.evidence[0].location, traits=frozenset({"outside"}))  # fmt: skip
        else:
            name = f"{server.name}.{database}" if database else server.name
            # Of several databases none is called as the server is.
            called = names if database else (*names, *server.names, server.name)
            further = tuple(n for n in dict.fromkeys(called) if n != name)
            node = Node(
                identity, kind, name, further, owner=server.party.team, technology=server.technology,
                location=server.location, traits=frozenset({"declared"} if is_declared(server) else ()),
                evidence=(*server.evidence, *server.party.evidence),
                role="infrastructure" if kind == "service" else "",
            )  # fmt: skip
        self.context.found.add(node)

    def edges(self, ids: dict[tuple[str, str], str]) -> Iterable[Edge]:
        """One edge for every service and node it connects to, with all that says so: coded places first.

        A login that several services have at a server is a trait: ``login:USER@SERVER``.
        """
        logins: dict[tuple[str, str], set[str]] = defaultdict(set)
        for connection in self.connections:
            if connection.user and connection.engine in DIVIDED and connection.certain:
                logins[connection.host, connection.user].add(connection.service)
        joined: dict[tuple[str, str, EdgeKind], list[Connection]] = defaultdict(list)
        for connection in self.connections:
            joined[connection.service, ids[connection.key], connection.kind].append(connection)
        for (service, target, kind), found in sorted(joined.items()):
            found.sort(key=lambda c: (not c.certain, c.grade != "coded", _is_manifest(c), c.evidence))
            evidence = tuple(dict.fromkeys(e for c in found for e in c.evidence))
            databases = sorted({c.database for c in found if c.database})
            detail = ", ".join(databases)
            shared = frozenset(f"login:{c.user}@{c.host}" for c in found if len(logins[c.host, c.user]) > 1)
            yield Edge(service, target, kind, evidence, found[0].grade, found[0].certain, traits=shared, detail=detail)


def _is_manifest(connection: Connection) -> bool:
    """Whether a manifest that runs a tool makes a connection, and not a program of the service."""
    return connection.grade == "coded" and connection.evidence[0].location.path.endswith((".yaml", ".yml"))


def is_deployed(service: Service) -> bool:
    """Whether anything deploys a service; else it runs where somebody starts it, on his machine."""
    return any(unit.platform != "process" for unit in service.units)


def _database(address: Address, server: Server | None) -> str:
    """The database of an address, by the name that counts on its server."""
    written = (address.database.text or "").strip("/") if address.database else ""
    return dict(server.renamed).get(written, written) if server else written


def stem(name: str) -> str:
    """A name without what only says its kind: ``orders-db``, ``orders-service`` and ``orders`` are one."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in name.casefold()).split() if word]
    kept = [word for word in words if word not in SUFFIXES]
    return fold("".join(kept or words)).removesuffix("s")
