"""Symbolic links that were laid out as small texts: by git where links are switched off, and by unpacked archives."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from boundary.discover.marks import ANALYSED
from boundary.discover.snapshot import Entry, Snapshot

_LONGEST = 255
"""Bytes of a link's text; no link in practice is longer, and small files are read twice."""


def with_links(snapshot: Snapshot) -> list[Entry]:
    """The entries of a snapshot; a file that holds nothing but a path, out of its folder, to something in the workspace
    is the link that it once was."""
    entries = snapshot.entries()
    paths = [entry.path for entry in entries]
    found = []
    for entry in entries:
        target = _target(snapshot, entry, paths)
        found.append(entry if target is None else msgspec.structs.replace(entry, link=target, size=0))
    return found


def is_there(path: str, paths: Sequence[str]) -> bool:
    """Whether a file or folder is among ``paths``, which are sorted."""
    at, below = bisect_left(paths, path), bisect_left(paths, f"{path}/")
    return paths[at : at + 1] == [path] or any(one.startswith(f"{path}/") for one in paths[below : below + 1])


def _target(snapshot: Snapshot, entry: Entry, paths: Sequence[str]) -> str | None:
    if entry.link is not None or entry.mark not in ANALYSED or not 0 < entry.size <= _LONGEST:
        return None
    try:
        text = snapshot.read(entry.path).decode()
    except (OSError, UnicodeDecodeError):
        return None
    if not text.startswith("../") or "\n" in text or "\0" in text:
        return None
    return text if is_there(posixpath.normpath(posixpath.join(entry.path, "..", text)), paths) else None
