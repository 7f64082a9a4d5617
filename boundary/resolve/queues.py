"""Queues of others that roles let be emptied: a message that one takes is lost to whom it was meant for.

To send into a queue is what it is there for. Whose it is shows who reads it: of a queue that nobody is seen to read
nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Edge, Node
from boundary.resolve.context import Context
from boundary.resolve.stacks.grants import Grant
from boundary.resolve.stacks.servers import called
from boundary.resolve.stacks.statements import fits

TAKING = {
    "sqs": ("sqs:receivemessage", "sqs:deletemessage", "sqs:purgequeue"),
    "servicebus": ("azure-servicebus:receive",),
}
"""What takes messages out of queues, by their technology; ``manage`` does as well."""


def taken(context: Context, one: Grant) -> Iterator[Edge]:
    """The edge of a grant to take messages from a queue that others read, and the service itself does not."""
    row = one.resource.row
    if row is None or not _takes(one.actions, row.technology):
        return
    queue = _queue(context, called(one.resource), row.technology)
    readers = _readers(context, queue.id) if queue is not None else set()
    if queue is not None and readers and one.service not in readers and queue.keeper != one.service:
        traits = frozenset({"wildcard" if one.wide else "queue"})
        yield Edge(
            one.service, queue.id, "grants", one.evidence, "permitted", traits=traits, detail=", ".join(one.actions)
        )


def _takes(actions: tuple[str, ...], technology: str) -> bool:
    given = [action.lower() for action in actions]
    known = TAKING[technology]
    return any(fits(action, take) or action.endswith(":manage") for action in given for take in known)


def _queue(context: Context, name: str, technology: str) -> Node | None:
    nodes = (one for one in context.found.nodes.values() if one.kind == "channel" and "queue" in one.traits)
    found = [one for one in nodes if one.technology == technology and name in (one.name, *one.names)]
    return found[0] if len(found) == 1 else None


def _readers(context: Context, queue: str) -> set[str]:
    return {edge.source for edge in context.found.edges if edge.kind == "subscribes" and edge.target == queue}
