"""Every example of every rule goes through the whole street, in memory, and says the truth."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import pytest
from msgspec.structs import replace

from boundary.checks.catalogue import gather as gather_rules
from boundary.checks.engine import run
from boundary.checks.examples import differences
from boundary.checks.rule import Example, ExampleFile, Expectation, Rule
from boundary.config import NAMES, Config, from_bytes
from boundary.contracts.workspace import Side, changes
from boundary.discover import Memory
from boundary.discover.configured import with_exceptions
from boundary.gather import gather
from boundary.graph import Evolution, Graph
from boundary.model import Finding, Location
from boundary.resolve import resolve
from boundary.rulebook import shipped
from boundary.settle.settlement import settle

RULES, PROBLEMS = gather_rules(shipped())
TODAY = date(2026, 5, 4)


def side(files: dict[str, str]) -> tuple[Graph, Side]:
    gathered = gather(Memory(files), 1)
    read = {path: text.encode() for path, text in files.items()}.get
    return resolve(gathered.files, Config()), Side("before", gathered.files, read)


def found(example: Example, *, since: bool = False) -> tuple[Finding, ...]:
    files = example.sources
    config = from_bytes(NAMES[0], files[NAMES[0]].encode()) if NAMES[0] in files else Config()
    config = with_exceptions(config, Memory(files))
    own = [
        (path, text)
        for path, text in files.items()
        if any(PurePosixPath(path).is_relative_to(p) for p in config.rule_paths) and not path.endswith("README.md")
    ]
    rules, problems = gather_rules([*shipped(), *own])
    gathered = gather(Memory(files), 1)
    graph = resolve(gathered.files, config, revisions=example.revisions)
    told = [*graph.problems, *problems]
    graph = Graph(graph.nodes.values(), graph.edges, graph.unresolved, told, graph.coverage, graph.history)
    if since:
        (before, then), (_, now) = side({file.path: file.text for file in example.before}), side(files)
        graph = graph.since(Evolution(before, *changes(then, now)))
    lines = {path: text.split("\n") for path, text in files.items()}
    findings = run(graph, rules, config)
    return settle(graph, findings, rules, config, TODAY, lambda path: lines.get(path, ()), paths=gathered.commented)


EXAMPLES = {f"{rule.code} {one.caption}": (one, rule) for rule in RULES for one in (*rule.bad, *rule.good)}


@pytest.mark.parametrize(("example", "rule"), EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_says_the_truth(example: Example, rule: Rule) -> None:
    findings = found(example, since=rule.clause == "contract")
    assert list(differences(example, findings, rule.mild)) == []


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
