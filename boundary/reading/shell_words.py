"""Reads one word of shell text: quotes, escapes, variables with their defaults, substitutions.

Shell Command Language, sections 2.2 (quoting) and 2.6 (expansions). What ``boundary.reading.shell`` builds on.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from boundary.facts import Either, Expr, Item, Join, Ref, Text, Unknown

DEEPEST = 40
"""Levels of substitution inside substitution that are followed; deeper ones stay unknown."""

_ENDS_WORD = frozenset(" \t\n;&|<>()")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SPECIAL = frozenset("0123456789@*#?!$-_")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

Parts = list[str | Expr]
"""The pieces of a word: literal ones and others."""


def variable(name: str) -> Expr:
    """How a shell variable is written in facts; the script's own path is ``__file__``, as in Python."""
    return Ref("__file__") if name == "BASH_SOURCE" else Item(Ref("$env"), Text(name))


def joined(parts: Parts, line: int) -> Expr:
    """One expression of the pieces of a word that starts at ``line``."""
    melted: list[Expr] = []
    literal: list[str] = []
    for part in [*parts, None]:
        if isinstance(part, str):
            literal.append(part)
            continue
        if text := "".join(literal):
            melted.append(Text(text, line))
        literal = []
        if part is not None:
            melted.append(part)
    if len(melted) > 1:
        return Join(tuple(melted))
    return melted[0] if melted else Text("", line)


class Words(ABC):
    """A place in a text from which words are read. ``at`` counts characters from 0, ``line`` is the true line."""

    def __init__(self, text: str, line: int, depth: int) -> None:
        self.text = text
        self.at = 0
        self.line = line
        self.depth = depth

    @abstractmethod
    def substituted(self) -> Expr:
        """Read a command substitution whose parenthesis is open, and say what it gives."""

    @abstractmethod
    def quoted_command(self, text: str, line: int) -> Expr:
        """What the text between backticks gives."""

    def next(self, length: int = 1) -> str:
        """The characters that come, without taking them."""
        return self.text[self.at : self.at + length]

    def word(self) -> Expr:
        """The word that starts here; an empty text when none does."""
        line = self.line
        parts: Parts = []
        while (char := self.next()) and char not in _ENDS_WORD:
            self.at += 1
            if char == "\\":
                parts.append(self._escaped())
            elif char == "'":
                parts.append(self._until("'"))
            elif char == '"':
                parts += self.double_quoted('"')
            elif char == "$":
                parts += self._expansion(quoted=False)
            elif char == "`":
                parts.append(self._backticks())
            else:
                parts.append(char)
        return joined(parts, line)

    def double_quoted(self, closer: str) -> Parts:
        """The pieces up to the closing quote, which is taken; to the end of the text when there is none."""
        parts: Parts = []
        while (char := self.next()) and char != closer:
            self.at += 1
            if char == "\\" and self.next() in ("$", "`", '"', "\\", "\n"):
                parts.append(self._escaped())
            elif char == "$":
                parts += self._expansion(quoted=True)
            elif char == "`":
                parts.append(self._backticks())
            else:
                self.line += char == "\n"
                parts.append(char)
        self.at += 1
        return parts

    def _escaped(self) -> str:
        char = self.next()
        self.at += 1
        if char != "\n":
            return char
        self.line += 1
        return ""

    def _until(self, closer: str) -> str:
        end = self.text.find(closer, self.at)
        piece = self.text[self.at : end if end >= 0 else len(self.text)]
        self.at += len(piece) + 1
        self.line += piece.count("\n")
        return piece

    def _backticks(self) -> Expr:
        line = self.line
        inner = self._until("`").replace("\\`", "`")
        return self.quoted_command(inner, line) if self.depth < DEEPEST else Unknown()

    def _expansion(self, *, quoted: bool) -> Parts:
        """What follows a dollar sign, which is taken."""
        if self.next(2) == "((":
            self._until("))")
            self.at += 1
            return [Unknown()]
        if match := _NAME.match(self.text, self.at):
            self.at = match.end()
            return [variable(match[0])]
        char = self.next()
        self.at += 1
        if char == "(":
            return [self.substituted()]
        if char == "{":
            return [self._parameter()]
        if char == "'" and not quoted:
            return [re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), self._until("'"))]
        if char == '"' and not quoted:
            return self.double_quoted('"')
        if char in _SPECIAL:
            return [Ref("__file__") if char == "0" else Unknown()]
        self.at -= 1
        return ["$"]

    def _parameter(self) -> Expr:
        """``${…}``, the brace being open: the variable, and the default where one is given."""
        if self.next(2) == "0}":
            self.at += 2
            return Ref("__file__")
        match = _NAME.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if match and self.text.startswith(("[@]}", "[*]}"), self.at):
            self.at += 3  # All of an array, which is told as one of several texts.
        name = variable(match[0]) if match else Unknown()
        operator = self.next(2)
        has_default = match is not None and (operator in (":-", ":=") or operator[:1] in ("-", "="))
        self.at += 0 if not has_default else 2 if operator[0] == ":" else 1
        line = self.line
        rest = joined(self._braced(), line)
        if has_default:
            return Either((name, rest))
        whole = operator[:1] in ("}", "?") or operator == ":?" or name == Ref("__file__")
        return name if whole else Unknown()

    def _braced(self) -> Parts:
        parts: Parts = []
        self.depth += 1
        while (char := self.next()) and char != "}":
            self.at += 1
            if char == "$" and self.depth < DEEPEST:
                parts += self._expansion(quoted=False)
            elif char == '"' and self.depth < DEEPEST:
                parts += self.double_quoted('"')
            elif char == "'":
                parts.append(self._until("'"))
            else:
                self.line += char == "\n"
                parts.append(char)
        self.depth -= 1
        self.at += 1
        return parts
