"""What accepts a finding: an exception of the configuration or of a file beside the service that is bypassed, or a
comment ``boundary: ignore[CODE] reason``.

All need a reason and may have a type and a last day (``until = 2027-03-31``, in a comment ``until=2027-03-31``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from boundary.checks.parties import home
from boundary.checks.rule import Rule
from boundary.config import Config
from boundary.graph import Graph
from boundary.model import Finding, Location

TYPES = ("strangler", "analytics", "platform", "same-team", "accepted")
"""The kinds of treaties. A strangler is being taken apart, analytics reads until there is a data product, a platform
serves all, same-team is no bypass between owners (and ends when the owners part); accepted is everything else."""

ENDING = ("strangler", "analytics")
"""Kinds that are made to end, so that they need a last day."""

COMMENT = re.compile(
    r"(?P<before>.*?)(?:#|//|--|;|!|/\*|<!--|%)\s*boundary:\s*ignore\[(?P<rules>[^\]]*)\]"
    r"(?P<options>(?:\s+(?:until|type)=\S+)*)(?P<reason>.*)"
)
"""A comment that accepts findings, with what stands before it."""

_COMMENT_END = re.compile(r" ?(\*/( ?-?\}\})?|-->|#\}|%\})$")


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Something that accepts findings of ``rules`` (codes or names), up to and including the day ``until``.

    One of the configuration gives names of the ends, of which empty ones stand for any. A comment is ``about`` a line:
    its own, or the next one when it stands alone. ``beside`` is the folder of a file of exceptions: it counts only for
    the services there, whose owners look after the folder. ``edges`` is for how many edges it was made (0: not said).
    ``fault`` says why it does not count at all.
    """

    location: Location
    rules: tuple[str, ...]
    reason: str
    until: date | None = None
    source: str = ""
    target: str = ""
    about: int | None = None
    beside: str | None = None
    type: str = ""
    edges: int = 0
    fault: str = ""

    def covers(self, graph: Graph, finding: Finding) -> bool:
        """Whether it means this finding, whatever the day."""
        if self.fault or not any(name in (finding.code, finding.rule) for name in self.rules):
            return False
        place = finding.location
        if self.about is not None:
            return place.path == self.location.path and place.line <= self.about <= max(place.line, place.end_line)
        return self.means(graph, finding) and _lies_beside(graph, finding.target, self.beside) and self._suits(finding)

    def means(self, graph: Graph, finding: Finding) -> bool:
        """Whether it names the rule and the ends of a finding, wherever it stands and whatever it is."""
        if not any(name in (finding.code, finding.rule) for name in self.rules):
            return False
        return _called(graph, finding.source, self.source) and _called(graph, finding.target, self.target)

    def _suits(self, finding: Finding) -> bool:
        return self.type != "same-team" or (finding.team_from is not None and finding.team_from == finding.team_to)


def configured(config: Config) -> Iterator[Waiver]:
    """The exceptions of the configuration."""
    for one in config.exceptions:
        yield Waiver(
            location=Location(one.path or config.path or "boundary.toml", one.line),
            rules=(one.rule,),
            reason=one.reason,
            until=one.until,
            source=one.source,
            target=one.target,
            beside=one.beside,
            type=one.type,
            edges=one.edges,
        )


def comments(path: str, lines: Sequence[str], rules: Sequence[Rule]) -> Iterator[Waiver]:
    """The comments of a source; ``rules`` are all rules that there are, so that an unknown one is told."""
    for number, line in enumerate(lines, 1):
        match = COMMENT.match(line) if "boundary:" in line else None
        if match:
            names = tuple(word.strip() for word in match["rules"].split(",") if word.strip())
            reason = _COMMENT_END.sub("", " ".join(match["reason"].split())).strip(" :-")
            options = dict(option.split("=", 1) for option in match["options"].split())
            yield Waiver(
                location=Location(path, number),
                rules=names,
                reason=reason,
                until=_day(options.get("until")),
                about=number if code_before(match) else _next(lines, number),
                type=options.get("type", ""),
                fault=_fault(options, names, reason, rules),
            )


def _next(lines: Sequence[str], number: int) -> int:
    """The line that a comment alone on line ``number`` is about: the next one that is no such comment itself."""
    number += 1
    while number <= len(lines) and (match := COMMENT.match(lines[number - 1])) and not code_before(match):
        number += 1
    return number


def code_before(match: re.Match[str]) -> bool:
    """Whether anything stands before a comment but what opens one of a template: ``{{-``, ``{#``, ``{%``."""
    return bool(match["before"].strip(" \t{-"))


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _fault(options: dict[str, str], names: tuple[str, ...], reason: str, rules: Sequence[Rule]) -> str:
    until, kind = options.get("until"), options.get("type")
    if until and not _day(until):
        return f"until={until} is no day such as 2027-03-31"
    if kind and kind not in TYPES:
        return f"type={kind} is none of {', '.join(TYPES)}"
    if kind in ENDING and not until:
        return f"one of the type {kind} needs a last day, until=2027-03-31"
    for name in names:
        if not any(rule.is_called(name) for rule in rules):
            return f"there is no rule {name}"
    if not names:
        return "no rule stands between the brackets"
    return "" if reason else "it gives no reason"


def _lies_beside(graph: Graph, identity: str, folder: str | None) -> bool:
    """Whether the service that a node is or belongs to lies at or below a folder, or the folder in it."""
    if folder is None:
        return True
    node = graph.nodes.get(identity)
    service = graph.nodes.get(home(graph, node) or "") if node else None
    root = service.root if service else None
    return root is not None and (_is_below(root, folder) or _is_below(folder, root))


def _is_below(path: str, folder: str) -> bool:
    return folder in ("", path) or path.startswith(folder + "/")


def _called(graph: Graph, identity: str, name: str) -> bool:
    """Whether a node, what it is a part of, or the service that keeps it, is called so."""
    wanted = name.casefold()
    seen: set[str] = set()
    front = {identity} if name else set()
    while front:
        seen |= front
        nodes = [graph.nodes[one] for one in front if one in graph.nodes]
        if any(wanted in {word.casefold() for word in (node.id, node.name, *node.names)} for node in nodes):
            return True
        front = {above for node in nodes for above in (node.parent, node.keeper) if above} - seen
    return not name
