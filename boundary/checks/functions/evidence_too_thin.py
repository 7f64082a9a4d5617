"""Says when too little was understood for silence to mean anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence, Location

_SHOWN = 5


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach when files were read and no service was seen, or when too small a part of the references resolved.

    Parameters: ``least``, the number of references from which a share means something; ``floor``, the share in per cent
    that has to resolve. It points at the first open reference, else at ``boundary.toml``, where it can be mended.
    """
    coverage = graph.coverage
    if coverage.files and not coverage.services:
        what = f"{coverage.files} files were read and no service was recognised"
        yield Breach(evidence=(Evidence(Location("boundary.toml"), what),), detail=what, subject=("services",))
    elif coverage.located >= int(rule.parameter("least")) and (
        coverage.resolved * 100 < coverage.located * int(rule.parameter("floor"))
    ):
        open_ends = sorted(coverage.unresolved or graph.unresolved, key=lambda end: (end.location, end.kind, end.value))
        reasons = Counter(end.reason for end in open_ends).most_common(2)
        why = f" ({'; '.join(f'{count} times: {reason}' for reason, count in reasons)})" if reasons else ""
        what = f"only {coverage.resolved} of {coverage.located} references could be resolved{why}"
        shown = [Evidence(end.location, f"{end.kind} {end.value}: {end.reason}") for end in open_ends[:_SHOWN]]
        evidence = tuple(shown) or (Evidence(Location("boundary.toml"), what),)
        yield Breach(evidence=evidence, detail=what, subject=("references",))
