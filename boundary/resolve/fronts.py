"""Proxies that nobody is seen to run: a configuration that leads to several services of the workspace is deployed
somewhere, on a machine that no file here describes.

Such a gateway is a service of its own, called after the proxy, with the configuration as its evidence. A configuration
that leads to one service alone may be an example of how to run that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from boundary.facts import Route, Upstream
from boundary.model import Evidence, Location
from boundary.resolve.context import Context
from boundary.resolve.files import called, folder
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.proxies import Homes, address_of, targets

_FEWEST = 2
"""Services that a configuration has to lead to."""

_EXAMPLE = re.compile(r"(?i)(?:^|/)(?:docs?|examples?|samples?|templates?)/|\.(?:example|sample|dist|template)(?:\.|$)")


def fronted(context: Context) -> Landscape:
    """The landscape with the gateways that only their configurations tell of; the same one where there are none."""
    land = context.land
    homes = Homes(context)
    found: dict[tuple[str, str], list[tuple[str, Route]]] = defaultdict(list)
    upstreams: dict[tuple[str, str], Upstream] = {}
    for file in context.files:
        if file.mark or _EXAMPLE.search(file.path):
            continue
        said = [fact for fact in file.facts if isinstance(fact, Route | Upstream) and not fact.group]
        for fact in said if said and not homes.of(file.path, "") else ():
            if isinstance(fact, Route):
                found[folder(file.path), fact.proxy].append((file.path, fact))
            else:
                upstreams.setdefault((fact.proxy, fact.name), fact)
    made: dict[str, Service] = {}
    for (where, proxy), routes in sorted(found.items()):
        service = _service(context, where, proxy, routes, upstreams, {*made, *(one.id for one in land.services)})
        if service is not None:
            made[service.id] = service
            land = replace(land, homes={**land.homes, **{path: (service.id,) for path, _ in routes}})
    services = tuple(sorted((*land.services, *made.values()), key=lambda one: one.id))
    return replace(land, services=services) if made else land


def _service(
    context: Context,
    where: str,
    proxy: str,
    routes: list[tuple[str, Route]],
    upstreams: dict[tuple[str, str], Upstream],
    taken: set[str],
) -> Service | None:
    """The gateway of the configurations of a folder, if they lead to several services."""
    led = set()
    for _, route in routes:
        for target in targets(route, upstreams):
            host, port = address_of(target)
            there = context.names.host(host, port, None) if host else None
            if there is not None and isinstance(there[0], Service):
                led.add(there[0].id)
    names = (name for name in (proxy, f"{proxy}-{called(where)}") if f"service:{name}" not in taken)
    name = next(names, "")
    if len(led) < _FEWEST or not name:
        return None
    path, first = routes[0]
    place = Location(path, first.line, first.column)
    what = f"this configuration of {proxy} leads to {len(led)} services, and nothing here runs it"
    return Service(
        id=f"service:{name}",
        name=name,
        location=place,
        roots=tuple(dict.fromkeys(path for path, _ in routes)),
        repository=next(iter(sorted(context.land.service(one).repository for one in led))),
        role="gateway",
        evidence=(Evidence(place, what),),
    )
