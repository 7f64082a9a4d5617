"""``.env`` files: variables that a deployment or a program reads at its start.

One ``Setting`` for each assignment. Syntax, as Docker Compose and the dotenv packages read it:
https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.facts import Setting
from boundary.model import Value
from boundary.reading.interpolate import shell
from boundary.source import Source

FORMAT = "dotenv"

_NAME = re.compile(r"(?:.*\.)?env(?:\.[\w-]+)*$", re.IGNORECASE)
_CODE = re.compile(r"\.(?:py|[mc]?[jt]s|go|rb|sh|json|ya?ml|md|html|vue)$", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(?:=|:[ \t])[ \t]*")
_SINGLE = re.compile(r"'([^']*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\([nrt\"\\])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_COMMENT = re.compile(r"(?:^|\s)#.*")


def matches(path: str) -> bool:
    """``.env``, ``.env.local``, ``orders.env``, ``env.list`` …, but no program that is called ``env``."""
    name = PurePosixPath(path).name
    return _NAME.match(name) is not None and _CODE.search(name) is None


def extract(source: Source) -> Iterator[Setting]:
    """The assignments of a file in order; a variable that is only named has no value and is left out."""
    text = source.text
    at = 0
    line = 1
    while at < len(text):
        match = _ASSIGNMENT.match(text, at)
        end = len(text) if (newline := text.find("\n", at)) < 0 else newline
        if match:
            value, end = _value(text, match.end(), end)
            yield Setting("dotenv", match.group(1), value, line=line, column=match.start(1) - at + 1)
        line += text.count("\n", at, end + 1)
        at = end + 1


def _value(text: str, at: int, end: int) -> tuple[Value, int]:
    """The value that begins here and the place where its last line ends; only quoted values have several lines."""
    single, double = _SINGLE.match(text, at), _DOUBLE.match(text, at)
    quoted = single or double
    if quoted:
        rest = text.find("\n", quoted.end())
        end = len(text) if rest < 0 else rest
        inside = quoted.group(1)
        return (Value.of(inside) if single else shell(_ESCAPE.sub(_escaped, inside))), end
    return shell(_COMMENT.sub("", text[at:end]).strip()), end


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match.group(1), match.group(1))
