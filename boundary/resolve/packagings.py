"""One store that is packaged twice: as a container beside the programs, and as a resource of a cloud."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from boundary.resolve.landscape import Server
from boundary.resolve.names import is_declared

Use = tuple[str, Server, frozenset[str]]
"""Who uses which store, and the files of its deployments that tell of it."""


def united(uses: Iterable[Use]) -> dict[str, Server]:
    """Id of a declared store → the store that runs in other packagings of those who use it.

    Who has one store of a technology in each packaging has one store; where services disagree about which one that is,
    or one packaging has both, nothing is brought together.
    """
    running: dict[tuple[str, str], dict[str, Server]] = defaultdict(dict)
    declared: dict[tuple[str, str], dict[str, Server]] = defaultdict(dict)
    packagings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service, server, files in uses:
        (declared if is_declared(server) else running)[service, server.technology][server.id] = server
        packagings[service, server.id] |= files
    choices: dict[str, dict[str, Server]] = defaultdict(dict)
    for key, resources in declared.items():
        beside = running.get(key, {})
        stacks = [unit.project for server in resources.values() for unit in server.units]
        told = set[str]().union(*(packagings[key[0], identity] for identity in resources))
        apart = all(told.isdisjoint(packagings[key[0], identity]) for identity in beside)
        if apart and len(beside) == 1 and len(set(stacks)) == len(stacks):
            for identity in resources:
                choices[identity] |= beside
        else:
            for identity in resources if beside else ():
                choices[identity] |= {"": next(iter(resources.values())), **beside}
    return {identity: next(iter(found.values())) for identity, found in choices.items() if len(found) == 1}
