"""Whose the pipelines of a repository are that has several services: those of the one that their commands name.

A pipeline stands at the top of its repository, wherever what it builds lies. It is a service's where it names its
folder (``docker build -f services/orders/Dockerfile .``) or is called after it, and no other one of the repository.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from boundary.facts import FileFacts, Text
from boundary.resolve.files import Files, ancestors, fold
from boundary.resolve.landscape import Service
from boundary.resolve.spelling import generic

FORMATS = frozenset({"pipeline", "github-workflow", "jenkins"})
"""Formats of files that release something."""

_MOST = 20_000
"""Texts of one pipeline that are read."""


def homes(
    files: Files, services: Sequence[Service], known: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The paths of pipelines that are nobody's by their place, each with its service."""
    among: dict[str, list[Service]] = defaultdict(list)
    for service in services:
        if service.roots:
            among[service.repository].append(service)
    found: dict[str, tuple[str, ...]] = {}
    for path, file in sorted(files.by_path.items()):
        candidates = among.get(files.repository(path), []) if not FORMATS.isdisjoint(file.formats) else []
        if len(candidates) > 1 and not any(known.get(one) for one in (path, *ancestors(path))):
            named = _named(file, candidates) or _called(path, candidates)
            if len(named) == 1:
                found[path] = tuple(named)
    return found


def _named(file: FileFacts, candidates: Iterable[Service]) -> list[str]:
    """The services into whose folders the commands of a pipeline lead."""
    whole = "\n".join(islice(_texts(file.facts), _MOST))
    found = []
    for service in candidates:
        above = f"{service.repository}/" if service.repository else ""
        inner = [root.removeprefix(above) for root in service.roots if root != service.repository]
        if any(re.search(rf"(?<![\w./-])(?:\./)?{re.escape(one)}(?![\w-])", whole) for one in inner if one in whole):
            found.append(service.id)
    return found


def _called(path: str, candidates: Iterable[Service]) -> list[str]:
    """The services that a pipeline's file is called after: ``orders.yml``, ``deploy-orders.yml``."""
    stem = posixpath.basename(path).partition(".")[0]
    words = {
        fold(stem),
        fold(
            re.sub(r"^(?:ci|cd|build|deploy|release|publish)[-_]|[-_](?:ci|cd|build|deploy|release|publish)$", "", stem)
        ),
    }
    return [
        one.id
        for one in candidates
        if not generic(one.name)
        and not words.isdisjoint({fold(one.name), *(fold(posixpath.basename(root)) for root in one.roots)})
    ]


def _texts(value: object) -> Iterator[str]:
    """The literal texts in facts."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            yield one.text
        elif isinstance(one, tuple):
            waiting.extend(one)
        elif isinstance(one, msgspec.Struct):
            waiting.extend(getattr(one, name) for name in one.__struct_fields__)
