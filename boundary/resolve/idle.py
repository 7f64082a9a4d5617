"""Stores that nobody is seen to use, where it is known that not everything was seen.

Silence says that a store is left over only where the connections of all services are known: while the address of one
is not, any store of its engine may be meant. What only tools use is no service's either.
"""

from __future__ import annotations

import msgspec

from boundary.resolve.context import Context
from boundary.resolve.stores import ENGINES

_USES = frozenset({"connects", "reads", "writes", "alters"})


def mark(context: Context) -> None:
    """Give the stores that nobody uses the trait ``perhaps-used`` while somebody uses a store that is not known.

    Statements of a service that is seen to connect to a store are that store's, whether their database is known or not.
    """
    found = context.found
    used = {edge.target for edge in found.edges if edge.kind in _USES}
    open_ends = [one for one in found.unresolved if one.kind in _USES]
    sought = {
        found.sought.get(one, "") for one in open_ends if one.kind == "connects" or not found.connected(one.source)
    }
    tended, alone = _tended(context), _alone(context)
    for node in list(found.nodes.values()):
        engine = ENGINES.get(node.technology or "", node.technology or "")
        fits = engine in sought or "" in sought or (sought and not engine)
        if (fits or node.id in tended or node.id in alone) and node.kind == "store" and node.id not in used:
            found.nodes[node.id] = msgspec.structs.replace(node, traits=node.traits | {"perhaps-used"})


def _alone(context: Context) -> set[str]:
    """The stores of compose files that run no service: developers start them beside what they run by hand."""
    running = {unit.project for one in context.land.services for unit in one.units}
    return {
        server.id
        for server in context.land.servers
        if server.units and all(one.platform == "compose" and one.project not in running for one in server.units)
    }


def _tended(context: Context) -> set[str]:
    """The stores that a tool of the same deployment waits for: what logs and charts are kept in is the tool's."""
    servers = context.land.servers
    tools = [unit for server in servers if server.role == "infrastructure" for unit in server.units]
    waited = {(unit.project, name) for unit in (*tools, *context.land.tools) for name, _ in unit.depends}
    return {
        server.id
        for server in servers
        for unit in server.units
        if any((unit.project, name) in waited for name in (unit.name, *unit.names))
    }
