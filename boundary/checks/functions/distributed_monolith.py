"""Services that can only be changed together: bound by rings of calls, shared data, or linked code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from boundary.checks.parties import strangers
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.measure.coupling import bound, services
from boundary.measure.ties import ties


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach when the largest group of services bound to each other holds ``share`` per cent of all, which are
    ``least`` or more. Calls bind nobody, unless they run in a ring.
    """
    pairs = ties(graph)
    group = bound(pairs)[0] if pairs else []
    members = [graph.nodes[one] for one in group]
    everyone = len(services(graph))
    enough = everyone >= int(rule.parameter("least")) and len(group) * 100 >= everyone * int(rule.parameter("share"))
    if not pairs or not enough:
        return
    inside = {ends: tie for ends, tie in sorted(pairs.items()) if ends[0] in group}
    by_word = ", ".join(f"{count} by {word}" for word, count in Counter(word for word, _ in inside.values()).items())
    first = next(iter(inside))
    yield Breach(
        source=graph.nodes[first[0]],
        target=graph.nodes[first[1]],
        other=strangers(graph, [graph.nodes[first[0]], *members])[0],
        evidence=tuple(dict.fromkeys(link for _, found in inside.values() for link in found)),
        subject=("workspace",),
        detail=f"{len(group)} of {everyone} ({', '.join(map(graph.label, members))}; pairs: {by_word})",
    )
