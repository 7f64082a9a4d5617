"""Settles findings: which are accepted and why, which were there before, and which exceptions are spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    waivers = list(configured(config))
    for path in sorted({finding.location.path for finding in settled} | set(paths)):
        waivers += comments(path, lines(path), rules)
    chosen = choose(rules, config)
    problems = []
    for waiver in waivers:
        if not waiver.fault and not any(rule.is_called(name) for rule in chosen for name in waiver.rules):
            continue
        covered = [index for index, finding in enumerate(settled) if waiver.covers(graph, finding)]
        if not covered or (waiver.until and waiver.until < today):
            problems.append(_problem(waiver, len(covered)))
            continue
        for index in covered:
            settled[index] = msgspec.structs.replace(settled[index], status="excepted", reason=waiver.reason)
    spent = run(Graph((), (), problems=problems), [rule for rule in chosen if rule.check == "problems"])
    if baseline is not None:
        settled = applied(baseline, settled, graph, chosen, rules)
    settled += spent
    return tuple(sorted(settled if base is None else compared(settled, base), key=order))


def _problem(waiver: Waiver, covered: int) -> Problem:
    names = ", ".join(waiver.rules)
    if waiver.fault:
        return Problem("exception-unused", waiver.location, f"this comment is not followed: {waiver.fault}")
    if covered:
        again = "a finding counts" if covered == 1 else f"{covered} findings count"
        what = f"the exception for {names} ended on {waiver.until}: {again} again"
        return Problem("exception-expired", waiver.location, what)
    what = f"nothing is found any more that this exception for {names} accepts"
    return Problem("exception-unused", waiver.location, what)
