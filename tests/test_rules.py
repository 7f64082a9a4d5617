"""Every example of every rule is laid out and analysed as any workspace is, and says the truth."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from boundary.checks.catalogue import gather
from boundary.checks.examples import differences
from boundary.checks.rule import Example, ExampleFile, Expectation, Rule
from boundary.cli import main
from boundary.model import Finding, Location
from boundary.rulebook import shipped

RULES, PROBLEMS = gather(shipped())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_examples_of_a_rule_say_the_truth(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", rule.code, "--check"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out == f"1 rule, {len(rule.bad) + len(rule.good)} examples, 0 faults\n"


def test_the_shipped_documents_fit() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.path.endswith(f"/{rule.clause}/{rule.name}.md")
    assert min(len(rule.bad), len(rule.good)) >= 2
    captions = [example.caption for example in (*rule.bad, *rule.good)]
    assert len(set(captions)) == len(captions)
    assert "" not in captions


def test_differences_are_told_both_ways() -> None:
    example = Example("", (ExampleFile("a.py", ""),), (Expectation("a.py", 1, "DAT001"),))
    finding = Finding(
        code="DAT002", rule="r", clause="c", severity="error", message="no", location=Location("a.py", 2)
    )  # fmt: skip
    quiet = [replace(finding, severity="info"), replace(finding, status="excepted")]
    assert len(list(differences(example, quiet, "DAT002"))) == len(list(differences(example, [finding]))) == 2
    assert list(differences(example, [finding, *quiet])) == [
        "DAT001 is not found at a.py:1", "DAT002 is found at a.py:2, which nothing expects: no",
    ]  # fmt: skip
    there = replace(finding, code="DAT001", location=Location("a.py", 1))
    assert list(differences(example, [*quiet, there])) == []
    mild = replace(example, expected=(Expectation("a.py", 1, "DAT001", info=True),))
    assert list(differences(mild, [replace(there, severity="info")])) == []
    assert len(list(differences(mild, [there]))) == 2
