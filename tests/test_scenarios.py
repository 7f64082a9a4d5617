"""Scenarios of the command line: each file of fixtures/scenarios/ tells in its title what it shows, and shows it.

What stands in fences happens in their order:

``setup``      what no file can say, one step a line: ``like NAME`` lays a shared workspace (a folder there) or what
               another scenario starts with; ``commit`` commits everything, ``git …`` is any git command; ``env NAME
               VALUE``; ``fill FILE MB`` and ``bytes FILE HEX`` write a file; ``remove``, ``move``, ``link``, ``folder``, ``cd``
``… file=F``   writes a file
``command``    a call; the next fences say what comes of it
``status``     its exit status (0 when not given)
``stdout``, ``stderr``  what it prints (nothing when not given)
``expect file=F``  what stands in a file afterwards

A line ``...`` stands for any lines, ``[...]`` for anything within a line. With BOUNDARY_WRITE_GOLDEN set, what a call
gives is written behind it where that is not told yet, to be read.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from scenarios import CASES, Block, blocks, lay, matches, prepare

from boundary.cli import main

WRITE = bool(os.environ.get("BOUNDARY_WRITE_GOLDEN"))
CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "TEAMCITY_VERSION", "PRE_COMMIT", "NO_COLOR", "FORCE_COLOR")
Told = dict[str, str]


def played(words: str, capsys: pytest.CaptureFixture[str]) -> Told:
    program, *arguments = shlex.split(words)
    assert program == "boundary"
    status = main(arguments)
    out, err = capsys.readouterr()
    told = {"status": f"{status or ''}\n", "stdout": out, "stderr": err}
    return {kind: text for kind, text in told.items() if text.strip()}


def fences(told: Told) -> str:
    mark = "````" if any("```" in text for text in told.values()) else "```"
    return "".join(f"\n\n{mark}{kind}\n{shortened(text)}{mark}" for kind, text in told.items())


def shortened(text: str) -> str:
    """Without what other scenarios tell: the places and reasons of findings, and what a result rests on."""
    text = re.sub(r"(?m)^  --> (?:.*\n)+?  more: .*\n", "...\n", text)
    text = re.sub(r"(?m)^read  .*\n(?:(?:not read|found|resolved|note)  .*\n)*", "...\n", text)
    return re.sub(r"analysed in \S+ s", "analysed in [...] s", text)


def check(steps: list[Block], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[int, str]]:
    """Play the steps; what is not told is given back, with the place where it belongs."""
    missing: list[tuple[int, str]] = []
    told: Told = {}
    at = 0
    for block in [*steps, Block("end", "", "", 0, 0)]:
        if block.kind in ("status", "stdout", "stderr"):
            actual = told.pop(block.kind, "")
            assert matches(actual, block.text), actual
        elif block.kind == "expect":
            actual = (folder / block.file).read_text(encoding="utf-8")
            assert matches(actual, block.text), actual
        else:
            missing += [(at, fences(told))] if told else []
            told = {}
        if block.kind == "command":
            told, at = played(block.text, capsys), block.end + 3
        elif block.kind == "setup":
            prepare(block.text, folder)
        elif block.file and block.kind != "expect":
            lay(block, folder)
    return missing


@pytest.mark.parametrize("name", sorted(file.stem for file in CASES.glob("*.md")))
def test_a_scenario(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = CASES / f"{name}.md"
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# "), "a scenario says what it shows"
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for variable in CI:
        monkeypatch.setenv(variable, "")  # what a scenario sets is put back with it
        monkeypatch.delenv(variable)
    missing = check(list(blocks(text)), folder, capsys)
    if missing and WRITE:
        for at, more in reversed(missing):
            text = text[:at] + more + text[at:]
        file.write_text(text, encoding="utf-8")
    assert not missing, "what is printed is told in the scenario"


def test_there_are_many() -> None:
    assert len(list(CASES.glob("*.md"))) >= 100
