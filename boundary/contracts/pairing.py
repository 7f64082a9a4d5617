"""Which document of one side is which of the other: by path, else by name, else the only ones that are left."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from boundary.contracts.files import Files


def paired(old: Files, new: Files) -> Iterator[tuple[str | None, str | None]]:
    """The paths of each document on both sides; None where it is missing."""
    yield from ((path, path) for path in old.paths if path in new.paths)
    lost = [path for path in old.paths if path not in new.paths]
    fresh = [path for path in new.paths if path not in old.paths]
    for path in list(lost):
        moved = [one for one in fresh if basename(one) == basename(path)]
        if len(moved) == 1 and sum(basename(one) == basename(path) for one in lost) == 1:
            lost.remove(path)
            fresh.remove(moved[0])
            yield path, moved[0]
    if len(lost) == len(fresh) == 1:
        yield lost[0], fresh[0]
        return
    yield from ((path, None) for path in lost)
    yield from ((None, path) for path in fresh)
