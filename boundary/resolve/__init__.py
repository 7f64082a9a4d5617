"""From the facts of all files to the service graph. Everything that needs two files happens here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from boundary.config import Config
from boundary.facts import FileFacts, InvalidContract, Unreadable
from boundary.graph import POSSIBLE, Graph
from boundary.model import Coverage, Edge, Evidence, FormatCount, Location, Node, Operation, Problem, Revision, Work
from boundary.resolve import (
    attached,
    calls,
    catalogues,
    channels,
    cloud,
    clusterkept,
    configured,
    connections,
    copied,
    dapr,
    debuggers,
    declared_models,
    dialled,
    documented,
    entitled,
    executions,
    externals,
    foreign,
    frameworks,
    gateways,
    handovers,
    history,
    idle,
    images,
    invocations,
    isolation,
    kept,
    keyspaces,
    links,
    packed,
    processes,
    proxies,
    queries,
    references,
    releases,
    resolvers,
    routes,
    rpc,
    runtimes,
    senders,
    shared_code,
    sharing,
    storesockets,
    taps,
    telemetry,
    told,
    vaults,
)
from boundary.resolve.alternates import elsewhere
from boundary.resolve.context import Context, at
from boundary.resolve.files import Files, folder
from boundary.resolve.fronts import fronted
from boundary.resolve.keepers import keeper
from boundary.resolve.landscape import Landscape, Server, Service
from boundary.resolve.listening import hosts, ports
from boundary.resolve.names import Names
from boundary.resolve.packaging import unpacked
from boundary.resolve.poolers import pooled
from boundary.resolve.procedures import Procedures
from boundary.resolve.reach import access, permitted, topics
from boundary.resolve.roles import Roles, ServerRow
from boundary.resolve.served import served
from boundary.resolve.services import landscape
from boundary.resolve.settings import Settings
from boundary.resolve.stacks import requests, triggers, ways
from boundary.resolve.stores import Stores
from boundary.resolve.substituted import substituted
from boundary.resolve.synthesis import synthesised
from boundary.resolve.tables import Tables, Use
from boundary.resolve.values import Filler, fold

__all__ = ["resolve"]


def resolve(
    files: Sequence[FileFacts],
    config: Config,
    repositories: Sequence[str] = (),
    revisions: Sequence[Revision] = (),
) -> Graph:
    """The service graph of a workspace: who is who, then who connects to, calls, links and shares what.

    ``repositories`` are the folders of its repositories, where they are known, ``revisions`` its last commits.
    """
    files = synthesised(unpacked(substituted(files)))
    context = _grown(files, config, landscape(files, config, repositories))
    land = context.land
    for tells in (told, declared_models, resolvers):
        tells.resolve(context)
    offered = routes.operations(context, (*triggers.operations(land), *requests.operations(land)))
    executions.resolve(context)
    ids = _data(context)
    attached.attach(context)
    calls.resolve(context, offered)
    queries.resolve(context)
    proxies.resolve(context, offered)
    telemetry.resolve(context)
    senders.resolve(context)
    gateways.resolve(context, offered)
    procedures = Procedures(context)
    context.found.copies |= copied.messages(context, procedures)
    rpc.resolve(context, procedures)
    invocations.resolve(context)
    channels.resolve(context)
    processes.resolve(context)
    loads = processes.loads(context)
    context.found.take(*links.resolve(files, land, loads, foreign.edges(context, loads)))
    context.found.take(*sharing.resolve(files, land, _parts(ids)))
    context.found.take(*shared_code.resolve(files, land))
    context.found.edges += runtimes.together(land)
    handovers.resolve(context)
    releases.resolve(context)
    references.resolve(context)
    coded = {(edge.source, edge.target) for edge in context.found.edges}
    context.found.edges += configured.call(context, coded)
    kept.resolve(context)
    clusterkept.resolve(context)
    vaults.resolve(context)
    indexed = Files(files, repositories)
    packed.resolve(context, indexed)
    entitled.resolve(context, ids, indexed)
    permitted.resolve(context, ids, indexed)
    access.resolve(context, indexed)
    topics.resolve(context, indexed)
    context.found.edges += configured.between(context)
    catalogues.mark(context)
    keyspaces.mark(context)
    idle.mark(context)
    debuggers.resolve(context)
    for service, operation in (*procedures.offered(), *queries.operations(context)):
        offered.setdefault(service, []).append(operation)
    return _graph(context, offered, history.work(revisions, land))


def _grown(files: Sequence[FileFacts], config: Config, land: Landscape) -> Context:
    """The context of a landscape with what only its names tell: gateways, and servers behind poolers."""
    context = _context(files, config, land)
    for told_more in (fronted, pooled):
        if (more := told_more(context)) is not context.land:
            context = _context(files, config, more)
    return context


def _context(files: Sequence[FileFacts], config: Config, land: Landscape) -> Context:
    roles = Roles(files, land)
    handed = served(files, land, roles)
    filler = Filler(land, Settings(files, land, handed.files))
    external, called = externals.ways(files)
    led = {**(ways.ways(land.stacks) if land.stacks is not None else {}), **external}
    return Context(
        files,
        config,
        land,
        Names(land, ports(land, filler), (*hosts(land, files), *elsewhere(land)), led, called),
        filler,
        roles,
        handed,
    )


def _data(context: Context) -> dict[tuple[str, str], str]:
    """Stores, brokers and tables with all edges to them. Gives the store of each server and database."""
    stores = Stores(context)
    connecting = dialled.joined(context.effects.get("connect", ()), context.effects.get(dialled.KIND, ()))
    for effect in (*connecting, *channels.touching(context.effects)):
        for service in context.actors(effect):
            for address in connections.addresses(context, effect, service.id):
                stores.connect(service, address, connections.reasons(effect, address), "coded")
    cloud.resolve(context, stores)
    frameworks.connect(context, stores)
    dapr.connect(context, stores)
    configured.connect(context, stores)
    storesockets.connect(context, stores)
    taps.resolve(context, stores)
    ids = stores.nodes()
    tables = Tables(context, stores, ids)
    uses = tables.uses()
    keepers = _keepers(context, stores, ids, uses)
    context.found.edges += stores.edges(ids)
    context.found.edges += tables.resolve(uses, keepers)
    isolation.resolve(context, stores.connections, ids)
    services = {name for one in context.land.services for name in (one.name, *one.names)}
    for identity, server in stores.hosted.items():
        # Only now: that a database answers to its server's name says nothing about whose it is. What a service is
        # called as well is no name that anybody finds the database by.
        node = context.found.nodes[identity]
        own = (name for name in node.names if name not in services)
        names = dict.fromkeys((*own, server.name, *server.names))
        context.found.nodes[identity] = msgspec.structs.replace(node, names=tuple(names))
    return ids


def _parts(ids: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """The nodes of each server, by its id."""
    found: dict[str, set[str]] = defaultdict(set)
    for (host, _), identity in ids.items():
        found[host].add(identity)
    return {host: sorted(nodes) for host, nodes in found.items()}


def _keepers(context: Context, stores: Stores, ids: dict[tuple[str, str], str], uses: list[Use]) -> dict[str, str]:
    """Store id → the service whose store it is; undecided ones are left out."""
    users: dict[str, set[str]] = defaultdict(set)
    creators: dict[str, set[str]] = defaultdict(set)
    writers: dict[str, set[str]] = defaultdict(set)
    using = [connection for connection in stores.connections if connection.kind != "taps"]
    sure = {ids[connection.key] for connection in using if connection.certain}
    for connection in using:
        if connection.certain or ids[connection.key] not in sure:
            users[ids[connection.key]].add(connection.service)
            if connection.kind == "writes":
                writers[ids[connection.key]].add(connection.service)
    for use in uses:
        if use.mode == "creates" and use.certain and len(use.stores) == 1:
            creators[use.stores[0]].add(use.service)
    declared = {
        fold(name.rpartition(":")[2]): f"service:{service.name}"
        for service in context.config.services
        for name in service.owns
    }
    keepers: dict[str, str] = {}
    for node in [node for node in context.found.nodes.values() if node.kind == "store"]:
        members = [context.land.service(identity) for identity in sorted(users[node.id])]
        makers = creators[node.id] & users[node.id]
        nearby = _nearby(context, node)
        kept, reason = keeper(node, members, makers, declared, nearby, writers[node.id])
        if kept is None and node.location:
            kept, reason = _neighbour(node, node.location, context.land.within(node.location, members))
        if kept and reason:
            keepers[node.id] = kept
            context.found.nodes[node.id] = msgspec.structs.replace(node, keeper=kept, evidence=(*node.evidence, reason))
    return keepers


def _neighbour(node: Node, place: Location, near: Sequence[Service]) -> tuple[str | None, Evidence | None]:
    """Whose a store is that several use: of the one among them that runs where the store does."""
    if len(near) != 1:
        return None, None
    return near[0].id, Evidence(place, f"{near[0].name} alone runs in the namespace of {node.name} and uses it")


def _nearby(context: Context, node: Node) -> tuple[str, ...]:
    """The services among whose files a store is declared; of a stack apart from them, those that it runs."""
    here = context.land.services_of(node.location.path) if node.location else ()
    if not here and "declared" in node.traits and node.location:
        here = context.land.beside(node.location)
    teams = {one: context.land.service(one).party.team for one in here} if node.owner else {}
    return tuple(one for one in here if (teams.get(one) or node.owner) == node.owner)


def _graph(context: Context, offered: dict[str, list[Operation]], done: list[Work]) -> Graph:
    declared = {service for service, found in offered.items() if any(op.source == "contract" for op in found)}
    declared |= routes.contracts(context).keys()
    documents = routes.documents(context)
    called = {edge.target for edge in context.found.edges if edge.kind == "grpc"}
    declared |= {one for one in called if any(each.kind in ("proto", "thrift") for each in documents.get(one, ()))}
    for service in context.land.services:
        node = _service(context, service, offered.get(service.id, []), service.id in declared)
        own, others = (tuple(d for d in documents.get(service.id, ()) if bool(d.of) == of) for of in (False, True))
        context.found.add(msgspec.structs.replace(node, contracts=own, copies=others))
    _drop_own_volumes(context)
    _drop_unused(context)
    known = context.found.nodes
    edges = [edge for edge in _joined(context.found.edges) if edge.source in known and edge.target in known]
    edges += _waits(context, known)
    problems = [*context.found.problems, *_problems(context.files), *_given_up(context)]
    return Graph(known.values(), edges, context.found.unresolved, problems, _coverage(context, edges), done)


def _service(context: Context, service: Service, operations: list[Operation], contract: bool) -> Node:
    row = context.roles.of(service.id) or ServerRow("gateway" if service.role == "gateway" else "service")
    return Node(
        service.id, gateways.kind(context, service, row, operations), service.name, service.names,
        owner=service.party.team, root=service.roots[0] if service.roots else None, language=service.language,
        role=row.role or service.role, operations=tuple(operations), location=service.location,
        traits=frozenset(documented.traits(context, service, contract)), deployed=images.releases(service.units),
        evidence=(*service.evidence, *service.party.evidence),
    )  # fmt: skip


def _drop_own_volumes(context: Context) -> None:
    """A volume that one service alone mounts is its own memory and nothing between services."""
    users: dict[str, set[str]] = defaultdict(set)
    for edge in context.found.edges:
        users[edge.target].add(edge.source)
    for node in list(context.found.nodes.values()):
        if node.kind == "volume" and node.parent is None and len(users[node.id]) < 2:
            del context.found.nodes[node.id]


def _drop_unused(context: Context) -> None:
    """What a stack declares that no service is known to use, and that is nobody's, says nothing of services."""
    used = {edge.target for edge in context.found.edges} | {edge.source for edge in context.found.edges}
    parents = {node.parent for node in context.found.nodes.values()}
    for node in list(context.found.nodes.values()):
        if "declared" in node.traits and node.keeper is None and node.owner is None and node.id not in used | parents:
            del context.found.nodes[node.id]


def _joined(edges: list[Edge]) -> list[Edge]:
    """Equal edges once; edges of the same place that differ only in evidence keep the first."""
    unique: dict[tuple[object, ...], Edge] = {}
    for edge in edges:
        key = (edge.source, edge.target, edge.kind, edge.location, edge.operations, edge.traits)
        unique.setdefault(key, edge)
    return list(unique.values())


def _waits(context: Context, known: dict[str, Node]) -> list[Edge]:
    """Declared order (``depends_on``): confirmation, never a dependency by itself. It names what stands beside it, of
    several of that name."""
    units: dict[str, str] = {}
    beside: dict[tuple[str, str], str] = {}
    several: list[Server | Service] = [*context.land.servers, *context.land.services]
    for one in several:
        units.update((unit.name, one.id) for unit in one.units)
        beside.update(((folder(unit.location.path), unit.name), one.id) for unit in one.units)
    found: dict[tuple[str, str], Edge] = {}
    for service in context.land.services:
        for name, place in (wait for unit in service.units for wait in unit.depends):
            named = None if name in units else context.names.host(name, None, service)
            target = named[0].id if named else beside.get((folder(place.path), name)) or units.get(name)
            if target and target in known and target != service.id:
                what = Evidence(place, f"{service.name} waits for {name}")
                found.setdefault((service.id, target), Edge(service.id, target, "depends", (what,), "configured"))
    return list(found.values())


def _given_up(context: Context) -> list[Problem]:
    """Where following calls became too much: what is behind further calls is not known, which must be said."""
    site = context.evaluator.exhausted
    what = "calls are no longer followed from here on, in this file and the next ones: there are too many"
    deep = "what is called here is not followed: definitions lead too deep into each other"
    return [
        *([Problem("unreadable", at(site), what)] if site else []),
        *(Problem("unreadable", at(one), deep) for one in sorted(context.evaluator.too_deep)),
    ]


def _problems(files: Sequence[FileFacts]) -> list[Problem]:
    found = []
    for file in files:
        for fact in file.facts:
            place = Location(file.path, fact.line, fact.column)
            if isinstance(fact, Unreadable) and not file.mark:
                found.append(Problem("unreadable", place, f"{fact.reason}"))
            elif isinstance(fact, InvalidContract) and not file.mark:
                found.append(Problem("contract", place, f"{fact.pointer or '/'}: {fact.reason}"))
    return found


def _coverage(context: Context, edges: list[Edge]) -> Coverage:
    formats: dict[str, int] = defaultdict(int)
    for file in context.files:
        for name in file.formats:
            formats[name] += 1
    open_ends = tuple(sorted(set(context.found.unresolved), key=lambda u: (u.location, u.kind, u.value)))
    missed = Counter(end.source for end in open_ends)
    located = {
        service: max(context.found.located[service], missed[service]) for service in (context.found.located | missed)
    }
    return Coverage(
        files=sum(bool(file.formats) for file in context.files),
        formats=tuple(FormatCount(name, count) for name, count in sorted(formats.items())),
        unreadable=sum(1 for file in context.files if any(isinstance(fact, Unreadable) for fact in file.facts)),
        services=len(context.land.services),
        stores=sum(1 for node in context.found.nodes.values() if node.kind == "store"),
        edges=sum(edge.kind not in POSSIBLE for edge in edges),
        located=sum(located.values()),
        resolved=sum(located.values()) - len(open_ends),
        unresolved=open_ends,
        by_service=tuple(
            (service, located[service], located[service] - missed[service]) for service in sorted(located)
        ),
    )
