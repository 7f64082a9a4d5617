"""Documents of GraphQL that a client sends: what is asked of the root types, and which fields below.

Source: https://spec.graphql.org/October2021 , section 2 ("Language").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from boundary.reading.idl import Word, words

_KINDS = {"query": "QUERY", "mutation": "MUTATION", "subscription": "SUBSCRIPTION"}
_LONGEST = 50_000
"""Characters of a document; people write a few hundred."""

_MOST = 400
"""Fields of one document with what its fragments add."""


_DEEPEST = 20
"""Selections in selections."""

_SCHEMA = frozenset({"type", "schema", "extend", "input", "enum", "interface", "union", "directive", "scalar"})
"""Words that begin a definition of a schema, which asks for nothing."""


Argument = tuple[str, str]
"""The path of something that is given (``$.filter.name``), and the variable that holds it, "" for a literal."""


class Asked(NamedTuple):
    """A field of a root type (``QUERY member``), the paths of what is read below it (``$.name``), and what it is given
    as arguments there and further down."""

    operation: str
    fields: tuple[str, ...]
    given: tuple[Argument, ...] = ()


class _Field(NamedTuple):
    """A selected field with its own selection. The name of a fragment begins with dots, a mere type has none."""

    name: str
    below: tuple[_Field, ...] = ()
    given: tuple[Argument, ...] = ()


def asked(text: str) -> tuple[Asked, ...]:
    """What a document asks for; nothing of a text that is none."""
    if len(text) > _LONGEST or "{" not in text:
        return ()
    reader = _Reader(list(words(text)))
    found = []
    for kind, selected in list(reader.definitions()):
        for field in islice(_unfolded(selected, reader.fragments, set()), _MOST):
            below = islice(_paths(field.below, reader.fragments, "$", 1), _MOST)
            found.append(Asked(f"{kind} {field.name}", tuple(dict.fromkeys(below)), field.given))
    return tuple(found[:_MOST])


class _Reader:
    """Reads the definitions of a document."""

    def __init__(self, all_words: Sequence[Word]) -> None:
        self._words = all_words
        self._at = 0
        self.fragments: dict[str, tuple[_Field, ...]] = {}

    def definitions(self) -> Iterator[tuple[str, tuple[_Field, ...]]]:
        """The operations of a document with their kinds; the fragments are kept."""
        kind, name = "QUERY", ""
        while self._at < len(self._words):
            word = self._words[self._at]
            if word.text == "{" and not word.quoted:
                selected = self._selection(0)
                if name:
                    self.fragments[name] = selected
                else:
                    yield kind, selected
                kind, name = "QUERY", ""
                continue
            self._at += 1
            if word.text in _SCHEMA and not name:
                return
            if word.text == "(":
                self._pass_over()
            elif word.text in _KINDS and not name:
                kind = _KINDS[word.text]
            elif word.text == "fragment":
                name = self._next()

    def _next(self) -> str:
        return self._words[self._at].text if self._at < len(self._words) else ""

    def _pass_over(self) -> None:
        """Go behind what stands in parentheses, whose first has been read."""
        depth = 1
        while depth and self._at < len(self._words):
            depth += {"(": 1, ")": -1}.get(self._words[self._at].text, 0)
            self._at += 1

    def _selection(self, depth: int) -> tuple[_Field, ...]:
        """What stands between braces; the first of them is the next word."""
        found: list[_Field] = []
        before = ""
        self._at += 1
        while self._at < len(self._words):
            text = self._words[self._at].text
            if text == "{" and depth < _DEEPEST:
                last = found.pop() if found else _Field("")
                found.append(_Field(last.name, self._selection(depth + 1), last.given))
                continue
            self._at += 1
            if text == "}":
                break
            if text == "(":
                given = tuple(islice(self._arguments("$", 0), _MOST))
                if found and not before.startswith("@"):
                    found[-1] = _Field(found[-1].name, found[-1].below, given)
            elif text == ":" and found:
                found[-1] = _Field(self._next())
                self._at += 1
            elif text == "@":
                before = f"@{self._next()}"
                self._at += 1
                continue
            elif text.startswith("..."):
                found.append(self._spread(text[3:]))
            elif text.replace("_", "a").isalnum():
                found.append(_Field(text))
            before = text
        return tuple(found)

    def _arguments(self, above: str, depth: int) -> Iterator[Argument]:
        """What stands between parentheses or braces, whose first has been read: names with what they are given."""
        while self._at < len(self._words) and not self._is(")") and not self._is("}"):
            name = self._next()
            self._at += 1
            if self._is(":"):
                self._at += 1
                yield f"{above}.{name}", self._variable()
                yield from self._given(f"{above}.{name}", depth)
        self._at += 1

    def _given(self, path: str, depth: int) -> Iterator[Argument]:
        """A value: what objects in it have; lists are what they hold."""
        lists = 0
        while self._at < len(self._words):
            opens, closes = self._is("["), self._is("]")
            nested = self._is("{")
            self._at += 1
            if nested and depth < _DEEPEST:
                yield from self._arguments(path, depth + 1)
            lists += opens - closes
            if lists <= 0:
                return

    def _is(self, mark: str) -> bool:
        """Whether the next word is a mark, and no text."""
        return self._next() == mark and not self._words[self._at].quoted

    def _variable(self) -> str:
        """The variable that the next word is."""
        word = self._next()
        return word[1:] if word.startswith("$") and not self._words[self._at].quoted else ""

    def _spread(self, name: str) -> _Field:
        """``...Name``, ``... on Type`` or ``...`` before braces."""
        if not name and self._next() not in ("on", "{", "@"):
            name = self._next()
            self._at += 1
        if (not name and self._next() == "on") or name == "on":
            self._at += 2 if not name else 1
            return _Field("")
        return _Field(f"...{name}" if name else "")


def _unfolded(selected: Sequence[_Field], fragments: dict[str, tuple[_Field, ...]], seen: set[str]) -> Iterator[_Field]:
    """Fields with those of fragments in their places, each fragment once."""
    for field in selected:
        if field.name.startswith("..."):
            if field.name not in seen and len(seen) < _MOST:
                seen.add(field.name)
                yield from _unfolded(fragments.get(field.name[3:], ()), fragments, seen)
        elif not field.name:
            yield from _unfolded(field.below, fragments, seen)
        else:
            yield field


def _paths(
    selected: Sequence[_Field], fragments: dict[str, tuple[_Field, ...]], above: str, depth: int
) -> Iterator[str]:
    for field in _unfolded(selected, fragments, set()) if depth < _DEEPEST else ():
        if field.name != "__typename":
            yield f"{above}.{field.name}"
            yield from _paths(field.below, fragments, f"{above}.{field.name}", depth + 1)
