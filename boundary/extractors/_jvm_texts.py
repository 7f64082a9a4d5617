"""Literal texts of Java and Kotlin: escapes, and blocks of several lines.

Sources: Java language specification, sections 3.10.5 to 3.10.7; Kotlin language specification, "String literals".
"""

from __future__ import annotations

import re
from textwrap import dedent

_ESCAPE = re.compile(r"\\(?:u+([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|(\r?\n)|(.))", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " "}


def unescaped(text: str) -> str:
    """A text with its escapes replaced by what they stand for."""
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def block(text: str) -> str:
    """A text of several lines without the indentation that only lays out the source."""
    return dedent(text[1:] if text[:1] == "\n" else text).rstrip(" \t")


def _meant(found: re.Match[str]) -> str:
    if found[1]:
        code = int(found[1], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    if found[2]:
        return chr(int(found[2], 8))
    return "" if found[3] else _LETTERS.get(found[4], found[4])
