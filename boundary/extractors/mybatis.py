"""Mappers of MyBatis in XML: the statements that an interface of a program runs.

Dynamic parts are all taken as given, and fragments of the same file stand where they are included. Specification:
https://mybatis.org/mybatis-3/sqlmap-xml.html and https://mybatis.org/mybatis-3/dynamic-sql.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from boundary.extractors import sql
from boundary.extractors._documents import peek
from boundary.extractors._xml import Element, read
from boundary.facts import Fact
from boundary.reading.sql import mybatis
from boundary.source import Source

FORMAT = "mybatis"

LONGEST = 100_000
"""Characters of a statement with all that it includes."""

_MARK = re.compile(r"<mapper\s[^<>]*namespace")
_STATEMENTS = frozenset({"select", "insert", "update", "delete"})
_WORDS = {"where": " WHERE ", "set": " SET "}
_DEEPEST = 8
"""Fragments that include each other."""


def matches(path: str) -> bool:
    """XML files: content decides."""
    return path.endswith(".xml")


def extract(source: Source) -> Iterator[Fact]:
    """The statements of a mapper that touch tables; nothing for another file."""
    if not _MARK.search(peek(source)):
        return
    root = read(source.data, doctype=True)
    if root.name != "mapper":
        return
    fragments = {one.attributes.get("id", ""): one for one in root.all("sql")}
    for one in root.children:
        if one.name in _STATEMENTS:
            for part in (one, *one.all("selectKey")):
                yield from sql.read(mybatis.filled(_Text(fragments).of(part)), part.line)


class _Text:
    """The text of a statement, put together piece by piece until it is too long."""

    def __init__(self, fragments: Mapping[str, Element]) -> None:
        self._fragments = fragments
        self._pieces: list[str] = []
        self._left = LONGEST

    def of(self, element: Element) -> str:
        """The text of a statement with what its tags stand for."""
        self._take(element, 0)
        return "".join(self._pieces)

    def _add(self, text: str, included: bool) -> None:
        """A piece; what is included takes no line of its own."""
        self._pieces.append(" ".join(text.split("\n")) if included else text)
        self._left -= len(text)

    def _take(self, element: Element, depth: int) -> None:
        self._add(_WORDS.get(element.name, f" {element.attributes.get('prefix', '')} "), depth > 0)
        for one in element.content:
            if self._left < 0:
                return
            if isinstance(one, str):
                self._add(one, depth > 0)
            elif one.name == "include":
                wanted = self._fragments.get(one.attributes.get("refid", "").rpartition(".")[2])
                if wanted is not None and depth < _DEEPEST:
                    self._take(wanted, depth + 1)
            elif one.name not in ("selectKey", "bind"):
                self._take(one, depth)
        self._add(" ", depth > 0)
