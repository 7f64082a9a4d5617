"""A workspace as it stands in an editor: on disk, but for the texts that are not saved yet.

Every file is read once; of what is typed only that one file is read again, and the rest of the street runs over the
facts that are there already.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from boundary.checks.rule import Rule
from boundary.discover import Entry, Snapshot, discover
from boundary.discover.marks import Marks
from boundary.gather import Gathered, gather, renewed
from boundary.graph import Graph
from boundary.model import Edge, Finding, Revision
from boundary.pipeline import Survey

_CONTRACTS = frozenset(("openapi", "asyncapi", "protobuf", "graphql", "avro", "thrift", "generated"))
"""Formats whose files are compared by what else stands in them."""


class Edited(Snapshot):
    """A snapshot with some texts in place of what stands there; entries and history are those of before."""

    def __init__(
        self, base: Snapshot, entries: Sequence[Entry], past: Sequence[Revision], texts: dict[str, bytes]
    ) -> None:
        self._base = base
        self._entries = entries
        self._past = past
        self._texts = texts

    def entries(self) -> Sequence[Entry]:
        """All files, by path; new ones are those that were never saved."""
        known = {entry.path for entry in self._entries}
        marks = Marks(known)
        new = [Entry(path, marks.of(path)) for path in self._texts if path not in known]
        return sorted([*self._entries, *new])

    def read(self, path: str) -> bytes:
        """The bytes of a file, unsaved ones first."""
        return self._texts[path] if path in self._texts else self._base.read(path)

    def text(self, path: str) -> bytes | None:
        """The bytes of a file, None for one that is not there or cannot be read."""
        try:
            return self.read(path)
        except (OSError, KeyError):
            return None

    def history(self) -> Sequence[Revision]:
        """The last commits."""
        return self._past


class Look(msgspec.Struct, frozen=True):
    """What a workspace looks like at one moment. ``edges`` are those that a place is the best evidence of, by path and
    line; ``lines`` are those of the sources with findings, and of those that would change to mend them."""

    graph: Graph
    rules: dict[str, Rule]
    findings: tuple[Finding, ...]
    edges: dict[tuple[str, int], list[Edge]]
    lines: dict[str, Sequence[str]]


class Session:
    """The workspace of a folder. ``type`` takes texts, ``look`` analyses; both may be called from different threads,
    but two looks never at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, bytes] = {}
        self._changed: set[str] = set()
        self._gathered: Gathered | None = None
        self._last: tuple[Gathered, Survey] | None = None
        self.reload()

    @property
    def root(self) -> Path:
        """The folder that all paths are relative to."""
        return self._workspace.root

    def reload(self) -> None:
        """Look at the disk again: files came, went or changed outside of the editor. UserError for a configuration that
        does not fit."""
        self._workspace = discover([self._folder])
        self._base = self._workspace.snapshot()
        self._entries = self._base.entries()
        self._past = self._base.history()
        self._gathered = self._last = None

    def type(self, path: str, text: str | None) -> None:
        """The text of a file that is not saved; None when what is on disk counts again."""
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text.encode("utf-8", "replace")
        self._changed.add(path)

    def _alike(self, changed: set[str]) -> Survey | None:
        """The last survey, where nothing of what it knows has changed: what is typed is often a comment, or code that
        does nothing to the outside. A contract is read beyond what is told of it."""
        if self._last is None or self._gathered is None or self._last[0].files != self._gathered.files:
            return None
        told = [file for file in self._gathered.files if file.path in changed]
        return None if any(_CONTRACTS.intersection(file.formats) for file in told) else self._last[1]

    def look(self, today: date | None = None) -> Look:
        """Analyse; UserError when something of the configuration is wrong or nothing can be analysed."""
        changed, self._changed = self._changed, set()
        snapshot = Edited(self._base, self._entries, self._past, dict(self._texts))
        if self._gathered is None:
            self._gathered = gather(snapshot)
            gc.freeze()  # facts have no cycles; looking for some in them costs a fifth of every look
        marks = {entry.path: entry.mark for entry in snapshot.entries()}
        for path in sorted(changed):
            self._gathered = renewed(self._gathered, path, marks.get(path, ""), snapshot.text(path))
        survey = Survey(self._workspace, snapshot, gathered=self._gathered, like=self._alike(changed))
        self._last = self._gathered, survey
        findings = tuple(one for one in survey.findings(today or date.today()) if one.status == "new")
        edges: dict[tuple[str, int], list[Edge]] = defaultdict(list)
        for edge in survey.graph.edges:
            place = edge.location
            for line in range(place.line, max(place.line, place.end_line) + 1):
                edges[place.path, line].append(edge)
        edits = (edit for finding in findings if finding.rewrite for edit in finding.rewrite.edits)
        paths = {finding.location.path for finding in findings} | {edit.path for edit in edits}
        lines = {path: survey.lines(path) for path in paths}
        return Look(survey.graph, {rule.code: rule for rule in survey.rules}, findings, dict(edges), lines)
