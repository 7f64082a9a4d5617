"""The architect's report: the drawing, the figures, the findings by clause and owner, and what to cut next.

``html`` and ``markdown`` render the same ``Overview``; neither decides anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import msgspec

from boundary.graph import Graph
from boundary.levels import Level, fold, image
from boundary.measure.cuts import Cut, cuts
from boundary.measure.figures import SAMPLE, Figure, Row, figures, is_estimated, rows, team_rows
from boundary.model import Finding, Report, Severity
from boundary.reporters._summary import count

SEVERITIES: tuple[Severity, ...] = get_args(Severity)

NOBODY = "nobody"
"""Under what findings stand that no team answers for."""

DRAWN = 70
"""Nodes up to which a drawing shows something; a larger graph is drawn coarser."""

_FROM_FINE: tuple[Level, ...] = ("store", "service", "team")


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What the report shows. ``drawing`` is the graph at the finest level that can be looked at, ``level`` which that
    is, ``marked`` its pairs of nodes with findings between them; ``findings`` are the new ones."""

    title: str
    graph: Graph
    report: Report
    drawing: Graph
    level: str
    marked: frozenset[tuple[str, str]]
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    services: tuple[Row, ...]
    teams: tuple[tuple[str, int, int, int, float | None], ...]
    cuts: tuple[Cut, ...]

    @classmethod
    def of(cls, title: str, graph: Graph, report: Report) -> Overview:
        """The overview of a workspace."""
        level = next((one for one in _FROM_FINE if len(fold(graph, one).nodes) <= DRAWN), _FROM_FINE[-1])
        found = tuple(one for one in report.findings if one.status == "new")
        loud = [one for one in found if one.severity != "info" and {one.source, one.target} <= graph.nodes.keys()]
        return cls(
            title=title,
            graph=graph,
            report=report,
            drawing=fold(graph, level),
            level=level,
            marked=frozenset((image(graph, one.source, level), image(graph, one.target, level)) for one in loud),
            findings=found,
            figures=tuple(figures(graph)),
            services=tuple(rows(graph)),
            teams=tuple(team_rows(graph)),
            cuts=tuple(cuts(graph, found)),
        )

    def name(self, identity: str) -> str:
        """What a node is called."""
        return self.graph.label(self.graph.nodes[identity])

    @property
    def estimate(self) -> str:
        """What is said of figures that are estimated, "" where none is."""
        return f"Betweenness is estimated from {SAMPLE} of the services." if is_estimated(self.graph) else ""

    def by_clause(self) -> list[tuple[str, list[Finding]]]:
        """The findings by clause, the worst first in each."""
        order = sorted(self.findings, key=lambda one: (one.clause, SEVERITIES.index(one.severity)))
        clauses = dict.fromkeys(one.clause for one in order)
        return [(clause, [one for one in order if one.clause == clause]) for clause in clauses]

    def by_owner(self) -> tuple[Sequence[str], list[tuple[str, list[str]]]]:
        """The clauses, and for each owner of the violating end how many errors and warnings he has under each."""
        clauses = [clause for clause, _ in self.by_clause()]
        counted = Counter((one.team_from or NOBODY, one.clause, one.severity) for one in self.findings)
        owners = sorted({owner for owner, _, _ in counted}, key=lambda owner: (owner == NOBODY, owner))
        cells = [
            (owner, [_cell([counted[owner, clause, severity] for severity in SEVERITIES]) for clause in clauses])
            for owner in owners
        ]
        return clauses, cells


def _cell(counts: Sequence[int]) -> str:
    told = [count(number, severity) for number, severity in zip(counts, SEVERITIES, strict=True) if number]
    return ", ".join(told)
