"""Folders beside each other that are called as several programs are: ``cmd/orders`` and ``cmd/stock``."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence

from boundary.resolve.files import Files, fold, folder


def homes(files: Files, context: str, names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For each key the folder that is called by the first fitting of its folded names, in the folder that holds one for
    the most keys; nothing where two folders hold as many."""
    below: dict[str, dict[str, str]] = defaultdict(dict)
    start = f"{context}/" if context else ""
    for path in files.folders:
        if path.startswith(start) and path != context:
            below[folder(path)].setdefault(fold(posixpath.basename(path)), path)
    chosen: list[dict[str, str]] = []
    for inner in below.values():
        found = {key: next((inner[one] for one in told if one in inner), "") for key, told in names.items()}
        there = {key: path for key, path in found.items() if path}
        if len(set(there.values())) > 1:
            chosen.append(there)
    most = max(map(len, chosen), default=0)
    best = [there for there in chosen if len(there) == most]
    return best[0] if len(best) == 1 else {}
