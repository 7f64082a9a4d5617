"""Proxies that are configured by YAML or JSON: Envoy, Traefik's dynamic configuration, Kong's declarative one.

References: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto ,
https://doc.traefik.io/traefik/routing/routers/ ,
https://docs.konghq.com/gateway/latest/admin-api/declarative-configuration/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Route, Upstream
from boundary.model import Value
from boundary.reading.proxies.values import behind, value
from boundary.reading.yaml import Node

_PATH = re.compile(r"Path(Prefix)?\(\s*[`\"']([^`\"']*)[`\"']")
_HOST = re.compile(r"Host\(\s*[`\"']([^`\"']*)[`\"']")


def is_mine(document: Node) -> bool:
    """Whether a document is one of these configurations."""
    traefik = document.get("http", "services").kind == "mapping" or document.get("http", "routers").kind == "mapping"
    kong = document.get("_format_version").kind != "missing" and document.get("services").kind == "sequence"
    clusters = document.get("static_resources") or document.get("resources")
    envoy = clusters.get("clusters").kind == "sequence" or any(
        item.get("@type").text.startswith("type.googleapis.com/envoy.config") for item in clusters.items
    )
    return traefik or kong or envoy


def read(document: Node) -> Iterator[Route | Upstream]:
    """The routes of one document."""
    if document.get("_format_version").kind != "missing":
        yield from _kong(document)
    elif document.get("http").kind == "mapping":
        yield from _traefik(document.get("http"))
    else:
        yield from _envoy(document)


# --- Envoy ----------------------------------------------------------------------------------------------------


def _envoy(document: Node) -> Iterator[Route | Upstream]:
    resources = document.get("static_resources") or document.get("resources")
    listed = [*resources.get("clusters").items, *resources.get("listeners").items, *resources.items]
    for item in listed:
        targets = tuple(dict.fromkeys(_sockets(item))) if not item.get("filter_chains") else ()
        if item.get("name") and targets:
            yield Upstream("envoy", item.get("name").text, targets, line=item.get("name").line)
        for chain in item.get("filter_chains").items:
            for one in chain.get("filters").items:
                config = one.get("typed_config") or one.get("config")
                yield from _filter(config)
        yield from _hosts(item)


def _filter(config: Node) -> Iterator[Route]:
    yield from _hosts(config.get("route_config"))
    cluster = config.get("cluster")
    if cluster.kind == "scalar" and cluster:
        yield Route("envoy", value(cluster.text), line=cluster.line)


def _hosts(config: Node) -> Iterator[Route]:
    for virtual in config.get("virtual_hosts").items:
        domains = [name for name in virtual.get("domains").strings if name != "*"]
        for route in virtual.get("routes").items:
            yield from _envoy_route(route, domains[0] if domains else "")


def _envoy_route(route: Node, host: str) -> Iterator[Route]:
    match, action = route.get("match"), route.get("route")
    prefix = match.get("prefix") or match.get("path_separated_prefix")
    exact = match.get("path")
    pattern = match.get("safe_regex", "regex").string
    path = prefix.string or exact.string or pattern.partition("(")[0].partition(".")[0].strip("^")
    path = "" if path == "/" and not exact else path
    rewrite = action.get("prefix_rewrite").string or None
    clusters = [action.get("cluster"), *(one.get("name") for one in action.get("weighted_clusters", "clusters").items)]
    for cluster in clusters:
        if cluster:
            yield Route("envoy", value(cluster.text), path, bool(exact), rewrite, host, line=cluster.line)


def _sockets(cluster: Node) -> Iterator[Value]:
    """The addresses of a cluster: of its endpoints, and of ``hosts`` as the second version of the interface has it."""
    endpoints = [
        one.get("endpoint", "address", "socket_address")
        for group in cluster.get("load_assignment", "endpoints").items
        for one in group.get("lb_endpoints").items
    ]
    endpoints += [one.get("socket_address") for one in cluster.get("hosts").items]
    for socket in endpoints:
        if socket.get("address"):
            yield Value.of(value(socket.get("address").text), ":", value(socket.get("port_value").text))


# --- Traefik --------------------------------------------------------------------------------------------------


def _traefik(http: Node) -> Iterator[Route | Upstream]:
    strips = {
        name.text: prefixes[0]
        for name, middleware in http.get("middlewares").pairs
        if (prefixes := middleware.get("stripPrefix", "prefixes").strings)
    }
    for _, router in http.get("routers").pairs:
        service = router.get("service")
        if service:
            names = [name.partition("@")[0] for name in router.get("middlewares").strings]
            strip = next((strips[name] for name in names if name in strips), None)
            yield traefik_route(router.get("rule").text, value(service.text.partition("@")[0]), strip, service.line)
    for name, service in http.get("services").pairs:
        targets = [value(one.get("url").text) for one in service.get("loadBalancer", "servers").items if one.get("url")]
        targets += [value(one.get("name").text) for one in service.get("weighted", "services").items]
        if targets:
            yield Upstream("traefik", name.text, tuple(targets), line=name.line)


def traefik_route(rule: str, target: Value, strip: str | None, line: int) -> Route:
    """A route of a rule such as ``Host(`a.b`) && PathPrefix(`/orders`)``."""
    path, host = _PATH.search(rule), _HOST.search(rule)
    exact = bool(path and not path[1])
    rewrite = "/" if strip else None
    return Route("traefik", target, path[2] if path else "", exact, rewrite, host[1] if host else "", line=line)


# --- Kong -----------------------------------------------------------------------------------------------------


def _kong(document: Node) -> Iterator[Route | Upstream]:
    for service in document.get("services").items:
        target, rewrite = _kong_target(service)
        place = service.get("url") or service.get("host")
        if not place:
            continue
        for route in service.get("routes").items or (service,):
            strips = route.get("strip_path").text.lower() != "false"
            hosts = route.get("hosts").strings
            for path in route.get("paths").strings or ("",):
                plain = path.removeprefix("~").partition("(")[0].rstrip("$")
                methods = route.get("methods").strings
                host = hosts[0] if hosts else ""
                whole = (rewrite or "").rstrip("/") + plain if rewrite else None
                becomes = (rewrite or "/") if strips and plain else whole
                yield Route("kong", target, plain, False, becomes, host, methods, line=place.line)
    for upstream in document.get("upstreams").items:
        targets = tuple(value(one.get("target").text) for one in upstream.get("targets").items if one.get("target"))
        if targets and upstream.get("name"):
            yield Upstream("kong", upstream.get("name").text, targets, line=upstream.get("name").line)


def _kong_target(service: Node) -> tuple[Value, str | None]:
    if url := service.get("url").string:
        path = behind(value(url))
        return value(url), path if path != "/" else None
    port, path = service.get("port").string, service.get("path").string
    host = value(service.get("host").text)
    return (Value.of(host, ":", value(port)) if port else host), path if path not in ("", "/") else None
