"""Exceptions that are written into files and taken out again: nothing else of a file changes."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import lay
from msgspec.structs import replace
from ruling import DATABASE, NODES, ORDERS, READS, found, read_edge
from test_pipeline import SHOP

from boundary.cli import main
from boundary.config import exceptions_of
from boundary.graph import Graph
from boundary.model import Finding, Location
from boundary.settle.ledger import Terms, added, commented, place, uncommented, without
from boundary.settle.waivers import Waiver, comments

[FOUND] = found(Graph(NODES, [read_edge(line=3)]), READS)
TERMS = Terms("no events yet", "strangler", date(2030, 1, 1))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
BEFORE = [
    "",
    "# ours\n\n[rules]\nselect = ['ALL'] # all\n",
    '[[exceptions]]\nrule = "A"\nfrom = "b"\nreason = """x\n[[exceptions]]\ny"""\n\n[services.x]\nroot = "x"',
    'exceptions = [ { rule = "A", from = "b", reason = "c" } ] # inline\n',
    "exceptions = []\n",
]


@settings(deadline=None)
@given(st.sampled_from(BEFORE), NAMES, NAMES, NAMES)
def test_an_exception_is_added_and_everything_else_stays(before: str, source: str, target: str, reason: str) -> None:
    finding = replace(FOUND, from_name=source, to_name=target)
    edit = added("boundary.toml", before.encode(), [finding, finding], replace(TERMS, reason=reason))
    old, new = tomllib.loads(before), tomllib.loads(edit.data.decode())
    told = {"rule": "OWN001", "from": source, "to": target, "type": "strangler", "reason": reason, "until": TERMS.until}
    assert new.pop("exceptions") == [*old.pop("exceptions", []), told]
    assert new == old
    assert edit.count == 1
    assert all(line in edit.data.decode() for line in before.split("\n") if "exceptions" not in line)


def test_an_exception_without_one_end_or_a_last_day() -> None:
    edit = added("boundary.toml", None, [replace(FOUND, to_name="")], Terms("x"))
    assert (
        edit.data.decode() == '[[exceptions]]\nrule = "OWN001"\nfrom = "reporting"\ntype = "accepted"\nreason = "x"\n'
    )


def test_the_shared_file_of_python_and_line_ends_of_windows() -> None:
    edit = added("pyproject.toml", b'[project]\r\nname = "x"\r\n', [FOUND], TERMS)
    assert edit.data.count(b"\n") == edit.data.count(b"\r\n") == 10
    document = tomllib.loads(edit.data.decode())
    assert document["tool"]["boundary"]["exceptions"][0]["until"] == TERMS.until
    gone = without("pyproject.toml", edit.data, [Waiver(location=Location("pyproject.toml", 4), rules=(), reason="")])
    assert gone.data.rstrip() == b'[project]\r\nname = "x"'
    assert gone.data.count(b"\n") == gone.data.count(b"\r\n")


def spent(data: bytes, *numbers: int) -> list[Waiver]:
    told = exceptions_of("boundary-exceptions.toml", data)
    return [Waiver(location=Location("x", told[number].line), rules=(), reason="") for number in numbers]


THREE = b"""\
# Ours, all of them.

# about a
[[exceptions]]
rule = "A001"
from = "a"
reason = "x"
# about b
[[exceptions]]
rule = "B001"
from = "b"
reason = \"\"\"
[several]
# lines\"\"\"

[[exceptions]]
rule = "C001"
from = "c"
reason = "x"  # the end
"""


@pytest.mark.parametrize(
    ("numbers", "left", "lost"),
    [
        ((0,), "BC", "# about a"),
        ((1,), "AC", "# about b"),
        ((2,), "AB", "# the end"),
        ((0, 1), "C", "# about"),
        ((0, 1, 2), "", "# about"),
    ],
)
def test_spent_exceptions_go_with_the_comments_above_them(numbers: tuple[int, ...], left: str, lost: str) -> None:
    edit = without("boundary-exceptions.toml", THREE, spent(THREE, *numbers))
    text = edit.data.decode()
    assert [one["rule"][0] for one in tomllib.loads(text).get("exceptions", [])] == list(left)
    assert edit.count == len(numbers)
    assert text.startswith("# Ours, all of them.")
    assert lost not in text


def test_what_cannot_be_cut_out_is_left() -> None:
    data = b'exceptions = [ { rule = "A", from = "b", reason = "c" } ]\n'
    assert without("boundary.toml", data, spent(data, 0)).count == 0


# --- where --------------------------------------------------------------------------------------------------


def test_a_treaty_lies_beside_the_service_that_is_bypassed() -> None:
    rooted = [replace(node, root="services/orders") if node is ORDERS else node for node in NODES]
    graph = Graph(rooted, ())
    assert place(graph, FOUND, "boundary.toml") == "services/orders/boundary-exceptions.toml"
    assert place(Graph(NODES, ()), FOUND, "boundary.toml") == "boundary.toml"
    assert place(Graph((DATABASE,), ()), FOUND, "boundary.toml") == "boundary.toml"
    assert place(graph, replace(FOUND, target=""), "boundary.toml") == "boundary.toml"
    own = replace(FOUND, source="service:orders")
    assert place(graph, own, "boundary.toml") == "boundary.toml"


# --- comments -----------------------------------------------------------------------------------------------

LANGUAGES = {
    "a.py": "def f():\n    read()\n", "a.java": "class A {\n  void f() { read(); }\n}\n", "a.kt": "fun f() {\n  read()\n}\n",
    "a.ts": "function f() {\n  read();\n}\n", "a.go": "package a\n\nfunc f() {\n\tread()\n}\n", "a.cs": "class A {\n  void F() { Read(); }\n}\n",
    "a.rb": "def f\n  read\nend\n", "a.php": "<?php\nfunction f() {\n  read();\n}\n", "a.rs": "fn f() {\n    read();\n}\n",
    "a.cpp": "void f() {\n  read();\n}\n", "a.sql": "SELECT 1;\nSELECT 2 FROM orders;\n", "compose.yaml": "services:\n  a:\n    image: x\n",
    "main.tf": 'resource "aws_sqs_queue" "a" {\n  name = "a"\n}\n', "Dockerfile": "FROM x\nRUN y\n", "Dockerfile.dev": "FROM x\nRUN y\n",
    "pom.xml": "<project>\n  <artifactId>a</artifactId>\n</project>\n", ".env": "A=1\nB=2\n", ".env.local": "A=1\nB=2\n",
    "a.proto": 'syntax = "proto3";\nmessage A {}\n', "application.properties": "a=1\nb=2\n", "a.ini": "[a]\nb=1\n",
}  # fmt: skip


@pytest.mark.parametrize("path", LANGUAGES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_in_every_language_counts_and_goes_again(path: str, end: str) -> None:
    data = LANGUAGES[path].replace("\n", end).encode()
    edit = commented(path, data, [replace(FOUND, location=Location(path, 2))], TERMS)
    assert edit is not None
    rows = edit.data.decode().split(end)
    (waiver,) = comments(path, [row.rstrip("\r") for row in rows], [READS])
    assert (waiver.about, waiver.reason, waiver.until, waiver.type, waiver.fault) == (
        3,
        "no events yet",
        TERMS.until,
        "strangler",
        "",
    )
    assert uncommented(path, edit.data, [waiver]).data == data


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.py", 'X = """\nSELECT 1\n"""\n', 2),
        ("a.yaml", "services:\n  a:\n    image: x\n    command: |\n      run\n", 5),
        ("compose.yaml", "services:\n  a:\n    image: x\n    command: |\n      run\n", 5),
        ("settings.json", '{\n  "a": 1\n}\n', 2),
        ("a.sql", "SELECT 1\n  FROM orders;\n", 2),
        ("data.csv", "a\nb\n", 2),
    ],
)
def test_a_comment_that_would_become_a_part_of_a_text_is_not_written(path: str, text: str, line: int) -> None:
    edit = commented(path, text.encode(), [replace(FOUND, location=Location(path, line))], Terms("x"))
    assert edit is None or path == "a.yaml"


def test_a_comment_between_code_is_left() -> None:
    data = b"f(/* boundary: ignore[OWN001] why */ g())\n"
    (waiver,) = comments("a.js", data.decode().split("\n"), [READS])
    assert uncommented("a.js", data, [waiver]).count == 0
    lost = replace(waiver, location=Location("a.js", 9))
    assert uncommented("a.js", data, [lost]).count == 0


# --- files that cannot be written ---------------------------------------------------------------------------


def test_nothing_is_written_out_of_the_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = SHOP["orders/app.py"].replace("INSERT INTO orders (total) VALUES (1)", "SELECT total FROM orders")
    shop = lay(tmp_path / "shop", SHOP | {"reporting/jobs.py": code})
    outside = lay(tmp_path / "outside", {"x.toml": ""})
    (shop / "orders" / "boundary-exceptions.toml").symlink_to(outside / "x.toml")
    assert main(["check", str(shop), "--select", "DAT", "--add-exceptions", "--reason", "x"]) == 2
    assert "it leads out of the workspace" in capsys.readouterr().err
    assert (outside / "x.toml").read_text() == ""


def test_a_folder_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = SHOP["orders/app.py"].replace("INSERT INTO orders (total) VALUES (1)", "SELECT total FROM orders")
    lay(tmp_path, SHOP | {"reporting/jobs.py": code})
    monkeypatch.setattr(
        "pathlib.Path.write_bytes", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    assert main(["check", str(tmp_path), "--select", "DAT", "--add-exceptions", "--reason", "x"]) == 2
    assert "orders/boundary-exceptions.toml cannot be written: permission denied" in capsys.readouterr().err


def test_fixing_takes_what_is_gone_out_of_the_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = '{"code": "DAT001", "from": "service:x", "to": "service:y", "fingerprint": "0", "path": "a", "severity": "error"}'
    text = '{"schema": "boundary-baseline/1", "findings": [' + gone + "]}"
    lay(tmp_path, SHOP | {"boundary-baseline.json": text})
    assert main(["fix", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "boundary-baseline.json: 1 mended\n"
    assert main(["fix", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out == "nothing to mend\n"
    assert "--unsafe-fixes" in told.err, "what is left may break something"


def test_findings_of_a_line_that_is_not_there() -> None:
    finding: Finding = replace(FOUND, location=Location("a.py", 9))
    edit = commented("a.py", b"x = 1\n", [finding], Terms("x"))
    assert edit is not None
    assert edit.data.decode().endswith("# boundary: ignore[OWN001] x")
