"""What the specification does not allow in the documents of one side: rule CFG003, for ``boundary contract``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from boundary.contracts.documents import Documents, Node
from boundary.contracts.files import Files
from boundary.contracts.model import Place, Problem
from boundary.contracts.openapi import matches
from boundary.contracts.openapi.tree import raw
from boundary.reading.openapi_form import HEAVIEST, LARGEST, MOST, VERSIONS, misshapen, weight


def problems(name: str, side: Files) -> Iterator[Problem]:
    """The errors of form in the documents of a side, of each at most ``MOST`` in the order of their lines."""
    documents = Documents(side.read)
    for path in side.paths:
        if not matches(path, side.head(path)) or len(side.read(path)) > LARGEST:
            continue
        root = documents.open(path)
        try:
            wrong = list(islice(_wrong(root), MOST))
        except RecursionError:
            wrong = [((), "is nested too deeply to be checked")]
        yield from sorted({Problem(name, _place(root, pointer), reason) for pointer, reason in wrong})


def _wrong(root: Node) -> Iterator[tuple[tuple[str | int, ...], str]]:
    said = str(raw(root, "openapi") or raw(root, "swagger") or "")
    version = ".".join(said.split(".")[:2])
    if version in VERSIONS and isinstance(root.value, dict) and weight(root.value) <= HEAVIEST:
        key = "openapi" if raw(root, "openapi") else "swagger"
        yield from misshapen({**root.value, key: said}, version)


def _place(root: Node, pointer: tuple[str | int, ...]) -> Place:
    """Where an error stands: at its place, or at the nearest one above when something is missing there."""
    node = root
    for step in pointer:
        below = node.child(step)
        if below is None:
            break
        node = below
    return node.place()
