"""The graph as a Mermaid flowchart, for Markdown pages and pull requests.

Source: https://mermaid.js.org/syntax/flowchart.html ("Entity codes to escape characters").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from boundary.graph import Graph
from boundary.model import Node
from boundary.reporters._safe import printable
from boundary.reporters.graphs._drawing import arrows, teams

FORMAT = "mermaid"

_SHAPES = {
    "store": ('[("', '")]'),
    "table": ('[["', '"]]'),
    "channel": ('(["', '"])'),
    "broker": ('(["', '"])'),
    "external": ('("', '")'),
}
# Whatever is not a plain character is written by its number: quotes end a label, `%%{` begins a directive, backticks
# end the fence around the drawing, `<` begins HTML, and a label that begins with "1." or "-" is taken for a list.
_ESCAPED = re.compile(r"^\d+\.|^-|[^\w /:,.@=-]")


def render(graph: Graph) -> str:
    """A flowchart from left to right with a subgraph for each team; candidates are dotted."""
    return "\n".join(["flowchart LR", *(f"  {line}" for line in _body(graph))]) + "\n"


def _body(graph: Graph) -> Iterator[str]:
    for team, nodes in teams(graph):
        if team:
            yield f'subgraph {word("team/" + team)}["{label(team)}"]'
            yield from (f"  {shape(node, graph.label(node))}" for node in nodes)
            yield "end"
        else:
            yield from (shape(node, graph.label(node)) for node in nodes)
    for arrow in arrows(graph):
        line = "-->" if arrow.certain else "-.->"
        yield f"{word(arrow.source)} {line}|{label(arrow.label)}| {word(arrow.target)}"


def shape(node: Node, called: str) -> str:
    """A node in the form of its kind, with what it is called."""
    before, after = _SHAPES.get(node.kind, ('["', '"]'))
    return f"{word(node.id)}{before}{label(called)}{after}"


def word(identity: str) -> str:
    """A word that stands for a node: readable, and never that of another one.

    It does not change when other nodes come and go, so that a drawing in a repository has small diffs.
    """
    word = re.sub(r"[^A-Za-z0-9]+", "_", identity)
    if re.fullmatch(r"[a-z-]+[:/][A-Za-z0-9]+(-[A-Za-z0-9]+)*", identity):
        return word
    return f"{word}_{sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def label(text: str) -> str:
    """A text that stands for nothing but itself, between quotes or bars."""
    return _ESCAPED.sub(lambda match: "".join(f"#{ord(one)};" for one in match[0]), printable(text) or "?")
