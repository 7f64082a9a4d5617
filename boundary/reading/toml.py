"""Lines of the keys of a TOML document (https://toml.io/en/v1.0.0), which ``tomllib`` does not tell."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""The way to a value: keys of tables and, counting from 0, elements of arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}\n#]*")


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
