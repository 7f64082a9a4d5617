"""Servers that are one in two packagings, by the variable that names each: ``DB_HOST`` is ``orders-db`` in Compose and
``orders-postgresql`` in the chart, so both are the database of the one service that reads it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from boundary.resolve.landscape import Service, Unit

_HOST = re.compile(r"[A-Za-z0-9][\w.-]{0,252}")
_LONGEST = 2000

_Names = dict[tuple[str, str], int]


def alternates(servers: Sequence[tuple[str, Sequence[Unit]]], services: Sequence[Service]) -> dict[int, int]:
    """For servers (what they speak, and their units) the place of the one that each is another form of.

    Only where one variable of one service names both, where no deployment has both, and where neither is anything to a
    third one: what several services have each for themselves here, and one for all there, stays apart.
    """
    names: _Names = {}
    for at, (_, units) in enumerate(servers):
        for unit in units:
            for name in (unit.name, *unit.names):
                names.setdefault((unit.project, name.lower()), at)
    meant: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for service in services:
        for unit in service.units:
            for binding in unit.variables:
                for at in _named(str(binding.value), unit.project, names):
                    meant[service.id, binding.name][at] = None
    pairs: dict[int, set[int]] = defaultdict(set)
    for found in meant.values():
        for one in found:
            pairs[one] |= {other for other in found if other != one and _alike(servers[one], servers[other])}
    return {one: other for one, other in _single(pairs).items() if other < one}


def _named(value: str, project: str, names: Mapping[tuple[str, str], int]) -> set[int]:
    """The servers of a project that a value names by host names."""
    hosts = _HOST.findall(value[:_LONGEST]) if len(value) < _LONGEST else []
    spelled = {name for host in hosts for name in (host.lower(), host.lower().partition(".")[0])}
    return {names[project, name] for name in spelled if (project, name) in names}


def _alike(one: tuple[str, Sequence[Unit]], other: tuple[str, Sequence[Unit]]) -> bool:
    """Whether both speak the same, and no deployment has both."""
    apart = {unit.project for unit in one[1]}.isdisjoint(unit.project for unit in other[1])
    return bool(one[0]) and one[0] == other[0] and apart


def _single(pairs: Mapping[int, set[int]]) -> dict[int, int]:
    """The pairs whose ends have no other one."""
    only = {one: next(iter(others)) for one, others in pairs.items() if len(others) == 1}
    return {one: other for one, other in only.items() if only.get(other) == one}
