"""Reporters: what stands in fixtures/reports/<case>/ for a report, in every format, and what no format may let through.

A case holds ``report.json`` (the report), ``view.json`` (what is shown, optional), ``rules/*.md`` (rule documents,
optional), ``sources/`` (for excerpts) and ``expected.<format>``, which a person has read.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from boundary.checks.document import read
from boundary.errors import UserError
from boundary.model import Coverage, Evidence, Finding, Location, Report
from boundary.reporters import View, automatic, reporter

CASES = Path(__file__).parents[1] / "fixtures" / "reports"
FORMATS = (
    "text", "json", "sarif", "github", "markdown", "gitlab", "junit", "checkstyle", "azure", "teamcity", "csv",
)  # fmt: skip


def case(name: str) -> tuple[Report, View]:
    folder = CASES / name
    report = msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)

    def excerpt(path: str, line: int) -> str | None:
        file = folder / "sources" / path
        lines = file.read_text().split("\n") if file.is_file() else []
        return lines[line - 1] if 0 < line <= len(lines) else None

    shown = folder / "view.json"
    rules = [read(f"rules/{file.name}", file.read_text()) for file in sorted(folder.glob("rules/*.md"))]
    return report, View(
        excerpt=excerpt,
        rules={rule.code: rule for rule in rules},
        version="1.2.3",
        **(json.loads(shown.read_text()) if shown.exists() else {}),
    )


def names() -> list[str]:
    return sorted(file.parent.name for file in CASES.glob("*/report.json"))


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_looks_as_expected(name: str, format_: str) -> None:
    report, view = case(name)
    assert reporter(format_).render(report, view) == (CASES / name / f"expected.{format_}").read_text()


@cache
def schema() -> Any:
    return json.loads((CASES / "sarif-schema-2.1.0.json").read_text())


@pytest.mark.parametrize("name", names())
def test_sarif_fits_its_schema(name: str) -> None:
    report, view = case(name)
    document = json.loads(reporter("sarif").render(report, view))
    jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(document)
    run = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("format_", FORMATS)
def test_output_for_files_is_plain_and_ends_in_a_line_end(name: str, format_: str) -> None:
    report, view = case(name)
    text = reporter(format_).render(report, view)
    assert text.endswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", text)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("width", [0, 60, 100])
def test_colours_change_nothing_but_the_looks(name: str, width: int) -> None:
    report, view = case(name)
    plain = reporter("text").render(report, view)
    coloured = reporter("text").render(report, msgspec.structs.replace(view, colour=True, width=width))
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert stripped != coloured
    assert "\x1b" not in stripped
    if width == 0:
        assert stripped == plain
    else:
        assert max(map(len, stripped.splitlines())) <= width
        words = [word for word in stripped.split() if set(word) - {"^", "."}]
        assert {word for word in words if len(word) > 25} <= set(plain.split())


def test_the_same_report_gives_the_same_bytes() -> None:
    for format_ in FORMATS:
        first, second = (reporter(format_).render(*case("findings")) for _ in range(2))
        assert first == second


# --- long and odd sources -----------------------------------------------------------------------------------


def shown(line: str, column: int, end_line: int = 0, colour: bool = False, width: int = 0) -> list[str]:
    finding = Finding(
        code="DAT001", rule="r", clause="data-store", severity="error", message="m",
        location=Location("a.js", 1, column, end_line),
    )  # fmt: skip
    view = View(excerpt=lambda _path, number: line if number < 7 else None, colour=colour, width=width)
    text = reporter("text").render(Report(findings=(finding,)), view)
    return [row[6:] for row in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines() if re.match(r"  +\d+ \||    \| ", row)]


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("  x = 1  ", 3, ["  x = 1", "  ^^^^^"]),
        ("  x = 1", 1, ["  x = 1", "  ^^^^^"]),
        ("\tgo(1)", 2, ["    go(1)", "    ^^^^^"]),
        ("価格 = read()", 6, ["価格 = read()", "       ^^^^^^"]),
        ("e\u0301 = read()", 6, ["e\u0301 = read()", "    ^^^^^^"]),
        ("", 1, ["", "^"]),
        ("x", 99, ["x", " ^"]),
        ("\x1b[2Jx\u202e", 1, ["\\x1b[2Jx\\u202e", "^" * 14]),
        ("##[error]x", 1, ["# #[error]x", "^" * 11]),
    ],
)
def test_the_mark_is_below_what_is_meant(line: str, column: int, expected: list[str]) -> None:
    assert shown(line, column) == expected


@pytest.mark.parametrize("column", [1, 1000, 999_990])
@pytest.mark.parametrize("width", [0, 60])
def test_a_line_of_a_megabyte_is_cut_around_the_place(column: int, width: int) -> None:
    line = "".join(f"f{number:06}();" for number in range(100_000))
    source, mark = shown(line, column, width=width)
    assert len(source) <= max(width, 120)
    begin = mark.index("^")
    assert source[begin:].startswith(line[column - 1 : column + 10])
    assert mark.strip() == "^" * (len(source) - begin)


def test_a_long_place_shows_its_first_lines() -> None:
    assert shown("call(", 1, end_line=50) == ["call(", "^^^^^", "call(", "call(", "call("]


# --- choosing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "text"),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"GITHUB_ACTIONS": "false"}, "text"),
        ({"TF_BUILD": "True"}, "azure"),
        ({"TEAMCITY_VERSION": "2025.03"}, "teamcity"),
        ({"TEAMCITY_VERSION": ""}, "text"),
        ({"CI": "true", "GITLAB_CI": "true"}, "text"),
    ],
)
def test_a_format_of_its_own_in_ci(environment: dict[str, str], expected: str) -> None:
    assert automatic(environment) == expected


def test_an_unknown_format_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError) as raised:
        reporter("sraif")
    assert str(raised.value) == "there is no output format sraif\nDid you mean sarif?"


# --- what a hostile repository writes -----------------------------------------------------------------------

ATTACKS = [
    "\x1b[2J\x1b]0;owned\x07",
    "a\r\n::error file=x::injected",
    "::stop-commands::token",
    "##[add-mask]a",
    "%0A::warning::x",
    "</script><script>alert(1)</script>",
    "[click](https://evil.example/) {0}",
    "[bold red]markup[/]",
    "\u202egpj.exe",
    "caf\udce9\ud800",
    "\u2028second line",
    "a,line=1::b",
    "##vso[task.setvariable variable=x]1",
    "##teamcity[buildStatus status='SUCCESS'] | it's",
    '=HYPERLINK("http://evil.example")',
    "@everyone see #1, https://evil.example and <img src=x> `code` | cell",
    "]]></failure><!-- \ufffe",
    "```\n# title",
]


def hostile(text: str) -> Report:
    place = Location(f"{text}/a.py", 3, 1)
    finding = Finding(
        code="DAT001", rule=text, clause="data-store", severity="error", message=text, location=place,
        from_name=text, to_name=text, team_from=text, evidence=(Evidence(Location(text), text),), consumers=(text,),
        counterpart=Location(text, 2), fix=text, status="new", source=f"service:{text}",
    )  # fmt: skip
    excepted = msgspec.structs.replace(finding, status="excepted", reason=text)
    return Report(findings=(finding, excepted), coverage=Coverage(notes=(text,), skipped=((text, 1),)), base=text)


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_is_injected(format_: str, text: str) -> None:
    view = View(excerpt=lambda _path, _line: text, verbose=True)
    output = reporter(format_).render(hostile(text), view)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", output)
    assert "##[" not in output or format_ in ("json", "sarif", "gitlab")
    benign = reporter(format_).render(hostile("text"), view)
    assert output.count("\n") == benign.count("\n")
    if format_ == "github":
        commands = [line for line in output.splitlines() if line.lstrip().startswith("::")]
        assert len(commands) == 1
        properties = commands[0][len("::error ") :].partition("::")[0]
        assert [part.partition("=")[0] for part in properties.split(",")] == ["title", "file", "line", "endLine", "col"]
    if format_ == "text":
        assert not [line for line in output.splitlines() if line.lstrip().startswith("::")]
    if format_ in ("json", "sarif", "gitlab"):
        json.loads(output)
    if format_ in ("junit", "checkstyle"):
        ElementTree.fromstring(output.encode())
    if format_ in ("azure", "teamcity"):
        assert output.count("\n##") == benign.count("\n##")
    if format_ == "csv":
        assert not re.search(r"(?:^|,)\"?[=+@-]", output, re.MULTILINE)
    if format_ == "markdown":
        outside = re.sub(r"(?m)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", output.partition("```mermaid")[0])
        assert not re.search(
            r"<(?!/?(?:details|summary|sub|br)>|!-- boundary -->)|\]\(|https?://|@(?!\u200b)\w", outside
        )


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.py", "a%20b/%C3%BC.py"),
        ("c:d/x?.py#1", "c%3Ad/x%3F.py%231"),
        ("caf\udce9.py", "caf%E9.py"),
        ("half\ud800.py", "half%3F.py"),
        ("100%.py", "100%25.py"),
    ],
)
def test_sarif_paths_are_percent_encoded(path: str, uri: str) -> None:
    finding = Finding(code="X001", rule="x", clause="interface", severity="info", message="m", location=Location(path))
    document = json.loads(reporter("sarif").render(Report(findings=(finding,)), View()))
    place = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "SRCROOT"}


def test_sarif_links_are_escaped() -> None:
    document = json.loads(reporter("sarif").render(hostile("[click](https://evil.example/)"), View()))
    assert document["runs"][0]["results"][0]["message"]["text"].startswith("\\[click\\](https://evil.example/).")


def test_sarif_names_no_address_where_none_is_known() -> None:
    report, view = case("findings")
    output = reporter("sarif").render(report, msgspec.structs.replace(view, documentation=""))
    assert "helpUri" not in output
    assert "informationUri" not in output
    assert '"id": "DAT001"' in output


# --- a comment in a pull request ----------------------------------------------------------------------------


def pair(number: int, team: str | None = "insight") -> Finding:
    return Finding(
        code="DAT001", rule="foreign-table-read", clause="data-store", severity="error", message="reads " + "x" * 900,
        location=Location("a.py", number), source=f"service:s{number}", target=f"channel:t{number}",
        from_name=f"s{number}", to_name=f"t{number}", team_from=team, fix="Ask.",
    )  # fmt: skip


def test_a_comment_is_never_longer_than_may_be() -> None:
    report = Report(findings=tuple(pair(number) for number in range(1, 200)))
    text = reporter("markdown").render(report, View())
    assert len(text) < 65_536
    assert re.search(r"… and \d+ further findings, for which there is no room here", text)
    assert "```mermaid" not in text  # a drawing of four hundred nodes shows nothing


def test_a_comment_draws_nodes_without_owner_outside_of_boxes() -> None:
    text = reporter("markdown").render(Report(findings=(pair(1, None),)), View())
    assert "subgraph" not in text
    assert 'channel_t1(["t1"])' in text


def test_a_comment_counts_what_is_settled_and_shows_some() -> None:
    known = tuple(msgspec.structs.replace(pair(number), status="known") for number in range(30))
    text = reporter("markdown").render(Report(findings=known), View())
    assert "<summary>30 known</summary>" in text
    assert "- … and 10 more" in text
