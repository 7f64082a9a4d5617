"""Files that end too early or lack lines: people save such files, merges make them, and nothing may fail because of it.

Every case of an extractor and of the resolver is read again in pieces. What comes out is of no matter here; that no
reader fails, and that the resolver answers, is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from test_extractors import CASES as READ
from test_extractors import by_format, folded, sources
from test_resolve import CASES as RESOLVED
from test_resolve import FENCE

from boundary.config import Config
from boundary.discover.snapshot import Memory
from boundary.extract import extract
from boundary.facts import Unreadable
from boundary.gather import gather
from boundary.resolve import resolve
from boundary.source import Source

CUTS = 30
"""Pieces of a file; each end of one is where a file ends too early."""

T = TypeVar("T")

CASES = sorted(RESOLVED.glob("*.md"))

GAPS = (2, 3, 4, 5, 7)
"""Every so many-th line is left out, each in turn."""

SHARE = 4
"""Of all ways to spoil a case every fourth is tried, at the next one the ones after these: the cases are many and alike,
and all of it takes as long as all other tests together."""


def some(ways: list[T], case: Path, cases: list[Path]) -> list[T]:
    """Those of all ways that are this case's turn."""
    return ways[cases.index(case) % SHARE :: SHARE]


def without(text: str, gap: int, every: int) -> str:
    return "".join(line for number, line in enumerate(text.splitlines(keepends=True)) if number % every != gap)


@pytest.mark.parametrize("case", READ, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_no_cut_of_a_file_makes_an_extractor_fail(case: Path) -> None:
    extractor = by_format()[folded(case.parent.name)]
    for source in sources(case):
        text = source.data.decode("utf-8", "replace")
        pieces = [text[: len(text) * cut // CUTS] for cut in range(1, CUTS)]
        pieces += [without(text, gap, every) for every in GAPS for gap in range(every)]
        for piece in some(pieces, case, READ):
            found = extract(Source(source.path, piece.encode()), [extractor])
            assert not [fact for fact in found.facts if isinstance(fact, Unreadable) and fact.what == "defect"], piece


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_no_gap_in_files_makes_the_resolver_fail(case: Path) -> None:
    files = {path: text for _, path, text in FENCE.findall(case.read_text("utf-8")) if path}
    gaps = [(step, start) for step in GAPS for start in range(step)]
    for every, gap in some(gaps, case, CASES):
        thinned = {path: without(text, gap, every) for path, text in files.items()}
        graph = resolve(gather(Memory(thinned), 1).files, Config())
        assert not [problem for problem in graph.problems if "a defect in boundary" in problem.what]
