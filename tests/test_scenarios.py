"""Scenarios of the command line: fixtures/scenarios/<name>/ has ``scenario.txt`` and, where it needs one, a ``workspace``.

A scenario tells what it shows; then come sections that begin with ``---- <section>``:

``setup``     what no repository can hold: ``like NAME`` takes the workspace of another scenario first, ``git`` makes it
              a repository with one commit, ``fill FILE MB`` writes a large source
``command``   a call; the next sections say what comes of it, up to the next call in the same workspace
``status``    its exit status (0 when not given)
``stdout``, ``stderr``  what it prints (nothing when not given)
``file NAME`` what stands in a file afterwards

A line ``...`` stands for any lines, ``[...]`` for anything within a line.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from making import commit, git

from boundary.cli import main

CASES = Path(__file__).parents[1] / "fixtures" / "scenarios"
SECTION = re.compile(r"^---- (\w+)(?: (\S+))?\n", re.MULTILINE)


def sections(name: str) -> Iterator[tuple[str, str, str]]:
    pieces = SECTION.split((CASES / name / "scenario.txt").read_text(encoding="utf-8"))
    assert pieces[0].strip(), "a scenario says what it shows"
    yield from zip(pieces[1::3], (piece or "" for piece in pieces[2::3]), pieces[3::3], strict=True)


def lay(name: str, folder: Path) -> None:
    own = CASES / name / "workspace"
    if own.is_dir():
        shutil.copytree(own, folder, dirs_exist_ok=True)


def prepare(folder: Path, name: str, setup: str) -> None:
    steps = [line.split() for line in setup.splitlines() if line]
    for _, other in [step for step in steps if step[0] == "like"]:
        lay(other, folder)
    lay(name, folder)
    for _, file, size in [step for step in steps if step[0] == "fill"]:
        line = "x = 1  # one of very many\n"
        (folder / file).write_text(line * (int(size) * 1024 * 1024 // len(line) + 1))
    if ["git"] in steps:
        git(folder, "init", "-q")
        commit(folder, {})


def matches(actual: str, expected: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line == "...\n" else re.escape(line).replace(r"\[\.\.\.\]", ".*")
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, actual) is not None


@pytest.mark.parametrize("name", sorted(file.parent.name for file in CASES.glob("*/scenario.txt")))
def test_a_scenario(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    steps = list(sections(name))
    prepare(folder, name, "".join(text for section, _, text in steps if section == "setup"))
    monkeypatch.chdir(folder)
    for variable in ("GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    told: dict[str, str] = {}
    for section, argument, text in [step for step in steps if step[0] != "setup"]:
        if section == "command":
            assert not "".join(told.values()), "what is printed is told in the scenario"
            program, *words = shlex.split(text)
            assert program == "boundary"
            status = main(words)
            told = {**dict(zip(("stdout", "stderr"), capsys.readouterr(), strict=True)), "status": f"{status or ''}\n"}
            told = {key: value for key, value in told.items() if value.strip()}
        else:
            actual = (folder / argument).read_text() if section == "file" else told.pop(section, "")
            assert matches(actual, text.rstrip("\n") + "\n" if text.strip() else ""), actual
    assert not told, "what is printed is told in the scenario"
