"""Exceptions, comments, comparison with a base, and fingerprints that stay when lines move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from ruling import NODES, READS, TABLE, at, found, read_edge

from boundary.checks.catalogue import gather
from boundary.config import Config, ExceptionConfig
from boundary.graph import Graph
from boundary.model import Finding, Location
from boundary.rulebook import shipped
from boundary.settle.fingerprint import fingerprint, numbered
from boundary.settle.settlement import settle

TODAY = date(2026, 5, 4)
GRAPH = Graph(NODES, [read_edge(line=3)])
SPENT = [rule for rule in gather(shipped())[0] if rule.clause == "config" and rule.check == "problems"]
RULES = [READS, *SPENT]
Told = list[tuple[str, str, str, str]]


def settled(
    config: Config = Config(),  # noqa: B008 - frozen
    files: Mapping[str, str] | None = None,
    base: Sequence[Finding] | None = None,
    findings: Sequence[Finding] | None = None,
    paths: Sequence[str] = (),
) -> Told:
    sources = {path: text.split("\n") for path, text in (files or {}).items()}
    first = found(GRAPH, READS) if findings is None else findings
    result = settle(GRAPH, first, RULES, config, TODAY, lambda path: sources.get(path, ()), paths=paths, base=base)
    return [(one.code, one.status, str(one.location), one.reason or one.message) for one in result]


def excepted(
    source: str = "reporting", target: str = "orders-db", rule: str = "OWN001", until: date | None = None
) -> Config:
    return Config(exceptions=(ExceptionConfig(rule, source, target, "until March", until, 4),), path="boundary.toml")


NEW = ("OWN001", "new", "reporting/jobs.py:3", "reporting reads orders")
ACCEPTED = ("OWN001", "excepted", "reporting/jobs.py:3", "until March")
UNUSED = "nothing is found any more that this exception for {} accepts"


def test_findings_without_exceptions_are_new() -> None:
    assert settled() == [NEW]


@pytest.mark.parametrize(
    "config",
    [
        excepted(),
        excepted(rule="own-rule"),
        excepted("REPORTING", "orders"),
        excepted("service:reporting", TABLE.id),
        excepted("", "orders-db"),
        excepted("reporting", ""),
        excepted(target="service:orders"),
        excepted(until=TODAY),
    ],
)
def test_an_exception_accepts(config: Config) -> None:
    assert settled(config) == [ACCEPTED]


@pytest.mark.parametrize("config", [excepted("orders"), excepted(target="billing"), excepted(rule="CFG001")])
def test_an_exception_that_accepts_nothing_is_told(config: Config) -> None:
    told = ("EXC002", "new", "boundary.toml:4", UNUSED.format(config.exceptions[0].rule))
    assert settled(config) == [told, NEW]


def test_an_expired_exception_brings_the_finding_back_and_says_so() -> None:
    what = "the exception for OWN001 ended on 2026-05-03: a finding counts again"
    config = excepted(until=date(2026, 5, 3))
    assert settled(config) == [("EXC001", "new", "boundary.toml:4", what), NEW]
    both = [*found(GRAPH, READS), replace(found(GRAPH, READS)[0], fingerprint="other")]
    assert settled(config, findings=both)[0][3].endswith("2 findings count again")
    assert settled(config, findings=[]) == [("EXC002", "new", "boundary.toml:4", UNUSED.format("OWN001"))]


def test_an_exception_for_a_rule_that_does_not_run_is_left_alone() -> None:
    config = replace(excepted(rule="CFG001"), ignore=("CFG001",))
    assert settled(config) == [NEW]
    assert settled(replace(excepted("orders"), ignore=("EXC",))) == [NEW]


@pytest.mark.parametrize(
    "text",
    [
        "\n\nread()  # boundary: ignore[OWN001] until March",
        "\n\nread(); // boundary:ignore[own-rule]: until March",
        "\n\nSELECT 1 -- boundary: ignore[CFG001, OWN001] - until March",
        "\n\nread() /* boundary: ignore[OWN001] until March */",
        "\n\n<a/><!-- boundary: ignore[OWN001] until March -->",
        '\n\nread("http://x")  # boundary: ignore[OWN001] until=2026-05-04 until March',
        "\n{{- /* boundary: ignore[OWN001] until March */ -}}\nread()",
        "\n! boundary: ignore[OWN001] until March\nread()",
        "\n; boundary: ignore[OWN001] until March\nread()",
        "\n{# boundary: ignore[OWN001] until March #}\nread()",
        "\n# boundary: ignore[OWN001] until March\nread()",
        "# boundary: ignore[OWN001] until March\n# boundary: ignore[CFG001] another\nread()",
    ],
)
def test_a_comment_accepts(text: str) -> None:
    result = settled(files={"reporting/jobs.py": text})
    assert ACCEPTED in result
    assert NEW not in result


@pytest.mark.parametrize(
    ("text", "line", "code", "says"),
    [
        ("\n\nread()  # boundary: ignore[OWN001]", 3, "EXC002", "it gives no reason"),
        ("\n\nread()  # boundary: ignore[] why", 3, "EXC002", "no rule stands between"),
        ("\n\nread()  # boundary: ignore[OWN999] why", 3, "EXC002", "there is no rule OWN999"),
        ("\n\nread()  # boundary: ignore[OWN001] until=2026-13-01 why", 3, "EXC002", "until=2026-13-01 is no day"),
        ("\n\nread()  # boundary: ignore[OWN001] until=2026-05-03 why", 3, "EXC001", "ended on 2026-05-03"),
        ("\nread()  # boundary: ignore[OWN001] why\nread()", 2, "EXC002", "nothing is found any more"),
        ("# boundary: ignore[OWN001] why\nread()\nread()", 1, "EXC002", "nothing is found any more"),
        ("\n\n\n# boundary: ignore[OWN001] why", 4, "EXC002", "nothing is found any more"),
    ],
)
def test_a_comment_that_does_not_count_is_told(text: str, line: int, code: str, says: str) -> None:
    result = settled(files={"reporting/jobs.py": text})
    assert NEW in result
    [told] = [one for one in result if one[0] != "OWN001"]
    assert told[:3] == (code, "new", f"reporting/jobs.py:{line}")
    assert says in told[3]


def test_a_comment_with_endless_blanks_is_read_at_once() -> None:
    text = "\n\nread()  # boundary: ignore[OWN001] until" + " " * 300_000 + "March"
    assert ACCEPTED in settled(files={"reporting/jobs.py": text})


def test_comments_are_looked_for_where_asked() -> None:
    files = {"a.py": "x  # boundary: ignore[OWN001] why", "b.py": 'text = "boundary: ignore[OWN001] why"'}
    assert [one[2] for one in settled(files=files, paths=("a.py", "b.py"))] == ["a.py:1", "reporting/jobs.py:3"]


def test_a_comment_on_any_line_of_the_place_counts() -> None:
    [finding] = found(GRAPH, READS)
    wide = replace(finding, location=Location("reporting/jobs.py", 3, 1, 5))
    for line in (3, 4, 5):
        text = "\n" * (line - 1) + "x  # boundary: ignore[OWN001] until March"
        assert settled(files={"reporting/jobs.py": text}, findings=[wide]) == [ACCEPTED]


# --- comparison ---------------------------------------------------------------------------------------------


def test_what_the_base_has_too_is_known_and_what_is_gone_is_fixed() -> None:
    [finding] = found(GRAPH, READS)
    moved = replace(finding, location=Location("elsewhere.py", 99), message="other words")
    gone = replace(finding, fingerprint="0", location=Location("old.py", 1))
    assert [one[:3] for one in settled(base=[moved, gone])] == [
        ("OWN001", "fixed", "old.py:1"),
        ("OWN001", "known", "reporting/jobs.py:3"),
    ]
    assert settled(base=[]) == [NEW]


def test_a_finding_that_became_worse_is_new() -> None:
    [finding] = found(GRAPH, READS)
    assert settled(base=[replace(finding, severity="info")]) == [NEW]
    milder = [replace(finding, severity="warning")]
    assert settled(base=[finding], findings=milder)[0][1] == "known"


def test_an_accepted_finding_stays_accepted_whatever_the_base_has() -> None:
    assert settled(excepted(), base=found(GRAPH, READS)) == [ACCEPTED]


# --- fingerprints -------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 200), st.text(max_size=20), st.text(max_size=20))
def test_fingerprints_are_free_of_lines_and_words(line: int, column: int, what: str, path: str) -> None:
    place = Location("reporting/" + path, line, column)
    moved = found(Graph(NODES, [read_edge(evidence=(replace(at("x", 1, what), location=place),))]), READS)
    reworded = found(Graph(NODES, [read_edge()]), replace(READS, message="{to}", severity="info", fix="x", path="y"))
    assert {one.fingerprint for one in (*moved, *reworded)} == {found(GRAPH, READS)[0].fingerprint}


WORDS = st.text("abc/ é", min_size=1, max_size=3).map(str.strip)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=3, max_size=5), unique_by=tuple, max_size=8))
def test_what_differs_has_another_fingerprint(subjects: list[list[str]]) -> None:
    apart = {tuple(" ".join(word.split()) for word in words) for words in subjects}
    assert len({fingerprint(code, source, target, more) for code, source, target, *more in apart}) == len(apart)


def test_reindenting_a_subject_changes_nothing() -> None:
    assert fingerprint("A", "b", "c", ["GET  /x\n"]) == fingerprint("A", "b", "c", [" GET /x"])


def test_equal_findings_are_numbered_in_order() -> None:
    [finding] = found(GRAPH, READS)
    later = replace(finding, location=Location("z.py", 1))
    marks = [
        (one.location.path, one.fingerprint.removeprefix(finding.fingerprint)) for one in numbered([later, finding])
    ]
    assert marks == [("reporting/jobs.py", ""), ("z.py", "-2")]
