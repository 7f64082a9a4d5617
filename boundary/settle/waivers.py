"""What accepts a finding: an exception of the configuration, or a comment ``boundary: ignore[CODE] reason``.

Both need a reason and may have a last day (``until = 2027-03-31``, in a comment ``until=2027-03-31``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from boundary.checks.rule import Rule
from boundary.config import Config
from boundary.graph import Graph
from boundary.model import Finding, Location

_COMMENT = re.compile(
    r"(?P<before>.*?)(?:#|//|--|;|/\*|<!--|%)\s*boundary:\s*ignore\[(?P<rules>[^\]]*)\]"
    r"(?:\s+until=(?P<until>\S+))?(?P<reason>.*)"
)
_COMMENT_END = re.compile(r" ?(\*/|-->|#\}|%\})$")


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Something that accepts findings of ``rules`` (codes or names), up to and including the day ``until``.

    One of the configuration gives names of the ends, of which empty ones stand for any. A comment is ``about`` a line:
    its own, or the next one when it stands alone. ``fault`` says why it does not count at all.
    """

    location: Location
    rules: tuple[str, ...]
    reason: str
    until: date | None = None
    source: str = ""
    target: str = ""
    about: int | None = None
    fault: str = ""

    def covers(self, graph: Graph, finding: Finding) -> bool:
        """Whether it means this finding, whatever the day."""
        if self.fault or not any(name in (finding.code, finding.rule) for name in self.rules):
            return False
        place = finding.location
        if self.about is not None:
            return place.path == self.location.path and place.line <= self.about <= max(place.line, place.end_line)
        return _called(graph, finding.source, self.source) and _called(graph, finding.target, self.target)


def configured(config: Config) -> Iterator[Waiver]:
    """The exceptions of the configuration."""
    for one in config.exceptions:
        yield Waiver(
            location=Location(config.path or "boundary.toml", one.line),
            rules=(one.rule,),
            reason=one.reason,
            until=one.until,
            source=one.source,
            target=one.target,
        )


def comments(path: str, lines: Sequence[str], rules: Sequence[Rule]) -> Iterator[Waiver]:
    """The comments of a source; ``rules`` are all rules that there are, so that an unknown one is told."""
    for number, line in enumerate(lines, 1):
        match = _COMMENT.match(line) if "boundary:" in line else None
        if match:
            names = tuple(word.strip() for word in match["rules"].split(",") if word.strip())
            reason = _COMMENT_END.sub("", " ".join(match["reason"].split())).strip(" :-")
            yield Waiver(
                location=Location(path, number),
                rules=names,
                reason=reason,
                until=_day(match["until"]),
                about=number if match["before"].strip() else _next(lines, number),
                fault=_fault(match["until"], names, reason, rules),
            )


def _next(lines: Sequence[str], number: int) -> int:
    """The line that a comment alone on line ``number`` is about: the next one that is no such comment itself."""
    number += 1
    while number <= len(lines) and (match := _COMMENT.match(lines[number - 1])) and not match["before"].strip():
        number += 1
    return number


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _fault(until: str | None, names: tuple[str, ...], reason: str, rules: Sequence[Rule]) -> str:
    if until and not _day(until):
        return f"until={until} is no day such as 2027-03-31"
    for name in names:
        if not any(rule.is_called(name) for rule in rules):
            return f"there is no rule {name}"
    if not names:
        return "no rule stands between the brackets"
    return "" if reason else "it gives no reason"


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
