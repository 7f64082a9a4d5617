"""JUnit's XML: a suite for each clause, a case for each rule of the run and for each of its findings.

A rule without findings is a case that passes, so that silence is seen to be an answer. Source: the schema of Jenkins's
xUnit plugin (``junit-10.xsd``), which the other CI systems read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from boundary.model import Finding, Report
from boundary.reporters import View
from boundary.reporters._rows import write
from boundary.reporters._safe import xml
from boundary.reporters._summary import summary

FORMAT = "junit"

_THERE = ("new", "known", "excepted")


def render(report: Report, view: View) -> str:
    """The document: new findings fail, settled ones are skipped with the reason."""
    found = [finding for finding in report.findings if finding.status in _THERE]
    quiet = [rule for code, rule in sorted(view.rules.items()) if not any(one.code == code for one in found)]
    cases = [(one.clause, _broken(one), one.status == "new") for one in found]
    cases += [(rule.clause, _passed(rule.clause, rule.code, rule.name), False) for rule in quiet]
    cases.sort(key=lambda case: case[0])
    failures = sum(failed for _, _, failed in cases)
    skipped = len(found) - failures
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="boundary" tests="{len(cases)}" failures="{failures}" skipped="{skipped}">')
    for clause, group in groupby(cases, key=lambda case: case[0]):
        lines += _suite(clause, [(text, failed) for _, text, failed in group])
    lines += ['  <testsuite name="boundary" tests="0" failures="0">', *_scope(report), "  </testsuite>"]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(clause: str, cases: list[tuple[str, bool]]) -> Iterator[str]:
    failures = sum(failed for _, failed in cases)
    yield f'  <testsuite name="boundary.{xml(clause)}" tests="{len(cases)}" failures="{failures}">'
    yield from (text for text, _ in cases)
    yield "  </testsuite>"


def _passed(clause: str, code: str, name: str) -> str:
    return f'    <testcase classname="boundary.{xml(clause)}" name="{xml(code)} {xml(name)}"/>'


def _broken(finding: Finding) -> str:
    place = finding.location
    head = (
        f'    <testcase classname="boundary.{xml(finding.clause)}" name="{xml(finding.code)} {xml(finding.rule)}:'
        f' {xml(str(place))}" file="{xml(place.path)}" line="{place.line}">'
    )
    if finding.status != "new":
        why = f"{finding.status}: {finding.reason}" if finding.reason else finding.status
        return f'{head}\n      <skipped message="{xml(why)}"/>\n    </testcase>'
    told = [f"{link.location}  {link.what}" for link in finding.evidence]
    told += [f"fix: {finding.fix}"] if finding.fix else []
    inside = "\n".join(xml(line) for line in [finding.message, *told])
    failure = f'      <failure type="{finding.severity}" message="{xml(finding.message)}">{inside}</failure>'
    return f"{head}\n{failure}\n    </testcase>"


def _scope(report: Report) -> Iterator[str]:
    lines = "\n".join(xml(line) for line in write(summary(report)).splitlines())
    yield f"    <system-out>{lines}</system-out>"
