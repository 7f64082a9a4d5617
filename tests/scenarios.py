"""Reads and plays scenarios: see ``test_scenarios``."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from making import commit, git

CASES = Path(__file__).parents[1] / "fixtures" / "scenarios"
_FENCE = re.compile(r"^(?P<mark>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=mark)$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fence: ``kind`` is the first word of its info string, ``file`` what it says of a file."""

    kind: str
    file: str
    text: str
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    """The fences of a scenario, in order."""
    for match in _FENCE.finditer(text):
        kind, *more = match["info"].split() or [""]
        files = [word.removeprefix("file=") for word in more if word.startswith("file=")]
        yield Block(kind, files[0] if files else "", match["text"], match.start("text"), match.end("text"))


def lay(block: Block, folder: Path) -> None:
    """Write the file that a fence holds."""
    file = folder / block.file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")


def like(name: str, folder: Path) -> None:
    """The files of a shared workspace, or those that another scenario starts with."""
    if (CASES / name).is_dir():
        shutil.copytree(CASES / name, folder, dirs_exist_ok=True)
        return
    for block in blocks((CASES / f"{name}.md").read_text(encoding="utf-8")):
        if block.kind == "command":
            return
        if block.kind == "setup":
            prepare(block.text, folder)
        elif block.file:
            lay(block, folder)


def prepare(steps: str, folder: Path) -> None:
    """Do what no file of a scenario can say, one step a line."""
    for line in steps.splitlines():
        if line.strip():
            _step(line.split(), folder)


def _step(words: list[str], folder: Path) -> None:
    match words:
        case ["like", name]:
            like(name, folder)
        case ["commit"]:
            if not (folder / ".git").exists():
                git(folder, "init", "-q")
            commit(folder, {})
        case ["git", *arguments]:
            git(folder, *arguments)
        case ["env", name, *value]:
            os.environ[name] = " ".join(value)
        case ["folder", name]:
            (folder / name).mkdir(parents=True)
        case ["fill", file, size]:
            line = "x = 1  # one of very many\n"
            (folder / file).write_text(line * (int(size) * 1024 * 1024 // len(line) + 1))
        case ["bytes", file, digits]:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(bytes.fromhex(digits))
        case ["remove", file]:
            (shutil.rmtree if (folder / file).is_dir() else os.remove)(folder / file)
        case ["move", one, other]:
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / one).rename(folder / other)
        case ["link", place, target]:
            (folder / place).symlink_to(target)
        case ["cd", place]:
            os.chdir(folder / place)
        case _:
            raise AssertionError(f"what is {words}?")


def matches(actual: str, expected: str) -> bool:
    """Whether a text is as expected: a line ``...`` stands for any lines, ``[...]`` for anything within a line."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "...\n" else re.escape(line).replace(r"\[\.\.\.\]", ".*")
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, actual) is not None
