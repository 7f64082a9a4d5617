"""Sizes that keep the code readable: files and functions, in lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "boundary").rglob("*.py"), *(ROOT / "tests").glob("*.py")])


def files() -> Iterator[tuple[int, str]]:
    for path in SOURCES:
        yield len(path.read_text(encoding="utf-8").splitlines()), path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[int, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                yield size, f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}"


@pytest.mark.parametrize(("measured", "usual", "most"), [(files, 250, 400), (functions, 30, 60)])
def test_sizes(measured: type, usual: int, most: int) -> None:
    sizes = sorted(measured(), reverse=True)
    assert not [one for one in sizes if one[0] > most]
    above = [one for one in sizes if one[0] >= usual]
    assert len(above) <= len(sizes) / 10, above
