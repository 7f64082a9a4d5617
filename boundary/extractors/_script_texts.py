"""Escapes in the texts of JavaScript and TypeScript. Source: ECMA-262, "String Literals"."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": "", "\r\n": ""}


def unescaped(text: str) -> str:
    """A text with its escapes resolved (ECMA-262, "String Literals")."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if not number:
        return _LETTERS.get(found[4], found[4])
    code = int(number, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "?"
