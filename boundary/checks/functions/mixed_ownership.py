"""Services whose code is changed by people of several teams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from boundary.checks.parties import team
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.teamwork import at_home
from boundary.model import Evidence


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach for each service with a team of which ``share`` per cent of the commits or more come from people who
    work for other teams, from two of them at least; and that has ``support`` commits or more.

    For whom somebody works is told by what he works on most.
    """
    homes = at_home(graph)
    changes = [(service, homes.get(done.author)) for done in graph.history for service in done.services]
    for node in graph.of_kind("service"):
        mine = team(graph, node)
        counted = Counter(home for service, home in changes if service == node.id)
        others = {home: count for home, count in sorted(counted.items(), key=str) if home not in (mine, None)}
        foreign = sum(others.values())
        enough = counted.total() >= int(rule.parameter("support"))
        much = foreign * 100 >= counted.total() * int(rule.parameter("share"))
        if mine and node.location and enough and much and len(others) > 1:
            who = ", ".join(f"{count} by {home}" for home, count in others.items())
            told = (Evidence(node.location, f"{node.name} is declared here"),)
            yield Breach(source=node, evidence=told, detail=f"{foreign} of {counted.total()} commits ({who})")
