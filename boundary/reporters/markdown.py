"""A comment for a pull request: what is new first, with owners, reasons and a drawing of what is touched.

Markdown as GitHub, GitLab and Gitea read it (https://github.github.com/gfm/). Nothing of a scanned repository can add
markup, links or mentions. GitHub refuses comments of more than 65,536 characters, so what does not fit is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from boundary.model import Evidence, Finding, Node, NodeKind, Report
from boundary.reporters import WORKSPACE, View
from boundary.reporters._rows import write
from boundary.reporters._safe import code, html
from boundary.reporters._summary import consequences, count, summary
from boundary.reporters.graphs.mermaid import label, shape, word

FORMAT = "markdown"

MARK = "<!-- boundary -->"
"""The first line, by which a job finds the comment that it wrote before."""

_LONGEST = 60_000  # characters, with room below the limit for what a job adds
_DRAWN = 40  # nodes; more of them are no drawing but a carpet


def render(report: Report, view: View) -> str:  # noqa: ARG001 - everything is in the report
    """The comment."""
    new = [finding for finding in report.findings if finding.status == "new"]
    below = consequences(new)
    head = [MARK, f"## boundary: {_title(report, new)}", *_owners(new)]
    tail = [*_drawing(new), *_settled(report), *_scope(report)]
    left = _LONGEST - sum(len(part) + 2 for part in (*head, *tail))
    return "\n\n".join([*head, *_fitting(new, below, left), *tail]) + "\n"


def _title(report: Report, new: Sequence[Finding]) -> str:
    severities = ("error", "warning", "info")
    counts = [(severity, sum(finding.severity == severity for finding in new)) for severity in severities]
    found = ", ".join(count(number, f"new {severity}") for severity, number in counts if number) or "nothing new"
    gone = sum(finding.status == "fixed" for finding in report.findings)
    base = f", compared with {html(report.base)}" if report.base else ""
    return found + (f", {gone} fixed" if gone else "") + base


def _owners(new: Iterable[Finding]) -> Iterator[str]:
    owners = sorted({team for finding in new for team in (finding.team_from, finding.team_to) if team})
    if owners:
        yield "Concerns " + ", ".join(f"**{html(owner)}**" for owner in owners) + "."


def _fitting(new: Sequence[Finding], below: Mapping[str, Sequence[Finding]], left: int) -> Iterator[str]:
    """The findings, the worst first, each with what follows from it, as far as there is room."""
    causes = [finding for finding in new if not finding.cause]
    ranked = sorted(causes, key=lambda finding: ("error", "warning", "info").index(finding.severity))
    for number, finding in enumerate(ranked):
        text = "\n\n".join(_finding(finding, below.get(finding.fingerprint, ())))
        left -= len(text) + 2
        if left < 0:
            yield f"… and {count(len(ranked) - number, 'further finding')}, for which there is no room here."
            return
        yield text


def _finding(finding: Finding, below: Sequence[Finding]) -> Iterator[str]:
    place = "" if finding.location.path == WORKSPACE else f"\\\n{code(str(finding.location))}"
    yield f"**{finding.severity} {html(finding.code)} {html(finding.rule)}**: {html(finding.message)}{place}"
    if below:
        yield "\n".join(
            f"- {one.severity} {html(one.code)} {code(str(one.location))} {html(one.from_name)}" for one in below
        )
    if finding.evidence or finding.fix:
        yield "<details><summary>why, and what to do</summary>"
        yield from (["\n".join(_chain(finding.evidence))] if finding.evidence else [])
        yield from ([f"Fix: {html(finding.fix)}"] if finding.fix else [])
        yield "</details>"


def _chain(evidence: Iterable[Evidence]) -> Iterator[str]:
    for number, link in enumerate(evidence, 1):
        yield f"{number}. {code(str(link.location))} {html(link.what)}"


# --- the drawing --------------------------------------------------------------------------------------------


def _drawing(new: Iterable[Finding]) -> Iterator[str]:
    """Who breaks which rule towards whom, in a box for each owner."""
    pairs = sorted({(one.source, one.target) for one in new if one.source and one.target})
    nodes = {node.id: node for finding in new for node in _ends(finding)}
    wanted = {end for pair in pairs for end in pair}
    if not pairs or len(wanted) > _DRAWN:
        return
    lines = ["```mermaid", "flowchart LR"]
    for owner in sorted({nodes[end].owner or "" for end in wanted}):
        inside = [
            f"    {shape(nodes[end], nodes[end].name)}" for end in sorted(wanted) if (nodes[end].owner or "") == owner
        ]
        if owner:
            inside = [f'  subgraph {word("team/" + owner)}["{label(owner)}"]', *inside, "  end"]
        lines += inside
    for source, target in pairs:
        codes = sorted({one.code for one in new if (one.source, one.target) == (source, target)})
        lines.append(f"  {word(source)} -->|{label(', '.join(codes))}| {word(target)}")
    yield "\n".join([*lines, "```"])


def _ends(finding: Finding) -> Iterator[Node]:
    for identity, name, owner in (
        (finding.source, finding.from_name, finding.team_from),
        (finding.target, finding.to_name, finding.team_to),
    ):
        if identity:
            yield Node(identity, _kind(identity), name, owner=owner)


def _kind(identity: str) -> NodeKind:
    kind = identity.partition(":")[0]
    known: dict[str, NodeKind] = {"store": "store", "table": "table", "channel": "channel", "external": "external"}
    return known.get(kind, "service")


# --- the rest -----------------------------------------------------------------------------------------------


def _settled(report: Report) -> Iterator[str]:
    for status in ("fixed", "stale", "excepted", "known"):
        found = [finding for finding in report.findings if finding.status == status]
        if found:
            rows = [f"- {html(one.code)} {html(one.message)}" + _reason(one) for one in found[:20]]
            rows += [f"- … and {len(found) - 20} more"] if len(found) > 20 else []
            yield f"<details><summary>{len(found)} {status}</summary>\n\n" + "\n".join(rows) + "\n\n</details>"


def _reason(finding: Finding) -> str:
    return f" ({html(finding.reason)})" if finding.reason else ""


def _scope(report: Report) -> Iterator[str]:
    lines = [html(line) for line in write(summary(report)).splitlines()]
    yield "<sub>" + "<br>".join(lines) + "</sub>"
