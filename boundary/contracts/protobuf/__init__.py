"""Protocol Buffers: whether what was written by the old files is still understood by the new ones, and the other way
round, in the binary form, in JSON, and by code that is generated anew.

Ids are those of ``buf breaking`` where the meaning is the same. Where we differ on purpose: a type is compared by what
it holds, so that a message renamed or moved to another file of its package breaks nothing on the wire; deleting what is
reserved is a warning; what only one cause explains is told once.
"""

from __future__ import annotations

from boundary.contracts.files import Files
from boundary.contracts.model import Comparison
from boundary.contracts.protobuf.sides import KIND

__all__ = ["KIND", "compare", "matches"]


def matches(path: str, head: bytes) -> bool:  # noqa: ARG001 - the ending says it all
    """Files called ``.proto``."""
    return path.lower().endswith(".proto")


def compare(old: Files, new: Files) -> Comparison:
    """The changes between two sets of files; ContractError when one cannot be read."""
    from boundary.contracts.protobuf.loading import load
    from boundary.contracts.protobuf.packages import everything
    from boundary.contracts.protobuf.telling import change

    sides, found = everything(*load(old, new))
    return Comparison.of(change(sides, one) for one in found)
