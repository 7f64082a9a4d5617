"""Names by which requests enter a cluster, and the Services that they lead to.

Ingress, the Gateway API, Istio's virtual services, Traefik's and OpenShift's routes, Knative's domains, and the names
that external-dns gives to Services. References:
https://kubernetes.io/docs/concepts/services-networking/ingress/ ,
https://gateway-api.sigs.k8s.io/api-types/httproute/ ,
https://istio.io/latest/docs/reference/config/networking/virtual-service/ ,
https://doc.traefik.io/traefik/routing/providers/kubernetes-crd/ ,
https://docs.openshift.com/container-platform/latest/rest_api/network_apis/route-route-openshift-io-v1.html ,
https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from boundary.facts import Entrance
from boundary.reading.yaml import Node

_HOST = re.compile(r"Host\(([^)]*)\)")
_QUOTED = re.compile(r"[`\"']([^`\"']+)[`\"']")
_ROUTES = frozenset(("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"))

_Led = tuple[str, Node]
"""A host, and the node that names the Service."""


def entrances(document: Node, kind: str, group: str, namespace: str) -> Iterator[Entrance]:
    """The entrances that a resource declares; nothing for another resource."""
    found: Iterable[_Led] = ()
    if kind == "Ingress":
        found = _ingress(document.get("spec"))
    elif kind in _ROUTES and group.startswith("gateway"):
        found = _route(document.get("spec"))
    elif kind == "VirtualService" and group == "networking.istio.io":
        found = _virtual(document.get("spec"))
    elif kind == "IngressRoute":
        found = _traefik(document.get("spec"))
    elif kind == "Route" and group == "route.openshift.io":
        found = [(document.get("spec", "host").string, document.get("spec", "to", "name"))]
    elif kind == "Service":
        found = _named(document.get("metadata"))
    elif kind == "DomainMapping":
        found = [(document.get("metadata", "name").string, document.get("spec", "ref", "name"))]
    yield from _streams(document, kind, group, namespace)
    for host, target in found:
        name, _, space = target.string.partition(".")
        if name and host and "*" not in host and "{" not in host and host != name:
            yield Entrance(host, name, space.partition(".")[0] or namespace, line=target.line, column=target.column)


def _named(metadata: Node) -> Iterator[_Led]:
    for which in ("hostname", "internal-hostname"):
        written = metadata.get("annotations", f"external-dns.alpha.kubernetes.io/{which}").string
        for host in written.replace(",", " ").split():
            yield host.rstrip("."), metadata.get("name")


def _ingress(spec: Node) -> Iterator[_Led]:
    for rule in spec.get("rules").items:
        for path in rule.get("http", "paths").items:
            backend = path.get("backend")
            yield rule.get("host").string, backend.get("service", "name") or backend.get("serviceName")


def _route(spec: Node) -> Iterator[_Led]:
    for host in spec.get("hostnames").strings:
        for rule in spec.get("rules").items:
            for backend in rule.get("backendRefs").items:
                if backend.get("kind").string in ("", "Service"):
                    yield host, backend.get("name")


def _streams(document: Node, kind: str, group: str, namespace: str) -> Iterator[Entrance]:
    """Services to which a gateway passes on what comes in at a port, whatever it is."""
    spec = document.get("spec")
    found: list[Node] = []
    if kind == "VirtualService" and group == "networking.istio.io" and set(spec.get("gateways").strings) - {"mesh"}:
        found = [one.get("destination", "host") for rule in spec.get("tcp").items for one in rule.get("route").items]
    elif kind == "TCPRoute" and group.startswith("gateway"):
        found = [one.get("name") for rule in spec.get("rules").items for one in rule.get("backendRefs").items]
    elif kind == "IngressRouteTCP":
        found = [one.get("name") for route in spec.get("routes").items for one in route.get("services").items]
    for target in found:
        name, _, space = target.string.partition(".")
        if name and "{" not in name:
            place = space.partition(".")[0] or namespace
            yield Entrance("", name, place, True, line=target.line, column=target.column)


def _virtual(spec: Node) -> Iterator[_Led]:
    for host in spec.get("hosts").strings:
        for protocol in ("http", "tls", "tcp"):
            for rule in spec.get(protocol).items:
                for route in rule.get("route").items:
                    yield host, route.get("destination", "host")


def _traefik(spec: Node) -> Iterator[_Led]:
    for route in spec.get("routes").items:
        hosts = _HOST.search(route.get("match").text)
        for host in _QUOTED.findall(hosts[1]) if hosts else ():
            for service in route.get("services").items:
                yield host, service.get("name")
