"""Which scalar types can take each other's place on the wire and in JSON.

Sources: https://protobuf.dev/programming-guides/proto3#updating and #json . Where values decide (bytes that are no
UTF-8, numbers that no enumeration has), the type that takes fewer is no replacement for the one that takes more.
"""

from __future__ import annotations

from typing import Literal

Harm = Literal["", "source", "json", "wire"]
"""What no longer fits: nothing; only generated code; JSON, too; even the binary form. Each includes those before it."""

HARMS: tuple[Harm, ...] = ("", "source", "json", "wire")

_VARINTS = ("int32", "uint32", "int64", "uint64", "bool")
_FAMILIES = {
    **dict.fromkeys(_VARINTS, "varint"),
    **dict.fromkeys(("sint32", "sint64"), "zigzag"),
    **dict.fromkeys(("fixed32", "sfixed32"), "four bytes"),
    **dict.fromkeys(("fixed64", "sfixed64"), "eight bytes"),
}
_JSON = {
    **dict.fromkeys(("int32", "uint32"), "varint number"),
    **dict.fromkeys(("int64", "uint64"), "varint text"),
    **dict.fromkeys(("fixed32", "sfixed32"), "four bytes"),
    **dict.fromkeys(("fixed64", "sfixed64"), "eight bytes"),
}


def scalars(old: str, new: str) -> Harm:
    """The harm when a scalar takes the place of another."""
    if old == new:
        return ""
    if (old, new) == ("string", "bytes"):
        return "json"
    if _FAMILIES.get(old, old) != _FAMILIES.get(new, new):
        return "wire"
    return "source" if _JSON.get(old, old) == _JSON.get(new, new) else "json"


def into_scalar(new: str) -> Harm:
    """The harm when a number takes the place of an enumeration: JSON has names for the latter."""
    return "json" if new in _VARINTS and new != "bool" else "wire"


def worst(*harms: Harm) -> Harm:
    """The greatest of several."""
    return max(harms, key=HARMS.index, default="")
