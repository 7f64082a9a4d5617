"""Addresses under which contracts say that services are published, where nothing in the workspace leads from there.

``servers: [https://api.example.org/orders]`` names a gateway that all services are behind; the path of the server tells
which of them is meant. A contract may as well be somebody else's that a consumer keeps: it counts where the code of
the service serves a part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from boundary.model import Evidence, Location, Operation
from boundary.resolve import paths, routes
from boundary.resolve.context import Context
from boundary.resolve.landscape import Service
from boundary.resolve.listening import host_of


class Published:
    """The addresses of all contracts of a workspace."""

    def __init__(self, context: Context, offered: Mapping[str, Sequence[Operation]]) -> None:
        self._found: dict[str, dict[tuple[str, bool], dict[str, tuple[Service, Evidence]]]] = defaultdict(dict)
        for identity, documents in routes.documents(context).items():
            operations = offered.get(identity, ())
            for document in documents:
                own = [one for one in operations if one.location.path == document.location.path]
                if document.kind != "openapi" or document.of or not _are_served(own, operations):
                    continue
                for url in document.servers:
                    base = _base(url)
                    kept = not base or not any(one.base == paths.template(base) for one in own)
                    place = Location(document.location.path, document.location.line)
                    service = context.land.service(identity)
                    why = Evidence(place, f"{service.name} says that it is served at {url}")
                    self._found[host_of(url)].setdefault((base, kept), {})[identity] = (service, why)

    def at(self, host: str, path: str | None) -> tuple[Service, str, Evidence] | None:
        """The one service that is published at a host and below a path, and the path that reaches it."""
        under = [
            (base, kept, those) for (base, kept), those in self._found.get(host.lower(), {}).items()
            if path is not None and (not base or path == base or path.startswith(f"{base}/"))
        ]  # fmt: skip
        if not under or path is None:
            return None
        longest = max(len(base) for base, _, _ in under)
        meant = [(base, kept, those) for base, kept, those in under if len(base) == longest]
        named = {identity for _, _, those in meant for identity in those}
        if len(named) != 1:
            return None
        base, kept, those = meant[0]
        service, why = those[next(iter(named))]
        return service, path if kept else path[len(base) :] or "/", why


def _base(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def _are_served(declared: Sequence[Operation], operations: Sequence[Operation]) -> bool:
    """Whether code serves a part of what a contract declares."""
    coded = {(one.method, paths.positional(one.path)) for one in operations if one.source == "code"}
    return any((one.method, paths.positional(one.path)) in coded for one in declared)
