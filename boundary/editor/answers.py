"""What an editor shows for a place: what a call there means, where it leads, and how a finding is accepted there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath

from boundary.checks.message import owner
from boundary.checks.parties import home
from boundary.editor.session import Look
from boundary.graph import Graph
from boundary.model import Edge, Finding, Location, Node
from boundary.reporters._safe import printable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>&~])")

_COMMENTS: dict[tuple[str, str], str] = {
    (
        "# ",
        "",
    ): "py pyi rb sh bash yaml yml toml tf tfvars hcl properties conf env cfg mk ex exs pl graphql gql r jl ps1",
    (
        "// ",
        "",
    ): "js jsx mjs cjs ts tsx mts cts java kt kts groovy gradle go rs c h cc cpp cxx hpp cs php scala swift proto "
    "thrift dart jsonc bicep",
    ("-- ", ""): "sql lua",
    ("<!-- ", " -->"): "xml csproj fsproj props targets html htm vue svelte md config pom",
    ("; ", ""): "ini",
}
_OF_SUFFIX = {suffix: marks for marks, suffixes in _COMMENTS.items() for suffix in suffixes.split()}
_OF_NAME = re.compile(r"(Dockerfile|Containerfile|Makefile|Rakefile|Gemfile|Procfile|CODEOWNERS)(\..*)?|\.env(\..*)?")

ACCEPTED_DAYS = 90
"""How long an exception lasts that an editor writes: long enough to plan, too short to forget."""


def hover(look: Look, path: str, line: int) -> str:
    """What happens at a line, as Markdown: each dependency with provider, operation, owner, reasons; "" for nothing."""
    return "\n\n---\n\n".join(_told(look.graph, edge) for edge in _edges(look, path, line))


def definitions(look: Look, path: str, line: int) -> list[Location]:
    """Where the things lie that a line depends on: the operations called, served ones first, else the thing itself."""
    found: list[Location] = []
    for edge in _edges(look, path, line):
        target = look.graph.nodes[edge.target]
        called = [one for one in target.operations if one.name in edge.operations]
        places = [one.location for one in sorted(called, key=lambda one: one.source != "code")]
        found += places or ([target.location] if target.location else [])
    return list(dict.fromkeys(found))


def findings_at(look: Look, path: str, first: int, last: int) -> Iterator[Finding]:
    """The findings whose lines touch a range of lines."""
    for finding in look.findings:
        place = finding.location
        if place.path == path and place.line <= last and max(place.line, place.end_line) >= first:
            yield finding


def exception(finding: Finding, line: str, today: date) -> str | None:
    """The comment that accepts a finding, to stand above its line and indented like it; None in a format without
    comments."""
    marks = _marks(finding.location.path)
    if marks is None:
        return None
    indent = line[: len(line) - len(line.lstrip())]
    until = today + timedelta(days=ACCEPTED_DAYS)
    return f"{indent}{marks[0]}boundary: ignore[{finding.code}] until={until} accepted for now; say why{marks[1]}\n"


def _marks(path: str) -> tuple[str, str] | None:
    pure = PurePosixPath(path)
    if _OF_NAME.fullmatch(pure.name):
        return "# ", ""
    return _OF_SUFFIX.get(pure.suffix.lstrip(".").lower())


def _edges(look: Look, path: str, line: int) -> Iterable[Edge]:
    return look.edges.get((path, line), ())


def _told(graph: Graph, edge: Edge) -> str:
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    sure = "" if edge.certain else " (a candidate: found by elimination)"
    lines = [f"**{_text(source.name)}** {edge.kind} **{_text(target.name)}**{sure}"]
    lines += [f"- {_text(one)}" for one in edge.operations]
    lines += [
        "",
        *_whose(graph, target),
        "",
        *(f"{n}. {_text(s.what)} ({_text(str(s.location))})" for n, s in enumerate(edge.evidence, 1)),
    ]
    return "\n".join(lines)


def _whose(graph: Graph, target: Node) -> list[str]:
    keeper = graph.nodes.get(home(graph, target) or "")
    kept = f", kept by {_text(keeper.name)}" if keeper and keeper.id != target.id else ""
    return [f"{target.kind} {_text(target.name)}{kept}, owner {_text(owner(graph, target))}"]


def _text(words: str) -> str:
    """A text of a repository as Markdown that shows just that."""
    return _MARKDOWN.sub(r"\\\1", printable(words))
