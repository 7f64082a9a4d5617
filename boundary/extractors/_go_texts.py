"""Texts of Go: literals with their escapes, and the tags of struct fields.

Sources: The Go Programming Language Specification, "String literals" and "Rune literals"; ``go doc reflect.StructTag``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Apply, Expr, Ref, Text

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_LAST = 0x10FFFF

_TAG = re.compile(r'\s*([^\s":]+):"((?:[^"\\]|\\.)*)"')
_LONGEST_TAG = 1000
_MOST_TAGS = 12


def literal(text: str) -> str:
    """What a literal in double quotes, back quotes or single quotes says."""
    inner = text[1:-1]
    if text[:1] == "`":
        return inner.replace("\r", "")
    return _ESCAPE.sub(_escaped, inner) if "\\" in inner else inner


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
    elif len(code) == 3:
        number = int(code, 8)
    else:
        return _PLAIN.get(code, code)
    return chr(number) if number <= _LAST and not 0xD800 <= number < 0xE000 else "�"


def tags(text: str) -> Iterator[Expr]:
    """The tags of a field, each as a call with its comma-separated words: those with ``=`` are named.

    ``env:"PORT,default=80"`` is ``tag:env("PORT", default="80")``; words that a semicolon parts and a colon names are
    taken apart as well (``gorm:"column:id;primaryKey"``).
    """
    for count, found in enumerate(_TAG.finditer(literal(text)[:_LONGEST_TAG])):
        if count == _MOST_TAGS:
            return
        key, value = found[1], literal(f'"{found[2]}"')
        words: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        parts = value.split(";") if key == "gorm" else value.split(",") if key != "default" else [value]
        for part in parts:
            name, sign, rest = part.partition(":" if key == "gorm" else "=")
            if sign and name.strip().isidentifier():
                named.append((name.strip(), Text(rest)))
            else:
                words.append(Text(part))
        yield Apply(Ref(f"tag:{key}"), tuple(words), tuple(named))
