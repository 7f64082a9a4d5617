"""TOML documents (https://toml.io/en/v1.0.0): their values by ``tomllib``, within bounds, and the lines of their keys,
which it does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any

Path = tuple[str | int, ...]
"""The way to a value: keys of tables and, counting from 0, elements of arrays."""

LONGEST = 1024 * 1024
"""Characters of a document; ``tomllib`` takes a hundred times as much memory."""

LONGEST_KEY = 64
"""Parts of a dotted key, whose length takes time by its square; real ones have six."""

_CHAIN = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{LONGEST_KEY}}}""")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}\n#]*")


class TomlError(ValueError):
    """A document that is not read: ``what`` as ``facts.Unreadable`` has it, the reason as message, and where."""

    def __init__(self, what: str, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.what = what
        self.line = line
        self.column = column


def values(text: str) -> dict[str, Any]:
    """What a document says; TomlError where it is not TOML or meant to harm."""
    if len(text) > LONGEST:
        raise TomlError("size", f"more than the {LONGEST // 1024 // 1024} MB that are read of a TOML file")
    if chain := _CHAIN.search(text):
        line = text.count("\n", 0, chain.start()) + 1
        raise TomlError("depth", f"a key of more than {LONGEST_KEY} parts", line)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (text.count("\n") + 1, 1)
        raise TomlError("syntax", _PLACE.sub("", str(error)), line, column) from None
    except RecursionError:
        raise TomlError("depth", "nested too deeply") from None
    except ValueError:  # of int(): such a number has more digits than Python reads
        raise TomlError("syntax", "a number is too long") from None


def lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and element of a document that ``tomllib`` accepts.

    A table that is only implied by a longer name (``[a.b]`` implies ``a``) has the line of the first such name. What a
    document that is not TOML gives is unspecified, but it ends.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._blank() < len(self.text):
            start = self.at
            if self._take("[["):
                table = self._header("]]", several=True)
            elif self._take("["):
                table = self._header("]", several=False)
            else:
                self._pair(table)
            if self.at == start:  # not TOML
                return

    def _advance(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def _blank(self) -> int:
        match = _BLANK.match(self.text, self.at)
        self._advance(match.end() if match else self.at)
        return self.at

    def _take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _key(self) -> list[str]:
        parts = []
        while match := _KEY.match(self.text, self.at):
            parts.append(next(group for group in match.groups() if group is not None))
            self.at = match.end()
            if not self._take("."):
                break
        return parts

    def _header(self, end: str, *, several: bool) -> Path:
        line, parts = self.line, self._key()
        path: Path = ()
        for number, part in enumerate(parts, 1):
            path = (*path, part)
            if several and number == len(parts):
                self.counts[path] = self.counts.get(path, 0) + 1
            self.found.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
                self.found.setdefault(path, line)
        self._take(end)
        return path

    def _pair(self, table: Path) -> None:
        line = self.line
        for part in self._key():
            table = (*table, part)
            self.found.setdefault(table, line)
        self._take("=")
        self._blank()
        self._value(table)

    def _value(self, path: Path) -> None:
        if self._take("["):
            self._several(path, "]")
        elif self._take("{"):
            self._several(path, "}")
        elif match := _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at):
            self._advance(match.end())

    def _several(self, path: Path, end: str) -> None:
        index = 0
        while self._blank() < len(self.text) and not self._take(end):
            start = self.at
            if end == "}":
                self._pair(path)
            else:
                self.found.setdefault((*path, index), self.line)
                self._value((*path, index))
            self._blank()
            index += 1
            if not self._take(",") and self.at == start:  # not TOML
                return
