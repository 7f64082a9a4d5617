"""What facts are made of: everything that stands in one, whichever fields it stands in."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec


def parts(root: object, hidden: Collection[str] = ()) -> Iterator[object]:
    """A fact or expression, and all texts, numbers and expressions in it, each before what it has itself; the last that
    is written first. What stands in ``hidden`` fields is left out."""
    waiting: list[object] = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += part
            continue
        yield part
        if isinstance(part, msgspec.Struct):
            waiting += [getattr(part, name) for name in part.__struct_fields__ if name not in hidden]
