"""Regular expressions read into their parts, as far as they describe regular languages.

The grammar is that of ECMA-262, section 22.2.1, which JSON Schema asks for (core 2020-12, section 6.4): classes,
groups, alternatives, repetitions, anchors. What looks around or back is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

Ranges = tuple[tuple[int, int], ...]
"""Code points from and to, in order and apart."""

LAST = 0x10FFFF

_DEEPEST = 60
_BRACES = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}")
_GROUP = re.compile(r"\(\?:|\(\?<[A-Za-z_$][\w$]*>|\((?!\?)")
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_UNREAD = frozenset("123456789bBcpPkAzZ")


class Letters(NamedTuple):
    """One character out of these."""

    ranges: Ranges


class Series(NamedTuple):
    """Parts one after the other; none is the empty text."""

    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """One of several parts."""

    parts: tuple[Part, ...]


class Repeat(NamedTuple):
    """A part several times, without end when there is no most."""

    part: Part
    least: int
    most: int | None


class Anchor(NamedTuple):
    """The beginning of the text (``^``) or its end (``$``)."""

    sign: str


Part = Letters | Series | Choice | Repeat | Anchor


class NotRegular(Exception):
    """An expression is none, or asks for more than reading from left to right can tell."""


def together(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that meet made one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return tuple(found)


def others(ranges: Ranges) -> Ranges:
    """All code points that are not in these ranges."""
    found, at = [], 0
    for low, high in ranges:
        if at < low:
            found.append((at, low - 1))
        at = high + 1
    return (*found, (at, LAST)) if at <= LAST else tuple(found)


_DIGITS: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANK: Ranges = (
    (9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_CLASSES = {
    "d": _DIGITS, "D": others(_DIGITS), "w": _WORD, "W": others(_WORD), "s": _BLANK, "S": others(_BLANK),
}  # fmt: skip
_ANY = others(((10, 10), (13, 13), (0x2028, 0x2029)))


def read(pattern: str) -> Part:
    """The parts of an expression; raises ``NotRegular``."""
    reader = _Reader(pattern)
    found = reader.choice(0)
    if reader.at < len(pattern):
        raise NotRegular
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self, depth: int) -> Part:
        """Alternatives up to a closing bracket or the end."""
        if depth > _DEEPEST:
            raise NotRegular
        parts = [self._series(depth)]
        while self._next("|"):
            parts.append(self._series(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _next(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def _series(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        least, most = self._count()
        if (least, most) == (1, 1):
            return part
        if isinstance(part, Anchor):
            raise NotRegular
        self._next("?")  # a lazy repetition finds another match, in the same texts
        if self.at < len(self.text) and (self.text[self.at] in "*+?" or _BRACES.match(self.text, self.at)):
            raise NotRegular
        return Repeat(part, least, most)

    def _count(self) -> tuple[int, int | None]:
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._next(sign):
                return found
        braces = _BRACES.match(self.text, self.at)
        if braces is None:
            return 1, 1
        self.at = braces.end()
        low, comma, high = int(braces[1]), braces[2], braces[3]
        most = low if not comma else int(high) if high else None
        if most is not None and most < low:
            raise NotRegular
        return low, most

    def _atom(self, depth: int) -> Part:
        sign = self.text[self.at]
        if sign == "(":
            return self._group(depth)
        self.at += 1
        if sign in "^$":
            return Anchor(sign)
        if sign == ".":
            return Letters(_ANY)
        if sign == "[":
            return Letters(self._class())
        if sign == "\\":
            return Letters(self._escaped())
        if sign in "*+?":
            raise NotRegular
        return Letters(((ord(sign), ord(sign)),))

    def _group(self, depth: int) -> Part:
        opening = _GROUP.match(self.text, self.at)
        if opening is None:
            raise NotRegular
        self.at = opening.end()
        found = self.choice(depth + 1)
        if not self._next(")"):
            raise NotRegular
        return found

    def _escaped(self, *, inside: bool = False) -> Ranges:
        sign = self.text[self.at : self.at + 1]
        if sign in _CLASSES:
            self.at += 1
            return _CLASSES[sign]
        code = _CODE.match(self.text, self.at)
        if code is not None:
            self.at = code.end()
            number = min(int(code[1] or code[2] or code[3], 16), LAST)
        elif inside and sign == "b":
            self.at, number = self.at + 1, 8
        elif not sign or sign in _UNREAD:
            raise NotRegular
        else:
            self.at, number = self.at + 1, _CONTROLS.get(sign, ord(sign))
        return ((number, number),)

    def _class(self) -> Ranges:
        negated = self._next("^")
        found: list[tuple[int, int]] = []
        while not self._next("]"):
            first = self._member()
            ranged = self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at)
            if not ranged or len(first) != 1 or first[0][0] != first[0][1]:
                found += first
                continue
            self.at += 1
            last = self._member()
            if len(last) != 1 or last[0][0] != last[0][1]:
                found += [*first, (45, 45), *last]
            elif last[0][0] < first[0][0]:
                raise NotRegular
            else:
                found.append((first[0][0], last[0][0]))
        ranges = together(found)
        return others(ranges) if negated else ranges

    def _member(self) -> Ranges:
        if self.at >= len(self.text):
            raise NotRegular
        sign = self.text[self.at]
        self.at += 1
        return self._escaped(inside=True) if sign == "\\" else ((ord(sign), ord(sign)),)
