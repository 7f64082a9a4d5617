"""Enumerations of ``.proto`` files, and the lists of reserved numbers and names that messages have, too."""

from __future__ import annotations

from boundary.contracts.cursor import Cursor
from boundary.contracts.protobuf import options
from boundary.contracts.protobuf.declared import Enum, Range, Reserved, Value
from boundary.contracts.protobuf.features import Features, changed

LAST_VALUE = 2_147_483_647
"""What ``max`` means in the ranges of an enumeration."""


def enum(at: Cursor, scope: str, features: Features) -> Enum:
    """The enumeration that begins here."""
    line = at.take().line
    name = at.name().text
    kept: list[Range] = []
    names: set[str] = set()
    own: dict[str, str] = {}
    values: list[Value] = []
    at.open()
    while not at.close():
        if at.skip("option"):
            own |= options.statement(at)
        elif at.sees("reserved") and at.after() != "=":
            reserved(at, kept, names, LAST_VALUE)
        elif not at.skip(";"):
            values.append(_value(at, f"{scope}.{name}".lstrip(".")))
    features = changed(features, own)
    return Enum(
        name=name,
        scope=scope,
        line=line,
        path=at.path,
        options=own,
        values=tuple(values),
        reserved=Reserved(tuple(kept), frozenset(names)),
        closed=features["enum_type"] == "CLOSED",
        strict_json=features["json_format"] == "ALLOW",
    )


def _value(at: Cursor, scope: str) -> Value:
    name = at.name()
    at.expect("=")
    number = at.number()
    own = dict(options.bracketed(at))
    at.expect(";")
    return Value(name=name.text, scope=scope, line=name.line, path=at.path, options=own, number=number)


def reserved(at: Cursor, kept: list[Range], names: set[str], last: int) -> None:
    """A ``reserved`` statement: numbers, or names (quoted ones; since editions also bare)."""
    at.expect("reserved")
    if at.sees("-") or (not at.word.quoted and at.word.text.lstrip("-")[:1].isdigit()):
        kept += ranges(at, last)
    else:
        names.add(at.take().text)
        while at.skip(","):
            names.add(at.take().text)
    at.expect(";")


def ranges(at: Cursor, last: int) -> list[Range]:
    """``2, 15, 9 to 11, 40 to max``."""
    found = list[Range]()
    while True:
        first = at.number()
        end = first
        if at.skip("to"):
            end = last if at.skip("max") else at.number()
        found.append((first, end))
        if not at.skip(","):
            return found
