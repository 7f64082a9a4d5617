"""Stores of stacks that let in who is not named: a public address, a rule for every address or a whole network.

Who is meant is everybody (``public``), or all that is in a network (``broad``): neither is the service that the store
is for. The forms are rows of ``known/openings.toml``; of groups, those of ``walls``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Literal

import msgspec

from boundary.model import Evidence, Location
from boundary.resolve.reach.barriers import Barrier, Placed
from boundary.resolve.reach.groups import Interface, covers, parsed
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import NULL, Null, Resource, Table, Thing, below, items, text

Width = Literal["public", "broad"]

_MANY = 1 << 16
"""Addresses from which on a range is a network of many."""

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))

_NARROWEST = 24
"""Bits of a private network from which on it is one of a few machines."""


class _Row(msgspec.Struct, frozen=True):
    of: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opening:
    """The store with this uid lets many in; ``evidence`` says what does it."""

    uid: str
    width: Width
    evidence: Evidence


def openings(stacks: Stacks, ports: dict[str, int]) -> Iterator[Opening]:
    """What stores say themselves, and rules of their own; ``ports`` are those of the stores, by uid."""
    named = {stacks.by_uid[uid].name: stacks.by_uid[uid] for uid in ports if uid in stacks.by_uid}
    for one in stacks.resources:
        row = _rows().get(one.type) if one.declared else None
        if row is not None:
            yield from _told(stacks, one, row, named)


def breaches(barrier: Barrier, ports: dict[str, int]) -> Iterator[Opening]:
    """The rules of firewalls that let many in to the port of a store, and that nothing before them denies."""
    for uid, port in ports.items():
        end = barrier.ends.get(uid, Interface())
        for placed in barrier.placed:
            rule = placed.rule
            concerned = placed.group in end.groups | end.lists and rule.direction == "in" and rule.allows
            width = _widest(rule.blocks) if concerned and rule.ports.has("TCP", port) else None
            if width is not None and _stands(barrier, placed, port):
                what = f"{placed.label} lets {', '.join(rule.blocks)} in to port {port}"
                yield Opening(uid, width, Evidence(placed.location, what))


def _stands(barrier: Barrier, placed: Placed, port: int) -> bool:
    """Whether a rule of a list decides about all whom it lets in; those of groups always do."""
    rules = barrier.firewall.lists.get(placed.group)
    before = [one for one in rules or () if one.direction == "in" and one.order < placed.rule.order and not one.allows]
    return not any(
        one.ports.has("TCP", port)
        and all(any(covers(outer, block) for outer in one.blocks) for block in placed.rule.blocks)
        for one in before
    )


@cache
def _rows() -> dict[str, _Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "openings.toml").read_text("utf-8"))
    return {name: msgspec.convert(row, _Row) for names, row in written.items() for name in names.split()}


def _told(stacks: Stacks, one: Resource, row: _Row, named: dict[str, Resource]) -> Iterator[Opening]:
    store: Resource | None = one
    if row.of:
        reference = as_text(_first(one, row.of))
        store = stacks.meant(reference) or named.get(reference.text or "")
    if store is None:
        return
    if any(one.text(name) == "true" for name in row.flag):
        yield Opening(store.uid, "public", Evidence(one.place(row.flag[0]), f"{one.label} has a public address"))
    first, last = text(_first(one, row.first)), text(_first(one, row.last))
    width = _range(first or "", last or "")
    if width is not None:
        what = f"{one.label} lets in the addresses from {first} to {last}"
        yield Opening(store.uid, width, Evidence(one.place(row.first[0]), what))
    for path in row.blocks:
        for each in items(one.get(*path.split("."))):
            block = text(below(each, "value")) or text(each) or ""
            width = _widest((block,))
            if width is not None:
                line = max(each.lines.values(), default=0) if isinstance(each, Table) else 0
                place = Location(one.location.path, line or one.line(path.partition(".")[0]))
                yield Opening(store.uid, width, Evidence(place, f"{one.label} lets {block} in"))


def _range(first: str, last: str) -> Width | None:
    """How much a range of addresses is; from zero to zero is every machine of the provider (Azure)."""
    try:
        low, high = IPv4Address(first), IPv4Address(last)
    except AddressValueError:
        return None
    if low == high == IPv4Address(0):
        return "broad"
    many = int(high) - int(low) + 1
    if many >= _MANY:
        return "broad" if any(low in network and high in network for network in _PRIVATE) else "public"
    return None


def _widest(blocks: tuple[str, ...]) -> Width | None:
    """How much networks are: everybody, the whole of a private network, or some that are meant (None)."""
    networks = [network for block in blocks if (network := parsed(block)) is not None]
    if any(network.prefixlen == 0 for network in networks):
        return "public"
    private = any(
        network.version == 4 and network.is_private and network.prefixlen < _NARROWEST for network in networks
    )
    return "broad" if private else None


def _first(one: Resource, paths: tuple[str, ...]) -> Thing:
    found = (one.get(*path.split(".")) for path in paths)
    return next((each for each in found if not isinstance(each, Null)), NULL)
