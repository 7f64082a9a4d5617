"""Queues of others that roles let be emptied: a message that one takes is lost to whom it was meant for.

To send into a queue is what it is there for. Whose it is shows who reads it: of a queue that nobody is seen to read
nothing is told.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from boundary.resolve.context import Context
from boundary.resolve.stacks.grants import Grant
from boundary.resolve.stacks.servers import called
from boundary.resolve.stacks.statements import fits

TAKING = {
    "sqs": ("sqs:receivemessage", "sqs:deletemessage", "sqs:purgequeue"),
    "servicebus": ("azure-servicebus:receive",),
}
"""What takes messages out of queues, by their technology; ``manage`` does as well."""


class Queues:
    """The queues of a workspace by what they speak and their names, with those who read them."""

    def __init__(self, context: Context) -> None:
        self._named: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._keepers: dict[str, str | None] = {}
        for one in context.found.nodes.values():
            if one.kind == "channel" and "queue" in one.traits and one.technology in TAKING:
                self._keepers[one.id] = one.keeper
                for name in (one.name, *one.names):
                    self._named[one.technology, name].add(one.id)
        self._readers: dict[str, set[str]] = defaultdict(set)
        for edge in context.found.edges:
            if edge.kind == "subscribes":
                self._readers[edge.target].add(edge.source)

    def taken(self, one: Grant) -> str | None:
        """The queue that a grant lets be emptied: that others read, and the service itself does not."""
        row = one.resource.row
        if row is None or not _takes(one.actions, row.technology):
            return None
        found = self._named.get((row.technology, called(one.resource)), set())
        queue = next(iter(found)) if len(found) == 1 else ""
        readers = self._readers.get(queue, set())
        return queue if readers and one.service not in {*readers, self._keepers[queue]} else None


@lru_cache(4096)
def _takes(actions: tuple[str, ...], technology: str) -> bool:
    given = [action.lower() for action in actions]
    return any(fits(action, take) or action.endswith(":manage") for action in given for take in TAKING[technology])
