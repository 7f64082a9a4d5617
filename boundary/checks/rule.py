"""The types of the checks: a rule as its document says it, its examples, and a breach that it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from boundary.checks.select import Selector
from boundary.graph import Graph
from boundary.model import Evidence, Grade, Hit, Location, Node, Revision, Severity

Clause = Literal[
    "direct-linking", "data-store", "shared-memory", "back-door", "interface", "contract", "autonomy", "config"
]
"""The parts of the mandate, and ``config`` for what concerns the tool's own work."""

Per = Literal["pair", "place", "target"]
"""How edges become findings: one a pair of nodes, one a place in a source, or one a node depended on."""


HISTORY = ".history"
"""The file of an example that tells its history and is no source."""

RELEASES = ".releases/"
"""Where an example keeps files of releases: ``.releases/1.4.0/stock/openapi.yaml``."""


class ExampleFile(msgspec.Struct, frozen=True):
    """A file of an example; ``line`` is that of its first line in the rule document."""

    path: str
    text: str
    line: int = 1


class Expectation(msgspec.Struct, frozen=True, order=True):
    """A ``finds: CODE`` comment: a finding of ``code`` must point at this line of this file; of severity info where the
    comment says so (``finds: CODE info``)."""

    path: str
    line: int
    code: str
    info: bool = False


class Example(msgspec.Struct, frozen=True):
    """A small workspace in a rule document, with what must be found in it; ``line`` is where it starts there.
    ``before`` are the files of a base revision, for rules that look at what a change does to contracts."""

    caption: str
    files: tuple[ExampleFile, ...]
    expected: tuple[Expectation, ...] = ()
    line: int = 1
    before: tuple[ExampleFile, ...] = ()

    @property
    def sources(self) -> dict[str, str]:
        """The texts of its files, by path."""
        told = (HISTORY, RELEASES)
        return {file.path: file.text for file in self.files if not file.path.startswith(told)}

    @property
    def releases(self) -> dict[str, dict[str, str]]:
        """The files of each release, by the name of its tag."""
        found: dict[str, dict[str, str]] = {}
        for file in self.files:
            if file.path.startswith(RELEASES):
                name, _, path = file.path.removeprefix(RELEASES).partition("/")
                found.setdefault(name, {})[path] = file.text
        return found

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """Its history: in the file ``HISTORY`` each line tells of some commits, ``5 ann@inn: rooms/app.py guests.go``,
        with what they say of themselves behind ``#``."""
        told = next((file.text for file in self.files if file.path == HISTORY), "")
        return tuple(one for line in told.splitlines() for one in _revisions(line))


def _revisions(line: str) -> list[Revision]:
    said, _, subject = line.partition("#")
    head, _, paths = said.partition(":")
    count, _, author = head.partition(" ")
    return [Revision(author.strip(), subject.strip(), tuple(paths.split()))] * int(count or 0)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule document. ``path`` is the document's, ``body`` its text below the front matter.

    A rule has a ``select``, or a ``check`` (a module of ``boundary.checks.functions``), or both: then the check says
    which of the selected edges or nodes are a breach together. ``parameters`` are the check's. ``keep_same_owner``
    keeps the severity where both ends have one owner; ``no_owner`` is it where nobody at all answers for an end (the
    machine, something outside), ``unknown_owner`` where no team is known for an end, even if the service is.
    ``rewrite`` names what mends it (a module of ``boundary.rewrites``), ``unsafe`` says whom that may break.
    """

    code: str
    name: str
    clause: Clause
    severity: Severity
    message: str
    title: str
    path: str = ""
    body: str = ""
    why: str = ""
    fix: str = ""
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    select: Selector = Selector()
    check: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    per: Per = "pair"
    keep_same_owner: bool = False
    no_owner: Severity | None = None
    unknown_owner: Severity | None = None
    rewrite: str = ""
    unsafe: str = ""

    @property
    def mild(self) -> str:
        """The rule's code when it is never more than info: then its examples are about findings of that severity."""
        return self.code if self.severity == "info" else ""

    def parameter(self, name: str, default: str = "") -> str:
        """A parameter of the check, as written."""
        return dict(self.parameters).get(name, default)

    def is_called(self, name: str) -> bool:
        """Whether the name is this rule's code or name."""
        return name in (self.code, self.name)

    def answers_to(self, selection: str) -> bool:
        """Whether a selection means this rule: ``ALL``, its clause, name or code, or how the code begins (``DAT``)."""
        return selection in ("ALL", self.clause, self.name) or (selection != "" and self.code.startswith(selection))


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found, before it is worded and graded. The first evidence is where the finding points.

    ``other`` is the second party where that is not the target's own: the service that shares a store. ``subject``
    tells breaches of one pair apart; it goes into the fingerprint, so it holds no line numbers and no wording.
    ``grades`` are the kinds of evidence that were joined, ``detail`` and ``operations`` fill places of the message.
    ``severity`` is a milder one than the rule's.
    """

    evidence: tuple[Evidence, ...]
    source: Node | None = None
    target: Node | None = None
    other: Node | None = None
    certain: bool = True
    subject: tuple[str, ...] = ()
    detail: str = ""
    operations: tuple[str, ...] = ()
    counterpart: Location | None = None
    consumers: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    hits: tuple[Hit, ...] = ()
    severity: Severity | None = None


Check = Callable[[Graph, Rule], Iterator[Breach]]
"""A named check: what a module of ``boundary.checks.functions`` offers as ``check``."""
