"""The words of a contract in a language of its own, one after the other; anything else is an error with its place."""

from __future__ import annotations

import re

from boundary.errors import ContractError
from boundary.reading.idl import Word, words

DEEPEST = 60
"""Blocks in blocks; the compiler of Protocol Buffers itself refuses a hundred."""

PAIRS = {"{": "}", "[": "]", "(": ")"}
"""What opens, and what closes it."""

_NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|\d+)")
_END = Word("", 0, 0)


class Cursor:
    """Where reading has come to; all words of one file are known from the start.

    ``word`` is the next word, an empty one behind the last.
    """

    def __init__(self, path: str, text: str, *, commas: bool = True) -> None:
        self.path = path
        self._words = [*words(text, commas=commas), _END, _END]
        self._at = 0
        self._depth = 0
        self.word = self._words[0]

    @property
    def line(self) -> int:
        """The line of the next word, or of the last one."""
        return self.word.line or self._words[max(self._at - 1, 0)].line or 1

    def sees(self, *marks: str) -> bool:
        """Whether the next word is one of these, not quoted."""
        word = self.word
        return word.text in marks and not word.quoted

    def after(self) -> str:
        """The word behind the next."""
        return self._words[self._at + 1].text

    def take(self) -> Word:
        """The next word, whatever it is."""
        word = self.word
        if not word.line:
            raise self.error("the file ends in the middle of a declaration")
        self._at += 1
        self.word = self._words[self._at]
        return word

    def skip(self, mark: str) -> bool:
        """Take the next word if it is this one."""
        word = self.word
        if word.text != mark or word.quoted or not word.line:
            return False
        self._at += 1
        self.word = self._words[self._at]
        return True

    def expect(self, mark: str) -> Word:
        """The next word, which must be this one."""
        if not self.sees(mark):
            raise self.error(f"{mark} is missing before {self.word.text or 'the end'}")
        return self.take()

    def name(self) -> Word:
        """A name, with its dots, at which it may be broken."""
        word = self.take()
        while not word.quoted and not self.at_string() and (self.word.text[:1] == "." or word.text[-1:] == "."):
            word = word._replace(text=word.text + self.take().text)
        if word.quoted or not word.text.strip(".").replace("_", "a").replace(".", "a").isalnum():
            raise self.error(f"a name is missing before {word.text}", word.line)
        return word

    def value(self) -> str:
        """A constant as written, lists and records whole, in one spelling."""
        word = self.take()
        text = [f'"{word.text}"' if word.quoted else word.text]
        closing = [PAIRS[word.text]] if not word.quoted and word.text in ("{", "[") else []
        while closing:
            inner = self.take()
            text.append(f'"{inner.text}"' if inner.quoted else inner.text)
            if not inner.quoted and inner.text in ("{", "["):
                closing.append(PAIRS[inner.text])
            elif not inner.quoted and inner.text == closing[-1]:
                closing.pop()
        return " ".join(text)

    def number(self) -> int:
        """A whole number in any of the three notations; a minus may stand apart."""
        sign = -1 if self.skip("-") else 1
        word = self.take()
        if word.quoted or not _NUMBER.fullmatch(word.text) or len(word.text) > 24:
            raise self.error(f"a number is missing before {word.text}", word.line)
        digits = word.text.lstrip("-")
        octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0"
        try:
            return sign * (-1 if word.text[0] == "-" else 1) * int(digits, 8 if octal else 0)
        except ValueError:
            raise self.error(f"{word.text} is no number", word.line) from None

    def string(self) -> str:
        """A quoted text; several in a row are one."""
        if not self.at_string():
            raise self.error(f"a text in quotes is missing before {self.word.text or 'the end'}")
        texts = [self.take().text]
        while self.at_string():
            texts.append(self.take().text)
        return "".join(texts)

    def at_string(self) -> bool:
        """Whether the next word is a quoted text."""
        return self.word.quoted

    def open(self, mark: str = "{") -> None:
        """Enter a block."""
        self.expect(mark)
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.error("blocks are nested too deeply")

    def close(self, mark: str = "}") -> bool:
        """Leave the block when it ends here."""
        ends = self.skip(mark)
        self._depth -= ends
        return ends

    def error(self, reason: str, line: int = 0) -> ContractError:
        """What to raise for what stands here."""
        return ContractError(reason, where=f"{self.path}:{line or self.line}")
