"""Gateways that are configured by documents of their own: APISIX without a store, KrakenD and Tyk.

References: https://apisix.apache.org/docs/apisix/deployment-modes/#standalone ,
https://www.krakend.io/docs/configuration/structure/ , https://tyk.io/docs/api-management/gateway-config-tyk-classic/ .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Route
from boundary.model import Value
from boundary.reading.proxies.values import behind, value
from boundary.reading.yaml import MISSING, Node

_OF_ROUTES = ("upstream", "upstream_id", "service_id")


def may_be(text: str) -> bool:
    """Whether a text can be one of these configurations."""
    return ("upstream" in text and "routes" in text) or "url_pattern" in text or "listen_path" in text


def read(document: Node) -> Iterator[Route]:
    """The routes of a document, nothing for another one."""
    for route in document.get("routes").items:
        if (route.get("uri") or route.get("uris")) and any(route.get(key) for key in _OF_ROUTES):
            yield from _apisix(document, route)
    for endpoint in document.get("endpoints").items:
        for backend in endpoint.get("backend").items if endpoint.get("endpoint") else ():
            yield from _krakend(document, endpoint, backend)
    proxy = document.get("proxy")
    if proxy.get("listen_path") and (url := proxy.get("target_url")):
        strips = proxy.get("strip_listen_path").flag
        rewrite = (behind(value(url.text)) or "/") if strips else None
        yield Route("tyk", value(url.text), proxy.get("listen_path").text, rewrite=rewrite, line=url.line)


def _apisix(document: Node, route: Node) -> Iterator[Route]:
    rewrite = route.get("plugins", "proxy-rewrite", "uri").string or None
    host = next(iter((*route.get("host").strings, *route.get("hosts").strings)), "")
    for uri in (*route.get("uri").strings, *route.get("uris").strings):
        for target in _nodes(_upstream(document, route)):
            path, exact = uri.rstrip("*"), not uri.endswith("*")
            yield Route("apisix", target, path, exact, rewrite, host, route.get("methods").strings, line=route.line)


def _upstream(document: Node, route: Node) -> Node:
    """The upstream of a route: its own, one by its id, or that of the service that it names."""
    service = _of_id(document, "services", route.get("service_id").string)
    for holder in (route, service):
        if found := holder.get("upstream") or _of_id(document, "upstreams", holder.get("upstream_id").string):
            return found
    return MISSING


def _of_id(document: Node, among: str, wanted: str) -> Node:
    found = (one for one in document.get(among).items if wanted and one.get("id").string == wanted)
    return next(found, MISSING)


def _nodes(upstream: Node) -> Iterator[Value]:
    nodes = upstream.get("nodes")
    yield from (value(name.text) for name, _ in nodes.pairs)
    for one in nodes.items:
        port = one.get("port").string
        yield Value.of(value(one.get("host").text), *((":", value(port)) if port else ()))


def _krakend(document: Node, endpoint: Node, backend: Node) -> Iterator[Route]:
    path, pattern = endpoint.get("endpoint"), backend.get("url_pattern").string
    method = endpoint.get("method").string or "GET"
    for host in backend.get("host").strings or document.get("host").strings:
        fixed, parameter, _ = path.text.partition("{")
        rewrite = pattern.partition("{")[0] if pattern and pattern != path.text else None
        yield Route("krakend", value(host), fixed, not parameter, rewrite, "", (method,), line=path.line)
