"""Which operation of the new version is which of the old one.

First by where it is served (the server's path joined with its own, variables numbered by place), then by its own path
alone: a description may name other servers and mean the same interface.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from boundary.contracts.openapi.normal import Operation


class Match(msgspec.Struct, frozen=True, eq=False):
    """``pairs`` of the same operation, those that are ``gone`` and those that are ``fresh``. ``keys`` are the paths
    that the new version still has. ``shadows`` are new operations on a literal path that used to be served by one with
    a variable there, each with that one."""

    pairs: tuple[tuple[Operation, Operation], ...]
    gone: tuple[Operation, ...]
    fresh: tuple[Operation, ...]
    keys: frozenset[str]
    shadows: tuple[tuple[Operation, Operation], ...]


def matched(old: list[Operation], new: list[Operation]) -> Match:
    """The match of all operations of a document, or of the callbacks of an operation."""
    left = dict(enumerate(old))
    right = dict(enumerate(new))
    pairs: dict[int, int] = {}
    for names in (_exact, _addresses, _paths):
        by_name: dict[tuple[str, ...], int] = {}
        for number, operation in right.items():
            for name in names(operation):
                by_name.setdefault(name, number)
        for number, operation in list(left.items()):
            found = next((by_name[name] for name in names(operation) if name in by_name), None)
            if found is not None and found in right:
                pairs[number] = found
                del left[number], right[found]
    return Match(
        tuple((old[one], new[two]) for one, two in sorted(pairs.items())),
        tuple(left.values()),
        tuple(right.values()),
        frozenset(operation.key for operation in new),
        tuple(_shadows(old, right.values())),
    )


def _exact(operation: Operation) -> list[tuple[str, ...]]:
    """Where it is served, with the names of variables as written: templates may differ in nothing else."""
    bases = [server.base for server in operation.servers] or [""]
    return [(operation.group, operation.method, base + operation.path) for base in bases]


def _addresses(operation: Operation) -> list[tuple[str, ...]]:
    bases = [server.base for server in operation.servers] or [""]
    return [(operation.group, operation.method, base + operation.key) for base in bases]


def _paths(operation: Operation) -> list[tuple[str, ...]]:
    return [(operation.group, operation.method, operation.key)]


def _shadows(old: list[Operation], fresh: Iterable[Operation]) -> list[tuple[Operation, Operation]]:
    """New literal paths that old templates served: a literal wins over a variable."""
    known = {(one.method, one.key) for one in old}
    tree = _Segment()
    for one in old:
        if "{}" in one.key and one.group == "paths":
            tree.add([one.method, *one.key.split("/")], one)
    return [
        (operation, one)
        for operation in fresh
        if operation.group == "paths" and (operation.method, operation.key) not in known
        for one in tree.covering([operation.method, *operation.key.split("/")])
    ]


class _Segment:
    """Templates by their segments."""

    def __init__(self) -> None:
        self.below: dict[str, _Segment] = {}
        self.ends: list[Operation] = []

    def add(self, segments: list[str], operation: Operation) -> None:
        """Put a template in its place."""
        node = self
        for segment in segments:
            node = node.below.setdefault(segment, _Segment())
        node.ends.append(operation)

    def covering(self, segments: list[str]) -> list[Operation]:
        """The templates that every address of a path is one of."""
        nodes = [self]
        for segment in segments:
            nodes = [node.below[one] for node in nodes for one in dict.fromkeys((segment, "{}")) if one in node.below]
        return [operation for node in nodes for operation in node.ends]
