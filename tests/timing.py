"""Bounds of time that hold on any machine: one that is slower, or shared with others, is given as much more."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = 0.11
"""Processor seconds that ``_work`` takes where the bounds were set."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where what is done inside takes more processor time than ``seconds`` of the machine the bounds were set on.
    How much slower this one is, is only measured where that decides."""
    began = time.process_time()
    yield
    taken = time.process_time() - began
    if taken >= seconds:
        pace = max(1.0, min(_work() for _ in range(3)) / _USUAL)
        assert taken < seconds * pace, f"{taken:.1f} s where {seconds * pace:.1f} s are allowed (pace {pace:.2f})"


def _work() -> float:
    """Processor seconds of what readers mostly do: patterns, dictionaries, texts."""
    began = time.process_time()
    found: dict[str, int] = {}
    for number in range(60_000):
        for word in re.findall(r"\w+", f"word{number} {number % 97}"):
            found[word] = found.get(word, 0) + 1
    return time.process_time() - began
