"""Runs rules over a graph: every breach becomes a finding, worded, graded, with both ends and a fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from boundary.checks.catalogue import choose
from boundary.checks.document import checks
from boundary.checks.merge import breaches
from boundary.checks.message import render
from boundary.checks.parties import relation, team
from boundary.checks.rule import Breach, Rule
from boundary.config import Config
from boundary.graph import Graph
from boundary.model import Evidence, Finding, Location, Severity
from boundary.settle.fingerprint import fingerprint, numbered


def run(graph: Graph, rules: Sequence[Rule], config: Config) -> list[Finding]:
    """The findings of the rules that the configuration chooses, by path, line and code; none is settled yet."""
    return findings(graph, choose(rules, config))


def findings(graph: Graph, rules: Iterable[Rule]) -> list[Finding]:
    """The findings of all the rules given."""
    return numbered(_finding(graph, rule, breach) for rule in rules for breach in _breaches(graph, rule))


def _breaches(graph: Graph, rule: Rule) -> Iterator[Breach]:
    if rule.check:
        yield from checks()[rule.check](graph, rule)
    elif rule.select.node:
        for node in rule.select.select_nodes(graph):
            at = () if node.location is None else (Evidence(node.location, f"{node.name} is declared here"),)
            yield Breach(source=node, evidence=at + node.evidence)
    else:
        yield from breaches(graph, rule, rule.select.select_edges(graph))


def _finding(graph: Graph, rule: Rule, breach: Breach) -> Finding:
    source, target = breach.source, breach.target
    location = breach.evidence[0].location if breach.evidence else Location(".")
    origin = "" if source is None or rule.per == "target" else source.id
    return Finding(
        code=rule.code,
        rule=rule.name,
        clause=rule.clause,
        severity=_severity(graph, rule, breach),
        message=render(graph, rule.message, breach),
        location=location,
        source=source.id if source else "",
        target=target.id if target else "",
        from_name=source.name if source else "",
        to_name=target.name if target else "",
        team_from=team(graph, source) if source else None,
        team_to=team(graph, target) if target else None,
        evidence=breach.evidence,
        counterpart=None if breach.counterpart == location else breach.counterpart,
        consumers=breach.consumers,
        grades=breach.grades,
        hits=breach.hits,
        fix=" ".join(rule.fix.split("\n\n")[0].split()),
        fingerprint=fingerprint(rule.code, origin, target.id if target else "", breach.subject),
    )


def _severity(graph: Graph, rule: Rule, breach: Breach) -> Severity:
    """The rule's severity, unless what is known makes it milder; see ``Rule``."""
    if not breach.certain:
        return "info"
    if breach.severity:
        return breach.severity
    source, other = breach.source, breach.other or breach.target
    if source and other:
        if relation(graph, source, other) in ("same", "team") and not rule.keep_same_owner:
            return "info"  # two steps down from an error; nothing is below info
        if rule.no_owner and None in (graph.party(source), graph.party(other)):
            return rule.no_owner
        if rule.unknown_owner and None in (team(graph, source), team(graph, other)):
            return rule.unknown_owner
    return rule.severity
