"""What consumers do in the versions of them that are deployed, where that is not what their code here does.

An image's tag names a release; the code of that release is read from the repository and takes the place of the
consumer's code, beside everybody else's of today. What deploys it is that of today. Where the repository has no tag of
that name nothing is guessed, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import msgspec

from boundary.discover import ANALYSED, Snapshot
from boundary.extract import Extractor, extract, extractors, too_large
from boundary.facts import FileFacts
from boundary.graph import Elsewhen, Graph
from boundary.model import Node, Release
from boundary.skews import tags
from boundary.source import Source

_CODE = frozenset(
    ("python", "javascript", "go", "java", "kotlin", "csharp", "ruby", "php", "rust", "cpp", "graphql", "protobuf")
)
"""The formats that tell what a program does; the others tell how it is deployed."""

_MOST = 3
"""Releases of one service that are looked at: of as many environments."""


def views(
    graph: Graph, files: Sequence[FileFacts], snapshot: Snapshot, again: Callable[[list[FileFacts]], Graph]
) -> tuple[Elsewhen, ...]:
    """What is deployed, each service's first release together, then the second ones; ``again`` resolves facts."""
    found = []
    services = [node for node in graph.of_kind("service", "gateway") if node.root not in (None, "", ".")]
    for number in range(_MOST):
        chosen = [(node, node.deployed[number]) for node in services if len(node.deployed) > number]
        if chosen:
            found.append(_view(graph, files, snapshot, again, chosen))
    return tuple(found)


def _view(
    graph: Graph,
    files: Sequence[FileFacts],
    snapshot: Snapshot,
    again: Callable[[list[FileFacts]], Graph],
    chosen: Sequence[tuple[Node, Release]],
) -> Elsewhen:
    facts = {file.path: file for file in files}
    unknown: dict[str, Release] = {}
    other: dict[str, Release] = {}
    roots = [one.root for one in graph.of_kind("service", "gateway") if one.root]
    for node, release in chosen:
        root = node.root or ""
        inner = [one for one in roots if one.startswith(f"{root}/")]
        then = snapshot.released(f"{root}/-", tags(release.version, node.name))
        if then is None:
            unknown[node.id] = release
            continue
        with closing(then):
            old = {file.path: file for file in _code(then, root, inner)}
        now = {path: file for path, file in facts.items() if _is_code(file) and _is_in(path, root, inner)}
        if old and {path: file.facts for path, file in old.items()} != {path: one.facts for path, one in now.items()}:
            other[node.id] = release
            facts = {path: file for path, file in facts.items() if path not in now} | old
    told = again(sorted(facts.values(), key=lambda file: file.path)) if other else None
    return Elsewhen(told, other, unknown)


def _code(snapshot: Snapshot, root: str, inner: Sequence[str]) -> Iterator[FileFacts]:
    """The code of a service in a release."""
    known = _extractors()
    for entry in snapshot.entries():
        fits = entry.mark in ANALYSED and entry.link is None and _is_in(entry.path, root, inner)
        if fits and not too_large(entry.size) and any(one.FORMAT in _CODE and one.matches(entry.path) for one in known):
            told = extract(Source(entry.path, snapshot.read(entry.path)), known)
            yield msgspec.structs.replace(told, mark=entry.mark)


def _is_code(file: FileFacts) -> bool:
    return bool(_CODE.intersection(file.formats))


def _is_in(path: str, root: str, inner: Sequence[str]) -> bool:
    return path.startswith(f"{root}/") and not any(path.startswith(f"{one}/") for one in inner)


def _extractors() -> list[Extractor]:
    return extractors()
