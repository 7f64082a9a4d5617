"""The architect's report in Markdown, for a wiki or a repository; the drawing is Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundary.model import Finding
from boundary.reporters._safe import code, html
from boundary.reporters.graphs.mermaid import render as mermaid
from boundary.reporters.overview import Overview

FORMAT = "markdown"

_LISTED = 100
_CUTS = 15


def render(overview: Overview) -> str:
    """The whole document."""
    return "\n\n".join(_parts(overview)) + "\n"


def _parts(overview: Overview) -> Iterator[str]:
    coverage = overview.report.coverage
    yield f"# Service boundaries of {html(overview.title)}"
    yield (
        f"{coverage.services} services, {coverage.stores} stores, {len(overview.teams)} teams. It rests on "
        f"{coverage.files} files; {coverage.resolved} of {coverage.located} references resolved, "
        f"{coverage.unreadable} files were not understood."
    )
    yield "## The services"
    yield f"```mermaid\n{mermaid(overview.drawing)}```"
    yield "## What to cut next"
    yield _cuts(overview)
    yield "## Figures"
    yield _table(["figure", "value", "how it is computed"], [[*one] for one in overview.figures])
    yield "## Findings by owner"
    clauses, rows = overview.by_owner()
    yield _table(["owner", *clauses], [[owner, *cells] for owner, cells in rows]) if rows else "Nothing was found."
    for clause, findings in overview.by_clause():
        yield f"## Clause {html(clause)}"
        yield "\n".join(map(_finding, findings[:_LISTED]))
        if len(findings) > _LISTED:
            yield f"… and {len(findings) - _LISTED} more, which `boundary check` lists."
    yield "## Service by service"
    yield _services(overview)
    yield "## Team by team"
    yield _table(
        ["team", "services", "pathways", "dependencies to and from others", "E-I index"],
        [
            [team, *map(str, counts), "-" if index is None else f"{index:+.2f}"]
            for team, *counts, index in overview.teams
        ],
    )


def _cuts(overview: Overview) -> str:
    if not overview.cuts:
        return "Nothing between two owners is an error or a warning."
    rows = [
        [
            f"{overview.name(cut.source)} → {overview.name(cut.target)}", str(cut.errors), str(cut.warnings),
            str(cut.places), f"{cut.group} → {cut.left}" if cut.left < cut.group else "-",
        ]
        for cut in overview.cuts[:_CUTS]
    ]  # fmt: skip
    head = ["from → to", "errors gone", "warnings gone", "places to change", "services bound together"]
    return _table(head, rows)


def _services(overview: Overview) -> str:
    rows = [
        [
            overview.name(row.identity), overview.graph.party(overview.graph.nodes[row.identity]) or "-",
            str(row.inward), str(row.outward), f"{row.instability:.2f}", str(row.callers), str(row.called),
            str(row.callers * row.called), str(row.blast), f"{row.betweenness:.2f}",
        ]
        for row in overview.services
    ]  # fmt: skip
    told = f"{overview.estimate}\n\n" if overview.estimate else ""
    return told + _table(
        ["service", "owner", "Ca", "Ce", "instability", "AIS", "ADS", "ACS", "stops with it", "betweenness"], rows
    )


def _finding(finding: Finding) -> str:
    return f"- **{finding.severity}** {html(finding.code)} {html(finding.message)} {code(str(finding.location))}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join('---' if cell == '---' else html(cell) for cell in line)} |" for line in lines)
