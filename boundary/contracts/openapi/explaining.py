"""Which reasons of the schemas' comparer a difference on paper explains, so that one change is told once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.model import Place
from boundary.contracts.openapi.keywords import Written
from boundary.contracts.schemas import Reason

_FAMILIES: dict[str, tuple[str, ...]] = {
    "minimum": ("minimum", "exclusiveMinimum"),
    "exclusiveMinimum": ("minimum", "exclusiveMinimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMaximum": ("maximum", "exclusiveMaximum"),
    "type": ("type", "format"),
    "contentEncoding": ("format", "contentEncoding"),
    "types": ("type", "format", "oneOf", "anyOf"),
    "const": ("const", "enum"),
    "enum": ("const", "enum"),
    "oneOf": ("oneOf", "anyOf", "discriminator"),
    "anyOf": ("oneOf", "anyOf", "discriminator"),
    "discriminator": ("oneOf", "anyOf", "discriminator"),
    "if": ("if",),
    "then": ("if", "then"),
    "else": ("if", "else"),
    "contains": ("contains",),
    "minContains": ("contains", "minContains"),
    "maxContains": ("contains", "maxContains"),
}
"""Keywords of reasons that a keyword on paper may be behind: the comparer sees what they mean together."""

_CONDITIONS = frozenset(
    (
        "if", "then", "else", "not", "contains", "propertyNames", "contentSchema", "dependentSchemas",
        "dependentRequired", "patternProperties", "prefixItems", "unevaluatedItems", "unevaluatedProperties",
    )
)  # fmt: skip
"""Keywords whose whole schema is the change where they come or go: what it demands is not demanded of everything."""

READ_WRITE = {"became-read-only": "readOnly", "became-write-only": "writeOnly", "became-not-read-only": "readOnly"}
"""Moves of reasons that are about who may send a property."""

Explained = list[tuple[Written, list[Reason]]]


def explained(written: Iterable[Written], reasons: Iterable[Reason]) -> tuple[Explained, list[Reason]]:
    """Each difference on paper with its reasons, and the reasons that none explains."""
    pairs: Explained = [(one, []) for one in written]
    left = list(reasons)
    for fits in (_same, _inside, _demanded):
        for one, found in pairs:
            found += [reason for reason in left if fits(one, reason)]
            left = [reason for reason in left if reason not in found]
    told = {one.at for one, found in pairs if any(reason.decided for reason in found)}
    return pairs, [reason for reason in left if not (reason.keyword in ("type", "format") and reason.at in told)]


def _same(one: Written, reason: Reason) -> bool:
    """Whether both speak of one keyword at one place."""
    keyword = READ_WRITE.get(reason.move, reason.keyword)
    if reason.move in READ_WRITE:
        return one.keyword == keyword and one.at in (reason.at, f"{reason.at}.{reason.subject}")
    if (one.keyword, one.move) == ("readOnly", "removed") and (reason.keyword, reason.move) == ("required", "added"):
        return one.at == f"{reason.at}.{reason.subject}"
    if one.at != reason.at:
        return False
    if reason.move == "overlap-added":
        # without a discriminator, which only helped to tell, alternatives overlap as before
        return (one.keyword, one.move) in (("discriminator", "removed"), ("oneOf", "wrapped"))
    if one.keyword in ("property", "required") or keyword in ("property", "required"):
        return one.keyword == keyword and one.move == reason.move and one.subject == str(reason.subject)
    if keyword not in _FAMILIES.get(one.keyword, (one.keyword,)):
        return False
    if one.move.startswith("branch-") and reason.move.startswith("branch-") and one.move != reason.move:
        return False
    valued = one.move.startswith("value-") and reason.move.startswith("value-")
    return not valued or (one.move == reason.move and one.subject == _text(reason.subject))


def _inside(one: Written, reason: Reason) -> bool:
    """Whether a reason stands inside of what came or went as a whole."""
    if one.keyword not in _CONDITIONS or not reason.at.startswith(one.at):
        return False
    return (one.move != "removed" and _below(reason.new, one.new)) or (
        one.move != "added" and _below(reason.old, one.old)
    )


def _demanded(one: Written, reason: Reason) -> bool:
    """Whether a property is demanded because another one is there."""
    return (
        one.keyword == "dependentRequired"
        and one.at == reason.at
        and (reason.keyword, reason.move) in (("required", "added"), ("required", "removed"))
    )


def _below(place: Place | None, node: Node) -> bool:
    if place is None or place.path != node.source.path:
        return False
    return place.pointer == node.pointer or place.pointer.startswith(f"{node.pointer}/")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, msgspec.MsgspecError):
        return str(value)
