"""Contracts that could not be given to anybody outside as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Document, Evidence, Location, Node

_INSIDE = re.compile(
    r"[^.]+|.*\.(internal|local|localdomain|svc|lan|intranet|corp|home)(\..*)?|(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\..*"
)
_SHOWN = 3
_TOP = 4  # characters of the names at the top that services have: com, shop, tech


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each OpenAPI document of a selected service that says nothing of security, names inner machines, or
    answers with lists of any length.

    It is more than info only where it is open to the outside by its own words: one of its servers has a public name.
    """
    for node in rule.select.select_nodes(graph):
        for document in node.contracts:
            places = _flaws(node, document) if document.kind == "openapi" else {}
            if places:
                open_, inner = _hosts(node, document)
                serious = open_ and (inner or not document.secured)
                yield Breach(
                    source=node,
                    evidence=tuple(Evidence(place, f"{node.name} {what}") for what, place in places.items()),
                    severity=None if serious else "info",
                    subject=(document.title,),
                    detail=", ".join(places),
                )


def _flaws(node: Node, document: Document) -> dict[str, Location]:
    """What is wrong, in words, with its place."""
    mine = [one for one in node.operations if one.location.path == document.location.path]
    if not mine or all(one.internal for one in mine):
        return {}
    _, inner = _hosts(node, document)
    endless = [one for one in mine if one.unbounded and not one.internal]
    found = {} if document.secured else {"has no security scheme": document.location}
    found |= {f"is served at {', '.join(inner)}": document.location} if inner else {}
    names = ", ".join(one.name for one in endless[:_SHOWN]) + (" …" if len(endless) > _SHOWN else "")
    return found | ({f"answers with lists of any length to {names}": endless[0].location} if endless else {})


def _hosts(node: Node, document: Document) -> tuple[list[str], list[str]]:
    """The hosts of the servers that are known everywhere, and those that only some network knows; this machine is none
    of them."""
    hosts = [_host(server) for server in document.servers]
    plain = {_host(server) for server in document.servers if server.lower().startswith("http:")}
    named = [host for host in dict.fromkeys(hosts) if host not in ("", "localhost", "127.0.0.1") and "{" not in host]
    inner = [host for host in named if _INSIDE.fullmatch(host) or _is_in_cluster(node, host, host in plain)]
    return [host for host in named if host not in inner], inner


def _is_in_cluster(node: Node, host: str, plain: bool) -> bool:
    """Whether a host is the service's own name and a namespace: ``rooms.booking``. A namespace may be called as what is
    at the top of public names (``catalog.shop``), but those are served with encryption."""
    name, _, space = host.partition(".")
    return (plain or len(space) > _TOP) and "." not in space and name in (node.name, *node.names)


def _host(server: str) -> str:
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""
