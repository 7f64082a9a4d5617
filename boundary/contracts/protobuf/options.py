"""Options of ``.proto`` files: ``option a.b = 1;``, ``[a = 1, (b).c = {d: 2}]``, and the text format inside braces.

Messages are flattened to dotted names, so that ``features = {enum_type: OPEN}`` reads as ``features.enum_type = OPEN``.
Specification of values: https://protobuf.dev/reference/protobuf/textformat-spec .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.contracts.cursor import Cursor

_CLOSING = {"{": "}", "<": ">"}


def statement(at: Cursor) -> Iterator[tuple[str, str]]:
    """The rest of an ``option`` statement."""
    yield from _one(at)
    at.expect(";")


def bracketed(at: Cursor) -> Iterator[tuple[str, str]]:
    """The options in brackets behind a declaration, if there are any."""
    if not at.skip("["):
        return
    yield from _one(at)
    while at.skip(","):
        yield from _one(at)
    at.expect("]")


def _one(at: Cursor) -> Iterator[tuple[str, str]]:
    name = _name(at)
    at.expect("=")
    yield from _value(at, name)


def _name(at: Cursor) -> str:
    """A name as written, custom ones in their parentheses."""
    name = ""
    while not at.sees("=", ";", "]", "}"):
        name += at.take().text
    return name


def _value(at: Cursor, name: str) -> Iterator[tuple[str, str]]:
    if at.sees(*_CLOSING):
        yield from _message(at, name)
    elif at.word.quoted:
        yield name, at.string()
    elif at.skip("["):
        while not at.skip("]"):
            yield from _value(at, name)
            at.skip(",")
    else:
        sign = "-" if at.skip("-") else ""
        yield name, sign + at.take().text


def _message(at: Cursor, name: str) -> Iterator[tuple[str, str]]:
    closing = _CLOSING[at.word.text]
    at.open(at.word.text)
    while not at.close(closing):
        if at.skip("["):
            key = ""
            while not at.skip("]"):
                key += at.take().text
        else:
            key = at.take().text.rstrip(":")
        at.skip(":")
        yield from _value(at, f"{name}.{key}")
        if not at.skip(","):
            at.skip(";")
