"""How findings are judged: kinds of evidence joined, one owner on both sides, and what is said when too little is known."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from ruling import DATABASE, NODES, READS, REPORTING, TABLE, at, found, read_edge
from test_rules import RULES

from boundary.checks.catalogue import find
from boundary.checks.functions.evidence_too_thin import check
from boundary.checks.remedies import remedies, where
from boundary.checks.rule import Example, ExampleFile
from boundary.cli._examples import findings
from boundary.graph import Graph
from boundary.model import Coverage, Edge, Location, Unresolved

CONFIGURED = Edge(
    REPORTING.id, DATABASE.id, "connects", (at("compose.yaml", 9, "the password is given"),), "configured"
)
PERMITTED = Edge(REPORTING.id, DATABASE.id, "grants", (at("iam.tf", 4, "the role may read"),), "permitted")


def test_what_is_configured_and_permitted_joins_what_is_coded() -> None:
    [finding] = found(Graph(NODES, [PERMITTED, read_edge(), CONFIGURED]), READS)
    assert finding.grades == ("coded", "configured", "permitted")
    assert [str(link.location) for link in finding.evidence] == ["reporting/jobs.py:7", "compose.yaml:9", "iam.tf:4"]


def test_a_candidate_and_another_store_join_nothing() -> None:
    other = replace(DATABASE, id="store:other", name="other")
    edges = [replace(PERMITTED, certain=False), replace(CONFIGURED, target=other.id), read_edge()]
    [finding] = found(Graph([*NODES, other], edges), READS)
    assert finding.grades == ("coded",)
    assert [str(link.location) for link in finding.evidence] == ["reporting/jobs.py:7"]


def test_the_same_place_is_told_once() -> None:
    here = replace(CONFIGURED, evidence=read_edge().evidence)
    [finding] = found(Graph(NODES, [read_edge(), here]), READS)
    assert (finding.grades, len(finding.evidence)) == (("coded", "configured"), 1)
    assert TABLE.id == finding.target


# --- one owner ----------------------------------------------------------------------------------------------


def of_one_team(example: Example) -> Example:
    """The example in a company with one team."""
    files = [ExampleFile("CODEOWNERS", "* @bookshop/one\n")]
    for file in example.files:
        text = re.sub(r"(?m)^(\s*owner: ).*", r"\1one", file.text) if "catalog-info" in file.path else file.text
        text = re.sub(r"(?m)^(team = ).*", r'\1"one"', text) if file.path.endswith(".toml") else text
        files += [] if file.path.endswith("CODEOWNERS") else [replace(file, text=text)]
    return replace(example, files=tuple(files))


BETWEEN = [rule for rule in RULES if rule.clause not in ("config", "contract") and not rule.keep_same_owner]


@pytest.mark.parametrize("rule", BETWEEN, ids=lambda rule: rule.code)
def test_between_services_of_one_owner_nothing_is_more_than_info(rule) -> None:  # type: ignore[no-untyped-def]
    told = [one for one in findings(rule, of_one_team(rule.bad[0])) if one.code == rule.code]
    graded = {one.severity for one in told if one.team_from and one.team_from == one.team_to}
    assert graded <= {"info"}, told


# --- too little is known ------------------------------------------------------------------------------------

RULE = find(RULES, "COV001")


def lost(kind: str, value: str, reason: str, path: str = "reporting/a.py", source: str = REPORTING.id) -> Unresolved:
    return Unresolved(source, kind, value, Location(path, 3), reason)


OPEN = [
    *(lost("reads", f"t{number}", "the database behind this statement is not known") for number in range(4)),
    *(lost("http", "http://{STOCK_URL}/shelves", "the variable has no value", "reporting/b.py") for _ in range(3)),
    *(lost("http", "http://prices.shop:8080/list", "no such host here") for _ in range(2)),
    lost("http", "/list", "the URL is not known", "tools/c.py", ""),
    lost("http", "{?}", "the URL is not known"),
]


def test_the_three_settings_that_would_help_most_are_told_with_their_gain() -> None:
    assert remedies(Graph(NODES, ()), OPEN) == [
        'say which database it is: services.reporting.owns = ["postgres:…"] in boundary.toml (4 of 11)',
        "give STOCK_URL a value for reporting in a deployment file or .env that is analysed (3 of 11)",
        "add the repository of prices.shop to workspace.repositories in boundary.toml (2 of 11)",
    ]
    assert remedies(Graph(NODES, ()), OPEN[-2:]) == [
        'say whose tools is: services.NAME.root = "tools" in boundary.toml (1 of 2)'
    ]
    assert where(OPEN) == ["reporting/a.py (7)", "reporting/b.py (3)", "tools/c.py (1)"]


def test_too_little_says_where_and_what_would_help() -> None:
    coverage = Coverage(files=9, services=2, located=12, resolved=1, unresolved=tuple(OPEN))
    [breach] = check(Graph(NODES, (), OPEN, (), coverage), RULE)
    assert breach.detail.startswith("only 1 of 12 references could be resolved (4 times: the database behind")
    assert "most in reporting/a.py (7), reporting/b.py (3), tools/c.py (1))" in breach.detail
    assert "; what would help most: say which database it is" in breach.detail
    assert breach.evidence[0].location.path == "reporting/a.py"


def test_too_little_without_any_place() -> None:
    coverage = Coverage(files=9, services=2, located=12, resolved=1)
    [breach] = check(Graph(NODES, (), (), (), coverage), RULE)
    assert breach.detail == "only 1 of 12 references could be resolved"
    assert str(breach.evidence[0].location) == "boundary.toml:1"


def test_one_service_of_which_too_little_is_known() -> None:
    coverage = Coverage(
        files=9, services=2, located=100, resolved=90, unresolved=tuple(OPEN), by_service=((REPORTING.id, 12, 1),)
    )
    [breach] = check(Graph(NODES, (), OPEN, (), coverage), RULE)
    assert breach.detail.startswith("only 1 of 12 references of reporting could")
    assert breach.source == REPORTING
