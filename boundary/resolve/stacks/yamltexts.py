"""Texts of YAML in stacks as what they say: what is not known in them stays open."""

from __future__ import annotations

from boundary.model import Hole, Value
from boundary.reading import yaml
from boundary.resolve.stacks.things import NULL, Encoded, Rope, Rows, Table, Thing, document

_FIRST, _LAST = 0xE100, 0xEFFF
"""The private-use characters that stand for what is not known while a text is read."""


def documents(thing: Thing, line: int = 0) -> tuple[Thing, ...]:
    """The documents of a text that begins at a ``line``, 0 for one that stands elsewhere; none for a broken one."""
    if isinstance(thing, Encoded):
        return (thing.of,)
    if isinstance(thing, Rope):
        return (document(thing),)
    if not isinstance(thing, Value):
        return ()
    marks = {hole: chr(_FIRST + at) for at, hole in enumerate(dict.fromkeys(thing.holes)) if _FIRST + at <= _LAST}
    whole = "".join(part if isinstance(part, str) else marks.get(part, "") for part in thing.parts)
    try:
        nodes = yaml.documents(whole)
    except yaml.YamlError:
        return ()
    holes = {mark: hole for hole, mark in marks.items()}
    return tuple(_thing(node, holes, line) for node in nodes)


def _thing(node: yaml.Node, holes: dict[str, Hole], line: int) -> Thing:
    if node.kind == "sequence":
        return Rows(tuple(_thing(item, holes, line) for item in node.items))
    if node.kind == "mapping":
        entries = {key.text: _thing(value, holes, line) for key, value in node.pairs}
        lines = {key.text: key.line + line if line else 0 for key, _ in node.pairs}
        return Table(entries, lines)
    if not node:
        return NULL
    pieces: list[str | Hole] = []
    for char in node.text if any(mark in node.text for mark in holes) else ():
        pieces.append(holes.get(char, char))
    return Value.of(*(pieces or (node.text,)))
