"""What came and went, in words that all formats for people share."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Location
from boundary.settle.difference import Difference, Offer, Part, Treaty, Way

SIGNS = {"gained": "+", "lost": "-"}
"""How a change is marked, as in a patch."""

Line = tuple[str, str, Location | None]
"""The sign, what is told, and where it stands (of what is lost: where it stood)."""


def sections(difference: Difference) -> Iterator[tuple[str, list[Line]]]:
    """The headings with their lines, without the empty ones."""
    told: list[tuple[str, list[Line]]] = [
        ("services", [_part(one) for one in difference.services]),
        ("stores", [_part(one) for one in difference.stores]),
        ("edges", [_way(one) for one in difference.edges]),
        ("operations", [_offer(one) for one in difference.operations]),
        ("exceptions", [_treaty(one) for one in difference.exceptions]),
    ]
    return (section for section in told if section[1])


def _part(one: Part) -> Line:
    kind = "" if one.kind == "service" else f"{one.kind} "
    return SIGNS[one.change], f"{kind}{_owned(one.name, one.owner)}", one.location


def _way(one: Way) -> Line:
    sure = "" if one.certain else ", a candidate"
    what = f" {', '.join(one.operations)}" if one.operations else ""
    ends = f"{_owned(one.from_name, one.from_owner)} {one.kind} {_owned(one.to_name, one.to_owner)}"
    return SIGNS[one.change], f"{ends}{what}{sure}", one.location


def _offer(one: Offer) -> Line:
    return SIGNS[one.change], f"{one.operation} of {one.service}", one.location


def _treaty(one: Treaty) -> Line:
    ends = f" from {one.source}" if one.source else ""
    ends += f" to {one.target}" if one.target else ""
    until = f", until {one.until}" if one.until else ""
    return SIGNS[one.change], f"{', '.join(one.rules)}{ends}: {one.reason}{until}", one.location


def _owned(name: str, owner: str) -> str:
    return f"{name} ({owner})" if owner and owner != name else name


def title(difference: Difference) -> str:
    """What is compared with what."""
    return f"{difference.base} to {difference.head or 'the working tree'}"
