"""A cache that several owners use without keeping their keys apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.checks.parties import relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service that may touch keys of another owner's: of the same cache and logical database, where
    they do not both begin their keys with words of their own."""
    caches: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in rule.select.select_edges(graph):
        caches[edge.target].setdefault(edge.source, edge)
    for target, users in sorted(caches.items()):
        told = set[str]()
        for user in sorted(users):
            other = next((one for one in sorted(users) if one < user and _meet(graph, users[one], users[user])), None)
            if other is not None and user not in told:
                told.add(user)
                mine, theirs = users[user], users[other]
                yield Breach(
                    source=graph.nodes[user],
                    target=graph.nodes[target],
                    other=graph.nodes[other],
                    evidence=tuple(dict.fromkeys((*mine.evidence, *theirs.evidence))),
                    certain=mine.certain and theirs.certain,
                    counterpart=theirs.location,
                )


def _meet(graph: Graph, one: Edge, two: Edge) -> bool:
    if relation(graph, graph.nodes[one.source], graph.nodes[two.source]) != "other":
        return False
    if "messages" in one.traits | two.traits or _databases(one).isdisjoint(_databases(two)):
        return False
    mine, theirs = _keys(one), _keys(two)
    return not (mine and theirs and "keys:*" not in mine | theirs and mine.isdisjoint(theirs))


def _databases(edge: Edge) -> set[str]:
    """The numbers of logical databases; the first one where nobody says."""
    return {part.strip() or "0" for part in edge.detail.split(",")}


def _keys(edge: Edge) -> set[str]:
    return {trait for trait in edge.traits if trait.startswith("keys:")}
