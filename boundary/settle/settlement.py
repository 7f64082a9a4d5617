"""Settles findings: which are accepted and why, which were there before, and which exceptions are spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import msgspec

from boundary.checks.catalogue import choose
from boundary.checks.engine import findings as run
from boundary.checks.rule import Rule
from boundary.config import Config
from boundary.graph import Graph
from boundary.model import Finding, Problem
from boundary.settle.against import compared
from boundary.settle.baseline import Baseline, applied
from boundary.settle.fingerprint import order
from boundary.settle.waivers import Waiver, comments, configured

Lines = Callable[[str], Sequence[str]]
"""Gives the lines of a source by its path; none where it cannot be read."""


def settle(
    graph: Graph,
    found: Iterable[Finding],
    rules: Sequence[Rule],
    config: Config,
    today: date,
    lines: Lines,
    *,
    paths: Iterable[str] = (),
    base: Iterable[Finding] | None = None,
    baseline: Baseline | None = None,
) -> tuple[Finding, ...]:
    """The findings with their statuses, and those about the exceptions themselves, in order.

    ``rules`` are all there are; an exception for one that the configuration does not choose is left alone. ``paths``
    are sources in which spent comments are looked for, besides those that findings point at. ``base`` are the findings
    of another revision: what was there too, at least as severe, is ``known``, and what is gone comes back as ``fixed``.
    The ``baseline`` does the same with what was accepted one day, but never with an exception that is spent.
    """
    settled = list(found)
    waivers = made(config, {finding.location.path for finding in settled} | set(paths), lines, rules)
    chosen = choose(rules, config)
    problems: list[Problem] = []
    for waiver in waivers:
        if not _runs(waiver, chosen):
            continue
        covered = [index for index, finding in enumerate(settled) if waiver.covers(graph, finding)]
        problems += _problems(graph, waiver, [settled[index] for index in covered], settled, today)
        for index in covered if not _is_over(waiver, today) else ():
            settled[index] = msgspec.structs.replace(settled[index], status="excepted", reason=_reason(waiver))
    spent = run(Graph((), (), problems=problems), [rule for rule in chosen if rule.check == "problems"])
    if baseline is not None:
        settled = applied(baseline, settled, graph, chosen, rules)
    settled += spent
    unseen = {problem.location.path for problem in graph.problems if problem.kind == "unreadable"}
    return tuple(sorted(settled if base is None else compared(settled, base, rules, unseen), key=order))


def made(config: Config, paths: Iterable[str], lines: Lines, rules: Sequence[Rule]) -> list[Waiver]:
    """All exceptions that there are: those of the configuration, then the comments in some sources."""
    waivers = list(configured(config))
    for path in sorted(set(paths)):
        waivers += comments(path, lines(path), rules)
    return waivers


def slack(
    graph: Graph, findings: Sequence[Finding], waivers: Iterable[Waiver], chosen: Sequence[Rule]
) -> list[tuple[Waiver, int]]:
    """The exceptions that accept less than they say although their rules run, each with how many edges it accepts: 0
    for one that is spent, fewer than it was made for else."""
    found = []
    for waiver in waivers:
        if _runs(waiver, chosen) and not waiver.fault:
            covered = [finding for finding in findings if waiver.covers(graph, finding)]
            if not covered or len(_pairs(covered)) < waiver.edges:
                found.append((waiver, len(_pairs(covered))))
    return found


def _pairs(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return sorted({(finding.from_name, finding.to_name) for finding in findings})


def _runs(waiver: Waiver, chosen: Sequence[Rule]) -> bool:
    return bool(waiver.fault) or any(rule.is_called(name) for rule in chosen for name in waiver.rules)


def _is_over(waiver: Waiver, today: date) -> bool:
    return waiver.until is not None and waiver.until < today


def _reason(waiver: Waiver) -> str:
    return f"{waiver.type}: {waiver.reason}" if waiver.type else waiver.reason


def _problems(
    graph: Graph, waiver: Waiver, covered: Sequence[Finding], settled: Sequence[Finding], today: date
) -> Iterator[Problem]:
    names = ", ".join(waiver.rules)
    pairs = _pairs(covered)
    if waiver.fault:
        yield Problem("exception-unused", waiver.location, f"this comment is not followed: {waiver.fault}")
    elif covered and _is_over(waiver, today):
        again = "a finding counts" if len(covered) == 1 else f"{len(covered)} findings count"
        what = f"the exception for {names} ended on {waiver.until}: {again} again"
        yield Problem("exception-expired", waiver.location, what)
    elif covered and waiver.edges and len(pairs) > waiver.edges:
        ends = ", ".join(f"{source} to {target}" for source, target in pairs)
        what = f"the exception for {names} was made for {waiver.edges} and accepts {len(pairs)} edges: {ends}"
        yield Problem("exception-unused", waiver.location, what)
    elif not covered:
        yield Problem("exception-unused", waiver.location, _why_none(graph, waiver, settled))


def _why_none(graph: Graph, waiver: Waiver, settled: Sequence[Finding]) -> str:
    names = ", ".join(waiver.rules)
    meant = next((one for one in settled if waiver.about is None and waiver.means(graph, one)), None)
    if meant is None:
        return f"nothing is found any more that this exception for {names} accepts"
    if waiver.type == "same-team":
        return f"{meant.from_name} and {meant.to_name} are not of one team, as this exception for {names} says"
    return f"this exception for {names} does not count here: it has to lie beside {meant.to_name}, which is bypassed"
