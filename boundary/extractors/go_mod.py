"""``go.mod`` and ``go.work``: modules of Go and where they come from (https://go.dev/ref/mod#go-mod-file)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extract import UnreadableSource
from boundary.facts import Dependency, Package
from boundary.source import Source

FORMAT = "go_mod"

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s"`]+')
_LOCAL = re.compile(r"\.{1,2}(?:/|$)|/")

_LONGEST = 2000
"""Characters of a line; the path of a module has some hundred at most."""

Directive = tuple[int, list[str]]


def matches(path: str) -> bool:
    """A file called ``go.mod`` or ``go.work``."""
    return PurePosixPath(path).name in ("go.mod", "go.work")


def extract(source: Source) -> Iterator[Package | Dependency]:
    """The module and what it requires; a required module that is replaced by a folder comes from there."""
    directives = list(_directives(source.text))
    modules = [(line, words[1]) for line, words in directives if words[0] == "module" and len(words) > 1]
    members = tuple(words[1] for _, words in directives if words[0] == "use" and len(words) > 1)
    if modules or members:
        first = next(line for line, words in directives if words[0] in ("module", "use"))
        yield Package("go", modules[0][1] if modules else "", members=members, line=first)
    replaced = {words[1]: (line, words[words.index("=>") + 1 :]) for line, words in directives if _replaces(words)}
    required = {words[1]: (line, words[2:3]) for line, words in directives if words[0] == "require" and len(words) > 1}
    for name, (line, spec) in required.items():
        place, other = replaced.pop(name, (line, []))
        yield _dependency(name, "".join(spec), other, place if other and _LOCAL.match(other[0]) else line)
    for name, (line, other) in replaced.items():
        if _LOCAL.match(other[0]):
            yield _dependency(name, "", other, line)


def _dependency(name: str, spec: str, other: list[str], line: int) -> Dependency:
    if not other:
        return Dependency("go", name, spec, line=line)
    if _LOCAL.match(other[0]):
        return Dependency("go", name, spec, "path", other[0], line=line)
    return Dependency("go", other[0], "".join(other[1:2]), line=line)


def _replaces(words: list[str]) -> bool:
    return words[0] == "replace" and "=>" in words[2:] and words[-1] != "=>"


def _directives(text: str) -> Iterator[Directive]:
    """The directives with their lines, those of a block with the block's word before them."""
    block, opened = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        words = [word.strip('"`') for word in _WORD.findall(line.partition("//")[0][:_LONGEST])]
        if not words:
            continue
        if words[0] == ")":
            block = ""
        elif block:
            yield number, [block, *words]
        elif words[-1] == "(":
            block, opened = words[0], number
        else:
            yield number, words
    if block:
        raise UnreadableSource("syntax", f"the block of {block} is not closed", opened)
