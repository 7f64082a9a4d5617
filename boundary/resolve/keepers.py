"""Whose a store is: who declares, names, fills or alone uses it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from boundary.model import Evidence, Location, Node
from boundary.resolve.landscape import Service
from boundary.resolve.stores import stem
from boundary.resolve.values import fold

_BUCKETS = frozenset({"s3", "gcs", "blob"})
"""Stores whose names are unique in the world, and therefore begin with that of a company."""


def keeper(
    node: Node, users: Iterable[Service], creators: set[str], declared: dict[str, str], nearby: Sequence[str] = (),
    writers: Collection[str] = (),
) -> tuple[str | None, Evidence | None]:  # fmt: skip
    """Whose store a node is, and why: told by the configuration, in the stack of one, named after one, used or written
    by one alone of those that its stack runs, created by one, used by one, or declared among the files of one
    (``nearby``). None: undecided."""
    users = list(users)
    place = node.location or Location("")
    for name in (node.name, *node.names):
        if fold(name) in declared:
            return declared[fold(name)], Evidence(place, f"boundary.toml says that {node.name} belongs to it")
    if "declared" in node.traits and len(nearby) == 1:
        return nearby[0], Evidence(place, f"{node.name} is declared in the stack of {nearby[0].partition(':')[2]}")
    named = [user for user in users if _named_after(node, user)]
    if len(named) == 1:
        return named[0].id, Evidence(place, f"{node.name} is named after {named[0].name}")
    if "declared" in node.traits and len(nearby) > 1:
        here = [user for user in users if user.id in nearby]
        for among, does in ((here, "uses"), ([user for user in here if user.id in writers], "writes")):
            if len(among) == 1:
                return among[0].id, Evidence(place, f"{among[0].name} alone of its stack {does} {node.name}")
    if len(creators) == 1:
        only = next(user for user in users if user.id in creators)
        return only.id, Evidence(place, f"{only.name} alone creates tables in {node.name}")
    if len(users) == 1:
        return users[0].id, Evidence(place, f"{users[0].name} alone uses {node.name}")
    if len(nearby) == 1 and "outside" not in node.traits:
        return nearby[0], Evidence(place, f"{node.name} is declared among the files of {nearby[0].partition(':')[2]}")
    meant = [user for user in users if node.technology in _BUCKETS and _has_name_of(node, user)]
    if len(meant) == 1:
        return meant[0].id, Evidence(place, f"{node.name} has the name of {meant[0].name} in it")
    return _of_team(node, users, creators, writers)


def _of_team(
    node: Node, users: Sequence[Service], creators: set[str], writers: Collection[str]
) -> tuple[str | None, Evidence | None]:
    """The first service of the one team that makes tables in a store, writes to it, or is called as it is: an API and
    its workers share what is theirs."""
    place = node.location or Location("")
    databases = {stem(name) for name in (node.name, *node.names)}
    called = [user for user in users if user.party.team and stem(user.party.team) in databases]
    making = [user for user in users if user.id in creators]
    writing = [user for user in users if user.id in writers]
    for among, does in ((called, "is called as"), (making, "makes tables in"), (writing, "writes to")):
        teams = {user.party.team for user in among}
        team = teams.pop() if len(teams) == 1 else None
        if team:
            return among[0].id, Evidence(place, f"{team}, the team of {among[0].name}, alone {does} {node.name}")
    return None, None


def _named_after(node: Node, service: Service) -> bool:
    mine = {stem(name) for name in (service.name, *service.names)}
    databases = [name for name in (node.name, *node.names) if stem(name) not in {fold(node.technology), ""}]
    return bool(mine & {stem(name) for name in databases})


def _has_name_of(node: Node, service: Service) -> bool:
    """Whether the words of a service's name stand in that of a bucket: ``company-orders-archive``."""
    bucket, name = (re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") for text in (node.name, service.name))
    plain = name.removesuffix("-service")
    return bool(plain) and f"-{plain}-" in f"-{bucket}-"
