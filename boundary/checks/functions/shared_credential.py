"""Logins of a database server that services of several owners have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.checks.parties import home, relation
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Edge


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each further owner of a login; who keeps the database that he reaches by it is in the right.

    Where both reach one database by it, that is what is wrong, and is said by other rules.
    """
    logins: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in rule.select.select_edges(graph):
        for trait in sorted(edge.traits):
            if trait.startswith("login:"):
                logins[trait].setdefault(edge.source, edge)
    for login, users in sorted(logins.items()):
        first = min(users, key=lambda user: (home(graph, graph.nodes[users[user].target]) != user, user))
        for user in sorted(users.keys() - {first}):
            mine, theirs = users[user], users[first]
            if mine.target != theirs.target and relation(graph, graph.nodes[user], graph.nodes[first]) == "other":
                yield Breach(
                    source=graph.nodes[user],
                    target=graph.nodes[mine.target],
                    other=graph.nodes[first],
                    evidence=tuple(dict.fromkeys((*mine.evidence, *theirs.evidence))),
                    certain=mine.certain and theirs.certain,
                    subject=(login,),
                    detail=login.removeprefix("login:").partition("@")[0],
                    counterpart=theirs.location,
                )
