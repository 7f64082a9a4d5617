"""The type system of a GraphQL document. Operations and fragments that stand there, too, are passed over.

Specification: https://spec.graphql.org/September2025 , appendix B "Type System Definition".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from boundary.contracts.cursor import PAIRS, Cursor
from boundary.contracts.graphql.declared import Directive, Kind, Part, Ref, Type

_Read = TypeVar("_Read")

_KINDS: dict[str, Kind] = {
    "scalar": "scalar",
    "type": "object",
    "interface": "interface",
    "union": "union",
    "enum": "enum",
    "input": "input",
}


class Document:
    """Everything that one file declares; ``roots`` maps query, mutation and subscription to the types that it names."""

    def __init__(self, path: str, text: str) -> None:
        self.types: list[tuple[bool, Type]] = []
        self.directives: list[Directive] = []
        self.roots: dict[str, str] = {}
        self._at = Cursor(path, text, commas=False)
        while self._at.word.line:
            self._definition()

    def _definition(self) -> None:
        at = self._at
        _description(at)
        extends = at.sees("extend") and bool(at.take())
        word = at.word.text
        if word in _KINDS:
            self.types.append((extends, _type(at)))
        elif at.skip("schema"):
            _marks(at)
            if at.sees("{"):
                self.roots |= dict(_block(at, _root))
        elif at.skip("directive"):
            self.directives.append(_directive(at))
        elif word in ("query", "mutation", "subscription", "fragment", "{"):
            while not at.sees("{"):
                if not _skipped(at):
                    at.take()
            _skipped(at)
        else:
            raise at.error(f"no definition begins with {word}")


def _type(at: Cursor) -> Type:
    kind = _KINDS[at.take().text]
    word = at.name()
    names: list[str] = []
    parts: list[Part] = []
    if at.skip("implements"):
        names = list(_joined(at, "&"))
    marks = _marks(at)
    if kind == "union" and at.skip("="):
        names = list(_joined(at, "|"))
    elif kind not in ("union", "scalar") and at.sees("{"):
        parts = _block(at, _value if kind == "enum" else _part)
    return Type(
        name=word.text,
        kind=kind,
        line=word.line,
        path=at.path,
        parts=tuple(parts),
        names=tuple(names),
        exclusive="oneOf" in marks,
    )


def _directive(at: Cursor) -> Directive:
    at.expect("@")
    word = at.name()
    arguments = _arguments(at)
    at.skip("repeatable")
    at.expect("on")
    places = frozenset(_joined(at, "|"))
    return Directive(name=word.text, line=word.line, path=at.path, arguments=arguments, places=places)


def _joined(at: Cursor, mark: str) -> Iterator[str]:
    """Names with a mark between them, perhaps before the first too."""
    at.skip(mark)
    yield at.name().text
    while at.skip(mark) or (mark == "&" and at.word.text.isidentifier()):  # blanks were enough in old versions
        yield at.name().text


def _block(at: Cursor, read: Callable[[Cursor], _Read], opening: str = "{") -> list[_Read]:
    found = []
    at.open(opening)
    while not at.close(PAIRS[opening]):
        found.append(read(at))
    return found


def _root(at: Cursor) -> tuple[str, str]:
    word = at.name().text
    at.expect(":")
    return word, at.name().text


def _value(at: Cursor) -> Part:
    _description(at)
    word = at.name()
    return Part(name=word.text, line=word.line, path=at.path, deprecated="deprecated" in _marks(at))


def _part(at: Cursor) -> Part:
    """A field with its arguments, or an argument with its default."""
    _description(at)
    word = at.name()
    arguments = _arguments(at)
    at.expect(":")
    kind = _ref(at)
    default = at.value() if at.skip("=") else None
    return Part(
        name=word.text,
        line=word.line,
        path=at.path,
        type=kind,
        default=default,
        arguments=arguments,
        deprecated="deprecated" in _marks(at),
    )


def _arguments(at: Cursor) -> tuple[Part, ...]:
    return tuple(_block(at, _part, "(")) if at.sees("(") else ()


def _ref(at: Cursor) -> Ref:
    """``[Order!]!`` from the inside out, without recursion."""
    depth = 0
    while at.skip("["):
        depth += 1
    name = at.name().text
    wraps = "!" if at.skip("!") else ""
    for _ in range(depth):
        at.expect("]")
        wraps = ("!" if at.skip("!") else "") + "[" + wraps
    return Ref(name, wraps)


def _description(at: Cursor) -> None:
    if at.at_string():
        at.string()


def _marks(at: Cursor) -> set[str]:
    """Pass over directives; their names."""
    found = set()
    while at.skip("@"):
        found.add(at.name().text)
        if at.sees("("):
            _skipped(at)
    return found


def _skipped(at: Cursor) -> bool:
    """Pass over what stands in a pair of marks, if one opens here."""
    if not at.sees(*PAIRS):
        return False
    depth = 0
    while True:
        depth += at.sees(*PAIRS)
        depth -= at.sees(*PAIRS.values())
        at.take()
        if not depth:
            return True


def merged(types: list[tuple[bool, Type]]) -> dict[str, Type]:
    """Types by name with what their extensions add; one that is only extended is taken for the whole."""
    found: dict[str, Type] = {}
    for _, one in sorted(types, key=lambda pair: pair[0]):
        known = found.get(one.name)
        if known is None:
            found[one.name] = one
        else:
            names = (*known.names, *(name for name in one.names if name not in known.names))
            parts, exclusive = (*known.parts, *one.parts), known.exclusive or one.exclusive
            found[one.name] = msgspec.structs.replace(known, parts=parts, names=names, exclusive=exclusive)
    return found
