"""The command line as a program: what it loads, where it writes, what it survives. Scenarios are in test_scenarios.py."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import boundary.cli.check
import boundary.cli.init
from boundary import __version__
from boundary.cli import commands, main
from boundary.cli.init import configuration
from boundary.config import from_bytes
from boundary.graph import Graph
from boundary.model import Evidence, Location, Node
from boundary.reporters._safe import printable

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "fixtures" / "scenarios" / "shop"
PROGRAM = [sys.executable, "-c", "from boundary.cli import main; raise SystemExit(main())"]
PLAIN = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS")}
PLAIN |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


# --- what it loads ------------------------------------------------------------------------------------------

HEAVY = {
    "rich", "yaml", "networkx", "jsonschema", "openapi_spec_validator", "libcst", "msgspec", "asyncio",
    "multiprocessing", "importlib.metadata", "boundary.pipeline", "boundary.extract", "boundary.resolve", "boundary.checks",
    "boundary.reporters", "boundary.config", "boundary.model",
}  # fmt: skip


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"], ["why", "-h"], ["help"]])
def test_asking_about_it_loads_no_parser(words: list[str]) -> None:
    code = f"import sys; from boundary.cli import main; main({words!r}); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], env=PLAIN, capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"'([\w.]+)'", done.stderr))
    assert "boundary.cli" in loaded
    assert loaded & HEAVY == set()
    assert len([name for name in loaded if name.startswith("boundary.cli.") and "._" not in name]) <= 1


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"boundary {__version__}\n"


def test_help_names_every_command_and_every_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert commands() == sorted(commands())
    assert {"baseline", "check", "explain", "graph", "init", "rules", "why"} <= set(commands())
    for name in commands():
        assert re.search(rf"^  {name} +[A-Z].{{20,}}[.]$", out, re.MULTILINE)
    assert re.findall(r"^  (\d)  ", out, re.MULTILINE) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"usage: boundary {name} ")
    assert "--color" in out
    assert err == ""


def test_help_without_sources(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("boundary.cli.find_spec", lambda _name: None)
    assert main(["--help"]) == 0
    assert re.search(r"^  check +$", capsys.readouterr().out, re.MULTILINE)


# --- what it survives ---------------------------------------------------------------------------------------


def boom(*_: object) -> int:
    raise ZeroDivisionError("\x1b[2Jdivision")


def test_a_defect_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boundary.cli.check, "run", boom)
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("boundary: this is a defect in boundary: ZeroDivisionError: \\x1b[2Jdivision\n")
    assert "`--verbose`" in err
    assert "Traceback" not in err
    assert main(["--verbose"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert "\x1b" not in err


def test_ctrl_c_is_told_and_has_its_status(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(boundary.cli.check, "run", interrupted)
    assert main([]) == 130
    assert capsys.readouterr() == ("", "boundary: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_ends_a_real_run_quietly(tmp_path: Path) -> None:
    for number in range(450):
        (tmp_path / f"a{number}.py").write_text("x = 1\n" * 400)
    words = [*PROGRAM, "check"]
    process = subprocess.Popen(
        words, cwd=tmp_path, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
    if process.returncode == 130:
        assert (out, err) == (b"", b"boundary: interrupted\n")


# --- arguments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chek"], "there is no command chek\n  Did you mean check?"),
        (["fixtures"], "there is no command fixtures\n  To analyse the folder: boundary check fixtures"),
        (["check", "--fromat", "json"], "there is no option --fromat\n  Did you mean --format?"),
        (["--fromat=json"], "there is no option --fromat\n  Did you mean --format?"),
        (["explain", "DAT001", "more"], "what is more for?"),
        (["explain"], "the following arguments are required: CODE|NAME"),
        (["check", "--jobs", "0"], "argument --jobs: 0 is no number from 1 to 9999"),
        (["check", "--jobs", "\u0665"], "argument --jobs: \u0665 is no number from 1 to 9999"),
        (["graph", "--level", "planet"], "argument --level: invalid choice: 'planet'"),
        (["check", "--output", "sarif="], "--output sarif= names no file\n  It takes FORMAT=FILE"),
        (["check", "--output", "sraif=x"], "there is no output format sraif\n  Did you mean sarif?"),
        (
            ["check", "--format", "yaml"],
            "there is no output format yaml\n  Known: azure, checkstyle, csv, github, gitlab, json, junit, markdown, sarif, teamcity, text.",
        ),
        (["graph", "--format", "dott"], "there is no output format dott\n  Did you mean dot?"),
        (["rules", "NOPE"], "there is no rule NOPE"),
        (["explain", "foreign-table-rd"], "there is no rule foreign-table-rd\n  Did you mean foreign-table-read"),
        (["check", "no/such/folder"], "there is no folder no/such/folder"),
        (["--color", "pink"], "argument --color: invalid choice: 'pink'"),
        (["--color"], "argument --color: expected one argument"),
        (["-q", "chek"], "there is no command chek"),
    ],
)
def test_a_wrong_call_is_told(
    words: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"boundary: {says}")


# --- commands -----------------------------------------------------------------------------------------------


def test_a_configuration_that_appears_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SHOP, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    written = boundary.cli.init.configuration

    def meanwhile(graph: Graph) -> str:
        (tmp_path / "boundary.toml").write_text("# mine\n")
        return written(graph)

    monkeypatch.setattr(boundary.cli.init, "configuration", meanwhile)
    assert main(["init"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "boundary.toml").read_text() == "# mine\n"
    monkeypatch.setattr(boundary.cli.init, "configuration", written)
    (tmp_path / "boundary.toml").unlink()
    (tmp_path / "boundary.toml").symlink_to(tmp_path / "no" / "such" / "folder")
    assert main(["init"]) == 2
    assert "boundary.toml" in capsys.readouterr().err


@pytest.mark.parametrize("name", ['a "b"', "a.b", "caf\u00e9", "x\x1b\x7f\u2028\ud800", "a\\b", "-", "a#b]"])
def test_a_written_configuration_says_what_the_graph_says(name: str) -> None:
    evidence = (Evidence(Location("compose.yaml", 3), f"because\nof {name}"),)
    nodes = [
        Node("service:a", "service", name, owner=name, root="a", evidence=evidence),
        Node("service:b", "service", "other", root=""),
        Node("store:c", "store", name, keeper="service:a"),
    ]
    read = from_bytes("boundary.toml", configuration(Graph(nodes, [])).encode())
    safe = printable(name)
    assert [(one.name, one.root, one.team, one.owns) for one in read.services] == [
        (safe, "a", safe, (safe,)), ("other", "", None, ()),
    ]  # fmt: skip


# --- commands on rules --------------------------------------------------------------------------------------


def test_the_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "boundary-rules/1"
    assert {"code": "DAT001", "name": "foreign-table-read", "clause": "data-store"}.items() <= next(
        rule for rule in document["rules"] if rule["code"] == "DAT001"
    ).items()


def test_an_explanation_is_markdown_in_a_pipe_and_laid_out_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "foreign-table-read", "--color", "never"]) == 0
    plain = capsys.readouterr().out
    assert plain.startswith("# A service reads another owner's table\n\nDAT001 foreign-table-read, clause data-store,")
    assert "## Bad" in plain
    assert 'rule = "DAT001"' in plain
    assert main(["explain", "dat001", "--color", "always"]) == 0
    laid_out = capsys.readouterr().out
    assert "\x1b[" in laid_out
    assert "```" not in laid_out
