"""Where the texts come from that a template writes: which of its data stand in which line.

Data that know their place are ``Placed`` texts and numbers, which behave as others do. What a function makes of one
knows it no more, so that a line is told by the data that were read for it and whose text is found in it again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_MARK = 0x100000
_DIGIT = 0x8000
"""A place is written down as two characters of Unicode's last private plane, which no manifest has."""

_MOST_LEAVES = 5_000
_SHORTEST = 4
"""Characters of a text that is looked for inside of another one."""

_LINE = re.compile(r"\s*(?:- +)*(?:([\w./-]+): +)?(.*?)\s*")


class Placed(str):
    """A text that stands at a place, which is a number of the reader's own, from 1."""

    __slots__ = ("place",)
    place: int

    def __new__(cls, text: str, place: int) -> Placed:
        """A text with its place."""
        made = super().__new__(cls, text)
        made.place = place
        return made


class PlacedNumber(int):
    """A whole number that stands at a place."""

    place: int

    def __new__(cls, number: int, place: int) -> PlacedNumber:
        """A number with its place."""
        made = super().__new__(cls, number)
        made.place = place
        return made


def placed(value: Any, place: int) -> Any:
    """A value that knows its place, if it is one that can."""
    if isinstance(value, str):
        return Placed(value, place)
    return PlacedNumber(value, place) if isinstance(value, int) and not isinstance(value, bool) else value


def kind_of(value: Any) -> type:
    """The type of a value, whether it knows its place or not."""
    return str if isinstance(value, Placed) else int if isinstance(value, PlacedNumber) else type(value)


def member_of(data: Any, name: Any) -> Any:
    """An entry of a dictionary, what is true or false as a text that stands where its key does."""
    found = data[name] if isinstance(data, dict) and name in data else None
    if not isinstance(found, bool):
        return found
    key = name if isinstance(name, Placed) else next((one for one in data if one == name), None)
    return Placed("true" if found else "false", key.place) if isinstance(key, Placed) else found


def marked(piece: str, read: Sequence[Any]) -> str:
    """A piece of text with a mark in each line that a placed one of the data ``read`` for it stands in."""
    direct = [one for one in read if isinstance(one, Placed | PlacedNumber) and str(one)]
    if "\n" not in piece:
        place = next((one.place for one in direct if str(one) in piece), 0)
        return piece + _mark(place)
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, leaf in _leaves(read):
        known[str(leaf)].append((key, leaf.place))
    if not known:
        return piece
    within = [one for one in direct if len(str(one)) >= _SHORTEST]
    return "\n".join(line + _mark(_place(line, known, within)) for line in piece.split("\n"))


def _place(line: str, known: dict[str, list[tuple[str, int]]], within: Sequence[Placed | PlacedNumber]) -> int:
    found = _LINE.fullmatch(line)
    if found is None or not found[2]:
        return 0
    alike = known.get(found[2]) or known.get(found[2].strip("\"'")) or []
    named = [one for one in alike if one[0] == found[1]]
    if named:
        alike.remove(named[0])  # What is written again comes from the next one.
        return named[0][1]
    if len(alike) == 1:
        return alike[0][1]
    return 0 if alike else next((one.place for one in within if str(one) in line), 0)


def _leaves(read: Iterable[Any]) -> Iterator[tuple[str, Placed | PlacedNumber]]:
    """The placed data of what was read, each once, with its key, in the order in which they are written."""
    last_first = [*reversed(list(read))]
    last_first.sort(key=lambda one: isinstance(one, dict | list))  # What is in one of them has a key.
    waiting = [("", one) for one in last_first]
    seen: set[int] = set()
    left = _MOST_LEAVES
    while waiting and left:
        left -= 1
        key, value = waiting.pop()
        if isinstance(value, Placed | PlacedNumber):
            if value.place not in seen:
                seen.add(value.place)
                yield key, value
        elif isinstance(value, dict):
            waiting += [(str(name), member_of(value, name)) for name in sorted(value, key=str, reverse=True)]
        elif isinstance(value, list):
            waiting += [(key, one) for one in reversed(value)]


def _mark(place: int) -> str:
    high, low = divmod(place, _DIGIT)
    return chr(_MARK + high) + chr(_MARK + low) if 0 < place < _DIGIT * _DIGIT else ""


def told(line: str) -> int:
    """The first place that is marked in a line, 0 for none."""
    marks = [ord(char) - _MARK for char in line if ord(char) >= _MARK]
    return marks[0] * _DIGIT + marks[1] if len(marks) > 1 else 0
