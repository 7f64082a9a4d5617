"""What changed in the bodies of routes that no document declares: told by the types of their code at two revisions.

Both sides are written as descriptions of HTTP interfaces with one part a line, and compared like any two; a line then
leads back to the field in the code. Only routes that are there on both sides, with types on both, are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from boundary.contracts.files import Files
from boundary.contracts.model import Change, Place
from boundary.contracts.openapi import compare
from boundary.graph import Graph
from boundary.model import Location, Node, Operation, Shape

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def changes(before: Graph, now: Graph) -> Iterator[tuple[str, Change]]:
    """The changes of each service's routes, with its id."""
    for old in before.nodes.values():
        new = now.nodes.get(old.id)
        if new is None or any(one.source == "contract" for one in (*old.operations, *new.operations)):
            continue
        pairs = [(one, two) for one, two in _pairs(old, new) if (one.takes, one.gives) != (two.takes, two.gives)]
        if pairs:
            yield from ((old.id, change) for change in _compared(old.name, pairs))


def _pairs(old: Node, new: Node) -> Iterator[tuple[Operation, Operation]]:
    """The same routes on both sides, with the parts that both know."""
    after = {one.name: one for one in new.operations if one.method in _METHODS}
    for one in old.operations:
        two = after.get(one.name)
        if two is not None:
            takes = one.takes is not None and two.takes is not None
            gives = one.gives is not None and two.gives is not None
            yield _only(one, takes, gives), _only(two, takes, gives)


def _only(operation: Operation, takes: bool, gives: bool) -> Operation:
    return msgspec.structs.replace(
        operation, takes=operation.takes if takes else None, gives=operation.gives if gives else None
    )


def _compared(name: str, pairs: list[tuple[Operation, Operation]]) -> Iterator[Change]:
    sides = [_Writer(name, [pair[side] for pair in pairs]) for side in (0, 1)]
    path = f"{name}.json"
    old, new = (Files(name, [path], {path: one.text}.get) for one in sides)
    for change in compare(old, new).changes:
        places = (one.place(place) for one, place in zip(sides, (change.old, change.new), strict=True))
        before, after = places
        yield msgspec.structs.replace(change, old=before, new=after)


class _Writer:
    """A description of some routes; remembers which line says what of which code."""

    def __init__(self, name: str, operations: list[Operation]) -> None:
        self._lines: list[str] = []
        self._places: list[Location] = []
        self._known: dict[Shape, str] = {}
        first = operations[0].location
        self._add(f'{{"openapi": "3.1.0", "info": {{"title": {json.dumps(name)}, "version": "1"}}, "paths": {{', first)
        paths: dict[str, list[Operation]] = {}
        for operation in operations:
            paths.setdefault(operation.path, []).append(operation)
        for path, group in paths.items():
            self._add(f"{json.dumps(path)}: {{", group[0].location)
            for operation in group:
                self._operation(operation)
            self._close("},")
        self._close('}, "components": {"schemas": {')
        for called, shape in self._objects():
            self._object(called, shape)
        self._close("}}}")
        self.text = "\n".join(self._lines).encode()

    def place(self, place: Place | None) -> Place | None:
        """Where in the code stands what a place of the description says."""
        if place is None:
            return None
        found = self._places[min(place.line, len(self._places)) - 1]
        return Place(found.path, found.line, place.pointer)

    def _add(self, text: str, place: Location) -> None:
        self._lines.append(text)
        self._places.append(place)

    def _close(self, text: str) -> None:
        """End a list: its last comma is not written."""
        self._lines[-1] = self._lines[-1].removesuffix(",")
        self._add(text, self._places[-1])

    def _operation(self, operation: Operation) -> None:
        self._add(f'"{operation.method.lower()}": {{', operation.location)
        names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{") and part.endswith("}")]
        given = [{"name": name, "in": "path", "required": True, "schema": {}} for name in dict.fromkeys(names)]
        self._add(f'"parameters": {json.dumps(given)},', operation.location)
        if operation.takes is not None:
            self._add(
                '"requestBody": {"required": true, "content": {"application/json": {"schema":', operation.location
            )
            self._schema(operation.takes)
            self._add("}}},", operation.location)
        self._add('"responses": {"200": {"description": "" ', operation.location)
        if operation.gives is not None:
            self._lines[-1] += ', "content": {"application/json": {"schema":'
            self._schema(operation.gives)
            self._add("}}", operation.location)
        self._add("}}},", operation.location)

    def _schema(self, shape: Shape) -> None:
        """A part: what has fields is written once, however often it is used."""
        if shape.fields:
            whole = msgspec.structs.replace(shape, nullable=False)
            reference = json.dumps(
                {"$ref": f"#/components/schemas/{self._known.setdefault(whole, f'S{len(self._known)}')}"}
            )
            self._lines[-1] += f' {{"anyOf": [{reference}, {{"type": "null"}}]}}' if shape.nullable else f" {reference}"
        else:
            kinds = [shape.type, *(["null"] if shape.nullable else [])] if shape.type else []
            self._lines[-1] += f' {{"type": {json.dumps(kinds)}}}' if kinds else " {}"

    def _objects(self) -> Iterator[tuple[str, Shape]]:
        """What has fields, with what is found inside of it."""
        done = 0
        while done < len(self._known):
            shape, name = list(self._known.items())[done]
            done += 1
            yield name, shape

    def _object(self, name: str, shape: Shape) -> None:
        required = json.dumps([part.name for part in shape.fields if part.required])
        self._add(f'"{name}": {{"type": "object", "required": {required}, "properties": {{', shape.place)
        for part in shape.fields:
            self._add(f"{json.dumps(part.name)}:", part.place)
            self._schema(part.shape)
            self._lines[-1] += ","
        self._close("}},")
