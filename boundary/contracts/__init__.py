"""Contracts compared: what a new version of a document refuses that the old one allowed, or sends that nobody expects.

The street: a contract is loaded (``documents``), brought into a normal form, compared by direction, and what differs is
graded by the table in ``rules/contracts``. Nothing here knows the service graph. A kind of contract is a module or
package here with ``KIND``, ``matches(path, head)`` and ``compare(old, new)``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from boundary.contracts.files import Files
    from boundary.contracts.model import Change, Comparison

KINDS = ("openapi", "protobuf", "graphql", "asyncapi", "avro", "jsonschema", "thrift")
"""The modules of the kinds, in the order in which a file is offered to them."""


class Kind(Protocol):
    """A kind of contract."""

    KIND: str

    def matches(self, path: str, head: bytes) -> bool:
        """Whether a file is one, by its path and its first bytes."""
        ...

    def compare(self, old: Files, new: Files) -> Comparison:
        """What changed between the files of two sides."""
        ...


def compare_contracts(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Comparison:
    """Compare two contracts, or two folders of them; each side is a file, a folder or ``REV:path``.

    Raises ``ContractError`` for what cannot be loaded.
    """
    from boundary.contracts.files import opened
    from boundary.contracts.model import Comparison
    from boundary.contracts.openapi.validity import problems
    from boundary.errors import no_contracts

    with opened(old) as before, opened(new) as after:
        for side in (before, after):
            if not _sorted(side):
                raise no_contracts(side.label)
        changes = compare(before, after).changes
        return Comparison.of(changes, tuple(problems(before, after)))


def compare(old: Files, new: Files) -> Comparison:
    """What changed between two sides, over all kinds of contracts that they have."""
    from boundary.contracts.model import Comparison

    before, after = _sorted(old), _sorted(new)
    changes: list[Change] = []
    for name in KINDS:
        one, two = before.get(name, ()), after.get(name, ())
        if one or two:
            changes += _kind(name).compare(old.only(one), new.only(two)).changes
    return Comparison.of(changes)


def knows(name: str) -> bool:
    """Whether some kind of contract has changes of this id, so that a configuration may grade them."""
    from boundary.contracts.grading import table, tables
    from boundary.contracts.openapi.naming import SCHEMAS, is_name

    return any(name in table(kind) for kind in tables() if kind != SCHEMAS) or is_name(name)


def _sorted(side: Files) -> dict[str, tuple[str, ...]]:
    """The files of a side that are contracts, by their kind."""
    found: dict[str, tuple[str, ...]] = {}
    for path in side.paths:
        head = side.head(path)
        name = next((name for name in KINDS if _kind(name).matches(path, head)), None)
        if name is not None:
            found[name] = (*found.get(name, ()), path)
    return found


def _kind(name: str) -> Kind:
    from importlib import import_module

    return cast("Kind", import_module(f"boundary.contracts.{name}"))
