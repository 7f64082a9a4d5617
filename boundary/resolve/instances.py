"""Several instances of somebody else's program, each a service of its own: of one image that is built nowhere here."""

from __future__ import annotations

import re

from boundary.resolve.groups import Group
from boundary.resolve.landscape import Unit
from boundary.resolve.starting import starts

_LONGEST = 500
"""Characters of a variable that may be an address."""


def instances(one: Group, other: Group) -> bool:
    """Whether of two groups of one image one is told where the other is; processes of a program that is built here may
    well talk to each other."""
    foreign = not one.roots and not other.roots
    return foreign and any(_is_told_of(mine, theirs) for mine in one.units for theirs in other.units)


def _is_told_of(mine: Unit, theirs: Unit) -> bool:
    """Whether of two units that start alike one has the address of the other."""
    if mine.project != theirs.project or mine.name == theirs.name or starts(mine) != starts(theirs):
        return False
    pairs = ((mine, theirs.name), (theirs, mine.name))
    return any(
        re.search(rf"(?:^|//|@){re.escape(name)}(?:\.[\w.-]+)?(?::\d|/|$)", (one.value.text or "")[:_LONGEST])
        for unit, name in pairs
        for one in unit.variables
    )
