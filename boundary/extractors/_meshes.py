"""What Linkerd restricts: servers, routes, authorizations and who is meant by them.

See https://linkerd.io/2/reference/authorization-policy/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network

from boundary.extractors._policies import selection
from boundary.facts import Fact, MeshGrant, MeshIdentity, MeshRoute, MeshServer, Peer
from boundary.reading.yaml import Node

GROUP = "policy.linkerd.io"
_IDENTITY = re.compile(r"([^.]+)\.([^.]+)\.serviceaccount\.identity\..*")
_OPEN = ("all-unauthenticated", "all-authenticated", "cluster-unauthenticated", "cluster-authenticated", "audit")
_WIDEST = 16
"""Bits of a network up to which it holds pods as well."""


def mesh(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Fact]:
    """The fact of a document that restricts who is let in, nothing for any other."""
    place, spec = document.get("metadata", "name"), document.get("spec")
    line, column = place.line or document.line, place.column or document.column
    if kind.endswith("Route") and (group == GROUP or group.startswith("gateway.")):
        servers = tuple(one.get("name").string for one in spec.get("parentRefs").items if _is_server(one))
        if servers:
            yield MeshRoute(name, namespace, servers, line=line, column=column)
    elif group == GROUP and kind == "Server":
        pods, is_open = selection(spec.get("podSelector")), spec.get("accessPolicy").string in _OPEN
        labels = tuple((key.text, value.text) for key, value in document.get("metadata", "labels").pairs)
        port = spec.get("port").string
        yield MeshServer(name, namespace, pods, port, is_open, labels, line=line, column=column)
    elif group == GROUP and kind == "AuthorizationPolicy":
        target = spec.get("targetRef")
        refs = tuple(
            (one.get("kind").string, one.get("name").string, one.get("namespace").string or namespace)
            for one in spec.get("requiredAuthenticationRefs").items
        )
        meant = (target.get("kind").string, target.get("name").string)
        yield MeshGrant(name, namespace, *meant, refs, line=line, column=column)
    elif group == GROUP and kind == "ServerAuthorization":
        yield _authorization(spec, name, namespace, line)
    elif group == GROUP and kind in ("MeshTLSAuthentication", "NetworkAuthentication"):
        yield MeshIdentity(kind, name, namespace, tuple(_peers(spec, namespace)), line=line, column=column)


def _is_server(parent: Node) -> bool:
    return parent.get("kind").string == "Server" and parent.get("group").string == GROUP


def _authorization(spec: Node, name: str, namespace: str, line: int) -> MeshGrant:
    """The older form, which says for itself who is meant."""
    server, client = spec.get("server"), spec.get("client")
    chosen = selection(server.get("selector")) if server.get("selector") else None
    mutual = client.get("meshTLS")
    everybody = "true" in (client.get("unauthenticated").string, mutual.get("unauthenticatedTLS").string)
    peers = None if everybody else (*_peers(mutual, namespace), *_networks(client.get("networks")))
    return MeshGrant(name, namespace, "Server", server.get("name").string, (), peers, chosen, line=line)


def _peers(spec: Node, namespace: str) -> Iterator[Peer]:
    """Who is meant: identities, accounts, whole namespaces, networks. A peer without anything is everybody."""
    for identity in spec.get("identities").strings:
        found = _IDENTITY.fullmatch(identity)
        if identity == "*":
            yield Peer()
        elif found is not None:
            yield Peer(accounts=(f"{found[2]}/{found[1]}",))
    for one in (*spec.get("identityRefs").items, *spec.get("serviceAccounts").items):
        space, called = one.get("namespace").string or namespace, one.get("name").string
        whole = one.get("kind").string == "Namespace"
        yield Peer(spaces=(called or space,)) if whole else Peer(accounts=(f"{space}/{called}",))
    yield from _networks(spec.get("networks"))


def _networks(node: Node) -> Iterator[Peer]:
    for one in node.items:
        block = one.get("cidr").string
        try:
            wide = ip_network(block, strict=False).prefixlen <= _WIDEST
        except ValueError:
            continue
        yield Peer() if wide else Peer(blocks=(block,), excepted=one.get("except").strings)
