"""List the rules; with --check, validate rule documents and run their examples.

They are the shipped ones and those in the folders that the current folder's configuration names (`rules.paths`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boundary.checks.rule import Rule
    from boundary.cli._terminal import Terminal
    from boundary.reporters._rows import Row

_FORMATS = ("text", "json", "markdown", "html")

FAULTY = 1
"""Exit status: a document or an example is wrong."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("rules", nargs="*", metavar="RULE", help="codes, names, clauses or beginnings of codes (all)")
    parser.add_argument("--check", action="store_true", help="validate the documents and run their examples")
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="text, json, or whole pages: markdown, html (text)"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List or check; a check that finds something gives status 1."""
    from boundary.cli._session import catalogue, known

    survey = catalogue()
    known(arguments.rules, survey.rules)
    rules = [rule for rule in survey.rules if not arguments.rules or any(map(rule.answers_to, arguments.rules))]
    if arguments.check:
        return _check(rules, terminal)
    terminal.write(_told(rules, arguments.format, terminal))
    return 0


def _told(rules: list[Rule], format_: str, terminal: Terminal) -> str:
    from boundary.reporters import _rulepages

    match format_:
        case "json":
            return _json(rules)
        case "markdown":
            return _rulepages.markdown(rules)
        case "html":
            return _rulepages.html(rules)
    return _written(_rows(rules), terminal)


def _rows(rules: list[Rule]) -> Iterator[Row]:
    from boundary.reporters._rows import row

    code, name, clause, severity = (
        max(map(len, column), default=0)
        for column in zip(*((rule.code, rule.name, rule.clause, rule.severity) for rule in rules), strict=True)
    )
    for rule in rules:
        yield row(
            ("head", f"{rule.code:<{code}}"),
            f"  {rule.name:<{name}}  {rule.clause:<{clause}}  ",
            (rule.severity, f"{rule.severity:<{severity}}"),
            ("faint", f"  {rule.title}"),
            wrap=False,
        )


def _json(rules: list[Rule]) -> str:
    """A list of the rules; the schema is ``boundary-rules/1``."""
    told = [
        {
            "code": rule.code,
            "name": rule.name,
            "clause": rule.clause,
            "severity": rule.severity,
            "title": rule.title,
            "path": rule.path,
        }
        for rule in rules
    ]
    return json.dumps({"schema": "boundary-rules/1", "rules": told}, indent=2) + "\n"


def _check(rules: list[Rule], terminal: Terminal) -> int:
    from boundary.cli._examples import faults
    from boundary.cli._session import catalogue
    from boundary.reporters._rows import row
    from boundary.reporters._summary import count

    found = sorted([*catalogue().faults, *(fault for rule in rules for fault in faults(rule))])
    rows = [row(("place", str(fault.location)), f": {fault.what}") for fault in found]
    examples = sum(len(rule.bad) + len(rule.good) for rule in rules)
    counted = ((len(rules), "rule"), (examples, "example"), (len(found), "fault"))
    rows.append(row(", ".join(count(*one) for one in counted)))
    terminal.write(_written(rows, terminal))
    return FAULTY if found else 0


def _written(rows: Iterator[Row] | list[Row], terminal: Terminal) -> str:
    from boundary.reporters._rows import write

    return write(rows, colour=terminal.colours(terminal.out), width=terminal.width(terminal.out))
