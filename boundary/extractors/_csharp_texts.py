"""Literals of C# as the texts that they stand for.

Source: C# language specification, "String literals", and the feature specification of raw string literals.
"""

from __future__ import annotations

import re
from textwrap import dedent

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{1,4}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def unescaped(text: str) -> str:
    """The inside of a regular literal with its escapes resolved."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def verbatim(text: str) -> str:
    """The inside of ``@"…"``."""
    return text[2:-1].replace('""', '"')


def raw(content: str) -> tuple[str, int]:
    """The inside of a raw literal without the indentation of its last line, and on which of its lines it starts."""
    if "\n" not in content:
        return content, 0
    lines = content.split("\n")[1:-1]
    return dedent("\n".join(lines)), 1


def _character(found: re.Match[str]) -> str:
    letter, digits = found[0][1], found[0][2:]
    if not digits:
        return _SHORT.get(letter, letter)
    code = int(digits, 16)
    return chr(code) if code <= _LAST_CHARACTER and code not in _SURROGATES else ""
