"""Whose a contract is that lies with several services, or above them all: the one's whose code serves its operations.

A repository of an API and its workers keeps ``openapi/claims.yaml`` beside both: only the API answers to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from boundary.facts import Contract, ContractOperation
from boundary.model import Operation
from boundary.resolve import paths
from boundary.resolve.context import Context
from boundary.resolve.files import ancestors


def claimed(context: Context, served: Iterable[tuple[str, Operation]]) -> dict[str, tuple[str, ...]]:
    """The one service of each HTTP description that is several services' or nobody's, by the description's path."""
    routes: dict[str, list[Operation]] = defaultdict(list)
    for service, operation in served:
        routes[service].append(operation)
    found: dict[str, tuple[str, ...]] = {}
    for file in context.files:
        told = next((fact for fact in file.facts if isinstance(fact, Contract) and fact.kind == "openapi"), None)
        owners = context.land.services_of(file.path)
        if told is None or file.mark or len(owners) == 1 or file.path in context.found.copies:
            continue
        declared = [fact for fact in file.facts if isinstance(fact, ContractOperation)]
        base = urlsplit(told.servers[0]).path.rstrip("/") if told.servers and "{" not in told.servers[0] else ""
        counts = {one: _served(declared, base, routes[one]) for one in owners or below(context, file.path)}
        most = max(counts.values(), default=0)
        best = [one for one, count in counts.items() if count == most]
        if len(best) == 1 and 2 * most >= len(declared) > 0:
            found[file.path] = (best[0],)
    return found


def below(context: Context, path: str) -> tuple[str, ...]:
    """The services below the nearest folder around a file that has any."""
    for folder in ancestors(path):
        inside = [
            one.id
            for one in context.land.services
            if any(not folder or root.startswith(f"{folder}/") for root in one.roots)
        ]
        if inside:
            return tuple(inside)
    return ()


def _served(declared: Sequence[ContractOperation], base: str, routes: Sequence[Operation]) -> int:
    """How many of the declared operations a service's code answers to, with or without the path of the server."""
    return sum(
        any(
            route.method in (one.method, "*") and paths.serves(route, paths.template(start + one.path))
            for start in {base, ""}
            for route in routes
        )
        for one in declared
    )
