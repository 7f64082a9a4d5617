"""Where the paths of a contract begin: at the path of its server, or at the root where a gateway takes that path away.

``servers: [https://api.example.org/orders]`` is what the world outside calls; the service itself, and who calls it from
within, often knows ``/orders`` as nothing but its name. The routes of its code tell which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from boundary.model import Operation
from boundary.resolve import paths


class Declared(NamedTuple):
    """An operation of a contract of a service, with the path of the contract and that of its server (``base``)."""

    service: str
    operation: Operation
    contract: str
    base: str


def placed(declared: Sequence[Declared], served: Sequence[tuple[str, Operation]]) -> Iterator[tuple[str, Operation]]:
    """The operations of contracts at the paths where code serves them: without the server's path, where more of a
    contract is served so."""
    routes: dict[str, list[Operation]] = defaultdict(list)
    for service, operation in served:
        routes[service].append(operation)
    groups: dict[tuple[str, str, str], list[Declared]] = defaultdict(list)
    for one in declared:
        groups[one.service, one.contract, one.base].append(one)
    stripped = {key for key, group in groups.items() if key[2] and _is_behind_gateway(group, routes[key[0]])}
    for one in declared:
        cut = (one.service, one.contract, one.base) in stripped
        yield one.service, _without(one) if cut else one.operation


def _is_behind_gateway(group: Sequence[Declared], routes: Sequence[Operation]) -> bool:
    whole = sum(_is_served(one.operation, routes) for one in group)
    return sum(_is_served(_without(one), routes) for one in group) > whole


def _is_served(operation: Operation, routes: Sequence[Operation]) -> bool:
    return any(route.method in (operation.method, "*") and paths.serves(route, operation.path) for route in routes)


def _without(one: Declared) -> Operation:
    path = one.operation.path.removeprefix(one.base) or "/"
    return msgspec.structs.replace(one.operation, path=path, base=one.base)
