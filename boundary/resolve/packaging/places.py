"""Where the parts of rendered manifests stand: in the template, or in the values that were put into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from boundary.facts import (
    Container,
    Fact,
    Link,
    Mount,
    Port,
    Setting,
    SharedNamespace,
    Variable,
    VariableFile,
    VariableSource,
    Workload,
)
from boundary.reading.gotemplate import Rendered
from boundary.reading.gotemplate.origins import placed
from boundary.reading.yaml import Node

_GIVEN = (Variable, VariableFile, VariableSource, Setting, Port, Mount, SharedNamespace, Link)
_F = TypeVar("_F", bound=Fact)


class Places:
    """The places of values, by numbers from 1."""

    def __init__(self) -> None:
        self._known: list[tuple[str, int]] = [("", 0)]

    def put(self, value: Any, path: str, line: int) -> Any:
        """A text or number that knows its place; other values as they are."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            return value
        self._known.append((path, line))
        return placed(value, len(self._known) - 1)

    def of(self, number: int) -> tuple[str, int]:
        """A place; a path of "" for none."""
        return self._known[number] if 0 < number < len(self._known) else ("", 0)


class Made:
    """What a template at ``path`` gave, and where its lines stand as facts of the file ``home``."""

    def __init__(self, path: str, home: str, rendered: Rendered, places: Places) -> None:
        self._path = path
        self._home = home
        self._lines = rendered.lines
        self._places = [places.of(number) for number in rendered.places]

    def paired(self, node: Node) -> Node:
        """A node in which an entry of ``name`` and ``value`` stands where its value does: the name is mostly the
        template's."""
        if node.kind == "scalar":
            return node
        items = tuple(self.paired(item) for item in node.items)
        pairs = tuple((key, self.paired(value)) for key, value in node.pairs)
        value = next((inner for key, inner in pairs if key.text == "value"), None)
        line = value.line if value is not None and self._is_placed(value.line) else node.line
        return msgspec.structs.replace(node, line=line, items=items, pairs=pairs)

    def _is_placed(self, line: int) -> bool:
        return bool(self._at(self._places, line)[0])

    @staticmethod
    def _at(of: Sequence[Any], line: int) -> Any:
        return of[min(line, len(of) - 1)]

    def told(self, fact: _F) -> _F:
        """A fact at its place: what values give to a workload stands where they do, all else in the template,
        whatever its name comes from. A workload whose home is another file stands there where its image does, or at the
        top."""
        path, line = self._at(self._places, fact.line)
        if not path or not isinstance(fact, _GIVEN):
            path, line = self._path, self._at(self._lines, fact.line)
        if isinstance(fact, Workload) and path != self._home:
            images = (self._at(self._places, one.line) for one in fact.containers)
            path, line = self._home, next((at for where, at in images if where == self._home), 1)
        column = fact.column if path == self._path else 1
        inner = {name: self._inside(getattr(fact, name), path, line) for name in fact.__struct_fields__}
        made = type(fact)(**inner)
        return msgspec.structs.replace(made, line=line, column=column, file="" if path == self._home else path)

    def _inside(self, value: Any, path: str, line: int) -> Any:
        """A part of a fact, whose own line is told where it stands in the same file."""
        if isinstance(value, tuple):
            return tuple(self._inside(one, path, line) for one in value)
        if isinstance(value, msgspec.Struct) and hasattr(value, "line"):
            where, at = self._at(self._places, value.line)
            if not where:
                where, at = self._path, self._at(self._lines, value.line)
            if isinstance(value, Container):
                told = self._at(self._lines, value.told) if value.told and path == self._path else 0
                value = msgspec.structs.replace(value, told=told, file="" if where == path else where)
                return msgspec.structs.replace(value, line=at if where in (path, value.file) else line)
            return msgspec.structs.replace(value, line=at if where == path else line)
        return value
