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
    left = {id(reason): reason for reason in reasons}
    index = _Index(left.values())
    for one, found in pairs:
        mine = [reason for reason in index.near(one) if id(reason) in left and _same(one, reason)]
        found.extend(left.pop(id(reason)) for reason in mine)
    for fits in (_inside, _demanded):
        for one, found in pairs:
            if one.keyword in _CONDITIONS:
                mine = [reason for reason in left.values() if fits(one, reason)]
                found.extend(left.pop(id(reason)) for reason in mine)
    told = {one.at for one, found in pairs if any(reason.decided for reason in found)}
    return pairs, [
        reason for reason in left.values() if not (reason.keyword in ("type", "format") and reason.at in told)
    ]


class _Index:
    """Reasons by their places, and those about single values by the value: there may be many of both."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self._at: dict[str, list[Reason]] = {}
        self._plain: dict[str, list[Reason]] = {}
        self._values: dict[tuple[str, str, str], list[Reason]] = {}
        for reason in reasons:
            self._at.setdefault(reason.at, []).append(reason)
            if reason.move.startswith("value-"):
                self._values.setdefault((reason.at, reason.move, _text(reason.subject)), []).append(reason)
                continue
            for place in (reason.at, f"{reason.at}.{reason.subject}"):
                self._plain.setdefault(place, []).append(reason)

    def near(self, one: Written) -> Iterable[Reason]:
        """The reasons that may be about a difference, in their order."""
        plain = self._plain.get(one.at, [])
        if one.move.startswith("value-"):
            return [*self._values.get((one.at, one.move, one.subject), []), *plain]
        return [*self._at.get(one.at, []), *(reason for reason in plain if reason.at != one.at)]


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
