"""Something that several services use as theirs: a database without owner, a volume, a segment of memory.

One of the services counts as the host; each other one is a breach, so that one more is one more finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from boundary.checks.merge import best, merged
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge

Users = dict[str, list[Edge]]
"""The edges to one node, by the id of the service that they come from."""


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service that shares with a host; with ``writer: needed``, only where one of them writes."""
    shared: dict[str, Users] = defaultdict(lambda: defaultdict(list))
    for edge in rule.select.select_edges(graph):
        shared[edge.target][edge.source].append(edge)
    for target, users in sorted(shared.items()):
        writers = {edge.source for edges in users.values() for edge in edges if "writable" in edge.traits}
        if len(users) < 2 or (rule.parameter("writer") == "needed" and not writers):
            continue
        host = _host(graph, target, users, writers)
        there = best(graph, users[host])
        for user in sorted(users.keys() - {host}):
            breach = merged(graph, users[user])
            yield msgspec.structs.replace(
                breach,
                other=graph.nodes[host],
                evidence=tuple(dict.fromkeys((*breach.evidence, *there.evidence))),
                certain=breach.certain and any(edge.certain for edge in users[host]),
                counterpart=there.location,
                operations=(),
            )


def _host(graph: Graph, target: str, users: Users, writers: set[str]) -> str:
    """The service that has the best claim: the keeper, who keeps most of the parts, who writes, the first by name."""
    kept = Counter(node.keeper for node in graph.nodes.values() if node.parent == target)
    keeper = graph.nodes[target].keeper
    return min(users, key=lambda user: (user != keeper, -kept[user], user not in writers, user))
