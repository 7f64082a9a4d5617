"""Stores that nobody is seen to use, where it is known that not everything was seen.

Silence says that a store is left over only where the connections of all services are known: while the address of one
is not, any store may be meant.
"""

from __future__ import annotations

import msgspec

from boundary.resolve.context import Context

_USES = frozenset({"connects", "reads", "writes", "alters"})


def mark(context: Context) -> None:
    """Give the stores that nobody uses the trait ``perhaps-used`` while somebody uses a store that is not known.

    Statements of a service that is seen to connect to a store are that store's, whether their database is known or not.
    """
    used = {edge.target for edge in context.found.edges if edge.kind in _USES}
    open_ends = (one for one in context.found.unresolved if one.kind in _USES)
    if any(one.kind == "connects" or not context.found.connected(one.source) for one in open_ends):
        for node in list(context.found.nodes.values()):
            if node.kind == "store" and node.id not in used:
                context.found.nodes[node.id] = msgspec.structs.replace(node, traits=node.traits | {"perhaps-used"})
