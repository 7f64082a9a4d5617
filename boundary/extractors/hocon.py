"""HOCON, the configuration of Ktor, Akka, Play and others of Lightbend's kind: ``application.conf``.

One ``Setting`` for each value, its key the keys above it joined by dots. A key that is given again takes the new value;
``url = ${?URL}`` behind ``url = "http://…"`` is the variable, and the text where it is not set. Specification:
https://github.com/lightbend/config/blob/main/HOCON.md .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from boundary.extract import UnreadableSource
from boundary.facts import Setting
from boundary.model import Hole, Value
from boundary.reading.interpolate import application
from boundary.source import Source

FORMAT = "hocon"

MOST = 2000
"""Settings of one file; a longer file holds data."""

DEEPEST = 100
"""Objects and lists in each other."""

_NAMED = re.compile(r"(?:application|reference)(?:-(?P<profile>[\w.-]+))?\.(?:conf|hocon)$")
_TOKEN = re.compile(
    r"(?P<remark>(?:#|//)[^\n]*)|(?P<end>[\n,])|(?P<open>[{\[])|(?P<close>[}\]])|(?P<is>\+?=|:)|(?P<blank>[^\S\n]+)"
    r'|"""(?P<long>(?s:.*?))"""|"(?P<quoted>(?:[^"\\\n]|\\.)*)"|(?P<place>\$\{\??[^{}\n]*\})|(?P<plain>[^\s{}\[\]=:,#"$]+)'
    r"|(?P<odd>.)"
)
_ESCAPED = re.compile(r"\\(.)")


def matches(path: str) -> bool:
    """Files that programs read by themselves, by their names."""
    return _NAMED.match(PurePosixPath(path).name) is not None


def extract(source: Source) -> Iterator[Setting]:
    """The settings of a file, at most ``MOST``."""
    named = _NAMED.match(PurePosixPath(source.path).name)
    profile = (named["profile"] or "") if named else ""
    for number, (key, (value, line)) in enumerate(_Reader(source.text).read().items()):
        if number == MOST:
            return
        yield Setting("hocon", key, value, profile, line=line)


@dataclass
class _Open:
    """An object or list that is not closed yet; ``key`` is the one that waits for its value in it, ``last`` the object
    that another one may be joined to."""

    path: str
    listed: bool = False
    count: int = 0
    key: list[str] = field(default_factory=list)
    given: bool = False
    pieces: list[Value] = field(default_factory=list)
    line: int = 0
    last: str = ""


class _Reader:
    """Goes through a text once. In an object a key is read up to ``=``, ``:`` or a brace, then pieces of a value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, tuple[Value, int]] = {}
        self._stack = [_Open("")]

    def read(self) -> dict[str, tuple[Value, int]]:
        """Key → value and line, in the order in which the keys are named first."""
        line = 1
        for token in _TOKEN.finditer(self._text):
            kind, text = token.lastgroup or "", token.group()
            self._take(kind, token, line)
            line += text.count("\n")
        self._finish()
        return self._found

    def _take(self, kind: str, token: re.Match[str], line: int) -> None:
        top = self._stack[-1]
        if kind == "end":
            self._finish()
            top.last = ""
        elif kind == "open":
            self._opened(token.group() == "[", line)
        elif kind == "close":
            self._finish()
            if len(self._stack) > 1:
                self._stack.pop()
        elif kind == "is" and not top.listed and not top.given:
            top.given = True
        elif kind == "blank":
            top.pieces += [Value.of(" ")] if top.pieces else []
        elif kind != "remark":
            self._piece(kind, token, line)

    def _piece(self, kind: str, token: re.Match[str], line: int) -> None:
        top = self._stack[-1]
        text = token["long"] if kind == "long" else token["quoted"] if kind == "quoted" else token.group()
        if kind == "quoted":
            text = _ESCAPED.sub(r"\1", text)
        if top.given or top.listed:
            top.line = top.line or line
            piece = application(text.replace("${?", "${")) if kind == "place" else Value.of(text)
            top.pieces.append(piece)
        else:
            top.key += text.split(".") if kind == "plain" else [text]

    def _opened(self, listed: bool, line: int) -> None:
        if len(self._stack) > DEEPEST:
            raise UnreadableSource("depth", f"nested more than {DEEPEST} levels deep", line)
        top = self._stack[-1]
        joined = top.last if not top.key and not top.listed else ""
        inner = _Open(joined or self._name(top), listed)
        top.last = inner.path
        top.key, top.given, top.pieces = [], False, []
        self._stack.append(inner)

    def _finish(self) -> None:
        """The end of a value, or of what turns out to be none (an ``include``, an empty line)."""
        top = self._stack[-1]
        while top.pieces and top.pieces[-1] == Value.of(" "):
            top.pieces.pop()
        if top.pieces and (top.listed or top.key):
            name = self._name(top)
            self._set(name, Value.of(*top.pieces), top.line)
        top.key, top.given, top.pieces, top.line = [], False, [], 0

    def _name(self, top: _Open) -> str:
        if top.listed:
            top.count += 1
        own = [str(top.count - 1)] if top.listed else [one for one in top.key if one]
        return ".".join([*([top.path] if top.path else []), *own])

    def _set(self, key: str, value: Value, line: int) -> None:
        before = self._found.get(key)
        only = value.parts[0] if len(value.parts) == 1 else None
        if before is not None and before[0].text is not None and isinstance(only, Hole) and only.default is None:
            value = Value((Hole(only.kind, only.name, before[0]),))
        self._found[key] = (value, line)
