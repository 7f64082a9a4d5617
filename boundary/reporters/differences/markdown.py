"""A change as a comment for a pull request: findings first, then what came and went, with a drawing."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Finding, Node, NodeKind
from boundary.reporters import View
from boundary.reporters._safe import code, html
from boundary.reporters.differences._words import sections, title
from boundary.reporters.graphs.mermaid import label, shape, word
from boundary.settle.difference import Difference, Way

FORMAT = "markdown"

MARK = "<!-- boundary diff -->"
"""The first line, by which a job finds the comment that it wrote before."""

_SHOWN = 100  # lines of a section; a comment of GitHub may have 65,536 characters
_DRAWN = 40  # edges


def render(difference: Difference, view: View) -> str:  # noqa: ARG001 - everything is in the difference
    """The comment."""
    blocks = [MARK, f"## What changes in the architecture\n\n{html(title(difference))}"]
    if not difference:
        blocks.append("Nothing: the same services, stores, edges and findings.")
    if difference.findings:
        blocks.append("### Findings\n\n" + "\n".join(_finding(one) for one in difference.findings[:_SHOWN]))
    drawn = "\n".join(_drawing(difference))
    blocks += [drawn] if drawn else []
    for heading, lines in sections(difference):
        rows = [f"- {code(sign)} {html(text)}" for sign, text, _ in lines[:_SHOWN]]
        rows += [f"- … and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        blocks.append(f"<details open><summary>{heading}</summary>\n\n" + "\n".join(rows) + "\n\n</details>")
    blocks += [html(note) for note in difference.notes]
    return "\n\n".join(blocks) + "\n"


def _finding(finding: Finding) -> str:
    sign = "fixed" if finding.status == "fixed" else "new"
    return f"- {sign} **{finding.severity} {html(finding.code)}** {html(finding.message)} {code(str(finding.location))}"


def _drawing(difference: Difference) -> Iterator[str]:
    """The edges that came, and dotted those that went."""
    if not difference.edges or len(difference.edges) > _DRAWN:
        return
    yield "```mermaid\nflowchart LR"
    ends = sorted({end for way in difference.edges for end in _ends(way)})
    yield from (f"  {shape(Node(identity, _kind(identity), name), name)}" for identity, name in ends)
    for way in difference.edges:
        arrow = "-->" if way.change == "gained" else "-.->"
        yield f"  {word(way.source)} {arrow}|{label(f'{way.change}: {way.kind}')}| {word(way.target)}"
    yield "```"


def _ends(way: Way) -> Iterator[tuple[str, str]]:
    yield way.source, way.from_name
    yield way.target, way.to_name


def _kind(identity: str) -> NodeKind:
    kind = identity.partition(":")[0]
    known: dict[str, NodeKind] = {"store": "store", "table": "table", "channel": "channel", "external": "external"}
    return known.get(kind, "service")
