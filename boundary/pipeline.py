"""The tool, from top to bottom: a workspace is discovered, read, resolved, checked, settled and reported on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from boundary import coded, deployed, errors, rulebook, skews
from boundary.checks.catalogue import choose
from boundary.checks.catalogue import gather as gather_rules
from boundary.checks.engine import run
from boundary.checks.rule import Rule
from boundary.config import NAMES, Config
from boundary.contracts import workspace as contracts
from boundary.discover import Snapshot, Workspace, discover, is_there
from boundary.discover.configured import config_before, with_exceptions
from boundary.extract import too_large
from boundary.facts import FileFacts
from boundary.gather import Gathered, Progress, gather
from boundary.graph import Elsewhen, Evolution, Graph
from boundary.model import Finding, Problem, Report
from boundary.reading.masking import masked
from boundary.resolve import resolve
from boundary.rewrites import offered
from boundary.settle.baseline import NAME as BASELINE
from boundary.settle.baseline import Baseline
from boundary.settle.baseline import read as read_baseline
from boundary.settle.causes import linked
from boundary.settle.difference import Difference, offers, parts, treaties, ways
from boundary.settle.settlement import made, settle, slack
from boundary.settle.waivers import Waiver
from boundary.source import NotText, Source

_CACHED = 512  # sources whose lines are kept for excerpts


def analyse(
    paths: Sequence[str | Path] = (),
    *,
    base: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    today: date | None = None,
) -> Report:
    """Analyse the repositories in some folders (in the current one when none is given) and report the findings.

    ``base`` is a git revision: findings that it has too are ``known`` then. ``jobs`` is the number of processes (None:
    what pays), ``today`` the day by which exceptions end. Raises UserError when the call, the configuration or the
    environment is wrong, and when there is nothing to analyse.
    """
    with Survey(discover(paths), jobs=jobs, progress=progress) as survey:
        return survey.report(base=base, today=today)


class Then(NamedTuple):
    """What another revision tells: its findings that count, and how the workspace came from it."""

    findings: Sequence[Finding]
    evolution: Evolution | None


class Survey:
    """A workspace at one moment, and what the stations of the street make of it, each when it is first asked for.

    Lines of sources can be read as long as the survey is open; it is a context manager. ``head`` is the revision that
    the snapshot shows, "" for the working tree. ``like`` is a survey of the same facts, whose graph is taken over.
    """

    def __init__(
        self,
        workspace: Workspace,
        snapshot: Snapshot | None = None,
        *,
        head: str = "",
        jobs: int | None = None,
        progress: Progress | None = None,
        gathered: Gathered | None = None,
        like: Survey | None = None,
    ) -> None:
        self._known = gathered
        if like is not None:  # what it has found out counts here as well
            self.__dict__ |= {name: like.__dict__[name] for name in ("graph", "_catalogue") if name in like.__dict__}
        self.workspace = workspace
        self.head = head
        self.snapshot = snapshot or workspace.snapshot()
        self.lines = lru_cache(_CACHED)(self._lines)
        self._jobs = jobs
        self._progress = progress
        self._started = perf_counter()

    @cached_property
    def config(self) -> Config:
        """The configuration that counts, with the exceptions that lie beside services."""
        return with_exceptions(self.workspace.config, self.snapshot)

    @cached_property
    def gathered(self) -> Gathered:
        """The facts of all files."""
        return gather(self.snapshot, self._jobs, self._progress) if self._known is None else self._known

    @cached_property
    def _catalogue(self) -> tuple[list[Rule], list[Problem]]:
        return gather_rules([*rulebook.shipped(), *_own_rules(self.workspace)])

    @property
    def rules(self) -> list[Rule]:
        """All rules that there are, shipped and custom, by code."""
        return self._catalogue[0]

    @property
    def faults(self) -> list[Problem]:
        """What is wrong with rule documents."""
        return self._catalogue[1]

    @cached_property
    def graph(self) -> Graph:
        """The service graph, with what is wrong with the workspace and how much of it was seen.

        UserError with status 3 when no file says anything.
        """
        faults = self.faults
        _check_roots(self.config, [entry.path for entry in self.snapshot.entries()])
        if not self.gathered:
            listed = len(self.snapshot.entries())
            raise errors.nothing_analysed([part.folder.name for part in self.workspace.parts], listed)
        self._tell("resolving")
        graph = resolve(self.gathered.files, self.config, self.workspace.folders, self.snapshot.history())
        coverage = msgspec.structs.replace(
            graph.coverage,
            repositories=self.workspace.repositories,
            skipped=self.gathered.skipped,
            notes=self.workspace.notes,
        )
        problems = [*graph.problems, *faults]
        whole = Graph(graph.nodes.values(), graph.edges, graph.unresolved, problems, coverage, graph.history)
        found = skews.find(whole, self.side(self.head or "the working tree"), self.snapshot)
        notes = tuple(skews.untold(whole, found))
        seen = msgspec.structs.replace(coverage, notes=(*coverage.notes, *notes))
        return Graph(graph.nodes.values(), graph.edges, graph.unresolved, problems, seen, graph.history, skews=found)

    @cached_property
    def deployed(self) -> tuple[Elsewhen, ...]:
        """What consumers do as they are deployed, where image tags tell which release that is."""

        def again(files: list[FileFacts]) -> Graph:
            return resolve(files, self.config, self.workspace.folders, self.snapshot.history())

        return deployed.views(self.graph, self.gathered.files, self.snapshot, again)

    @cached_property
    def baseline(self) -> Baseline | None:
        """What was accepted one day; None without a baseline. UserError when it cannot be relied on."""
        path = posixpath.join(self.workspace.home, BASELINE)
        return read_baseline(path, self.workspace.root / path)

    def findings(self, today: date, then: Then | None = None, baseline: Baseline | None = None) -> tuple[Finding, ...]:
        """What the rules find, settled; ``then`` is what another revision tells."""
        graph = self.graph.since(then.evolution) if then and then.evolution else self.graph
        before = then.findings if then else None
        self._tell("checking")
        found = run(graph, self.rules, self.config)
        paths = self.gathered.commented
        settled = settle(
            graph, found, self.rules, self.config, today, self.lines, paths=paths, base=before, baseline=baseline
        )
        return self._mendable(linked(settled))

    def _mendable(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings with what would mend them, where their rules say how."""
        side = self.side("")
        paths = [entry.path for entry in self.snapshot.entries() if entry.link is None]
        chosen = {rule.code: (rule.rewrite, rule.unsafe) for rule in self.rules if rule.rewrite}
        return offered(findings, chosen, self.graph, side.read, paths)

    def report(self, *, base: str | None = None, today: date | None = None, before: Snapshot | None = None) -> Report:
        """The report; see ``analyse``. ``before`` are the files of the base, where git does not have them."""
        today = today or date.today()
        baseline = self.baseline  # a broken one is told before anything is read
        then = None if base is None else self._at(base, today, before)
        findings = self.findings(today, then, baseline)
        seconds = round(perf_counter() - self._started, 3)
        compared = baseline.path if baseline else None
        coverage = self.graph.coverage
        if base is not None and before is None:
            lacking = [part.folder.name for part in self.workspace.lacking(base)]
            told = tuple(f"{name} has no revision {base} and is compared with itself" for name in lacking)
            coverage = msgspec.structs.replace(coverage, notes=(*coverage.notes, *told))
        return Report(findings=findings, coverage=coverage, base=base, baseline=compared, seconds=seconds)

    def excerpt(self, path: str, line: int) -> str | None:
        """A line of a source, from 1, with secrets covered; None where it cannot be read."""
        lines = self.lines(path)
        return masked(lines[line - 1]) if 0 < line <= len(lines) else None

    def difference(self, base: str, head: str = "", today: date | None = None, *, exact: bool = False) -> Difference:
        """What the change from where another revision and this survey parted does; from the revision itself if
        ``exact``. ``head`` is how this survey is called."""
        today = today or date.today()
        with self._then(base, exact=exact) as then:
            old = then.graph if then.gathered else Graph((), ())
            found = self.findings(today, self._told(then, base, today), self.baseline)
            services, stores = parts(old, self.graph)
            return Difference(
                base=base,
                head=head,
                services=services,
                stores=stores,
                edges=ways(old, self.graph),
                operations=offers(old, self.graph),
                exceptions=treaties(then.exceptions, self.exceptions),
                findings=tuple(finding for finding in found if finding.status in ("new", "fixed")),
                notes=self.workspace.notes,
            )

    def slack(self) -> list[tuple[Waiver, int]]:
        """The exceptions that accept less than they say, each with how many edges it accepts."""
        found = run(self.graph, self.rules, self.config)
        return slack(self.graph, found, self.exceptions, choose(self.rules, self.config))

    @property
    def exceptions(self) -> list[Waiver]:
        """All exceptions that are made, in the configuration and in comments."""
        return made(self.config, self.gathered.commented, self.lines, self.rules)

    def _then(self, revision: str, snapshot: Snapshot | None = None, *, exact: bool = False) -> Survey:
        """The survey of another revision, by today's configuration and rules and with the exceptions of then."""
        if snapshot is None:
            snapshot = self.workspace.exactly(revision) if exact else self.workspace.at(revision, self.head)
        then = msgspec.structs.replace(self.workspace, config=config_before(snapshot, self.workspace))
        return Survey(then, snapshot, jobs=self._jobs, progress=self._progress)

    def _at(self, revision: str, today: date, snapshot: Snapshot | None) -> Then:
        with self._then(revision, snapshot) as then:
            return self._told(then, revision, today)

    def _told(self, then: Survey, revision: str, today: date) -> Then:
        """What another revision is found guilty of, less what it accepted itself; and what changed in the contracts."""
        if not then.gathered:
            return Then([], None)
        findings = [finding for finding in then.findings(today) if finding.status == "new"]
        told = contracts.changes(then.side(revision), self.side(self.head or "the working tree"))
        in_code = tuple(coded.changes(then.graph, self.graph))
        seen = self.deployed if told[0] or in_code else ()
        return Then(findings, Evolution(then.graph, *told, in_code, seen))

    def side(self, label: str) -> contracts.Side:
        """This workspace as one of two that are compared."""
        entries = [entry for entry in self.snapshot.entries() if entry.link is None]
        known = {entry.path for entry in entries}

        def read(path: str) -> bytes | None:
            try:
                return self.snapshot.read(path) if path in known else None
            except OSError:
                return None

        return contracts.Side(label, self.gathered.files, read, [entry.path for entry in entries if not entry.mark])

    def _lines(self, path: str) -> Sequence[str]:
        try:
            data = self.snapshot.read(path)
            return () if too_large(len(data)) else Source(path, data).text.split("\n")
        except (OSError, KeyError, NotText):
            return ()

    def _tell(self, stage: str) -> None:
        if self._progress:
            self._progress(stage, 0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.snapshot.close()


def _own_rules(workspace: Workspace) -> Iterator[rulebook.Document]:
    """The documents of the configured rule folders, which lie in the workspace."""
    for index, path in enumerate(workspace.config.rule_paths):
        where = workspace.config.where(f"rules.paths.{index}")
        folder = workspace.root / path
        if not folder.is_dir():
            raise errors.no_such_path(path, where)
        if not folder.resolve().is_relative_to(workspace.root):
            raise errors.rules_outside(path, where)
        yield from rulebook.own(folder, path)


def _check_roots(config: Config, paths: Sequence[str]) -> None:
    """UserError for a configured service whose root has nothing in it; ``paths`` are sorted."""
    for service in config.services:
        if service.root and not is_there(service.root, paths):
            raise errors.no_such_root(config.path or NAMES[0], service.line, service.name, service.root)
