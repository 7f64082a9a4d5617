"""Who changes what, by the history: services that change together, and authors with the team that they work for.

Sources: doi 10.1109/ICSA-C57050.2023.00028 for logical coupling (commits of both / those of the one with fewer);
https://arxiv.org/html/2606.16725 for people whose work switches between services.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import NamedTuple

from boundary.graph import Graph
from boundary.measure.coupling import Pair


class Joint(NamedTuple):
    """How often two services changed in one commit, of how many commits of the one that changed less."""

    together: int
    fewer: int

    @property
    def share(self) -> float:
        """The logical coupling, from 0 to 1."""
        return self.together / self.fewer


def joint(graph: Graph) -> dict[Pair, Joint]:
    """The pairs of services that changed together at all."""
    alone = Counter(service for done in graph.history for service in done.services)
    both = Counter(pair for done in graph.history for pair in combinations(done.services, 2))
    return {(a, b): Joint(count, min(alone[a], alone[b])) for (a, b), count in sorted(both.items())}


def at_home(graph: Graph) -> dict[str, str]:
    """Author → the owner for whose services more than half of his work is; authors of several are left out."""
    found: dict[str, Counter[str]] = {}
    for done in graph.history:
        for party in {graph.party(graph.nodes[one]) for one in done.services if one in graph.nodes} - {None}:
            found.setdefault(done.author, Counter())[str(party)] += 1
    homes = {author: counted.most_common(1)[0] for author, counted in found.items()}
    return {author: party for author, (party, count) in sorted(homes.items()) if count * 2 > found[author].total()}
