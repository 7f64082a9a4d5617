"""The pieces of a file that are used by themselves: functions, classes, their methods, and what runs when it is loaded.

A piece is a name: ``make_client``, ``Client``, ``Client.fetch``; "" is what stands outside of all of them. What code
mentions are words, names and texts alike, without case and separators, so that ``orders_client`` in a text is the class
``OrdersClient``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from boundary.facts import Class, Expr, Fact, Function, Import, Text
from boundary.facts.parts import parts
from boundary.resolve.code.program import LAMBDA, CodeFile
from boundary.resolve.files import fold

_APART = re.compile(r"\W+")

_PLAIN = frozenset(("object", "abc", "protocol", "generic", "any"))
"""Bases that call nothing of the classes that have them."""


class Pieces:
    """The pieces of one file. ``classes`` are those at its top, also such as are declared elsewhere."""

    def __init__(self, file: CodeFile) -> None:
        self.file = file
        self.classes = {name for name in (*file.classes, *file.holders) if name and "." not in name}
        self.names = {"", *self.classes, *(self.of(_dotted(one)) for one in file.functions.values())}

    def of(self, dotted: str) -> str:
        """The piece that a dotted name is, or stands in."""
        head, _, rest = dotted.partition(".")
        if head.startswith((LAMBDA, "<class")):
            return ""
        method = rest.partition(".")[0].partition("#")[0]
        if head in self.classes and not method.startswith("<") and f"{head}.{method}" in self.file.functions:
            return f"{head}.{method}"
        return head if head in self.classes else head.partition("#")[0]

    def at(self, line: int) -> str:
        """The piece that a line stands in."""
        starts = [start for start, _, _ in self._places]
        around = self._places[: bisect_right(starts, line)]
        inside = (name for _, end, name in reversed(around) if line <= end)
        return next(inside, "")

    @cached_property
    def _places(self) -> list[tuple[int, int, str]]:
        facts: list[Function | Class] = [*self.file.classes.values(), *self.file.functions.values()]
        places = [(one.line, max(one.line, one.end_line), self.of(_dotted(one))) for one in facts]
        return sorted(places, key=lambda place: (place[0], -place[1]))

    @cached_property
    def words(self) -> dict[str, set[str]]:
        """What each piece mentions."""
        found: dict[str, set[str]] = defaultdict(set)
        for fact in _facts(self.file):
            inner = _dotted(fact) if isinstance(fact, Function) else _scope(fact)
            name = self.of(_dotted(fact) if isinstance(fact, Class) else inner)
            found[name].update(mentioned([fact]))
        return found

    def decorated(self, name: str) -> bool:
        """Whether something is said of a piece that a framework may act upon."""
        function, cls = self.file.functions.get(name), self.file.classes.get(name)
        return bool((function and function.decorators) or (cls and cls.decorators))

    def bases(self, name: str) -> Iterator[str]:
        """What a class says that it derives from, by the last part of each name."""
        cls = self.file.classes.get(name)
        for base in cls.bases if cls else ():
            last = _last(base)
            if last and fold(last) not in _PLAIN:
                yield last


def mentioned(facts: Iterable[Fact]) -> set[str]:
    """The words of some facts; what a fact declares is not mentioned by that."""
    found: set[str] = set()
    for fact in facts:
        # A name within a declaration is an expression's or a parameter's, and asks for something.
        own = ("name",) if isinstance(fact, Function | Class) else ()
        said = tuple(getattr(fact, name) for name in fact.__struct_fields__ if name not in (*_WHERE, *own))
        for part in parts(said, _WHERE):
            if isinstance(part, str):
                found.update(words(part))
    return found


_WHERE = ("kind", "scope", "file")
"""Fields that say where something stands, and what it is."""


def loaded(file: CodeFile) -> set[str]:
    """The words by which a file asks for others: its imports, and texts that are paths or dotted names."""
    found = mentioned([*file.imports.values(), *file.stars])
    for text in _texts(file):
        if "." in text or "/" in text or "\\" in text:
            found.update(words(text))
    return found


def everything(file: CodeFile) -> set[str]:
    """The words of a whole file."""
    return mentioned(_facts(file)) | mentioned([*file.imports.values(), *file.stars])


@lru_cache(maxsize=1 << 16)
def words(text: str) -> tuple[str, ...]:
    """The words of a text: its parts, and all of it as one."""
    apart = [fold(part) for part in _APART.split(text)] if len(text) < _LONGEST else []
    return tuple(dict.fromkeys(part for part in (*apart, fold(text[:_LONGEST])) if part))


_LONGEST = 500


def _facts(file: CodeFile) -> Iterator[Fact]:
    yield from file.functions.values()
    yield from file.classes.values()
    for groups in (file.assigns, file.returns, file.evaluates, file.looks):
        for group in groups.values():
            yield from group


def _texts(file: CodeFile) -> Iterator[str]:
    return (part.text for fact in _facts(file) for part in parts(fact) if isinstance(part, Text))


def _scope(fact: Fact) -> str:
    return "" if isinstance(fact, Import) else str(getattr(fact, "scope", ""))


def _dotted(fact: Function | Class) -> str:
    return f"{fact.scope}.{fact.name}" if fact.scope else fact.name


def _last(base: Expr) -> str:
    while not hasattr(base, "name"):
        inner = getattr(base, "callee", None) or getattr(base, "of", None)
        if inner is None:
            return ""
        base = inner
    return str(base.name)
