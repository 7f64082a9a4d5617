"""Says when too little was understood for silence to mean anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from boundary.checks.remedies import remedies, where
from boundary.checks.rule import Breach, Rule
from boundary.graph import Graph
from boundary.model import Evidence, Location, Node, Unresolved

_SHOWN = 5
_NO_SERVICE = (
    "services.NAME.root in boundary.toml says where the code of a service is; its Dockerfile, compose file or manifest "
    "may lie in a repository of its own: workspace.repositories"
)


def check(graph: Graph, rule: Rule) -> Iterator[Breach]:
    """A breach when files were read and no service was seen, or when too small a part of the references resolved: of
    the whole workspace, else of single services.

    Parameters: ``least``, the number of references from which a share means something; ``floor``, the share in per cent
    that has to resolve. It points at the first open reference, else at ``boundary.toml``, where it can be mended.
    """
    coverage = graph.coverage
    open_ends = sorted(coverage.unresolved or graph.unresolved, key=lambda end: (end.location, end.kind, end.value))
    if coverage.files and not coverage.services:
        read = "a file was" if coverage.files == 1 else f"{coverage.files} files were"
        what = f"{read} read and no service was recognised"
        detail = f"{what}; what would help: {_NO_SERVICE}"
        yield Breach(evidence=(Evidence(Location("boundary.toml"), what),), detail=detail, subject=("services",))
    elif _thin(rule, coverage.located, coverage.resolved):
        yield _breach(graph, None, coverage.located, coverage.resolved, open_ends)
    else:
        for identity, located, resolved in coverage.by_service:
            if _thin(rule, located, resolved):
                mine = [end for end in open_ends if end.source == identity]
                yield _breach(graph, graph.nodes.get(identity), located, resolved, mine)


def _thin(rule: Rule, located: int, resolved: int) -> bool:
    return located >= int(rule.parameter("least")) and resolved * 100 < located * int(rule.parameter("floor"))


def _breach(graph: Graph, service: Node | None, located: int, resolved: int, open_ends: Sequence[Unresolved]) -> Breach:
    reasons = Counter(end.reason for end in open_ends).most_common(2)
    told = [f"{count} {'time' if count == 1 else 'times'}: {reason}" for reason, count in reasons]
    told += [f"most in {', '.join(where(open_ends))}"] if open_ends else []
    why = f" ({'; '.join(told)})" if told else ""
    whose = f" of {service.name}" if service else ""
    share = f"only {resolved}" if resolved else "none"
    what = f"{share} of {located} references{whose} could be resolved{why}"
    shown = [Evidence(end.location, f"{end.kind} {end.value}: {end.reason}") for end in open_ends[:_SHOWN]]
    evidence = tuple(shown) or (Evidence(Location("boundary.toml"), what),)
    help_ = remedies(graph, open_ends)
    detail = f"{what}; what would help most: {'; '.join(help_)}" if help_ else what
    return Breach(source=service, evidence=evidence, detail=detail, subject=("references",))
