"""Texts that patterns allow: whether one pattern allows all that others do, and a text that it does not.

A pattern becomes a machine that reads a text once, letter by letter, in as many states at a time as there are ways to
match; several machines read the same text side by side. Letters that no pattern tells apart are one letter. All of it
is bounded: what takes too many steps is not decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from boundary.contracts.schemas.expressions import (
    Anchor,
    Choice,
    Letters,
    NotRegular,
    Part,
    Ranges,
    Repeat,
    read,
)

_LONGEST = 1000
_STATES = 1500
_STEPS = 2000
"""Steps of all machines together for one question; one takes some forty microseconds."""

_COUNTED = 200
"""Lengths that are counted exactly."""

_SURROGATES = range(0xD800, 0xE000)
_NICE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_- .:/@"


class State(NamedTuple):
    """Where a machine may be; ``fresh`` before the first letter."""

    places: frozenset[int]
    fresh: bool = False


_Point = tuple[tuple[State, ...], int]
"""Where all machines are, and how many letters were read as far as they are counted."""


class Answer(NamedTuple):
    """A text that was asked for, None when there is none; nothing is known unless it is ``decided``. ``steps`` is what
    it took to find out."""

    decided: bool
    text: str | None = None
    steps: int = 0


_UNKNOWN = Answer(decided=False)


class Machine:
    """A pattern that is searched for in a text. Place 0 is where it has been found."""

    def __init__(self, part: Part) -> None:
        self._letters: list[list[tuple[Ranges, int]]] = [[]]
        self._free: list[list[int]] = [[]]
        self._anchored: list[list[tuple[str, int]]] = [[]]
        self._known: dict[tuple[State, int], State] = {}
        self._first = self._build(part, 0)
        self.alphabet = frozenset(ranges for edges in self._letters for ranges, _ in edges)
        self.start = State(self._closed((self._first,), "^"), fresh=True)

    def _place(self) -> int:
        if len(self._free) > _STATES:
            raise NotRegular
        self._letters.append([])
        self._free.append([])
        self._anchored.append([])
        return len(self._free) - 1

    def _build(self, part: Part, then: int) -> int:
        """The place from which a part leads to another place."""
        if isinstance(part, Repeat):
            return self._repeated(part, then)
        if isinstance(part, Letters):
            here = self._place()
            self._letters[here].append((part.ranges, then))
        elif isinstance(part, Anchor):
            here = self._place()
            self._anchored[here].append((part.sign, then))
        elif isinstance(part, Choice):
            here = self._place()
            self._free[here] += [self._build(one, then) for one in part.parts]
        else:
            here = then
            for one in reversed(part.parts):
                here = self._build(one, here)
        return here

    def _repeated(self, repeat: Repeat, then: int) -> int:
        here = then
        if repeat.most is None:
            here = self._place()
            self._free[here] += [self._build(repeat.part, here), then]
        else:
            for _ in range(repeat.most - repeat.least):
                more = self._place()
                self._free[more] += [self._build(repeat.part, here), then]
                here = more
        for _ in range(repeat.least):
            here = self._build(repeat.part, here)
        return here

    def _closed(self, places: Iterable[int], true: str) -> frozenset[int]:
        """Places that are reached without a letter where these anchors hold; those that lead on only."""
        seen: set[int] = set()
        waiting = list(places)
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += self._free[here]
                waiting += [there for sign, there in self._anchored[here] if sign in true]
        if 0 in seen:
            return frozenset((0,))
        return frozenset(here for here in seen if self._letters[here] or any(s == "$" for s, _ in self._anchored[here]))

    def step(self, state: State, letter: int) -> State:
        """Where a machine is after one more letter."""
        if 0 in state.places:
            return state
        known = self._known.get((state, letter))
        if known is None:
            reached = {
                there
                for here in state.places
                for ranges, there in self._letters[here]
                if any(low <= letter <= high for low, high in ranges)
            }
            known = self._known[state, letter] = State(self._closed((*reached, self._first), ""))
        return known

    def found(self, state: State) -> bool:
        """Whether the pattern is found in a text that ends here."""
        return 0 in state.places or 0 in self._closed(state.places, "^$" if state.fresh else "$")

    def matches(self, text: str) -> bool:
        """Whether the pattern is found in a text."""
        state = self.start
        for sign in text:
            state = self.step(state, ord(sign))
        return self.found(state)


@lru_cache(maxsize=1024)
def machine(pattern: str) -> Machine | None:
    """The machine of a pattern; None for what is not regular, or too large."""
    if len(pattern) > _LONGEST:
        return None
    try:
        return Machine(read(pattern))
    except (NotRegular, RecursionError):
        return None


@lru_cache(maxsize=2048)
def sought(inside: tuple[str, ...], outside: str | None = None, least: int = 0, most: int | None = None) -> Answer:
    """A shortest text in which all of the inside patterns are found and the outside one is not, of a length within
    limits."""
    names = (*inside, *([outside] if outside is not None else []))
    machines = [made for name in names if (made := machine(name)) is not None]
    if len(machines) < len(names) or least > _COUNTED:
        return _UNKNOWN
    counted = least if most is None or most > _COUNTED else max(least, most)
    letters = _letters(frozenset().union(*(one.alphabet for one in machines)))
    start = tuple(one.start for one in machines), 0
    came: dict[_Point, tuple[_Point, int] | None] = {start: None}
    waiting = deque([start])
    steps = 0
    while waiting:
        here = waiting.popleft()
        states, length = here
        found = [one.found(state) for one, state in zip(machines, states, strict=True)]
        if outside is not None:
            found[-1] = not found[-1]
        if all(found) and length >= least:
            text = _text(came, here)
            return Answer(decided=most is None or len(text) <= most, text=text, steps=steps)
        if most is not None and most <= _COUNTED and length >= most:
            continue
        for letter in letters:
            steps += len(machines)
            if steps > _STEPS:
                return Answer(decided=False, steps=steps)
            moved = tuple(one.step(state, letter) for one, state in zip(machines, states, strict=True))
            there = moved, min(length + 1, counted)
            hopeless = any(not state.places for state in moved[: len(inside)])
            if not hopeless and there not in came and (outside is None or 0 not in moved[-1].places):
                came[there] = here, letter
                waiting.append(there)
    return Answer(decided=True, steps=steps)


def _text(came: dict[_Point, tuple[_Point, int] | None], here: _Point) -> str:
    """The letters that led somewhere."""
    signs: list[str] = []
    before = came[here]
    while before is not None:
        signs.append(chr(before[1]))
        before = came[before[0]]
    return "".join(reversed(signs))


def _letters(alphabet: Iterable[Ranges]) -> list[int]:
    """One letter of each kind that the ranges tell apart, those that people write first."""
    kinds = list(alphabet)
    edges = {0, _SURROGATES.stop, *(edge for ranges in kinds for low, high in ranges for edge in (low, high + 1))}
    nice = [ord(sign) for sign in _NICE]
    found: dict[tuple[bool, ...], int] = {}
    for letter in (*nice, *sorted(edges)):
        if letter in _SURROGATES or letter > 0x10FFFF:
            continue
        kind = tuple(any(low <= letter <= high for low, high in ranges) for ranges in kinds)
        found.setdefault(kind, letter)
    return list(found.values())
