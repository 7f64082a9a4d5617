"""Something that several services use as theirs: a database without owner, a volume, a segment of memory.

A volume may also be somebody's without being mounted by him as such: the files of his database, a folder of his source.

One of the services counts as the host; each other one is a breach, so that one more is one more finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from boundary.checks.merge import best, merged
from boundary.checks.parties import home
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge

_INDEXED = frozenset({"elasticsearch", "opensearch", "meilisearch", "typesense", "qdrant", "weaviate", "solr"})
"""Engines whose clients name an index in each request: what is shared is that, and not the cluster."""

Users = dict[str, list[Edge]]
"""The edges to one node, by the id of the service that they come from."""


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service that shares with a host; with ``writer: needed``, only where one of them writes."""
    shared: dict[str, Users] = defaultdict(lambda: defaultdict(list))
    for edge in rule.select.select_edges(graph):
        shared[edge.target][edge.source].append(edge)
    for target, users in sorted(shared.items()):
        traits = frozenset[str]().union(*(edge.traits for edges in users.values() for edge in edges))
        written = not traits.isdisjoint(("writable", "store-files"))
        if written or rule.parameter("writer") != "needed":
            host = _absent(graph, target, users, written) or _host(graph, target, users)
            for user in sorted(users.keys() - {host}):
                if not (_apart(graph, target, users, user, host) or _fronts(graph, target, user, host)):
                    breach = _breach(graph, users, user, host)
                    known = _is_told(graph, target, user, host)
                    yield breach if known else msgspec.structs.replace(breach, certain=False)


def _apart(graph: Graph, target: str, users: Users, user: str, host: str) -> bool:
    """Whether two services of a database keep to schemas of their own there, with logins of their own; of a search
    engine, to indices of their own."""
    if graph.nodes[target].technology in _INDEXED:
        mine, theirs = _parts(graph, target, user), _parts(graph, target, host)
        return bool(mine and theirs) and mine.isdisjoint(theirs)
    mine, theirs = _schemas(graph, target, user), _schemas(graph, target, host)
    if not mine or not theirs or "" in mine | theirs or not mine.isdisjoint(theirs):
        return False
    logins = [{trait for edge in users[one] for trait in edge.traits if trait.startswith("login:")}
              for one in (user, host) if one in users]  # fmt: skip
    return len(logins) == 2 and logins[0].isdisjoint(logins[1])


def _is_told(graph: Graph, target: str, user: str, host: str) -> bool:
    """Whether it is known what two services share: of a search engine, in which each index is a store of its own, only
    where an index of each is known."""
    indexed = graph.nodes[target].technology in _INDEXED
    return not indexed or all(_parts(graph, target, one) for one in (user, host))


def _fronts(graph: Graph, target: str, user: str, host: str) -> bool:
    """Whether one of two that share files is the web server before the other: it gives out what the service put there
    (pictures, a built page), and has no program that could write."""
    if graph.nodes[target].kind != "volume":
        return False
    before = {
        (one, other)
        for one, other in ((user, host), (host, user))
        if graph.nodes[one].role == "gateway" and not graph.nodes[one].language
    }
    return any(edge.kind == "routes" and (edge.source, edge.target) in before for edge in graph.edges)


def _schemas(graph: Graph, target: str, user: str) -> set[str]:
    """The schemas of the tables in a database that a service is seen to use; "" for the default one."""
    return {name.rpartition(".")[0] for name in _parts(graph, target, user)}


def _parts(graph: Graph, target: str, user: str) -> set[str]:
    """The names of the tables or indices of a store that a service is seen to use."""
    nodes = (graph.nodes[edge.target] for edge in graph.edges if edge.source == user and edge.target in graph.nodes)
    return {node.name for node in nodes if node.kind == "table" and node.parent == target}


def _absent(graph: Graph, target: str, users: Users, written: bool) -> str | None:
    """The keeper, where it is no user itself: others write to what is its own, or mount the files of its store."""
    keeper = home(graph, graph.nodes[target])
    return keeper if written and keeper not in users else None


def _host(graph: Graph, target: str, users: Users) -> str:
    """The user that has the best claim: the keeper, who keeps most of the parts, who writes, the first by name."""
    kept = Counter(node.keeper for node in graph.nodes.values() if node.parent == target)
    keeper = graph.nodes[target].keeper
    writers = {edge.source for edges in users.values() for edge in edges if "writable" in edge.traits}
    return min(users, key=lambda user: (user != keeper, -kept[user], user not in writers, user))


def _breach(graph: Graph, users: Users, user: str, host: str) -> Breach:
    breach = merged(graph, users[user])
    there = best(graph, users[host]) if host in users else None
    return msgspec.structs.replace(
        breach,
        other=graph.nodes[host],
        evidence=tuple(dict.fromkeys((*breach.evidence, *(there.evidence if there else ())))),
        certain=breach.certain and (there is None or any(edge.certain for edge in users[host])),
        counterpart=there.location if there else breach.counterpart,
        operations=(),
    )
