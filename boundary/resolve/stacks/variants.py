"""Templates that are another one over again, such as that of the same stack without its alarms."""

from __future__ import annotations

from collections import defaultdict

from boundary.resolve.files import folder
from boundary.resolve.stacks.included import Written

_FEWEST = 5
"""Resources below which templates may be alike by chance."""

_MOST = 50
"""Templates of a folder that another one is compared with."""


def variants(written: Written) -> set[str]:
    """Templates that are another one of their folder over again, with some resources more or less: one stack is made of
    the one or of the other. The one with the shortest name counts."""
    resources = {
        path: {(one.name, one.type) for _, one in blocks if one.kind == "resource"} for path, blocks in written.items()
    }
    beside: dict[str, list[str]] = defaultdict(list)
    for path in sorted(written, key=lambda path: (len(path), path)):
        if len(resources[path]) >= _FEWEST:
            beside[folder(path)].append(path)
    found: set[str] = set()
    for paths in beside.values():
        kept: list[set[tuple[str, str]]] = []
        for path in paths:
            mine = resources[path]
            if any(len(mine & other) * 10 >= 9 * min(len(mine), len(other)) for other in kept[:_MOST]):
                found.add(path)
            else:
                kept.append(mine)
    return found
