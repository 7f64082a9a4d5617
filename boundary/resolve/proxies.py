"""Proxies and gateways: whose configuration a file is, and to whom it passes requests on.

A configuration belongs to the service (or the proxy's own server) whose unit mounts it or whose image copies it, else
to the one in whose folder it lies. What is addressed by an ``Upstream``'s name leads to all its servers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from boundary.facts import FileFacts, ImageCopy, ImageStage, Route, Upstream
from boundary.model import Edge, Evidence, Location, Node, Operation, Unresolved, Value
from boundary.reading.proxies.documents import traefik_route
from boundary.resolve import paths
from boundary.resolve.context import Context
from boundary.resolve.files import ancestors, folder, inside
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.names import Named
from boundary.resolve.recipe import copied
from boundary.resolve.sidecars import invoked
from boundary.resolve.stores import LOOPBACK
from boundary.resolve.values import Filled, shown

_MOST_OPERATIONS = 200


def resolve(context: Context, offered: dict[str, list[Operation]]) -> None:
    """Add an edge for each route whose target is known; keep the others as unresolved."""
    homes = Homes(context)
    upstreams: dict[str, dict[tuple[str, str], Upstream]] = defaultdict(dict)
    routes: list[tuple[Named, str, Route]] = []
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, Route | Upstream):
                for owner in homes.of(file.path, fact.group):
                    if isinstance(fact, Route):
                        routes.append((owner, file.path, fact))
                    else:
                        upstreams[owner.id].setdefault((fact.proxy, fact.name), fact)
    _labelled(context, offered)
    for owner, path, route in routes:
        for target in targets(route, upstreams[owner.id]):
            pass_on(context, owner, path, route, target, offered)


def _labelled(context: Context, offered: dict[str, list[Operation]]) -> None:
    """Routes that Traefik reads from the labels of what it passes requests on to, in the same project."""
    for server in context.land.servers if any(s.technology == "traefik" for s in context.land.servers) else ():
        projects = {unit.project for unit in server.units} if server.technology == "traefik" else set()
        for service in context.land.services:
            for unit in (unit for unit in service.units if unit.project in projects):
                for key, rule in unit.labels:
                    if key.lower().startswith("traefik.http.routers.") and key.lower().endswith(".rule"):
                        route = traefik_route(rule, Value.of(unit.name), None, unit.location.line)
                        pass_on(context, server, unit.location.path, route, route.target, offered)


def targets(route: Route, upstreams: Mapping[tuple[str, str], Upstream]) -> tuple[Value, ...]:
    """The servers behind the name of an upstream (by its proxy's kind and its name), or the target itself."""
    url = paths.parse(route.target)
    name = (url.host.text if url else route.target.text) or ""
    found = upstreams.get((route.proxy, name))
    if found is None:
        return (route.target,)
    inner = (upstreams.get((route.proxy, target.text or "")) for target in found.targets)
    behind = (one.targets if one else (target,) for one, target in zip(inner, found.targets, strict=True))
    return tuple(target for some in behind for target in some)


def pass_on(
    context: Context, owner: Named, path: str, route: Route, target: Value, offered: dict[str, list[Operation]]
) -> None:
    """Add the edges of one route to what its target means in the deployments of its owner, or keep it as unresolved."""
    place = Location(path, route.line, route.column)
    context.found.located[owner.id] += 1
    meant = invoked(Value.of(route.rewrite or "")) or invoked(target)
    url = paths.parse(meant) if meant is not None else None
    if url is not None and url.host.text:  # The process beside it, which knows the application.
        route = msgspec.structs.replace(route, rewrite=url.path or "/")
        target = Value.of("http://", url.host)
    known = set()
    for filled in filled_for(context, owner, target):
        host, port = address_of(filled.value)
        near = owner if isinstance(owner, Service) else next(iter(owner.units), None)
        found = context.names.host(host, port, near) if host else None
        if found is None and paths.is_outside(host):
            known.add("")
            _to_outside(context, owner, route, place, host, filled)
            continue
        if found is None or found[0].id == owner.id:
            known.add(_why(host) if found is None else "")
            continue
        known.add("")
        what = f"{owner.name} passes {route.path or 'requests'} on to {shown(filled.value)}"
        operations = _operations(route, offered.get(found[0].id, []))
        evidence = (Evidence(place, what), *filled.evidence, found[1])
        kind = "connects" if isinstance(found[0], Server) and found[0].kind in ("store", "broker") else "routes"
        detail = f"{route.path or '/'} → {route.rewrite}" if route.rewrite is not None else route.path or "/"
        context.found.edges.append(
            Edge(owner.id, found[0].id, kind, evidence, "coded", True, operations, detail=detail)  # type: ignore[arg-type]
        )
    if "" not in known and known:
        reason = sorted(known)[0]
        context.found.unresolved.append(Unresolved(owner.id, "routes", shown(target), place, reason))


def _to_outside(context: Context, owner: Named, route: Route, place: Location, host: str, filled: Filled) -> None:
    node = context.found.add(Node(f"external:{host}", "external", host, location=place))
    what = f"{owner.name} passes {route.path or 'requests'} on to {shown(filled.value)}"
    evidence = (Evidence(place, what), *filled.evidence)
    context.found.edges.append(Edge(owner.id, node, "routes", evidence, "coded", detail=route.path or "/"))


def filled_for(context: Context, owner: Named, target: Value) -> list[Filled]:
    """What an address is in the deployments of a service or server."""
    if isinstance(owner, Service):
        return context.filler.fill(target, owner.id)
    found = [context.filler.fill_for(target, unit) for unit in owner.units]
    return list(dict.fromkeys(found)) or [Filled(target)]


def address_of(value: Value) -> tuple[str, int | None]:
    """Host and port of a URL or of ``host:port``; "" where the host is not known or not on a network."""
    url = paths.parse(value if "://" in str(value) else Value.of("http://", value))
    if url is None or str(value).startswith(("unix:", "http://unix:", "/")):
        return "", None
    return (url.host.text or "").strip("[]"), url.port


def _why(host: str) -> str:
    if not host:
        return "the address is not known"
    return "points at the machine itself" if host in LOOPBACK else "nobody here is called so"


def _operations(route: Route, offered: Sequence[Operation]) -> tuple[str, ...]:
    """The operations of the target that a route reaches, as far as it says; () where it reaches all of them."""
    begins = route.path if route.rewrite is None else route.rewrite
    begins = begins.rstrip("/*")
    if not begins:
        return ()
    fitting = [one for one in offered if one.path == begins or one.path.startswith(begins + "/")]
    if route.exact:
        fitting = [one for one in offered if one.path == begins]
    names = sorted({one.name for one in fitting if not route.methods or one.method in (*route.methods, "*")})
    return tuple(names) if len(names) <= _MOST_OPERATIONS else ()


class Homes:
    """Whose a configuration is: who mounts it, or whose image copies it, else in whose folder it lies."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._mounted: dict[str, dict[str, Named]] = defaultdict(dict)
        self._grouped: dict[str, dict[str, Named]] = defaultdict(dict)
        by_path = {file.path: file for file in context.files}
        everything: Iterable[Named] = (*context.land.services, *context.land.servers)
        for thing in everything:
            for unit in thing.units:
                for place in (*_mounts(unit), *_copies(unit, by_path)):
                    self._mounted[place][thing.id] = thing
                for mount in unit.mounts:
                    if mount.kind == "config":
                        self._grouped[mount.source][thing.id] = thing

    def of(self, path: str, group: str) -> list[Named]:
        """The services and servers that a configuration belongs to."""
        if group:
            return self._near(path, self._grouped.get(group, {}))
        for place in (path, *ancestors(path)):
            if place in self._mounted and place:
                return list(self._mounted[place].values())
        return [self._context.land.service(one) for one in self._context.land.services_of(path)]

    def _near(self, path: str, found: dict[str, Named]) -> list[Named]:
        """Those that are deployed in the folder of the ConfigMap; where there are none, all."""
        here = [one for one in found.values() if any(folder(u.location.path) == folder(path) for u in one.units)]
        return here or list(found.values())


def _mounts(unit: Unit) -> Iterator[str]:
    for mount in unit.mounts:
        source = inside("", mount.source) if mount.kind == "bind" else None
        if source:
            yield source


def _copies(unit: Unit, by_path: dict[str, FileFacts]) -> Iterator[str]:
    """What the image of a unit copies out of its build context, as far as it is named."""
    recipe = by_path.get(unit.dockerfile or "")
    facts = recipe.facts if recipe and unit.build is not None else ()
    stages = [one for one in facts if isinstance(one, ImageStage)]
    for fact in copied(stages, [one for one in facts if isinstance(one, ImageCopy)], unit.stage):
        placed = (inside(unit.build or "", source.lstrip("/")) for source in fact.sources if not fact.origin)
        yield from (place for place in placed if place and place != unit.build)
