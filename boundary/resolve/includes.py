"""Headers and sources of C++ that services include from outside of their own folders: each is theirs, too."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.facts import Import
from boundary.resolve.files import Files, ancestors, folder, inside, language
from boundary.resolve.landscape import Service


def included(files: Files, services: Sequence[Service]) -> Iterator[tuple[str, str]]:
    """File → service that includes it, directly or through other files; what is another service's own is left out."""
    sources = [path for path in files.by_path if language(path) in ("cpp", "c")]
    if not sources:
        return
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in sources:
        by_name[posixpath.basename(path)].append(path)
    roots = {root: service.id for service in services for root in service.roots if root}
    for service in services:
        own = {path for root in service.roots if root for path in files.below(root) if language(path) in ("cpp", "c")}
        seen, waiting = set(own), sorted(own)
        while waiting:
            path = waiting.pop()
            for found in _headers(files, by_name, path):
                around = next((roots[one] for one in (found, *ancestors(found)) if one in roots), service.id)
                if found not in seen and around == service.id:
                    seen.add(found)
                    waiting.append(found)
        yield from ((path, service.id) for path in sorted(seen - own))


def _headers(files: Files, by_name: dict[str, list[str]], path: str) -> Iterator[str]:
    """What a file includes: beside it, else the one file of the repository with this path at its end."""
    repository = files.repository(path)
    for fact in files.of(path, Import):
        beside = inside(folder(path), fact.module)
        if beside in files.by_path:
            yield beside
            continue
        named = by_name.get(posixpath.basename(fact.module), ())
        fitting = [one for one in named if f"/{one}".endswith(f"/{fact.module.lstrip('./')}")]
        fitting = [one for one in fitting if files.repository(one) == repository]
        if len(fitting) == 1:
            yield fitting[0]
