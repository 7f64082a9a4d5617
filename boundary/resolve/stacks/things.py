"""What an expression of a stack evaluates to: texts, tables, lists, documents put into texts, and resources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from boundary.facts import Apply, Expr, Listing, Record, Text
from boundary.model import Hole, Location, Value

if TYPE_CHECKING:
    from boundary.facts.infra import Block
    from boundary.resolve.stacks.rows import Row


@dataclass(frozen=True, slots=True)
class Null:
    """Expressly nothing: as if it had not been written."""


@dataclass(frozen=True, slots=True)
class Table:
    """A map or an object, with the lines of its keys. ``whole`` is False when further keys may be there."""

    entries: dict[str, Thing] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    whole: bool = True

    def get(self, key: str) -> Thing:
        """What a key has, NULL for none."""
        return self.entries.get(key, NULL)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list or a set, and all blocks of one name in a block."""

    items: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JSON document as a text."""

    of: Thing


@dataclass(frozen=True, slots=True)
class Rope:
    """A text with documents in it."""

    parts: tuple[Value | Encoded, ...]


@dataclass(frozen=True, slots=True)
class Handle:
    """A resource that is referred to."""

    resource: Resource


@dataclass(frozen=True, slots=True)
class Space:
    """Names that are reached by a dot: the variables, the outputs of a module … ``stack`` is whose outputs they are."""

    get: Callable[[str], Thing]
    stack: str = ""


Thing = Value | Table | Rows | Encoded | Rope | Handle | Space | Null

NULL = Null()


@dataclass(eq=False)
class Resource:
    """A declared resource. ``uid`` is its name in the whole workspace, ``stack`` the path of its root module or
    template; ``row`` is what its type is known for. ``read`` evaluates an attribute's expression;
    ``calls`` are the calls of the modules that it is in, with their files, the outermost first."""

    uid: str
    type: str
    label: str
    stack: str
    location: Location
    row: Row | None
    body: dict[str, list[tuple[int, Expr]]]
    read: Callable[[Expr], Thing]
    declared: bool = True
    calls: tuple[tuple[str, Block], ...] = ()
    _known: dict[str, Thing] = field(default_factory=dict)
    _name: str = ""

    def get(self, *path: str) -> Thing:
        """What is written below these keys, evaluated; NULL for nothing. Several blocks of one name are Rows."""
        if path[0] not in self._known:
            self._known[path[0]] = Value((Hole("unknown"),))  # What refers to itself is not known.
            found = [self.read(expr) for _, expr in self.body.get(path[0], ())]
            flat = found if len(found) < 2 else [one for thing in found for one in items(thing)]
            self._known[path[0]] = NULL if not flat else flat[0] if len(flat) == 1 else Rows(tuple(flat))
        return below(self._known[path[0]], *path[1:])

    def forget(self) -> None:
        """Evaluate everything anew."""
        self._known.clear()
        self._name = ""

    def text(self, *path: str) -> str | None:
        """The text there when it is known whole."""
        return text(self.get(*path))

    def line(self, name: str) -> int:
        """The line of an attribute, the resource's for one that is not written."""
        return next((line for line, _ in self.body.get(name, ()) if line), self.location.line)

    def place(self, name: str) -> Location:
        """Where an attribute stands."""
        return Location(self.location.path, self.line(name))

    def said(self, key: str, line: int = 0) -> Location:
        """Where a key is given: to the module that the resource is in, else in the resource at a line."""
        for path, call in self.calls:
            if found := _line_of(call.body, key):
                return Location(path, found)
        if self.calls:
            path, call = self.calls[0]
            return Location(path, call.line)
        return Location(self.location.path, line or self.location.line)

    @property
    def name(self) -> str:
        """What it is called where that is known whole, else its uid."""
        if not self._name:
            written = (text(self.get(*one.split("."))) for one in (self.row.names if self.row else ("name",)))
            self._name = next((one for one in written if one), self.uid)
        return self._name


def _line_of(body: Expr, key: str) -> int:
    """The line of a key anywhere in a block, or of an entry of a list that is called so, 0 for none."""
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Record):
            for name, value in one.entries:
                if isinstance(name, Text) and name.text == key:
                    return name.line
                called = isinstance(name, Text) and name.text.lower() == "name"
                if called and isinstance(value, Text) and value.text == key:
                    return value.line
                waiting.append(value)
        elif isinstance(one, Listing):
            waiting += one.items
        elif isinstance(one, Apply):
            waiting += one.args
    return 0


def unknown(name: str = "", kind: str = "attribute") -> Value:
    """What is not known, by the name of what would tell."""
    return Value((Hole(kind, name),))  # type: ignore[arg-type]


def text(thing: Thing) -> str | None:
    """A text that is known whole, None for everything else."""
    return thing.text if isinstance(thing, Value) else None


def below(thing: Thing, *path: str) -> Thing:
    """What stands below these keys. Of several blocks, and of a block where a list is meant, the first."""
    for key in path:
        if isinstance(thing, Encoded):
            thing = thing.of
        if isinstance(thing, Rows):
            thing = thing.items[0] if thing.items else NULL
        if not isinstance(thing, Table):
            return thing if isinstance(thing, Value) and thing.holes else NULL
        thing = thing.get(key)
    return thing


def items(thing: Thing) -> tuple[Thing, ...]:
    """The members of a list; a single thing stands for a list of one, nothing for an empty one."""
    if isinstance(thing, Rows):
        return thing.items
    return () if isinstance(thing, Null) else (thing,)


_OPEN, _CLOSE = "\ue000", "\ue001"


def document(thing: Thing) -> Thing:
    """The document that a text holds as JSON: what is not known in it stays open, what was encoded is taken as it was.

    What is no JSON stays as it is.
    """
    if isinstance(thing, Encoded):
        return thing.of
    parts = thing.parts if isinstance(thing, Rope) else tuple(_pieces(thing)) if isinstance(thing, Value) else ()
    if not any(isinstance(part, Value) and (part.text or "").lstrip()[:1] in ("{", "[") for part in parts[:2]):
        return thing
    written, quoted = [], False
    for at, part in enumerate(parts):
        literal = text(part)
        if literal is None:
            mark = f"{_OPEN}{at}{_CLOSE}"
            written.append(mark if quoted else f'"{mark}"')
        else:
            written.append(literal)
            quoted ^= bool(literal.replace("\\\\", "").replace('\\"', "").count('"') % 2)
    try:
        return _restored(json.loads("".join(written), strict=False), parts)
    except (ValueError, RecursionError):
        return thing


def _pieces(value: Value) -> Iterator[Value]:
    return (Value((part,)) for part in value.parts)


def _restored(found: Any, parts: tuple[Value | Encoded, ...]) -> Thing:
    if isinstance(found, dict):
        return Table(
            {str(_restored(key, parts)) if _OPEN in key else key: _restored(one, parts) for key, one in found.items()}
        )
    if isinstance(found, list):
        return Rows(tuple(_restored(one, parts) for one in found))
    if found is None:
        return NULL
    if not isinstance(found, str):
        return Value.of(str(found).lower() if isinstance(found, bool) else str(found))
    pieces: list[Value | str] = []
    for at, piece in enumerate(found.split(_OPEN)):
        number, closed, rest = piece.partition(_CLOSE)
        if not at or not closed:
            pieces.append(piece)
            continue
        part = parts[int(number)]
        if isinstance(part, Encoded):
            if found == f"{_OPEN}{number}{_CLOSE}":
                return part.of
            part = unknown()
        pieces += [part, rest]
    return Value.of(*pieces)
