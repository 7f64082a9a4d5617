"""The architect's report as one page of HTML that stands alone and may be mailed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundary.model import Finding
from boundary.reporters._html import page, table, tag, text
from boundary.reporters._summary import count
from boundary.reporters.graphs.svg import draw, legend
from boundary.reporters.overview import Overview

FORMAT = "html"

_LISTED = 300  # findings of a clause that are shown one by one
_CUTS = 15


def render(overview: Overview) -> str:
    """The whole page."""
    parts = [
        tag("h1", text(f"Service boundaries of {overview.title}")),
        _head(overview),
        tag("h2", "The services"), _drawing(overview),
        tag("h2", "What to cut next"), _cuts(overview),
        tag("h2", "Figures"), _figures(overview),
        tag("h2", "Findings by owner"), _owners(overview),
        *_clauses(overview),
        tag("h2", "Service by service"), _services(overview),
        tag("h2", "Team by team"), _teams(overview),
    ]  # fmt: skip
    return page(f"Service boundaries of {overview.title}", "\n".join(parts) + "\n")


def _head(overview: Overview) -> str:
    coverage = overview.report.coverage
    counts = [(coverage.services, "service"), (coverage.stores, "store"), (len(overview.teams), "team")]
    loud = ("error", "warning")
    counts += [(sum(one.severity == severity for one in overview.findings), severity) for severity in loud]
    cards = [
        (tag("span", text(number), class_=what if what in loud else ""), what if number == 1 else f"{what}s")
        for number, what in counts
    ]
    promise = overview.figures[0]
    cards.append((text(promise.value), promise.name.lower()))
    told = f"{count(coverage.files, 'file')} read, {coverage.resolved} of {coverage.located} references resolved"
    if coverage.unreadable:
        told += f", {count(coverage.unreadable, 'file')} not understood"
    listed = "".join(tag("li", f"<b>{value}</b>{text(name)}") for value, name in cards)
    return tag("ul", listed, class_="cards") + tag("p", text(f"It rests on {told}."), class_="faint")


def _drawing(overview: Overview) -> str:
    teams = "".join(
        f'<span class="team" style="background:{colour}">{text(team)}</span>'
        for team, colour in legend(overview.drawing)
    )
    told = f"At the level of {overview.level}s; red where something is an error or a warning, dashed where not certain."
    picture = draw(overview.drawing, overview.marked)
    return tag("p", text(told), class_="faint") + tag("p", teams) + tag("div", picture, class_="scroll")


def _cuts(overview: Overview) -> str:
    if not overview.cuts:
        return tag("p", "Nothing between two owners is an error or a warning.")
    rows = [
        [
            f"{text(overview.name(cut.source))} → {text(overview.name(cut.target))}",
            text(cut.errors), text(cut.warnings), text(cut.places),
            text(f"{cut.group} → {cut.left}" if cut.left < cut.group else "-"),
        ]
        for cut in overview.cuts[:_CUTS]
    ]  # fmt: skip
    head = ["from → to", "errors gone", "warnings gone", "places to change", "services bound together"]
    told = "First what frees most services from each other, then what ends most errors at the fewest places."
    return tag("p", told, class_="faint") + table(head, rows, frozenset({1, 2, 3, 4}))


def _figures(overview: Overview) -> str:
    rows = [
        [text(one.name), text(one.value), tag("span", text(one.formula), class_="faint")] for one in overview.figures
    ]
    return table(["figure", "value", "how it is computed"], rows, frozenset({1}))


def _owners(overview: Overview) -> str:
    clauses, rows = overview.by_owner()
    if not rows:
        return tag("p", "Nothing was found.")
    cells = [[text(owner), *(text(cell or "-") for cell in found)] for owner, found in rows]
    return table(["owner", *map(text, clauses)], cells)


def _clauses(overview: Overview) -> Iterator[str]:
    for clause, findings in overview.by_clause():
        yield tag("h2", text(f"Clause {clause}"))
        yield "\n".join(map(_finding, findings[:_LISTED]))
        if len(findings) > _LISTED:
            yield tag("p", text(f"… and {len(findings) - _LISTED} more, which `boundary check` lists."))


def _finding(finding: Finding) -> str:
    head = (
        f"{tag('span', text(finding.severity), class_=finding.severity)} {tag('code', text(finding.code))} "
        f"{text(finding.message)} {tag('span', text(finding.location), class_='faint')}"
    )
    steps = "".join(tag("li", f"{tag('code', text(s.location))} {text(s.what)}") for s in finding.evidence)
    fix = tag("p", f"<b>Fix:</b> {text(finding.fix)}") if finding.fix else ""
    return tag("details", tag("summary", head) + tag("ol", steps) + fix)


def _services(overview: Overview) -> str:
    rows = [
        [
            text(overview.name(row.identity)), text(overview.graph.party(overview.graph.nodes[row.identity]) or "-"),
            text(row.inward), text(row.outward), text(f"{row.instability:.2f}"), text(row.callers), text(row.called),
            text(row.callers * row.called), text(f"{row.blast} of {row.teams} owners" if row.blast else "0"),
            text(f"{row.betweenness:.2f}"),
        ]
        for row in overview.services
    ]  # fmt: skip
    head = [
        "service", "owner", "Ca", "Ce", "instability", "AIS", "ADS", "ACS", "stops with it", "betweenness",
    ]  # fmt: skip
    return _told(
        "Ca and Ce: services that depend on it, and that it depends on, in any way. AIS and ADS: the same for calls. "
        + overview.estimate,
        head,
        rows,
    )


def _teams(overview: Overview) -> str:
    rows = [
        [text(team), text(number), text(ways), text(edges), text("-" if index is None else f"{index:+.2f}")]
        for team, number, ways, edges, index in overview.teams
    ]
    told = "E-I index: +1 all dependencies lead out of the team, -1 all stay within."
    return _told(told, ["team", "services", "pathways", "dependencies to and from others", "E-I index"], rows)


def _told(words: str, head: Sequence[str], rows: list[list[str]]) -> str:
    first = 2 if "owner" in head else 1
    return tag("p", words, class_="faint") + table(list(head), rows, frozenset(range(first, len(head))))
