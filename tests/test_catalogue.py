"""The catalogue is whole: every code that was agreed upon is a rule with that name, clause and severity, and none else.

``fixtures/catalogue/codes.tsv`` is the agreement: code, name, clause, severity. A code that may still be missing stands
in ``pending.txt``.
"""

from __future__ import annotations

from pathlib import Path

from boundary.checks.catalogue import gather
from boundary.rulebook import shipped

AGREED = Path(__file__).parents[1] / "fixtures" / "catalogue"


def lines(name: str) -> set[tuple[str, ...]]:
    text = (AGREED / name).read_text(encoding="utf-8")
    return {tuple(line.split("\t")) for line in text.splitlines()}


def test_the_rules_are_those_agreed_upon() -> None:
    rules, _ = gather(shipped())
    agreed = lines("codes.tsv")
    pending = {code for code, *_ in lines("pending.txt")}
    built = {(rule.code, rule.name, rule.clause, rule.severity) for rule in rules}
    assert built - agreed == set(), "a rule that nobody agreed upon: add it to codes.tsv"
    assert {row for row in agreed - built if row[0] not in pending} == set()
