"""Files that end too early or lack lines: people save such files, merges make them, and nothing may fail because of it.

Every case of an extractor is read again in pieces. What comes out is of no matter here; that no reader fails is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_extractors import CASES as READ
from test_extractors import by_format, folded, sources

from boundary.extract import extract
from boundary.facts import Unreadable
from boundary.source import Source

CUTS = 7
"""Pieces of a file; each end of one is where a file ends too early."""

GAPS = 3
"""Every so many-th line is left out, each in turn."""


def without(text: str, gap: int, every: int) -> str:
    return "".join(line for number, line in enumerate(text.splitlines(keepends=True)) if number % every != gap)


@pytest.mark.parametrize("case", READ, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_no_cut_of_a_file_makes_an_extractor_fail(case: Path) -> None:
    extractor = by_format()[folded(case.parent.name)]
    for source in sources(case):
        text = source.data.decode("utf-8", "replace")
        pieces = [text[: len(text) * cut // CUTS] for cut in range(1, CUTS)]
        pieces += [without(text, gap, GAPS) for gap in range(GAPS)]
        for piece in pieces:
            found = extract(Source(source.path, piece.encode()), [extractor])
            assert not [fact for fact in found.facts if isinstance(fact, Unreadable) and fact.what == "defect"], piece
