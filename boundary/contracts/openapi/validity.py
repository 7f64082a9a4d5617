"""What the specification does not allow in the documents of one side: rule CFG003, for ``boundary contract``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from boundary.contracts.documents import Documents, Node
from boundary.contracts.files import Files
from boundary.contracts.model import Place, Problem
from boundary.contracts.openapi import matches
from boundary.contracts.openapi.tree import raw
from boundary.reading.openapi_form import MOST, MOST_VALUES, VERSIONS, Pointer, extent, misshapen


def problems(old: Files, new: Files) -> Iterator[Problem]:
    """The errors of form in the documents of both sides, of each at most ``MOST`` in the order of their lines; what
    both have is checked once."""
    known: dict[bytes, list[tuple[Pointer, str]]] = {}
    for name, side in (("old", old), ("new", new)):
        documents = Documents(side.read)
        for path in side.paths:
            if matches(path, side.head(path)):
                yield from _of(name, documents, path, side.read(path), known)


def _of(
    name: str, documents: Documents, path: str, data: bytes, known: dict[bytes, list[tuple[Pointer, str]]]
) -> Iterator[Problem]:
    wrong = known.get(data)
    if wrong is None:
        try:
            wrong = known[data] = list(islice(_wrong(documents.open(path)), MOST))
        except RecursionError:
            wrong = known[data] = [((), "is nested too deeply to be checked")]
    if wrong:
        root = documents.open(path)
        yield from sorted({Problem(name, _place(root, pointer), reason) for pointer, reason in wrong})


def _wrong(root: Node) -> Iterator[tuple[Pointer, str]]:
    said = str(raw(root, "openapi") or raw(root, "swagger") or "")
    version = ".".join(said.split(".")[:2])
    if version not in VERSIONS or not isinstance(root.value, dict):
        return
    if (size := extent(root.value)).values <= MOST_VALUES:
        key = "openapi" if raw(root, "openapi") else "swagger"
        yield from misshapen({**root.value, key: said}, version, size)


def _place(root: Node, pointer: Pointer) -> Place:
    """Where an error stands: at its place, or at the nearest one above when something is missing there."""
    node = root
    for step in pointer:
        below = node.child(step)
        if below is None:
            break
        node = below
    return node.place()
