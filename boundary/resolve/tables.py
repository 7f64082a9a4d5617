"""Tables: which service reads, writes, creates or alters which table, in which store, and whose table it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

import msgspec

from boundary.facts import Server as RemoteServer
from boundary.facts import Statement, TableMode, TableUse
from boundary.model import Edge, EdgeKind, Evidence, Hole, Location, Node, Unresolved, Value
from boundary.reading import sql
from boundary.reading.sql import mybatis
from boundary.resolve import connections, recorded
from boundary.resolve.annotated import annotated
from boundary.resolve.code.things import ClassOf, Effect, Instance, Known, Made, Several, Site, Thing
from boundary.resolve.connections import Address
from boundary.resolve.context import Context, chain
from boundary.resolve.files import fold
from boundary.resolve.landscape import Service
from boundary.resolve.models import Mapped, mapped
from boundary.resolve.relations import relations
from boundary.resolve.stores import Stores, stem

RELATIONAL = frozenset({"postgres", "mysql", "mariadb", "mssql", "oracle", "sqlite", "clickhouse", ""})
_LINKING = re.compile(r"server|\blink\b|subscription|attach|data\s+source", re.IGNORECASE)
"""Words in statements that declare another server."""
DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main"})


_MODES: dict[str, TableMode] = {mode: mode for mode in get_args(TableMode)}


_FLAT = frozenset({"mysql", "mariadb", "clickhouse"})
"""Servers on which a schema and a database are one."""


@dataclass(frozen=True, slots=True)
class Use:
    """A service touches a table. ``stores`` are the ids that the connection means; empty: the code does not tell.
    ``mapped``: it has a class for it. ``engine`` is the engine that alone has what is touched, a collection say;
    ``database`` the one that the name itself tells."""

    service: str
    table: str
    schema: str
    mode: TableMode
    evidence: tuple[Evidence, ...]
    stores: tuple[str, ...] = ()
    certain: bool = True
    mapped: bool = False
    engine: str = ""
    database: str = ""

    @property
    def name(self) -> str:
        """Schema and table, folded as unquoted names are; the default schema is left out."""
        schema = self.schema.casefold()
        return (
            f"{schema}.{self.table.casefold()}" if schema and schema not in DEFAULT_SCHEMAS else self.table.casefold()
        )


class Tables:
    """Collects the uses of tables and decides, for each, which table it is."""

    def __init__(self, context: Context, stores: Stores, ids: dict[tuple[str, str], str]) -> None:
        self.context = context
        self.stores = stores
        self.ids = ids
        self._own: dict[str, list[str]] = defaultdict(list)
        self._alias: dict[tuple[str, str], str] = {}
        for connection in stores.connections:
            if connection.engine in RELATIONAL and connection.certain and connection.kind != "taps":
                identity = ids[connection.key]
                if identity not in self._own[connection.service]:
                    self._own[connection.service].append(identity)
                self._alias.setdefault((connection.service, connection.alias), identity)

    # --- what is touched -------------------------------------------------------------------------------------

    def uses(self) -> list[Use]:
        """All uses of tables, each with the store that it means as far as that can be told."""
        found = [*self._statements(), *self._calls(), *self._models(), *self._files()]
        self.context.found.located.update(use.service for use in found)
        created = self._created(found)
        told: dict[tuple[str, str], set[str]] = defaultdict(set)
        for use in found:
            told[use.service, use.name] |= set(use.stores)
        placed = [self._place(use, created, told[use.service, use.name]) for use in found]
        return [use for use in placed if use is not None]

    def _statements(self) -> Iterator[Use]:
        # Sequel's ``DB["SELECT …"]`` is a statement where ``DB[:orders]`` is a table.
        for effect in (*self.context.effects.get("statement", ()), *self.context.effects.get("table", ())):
            text = _statement(effect.get("table") if effect.kind == "table" else effect.get("sql"))
            if not sql.looks_like_sql(text):
                continue
            for service in self.context.actors(effect):
                stores = self._of_call(service, effect, effect.get("connection") or effect.receiver)
                for use in sql.uses(text):
                    yield from self._one(service, use, effect, stores)

    def _calls(self) -> Iterator[Use]:
        for effect in (*self.context.effects.get("table", ()), *self.context.effects.get("migration", ())):
            name, mode = _text(effect.get("table")) or _constant(effect), _MODES.get(_text(effect.get("mode")))
            if not name or mode is None or sql.looks_like_sql(name):
                continue
            for service in self.context.actors(effect):
                stores = self._of_call(service, effect, effect.get("connection") or effect.receiver)
                engine = _text(effect.get("engine"))
                stores = stores or self._only(service, engine)
                schema = _text(effect.get("schema")) or (
                    "" if _text(effect.get("table")) else self._kept_in(service.id)
                )
                for told in self._one(service, TableUse(name, mode, schema=schema), effect, stores):
                    yield replace(told, engine=engine)

    def _kept_in(self, service: str) -> str:
        """The schema in which a service has documents kept that are called after their classes."""
        told = self.context.effects.get("document-schema", ())
        found = {_text(e.get("schema")) for e in told for one in self.context.services_at(e.place) if one.id == service}
        return found.pop() if len(found) == 1 else ""

    def _models(self) -> Iterator[Use]:
        for found in (*mapped(self.context), *annotated(self.context), *relations(self.context)):
            for service in self.context.services_at(found.site):
                if found.engine:
                    yield from self._collection(service, found)
                    continue
                if found.generated:
                    yield from self._generated(service, found)
                bound = self._alias.get((service.id, found.alias)) if found.alias else None
                stores = (bound,) if bound else self._of_record(service, found.record)
                own = found.mode == "reads"
                yield Use(service.id, found.table, found.schema, found.mode, found.evidence, stores, mapped=own)

    def _collection(self, service: Service, found: Mapped) -> Iterator[Use]:
        """What a class is mapped to in the one store of its engine that the service has."""
        homes = {self.ids[one.key] for one in self.stores.connections
                 if one.service == service.id and one.engine == found.engine and one.certain}  # fmt: skip
        if len(homes) == 1:
            yield Use(service.id, found.table, found.schema, found.mode, found.evidence, tuple(homes))

    def _generated(self, service: Service, found: Mapped) -> Iterator[Use]:
        """The table that a service creates when it starts, where a setting says so."""
        for filled in self.context.filler.fill(Value((Hole("config", found.generated),)), service.id):
            if filled.value.text in ("create", "create-drop", "create-only", "update"):
                evidence = (*found.evidence, *filled.evidence)
                yield Use(service.id, found.table, found.schema, "creates", evidence)

    def _files(self) -> Iterator[Use]:
        for file in self.context.files:
            services = [] if file.mark else self.context.services_at(Site(file.path, 1))
            for fact in file.facts:
                if isinstance(fact, Statement):
                    for service in services:
                        for use in fact.uses:
                            place = Location(file.path, fact.line + use.line)
                            yield from self._told(service, use, (Evidence(place, _what(use)),), ())

    def _one(self, service: Service, use: TableUse, effect: Effect, stores: tuple[str, ...]) -> Iterator[Use]:
        evidence = chain(effect, _what(use))
        yield from self._told(service, use, evidence, stores)

    def _told(
        self, service: Service, use: TableUse, evidence: tuple[Evidence, ...], stores: tuple[str, ...]
    ) -> Iterator[Use]:
        if use.remote:
            remote = self._remote(service, use)
            if remote is None:
                self._unresolved(service.id, use.table, evidence, f"the server {use.remote} is not known")
                return
            stores = (remote,)
        database = "" if use.remote else use.database
        yield Use(service.id, use.table, use.schema, use.mode, evidence, stores, database=database)

    def _remote(self, service: Service, use: TableUse) -> str | None:
        """The store behind a foreign server: declared in SQL by name, or named by its host."""
        told = self._servers.get((service.id, use.remote))
        host, database = (told.host, told.database) if told else (use.remote, use.database)
        name, mark, port = host.partition(":")
        number = int(port) if mark and port.isdecimal() else None
        address = Address("postgres", Value.of(name if number else host), number, Value.of(database))
        target = self.stores.target(service, address)
        return self._identity(target) if target else None

    def _of_call(self, service: Service, effect: Effect, connection: Thing | None) -> tuple[str, ...]:
        """The stores that a connection object, or a class of records, leads to."""
        if isinstance(connection, ClassOf):
            return self._of_record(service, connection)
        if not isinstance(connection, Made) or not connection.fields:
            return ()
        record = connection.field("of")
        if isinstance(record, ClassOf):
            return self._of_record(service, record)
        alias = connection.field("alias")
        if isinstance(alias, Value):
            bound = self._alias.get((service.id, alias.text or ""))
            return (bound,) if bound else ()
        asked = replace(effect, values=connection.fields)
        targets = [self.stores.target(service, a) for a in connections.addresses(self.context, asked, service.id)]
        return tuple(dict.fromkeys(self._identity(target) for target in targets if target))

    def _of_record(self, service: Service, record: ClassOf | None) -> tuple[str, ...]:
        """The stores that a class of Active Record says that it is kept in; none for the usual one."""
        told = recorded.addresses(self.context, record, service.id) if record is not None else []
        targets = [self.stores.target(service, address) for address in told]
        return tuple(dict.fromkeys(self._identity(target) for target in targets if target))

    def _only(self, service: Service, engine: str) -> tuple[str, ...]:
        """The one store of documents of an engine that a service connects to, for calls on clients that come from a
        pool."""
        if engine in RELATIONAL:
            return ()
        near = (one for one in self.stores.connections if one.service == service.id and one.engine == engine)
        found = {self.ids[one.key] for one in near if one.certain and one.kind != "taps"}
        return tuple(found) if len(found) == 1 else ()

    @cached_property
    def _servers(self) -> dict[tuple[str, str], RemoteServer | sql.Server]:
        """The foreign servers that a service's scripts and statements declare, by its id and their names."""
        found: dict[tuple[str, str], RemoteServer | sql.Server] = {}
        for effect in self.context.effects.get("statement", ()):
            text = _statement(effect.get("sql"))
            for server in sql.servers(text) if _LINKING.search(text) else ():
                found |= {(one.id, server.name): server for one in self.context.actors(effect)}
        for file in self.context.files:
            for fact in file.facts:
                if isinstance(fact, RemoteServer):
                    found |= {(one, fact.name): fact for one in self.context.land.services_of(file.path)}
        return found

    def _identity(self, target: tuple[str, str]) -> str:
        return self.ids.get(target) or self.ids.get((target[0], "")) or target[0]

    # --- which table it is -----------------------------------------------------------------------------------

    def _created(self, uses: list[Use]) -> dict[str, set[tuple[str, str]]]:
        """Table name → (store, creator) wherever a service with one database creates it."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for use in uses:
            if use.mode == "creates":
                homes = use.stores or tuple(self._home(use.service) if use.engine in RELATIONAL else ())
                if len(homes) == 1:
                    found[use.name].add((homes[0], use.service))
        return found

    def _home(self, service: str) -> list[str]:
        """The store that a service's own tables are in: the only one, or the one that is named after it."""
        own = self._own.get(service, [])
        if len(own) <= 1:
            return own
        entry = self.context.land.service(service)
        mine = {stem(name) for name in (entry.name, *entry.names)}
        nodes = [self.context.found.nodes[identity] for identity in own]
        named = [node.id for node in nodes if mine & {stem(name) for name in (node.name, *node.names)}]
        default = self._alias.get((service, "default")) or self._alias.get((service, ""))
        return named if len(named) == 1 else [default] if default else own

    def _place(self, use: Use, created: dict[str, set[tuple[str, str]]], told: set[str]) -> Use | None:
        """``told`` are the stores in which other code of the service says that it finds a table of this name."""
        own = self._own.get(use.service, []) if use.engine in RELATIONAL else []
        if beside := self._beside(use, use.stores or own):
            return beside
        if use.stores:
            return use
        if len(own) == 1:
            return replace(use, stores=(own[0],))
        makers = created.get(use.name, set()) if use.engine in RELATIONAL else set()
        if len(own) > 1:
            fitting = sorted({store for store, _ in makers if store in own} or told)
            homes = fitting if len(fitting) == 1 else self._home(use.service)
            if len(homes) == 1:
                return replace(use, stores=(homes[0],))
        elsewhere = sorted({store for store, maker in makers if maker != use.service})
        if not own and use.service in self.context.found.embedded:
            return None
        if not own and len(elsewhere) == 1 and len(makers) == 1:
            return replace(use, stores=(elsewhere[0],), certain=False)
        self._unresolved(use.service, use.table, use.evidence, "the database behind this statement is not known")
        return None

    def _beside(self, use: Use, near: Sequence[str]) -> Use | None:
        """A table of another database of the same server, which its name tells before the schema (SQL Server) or in the
        place of one (MySQL): ``Rooms.dbo.Beds``, ``rooms.beds``."""
        for store in near:
            flat = self.context.found.nodes[store].technology in _FLAT if store in self.context.found.nodes else False
            name = fold(use.database or (use.schema if flat else ""))
            hosts = self._hosts.get(store, ()) if name else ()
            found = next((one for host in hosts if (one := self._databases.get((host, name)))), None)
            if found:
                return replace(use, stores=(found,), schema="" if flat else use.schema, database="")
        return None

    @cached_property
    def _hosts(self) -> dict[str, list[str]]:
        """The servers of stores."""
        found: dict[str, list[str]] = defaultdict(list)
        for (host, _), identity in self.ids.items():
            found[identity].append(host)
        return found

    @cached_property
    def _databases(self) -> dict[tuple[str, str], str]:
        """The stores of a server's databases by their names."""
        return {(host, fold(name)): identity for (host, name), identity in self.ids.items() if name}

    def _unresolved(self, service: str, table: str, evidence: tuple[Evidence, ...], why: str) -> None:
        self.context.found.unresolved.append(Unresolved(service, "reads", table, evidence[0].location, why))

    # --- nodes and edges -------------------------------------------------------------------------------------

    def resolve(self, uses: list[Use], keepers: dict[str, str]) -> list[Edge]:
        """Table nodes with their keepers, and the edges to them. ``keepers`` are the stores' keepers."""
        roads = {(c.service, self.ids[c.key]): c.evidence for c in reversed(self.stores.connections)}
        tables: dict[tuple[str, str], list[Use]] = defaultdict(list)
        active: dict[str, set[str]] = defaultdict(set)
        for use in uses:
            for store in use.stores:
                active[store].add(use.service)
                tables[store, use.name].append(use)
        edges: list[Edge] = []
        for (store, name), found in sorted(tables.items()):
            creators = sorted({use.service for use in found if use.mode == "creates" and use.certain})
            kept = creators[0] if len(creators) == 1 else _only_mapper(found, active[store]) or keepers.get(store)
            identity = f"table:{store.partition(':')[2]}/{name}"
            whose = _whose(name, kept, found)
            declared = whose[0].location if whose else None
            self.context.found.add(Node(identity, "table", name, keeper=kept, parent=store, location=declared))
            for edge in _edges(identity, kept, found):
                road = roads.get((edge.source, store), ())
                reasons = (*edge.evidence, *road, *(whose if edge.source != kept else ()))
                edges.append(msgspec.structs.replace(edge, evidence=tuple(dict.fromkeys(reasons))))
        return edges


def _only_mapper(uses: list[Use], active: set[str]) -> str | None:
    """The one service that touches a table that nobody creates, by a class of its own, where others are seen to use
    other tables of the same store: they would be seen to use theirs."""
    users = {use.service for use in uses}
    alone = len(users) == 1 and len(active) > 1 and any(use.mapped for use in uses)
    return users.pop() if alone and all(use.mode != "creates" for use in uses) else None


def _statement(thing: Thing | None) -> str:
    """The text of a statement; several are the lines of one (MyBatis)."""
    parts = thing.items if isinstance(thing, Several) else (thing,)
    return mybatis.plain(" ".join(str(part) for part in parts if isinstance(part, Value)))


def _whose(name: str, kept: str | None, uses: list[Use]) -> tuple[Evidence, ...]:
    """Why a table is somebody's: where its keeper creates it, else where he uses it."""
    mine = [use for use in uses if use.service == kept]
    first = min(mine, key=lambda use: (use.mode != "creates", use.mode == "references", use.evidence[0]), default=None)
    if first is None or kept is None:
        return ()
    how = "creates" if first.mode == "creates" else "uses"
    return (Evidence(first.evidence[0].location, f"{kept.partition(':')[2]} {how} table {name}"),)


def _edges(identity: str, kept: str | None, uses: list[Use]) -> Iterator[Edge]:
    joined: dict[tuple[str, EdgeKind], list[Use]] = defaultdict(list)
    for use in uses:
        joined[use.service, _kind(use, kept)].append(use)
    for (service, kind), found in sorted(joined.items()):
        evidence = tuple(dict.fromkeys(e for use in found for e in use.evidence))
        yield Edge(service, identity, kind, evidence, certain=any(use.certain for use in found), detail=found[0].mode)


def _kind(use: Use, kept: str | None) -> EdgeKind:
    if use.mode in ("reads", "writes", "references"):
        return use.mode
    return "defines" if kept == use.service else "alters"


def _what(use: TableUse) -> str:
    table = f"{use.schema}.{use.table}" if use.schema else use.table
    return f"{use.mode} table {table}" + (f" through {use.remote}" if use.remote else "")


def _constant(effect: Effect) -> str:
    """The table of a constant that is generated from it, where the row says that there are such (jOOQ's ``FLIGHT``),
    or that of a class as the row says how it is called (Marten's ``mt_doc_flight``)."""
    naming, table = _text(effect.get("naming")), effect.get("table")
    cls = table.of if isinstance(table, Instance) else table
    name = cls.name.rpartition(".")[2] if isinstance(cls, Known | ClassOf) else ""
    if "{}" in naming:
        return naming.replace("{}", name.lower()) if name else ""
    return name.lower() if naming and isinstance(table, Known) and name.isupper() else ""


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
