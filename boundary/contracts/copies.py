"""Which files of schemas are one contract, where several folders hold copies of the same.

Each repository that speaks a language of messages has its files, its provider and its consumers alike. What declares a
name that is declared elsewhere as well is a copy: each copy is compared with what it was itself, or a change of one
would be made good by the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

Names = Mapping[str, frozenset[str]]
"""What each file declares, by its path."""


def apart(old: Names, new: Names) -> list[frozenset[str]]:
    """The paths of both sides in groups that are to be compared each for itself; one group where nothing is twice."""
    twice = {path for side in (old, new) for path in _copies(side)}
    roots = sorted(_roots(sorted(twice), old, new), key=len, reverse=True)
    found: dict[str, set[str]] = defaultdict(set)
    for path in {*old, *new}:
        found[next((root for root in roots if path == root or path.startswith(f"{root}/")), "")].add(path)
    return [frozenset(group) for _, group in sorted(found.items())]


def _copies(side: Names) -> Iterator[str]:
    """The files of a side that declare what another one does."""
    declaring: dict[str, list[str]] = defaultdict(list)
    for path, names in side.items():
        for name in names:
            declaring[name].append(path)
    for paths in declaring.values():
        yield from paths if len(paths) > 1 else ()


def _roots(paths: list[str], old: Names, new: Names, depth: int = 0) -> Iterator[str]:
    """The highest folders, or files, that hold each name once."""
    for _, together in groupby(paths, key=lambda path: path.split("/")[: depth + 1]):
        group = list(together)
        if _is_whole(group, old) and _is_whole(group, new):
            yield "/".join(group[0].split("/")[: depth + 1])
        else:
            yield from _roots(group, old, new, depth + 1)


def _is_whole(paths: Iterable[str], side: Names) -> bool:
    names = [name for path in paths for name in side.get(path, ())]
    return len(names) == len(set(names))
