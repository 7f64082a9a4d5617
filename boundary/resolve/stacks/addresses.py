"""Further addresses of stores that stacks declare: endpoints and instances of a cluster, and proxies in front of it.

Which attributes say so is told by ``fronts`` and ``joins`` of ``known/resources.toml``. See
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-endpoints.html .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, items

_DEEPEST = 4
"""Addresses in front of each other that are followed."""


class Fronts:
    """Which store is behind what is only an address of it."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._joined: dict[str, list[Resource]] = defaultdict(list)
        """What leads a proxy to its stores, by the uid and the name of the proxy."""
        for one in stacks.resources:
            for proxy in self._named(one, one.row.joins) if one.row else ():
                self._joined[proxy.uid].append(one)

    def behind(self, resource: Resource, depth: int = 0) -> Resource | None:
        """The one declared store behind an address, None for what is none, and for one that leads nowhere known."""
        if resource.row is None or not resource.row.fronts or depth > _DEEPEST:
            return None
        joined = self._joined.get(resource.uid, ())
        ways = [list(self._named(way, way.row.fronts if way.row else ())) for way in (resource, *joined)]
        if not all(ways[1:]):
            return None  # Of what leads on, something leads to what is not known.
        found = {one.uid: one for way in ways for one in way}
        found.pop(resource.uid, None)
        ends = {end.uid: end for one in found.values() if (end := self.behind(one, depth + 1) or one)}
        return next(iter(ends.values())) if len(ends) == 1 else None

    def _named(self, resource: Resource, attributes: Sequence[str]) -> Iterator[Resource]:
        for thing in (one for name in attributes for one in items(resource.get(name))):
            value = as_text(thing)
            found = self._stacks.meant(value) or self._stacks.store(name_in(value), resource)
            if found is not None and found.declared and found.row is not None and found.row.kind == "store":
                yield found
