"""The rules of a run: gathered from documents, and chosen by code, name or the beginning of a code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from boundary.checks.document import WrongDocument, read
from boundary.checks.rule import Rule
from boundary.config import Config
from boundary.contracts import knows
from boundary.errors import unknown_rule
from boundary.model import Location, Problem, Severity


def gather(documents: Iterable[tuple[str, str]]) -> tuple[list[Rule], list[Problem]]:
    """The rules of documents, given as path and text, by code; and what is wrong with those that do not fit.

    Where two documents have one code or one name, the first one stays: a custom rule replaces no shipped one.
    """
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    for path, text in documents:
        try:
            rule = read(path, text)
        except WrongDocument as wrong:
            problems += wrong.problems
            continue
        clash = next((other for other in rules.values() if other.code == rule.code or other.name == rule.name), None)
        if clash:
            what = f"{rule.code} {rule.name} clashes with {clash.code} {clash.name} of {clash.path}"
            problems.append(Problem("configuration", Location(path), what))
        else:
            rules[rule.code] = rule
    return [rules[code] for code in sorted(rules)], sorted(problems)


def choose(rules: Sequence[Rule], config: Config) -> list[Rule]:
    """The rules that the configuration selects, with the severities it gives; raises ``UserError`` for an unknown one.

    The more exact selection wins (``DAT001`` over ``DAT`` over ``data-store`` over ``ALL``), and of equal ones, to
    ignore wins over to select. A severity that a user gives is not made milder by ``no-owner`` and ``unknown-owner``;
    it may also be given to a change of a contract, by its id.
    """
    for key, names in (("select", config.select), ("ignore", config.ignore), ("severity", config.severity)):
        for name in names:
            if not any(rule.answers_to(name) for rule in rules) and not (key == "severity" and knows(name)):
                raise unknown_rule(name, _names(rules), config.where(f"rules.{key}"))
    for one in config.exceptions:
        if not any(rule.is_called(one.rule) for rule in rules):
            raise unknown_rule(one.rule, _names(rules), f"{one.path or config.path}:{one.line}")
    chosen = []
    for rule in rules:
        if _exactness(rule, config.select or ["ALL"]) <= _exactness(rule, config.ignore):
            continue
        given = [name for name in config.severity if rule.answers_to(name)]
        chosen.append(
            _graded(rule, config.severity[max(given, key=lambda name: _weight(rule, name))]) if given else rule
        )
    return chosen


def _graded(rule: Rule, severity: str) -> Rule:
    return msgspec.structs.replace(
        rule, severity=msgspec.convert(severity, Severity), no_owner=None, unknown_owner=None
    )


def find(rules: Sequence[Rule], name: str) -> Rule:
    """The rule of a code or a name, letter case folded; raises ``UserError``."""
    for rule in rules:
        if name.casefold() in (rule.code.casefold(), rule.name):
            return rule
    raise unknown_rule(name, _names(rules))


def _names(rules: Iterable[Rule]) -> list[str]:
    return [name for rule in rules for name in (rule.code, rule.name)]


def _exactness(rule: Rule, selections: Iterable[str]) -> int:
    """How exactly the best of the selections means the rule; 0 is not at all, and a longer beginning is more exact."""
    return max((_weight(rule, name) for name in selections if rule.answers_to(name)), default=0)


def _weight(rule: Rule, selection: str) -> int:
    if selection in ("ALL", rule.clause):
        return 1 if selection == "ALL" else 2
    return 100 if selection == rule.name else 2 + len(selection)
