"""What to cut next: the pairs of owners' services whose findings cost least to be rid of and free most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from boundary.graph import Graph
from boundary.levels import image
from boundary.measure.coupling import Pair, bound
from boundary.measure.ties import ties
from boundary.model import Finding

CLAUSES = ("direct-linking", "data-store", "shared-memory", "back-door", "interface")
"""The clauses whose findings are about what lies between two services."""


class Cut(NamedTuple):
    """What one service does to another's inside: how many errors and warnings are gone when it no longer does, at how
    many places of the code, and how large the group bound to the two is now and would be then."""

    source: str
    target: str
    errors: int
    warnings: int
    places: int
    group: int
    left: int

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """What comes first: what frees most services, has most errors, is least work."""
        return self.left - self.group, -self.errors, self.places, self.source, self.target


def cuts(graph: Graph, findings: Iterable[Finding]) -> list[Cut]:
    """All pairs with new errors or warnings between them, the best first."""
    grouped: dict[Pair, list[Finding]] = defaultdict(list)
    for one in findings:
        ends = tuple(image(graph, end, "service") for end in (one.source, one.target) if end in graph.nodes)
        if one.status == "new" and one.severity != "info" and one.clause in CLAUSES and len(set(ends)) == 2:
            grouped[ends[0], ends[1]].append(one)
    pairs = ties(graph)
    return sorted((_cut(pairs.keys(), ends, found) for ends, found in grouped.items()), key=lambda cut: cut.rank)


def _cut(pairs: Iterable[Pair], ends: Pair, found: list[Finding]) -> Cut:
    errors = sum(one.severity == "error" for one in found)
    places = {str(one.location) for one in found}
    without = [pair for pair in pairs if set(pair) != set(ends)]
    sizes = [max((len(group) for group in bound(some) if ends[0] in group or ends[1] in group), default=1)
             for some in (list(pairs), without)]  # fmt: skip
    return Cut(*ends, errors, len(found) - errors, len(places), *sizes)
