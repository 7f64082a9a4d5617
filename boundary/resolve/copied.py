"""Documents that lie among a service's files and are somebody else's: copies from which clients are made.

A copy has the title of another service's document and shares operations with it. Whose it is tell the address that it
names as its server, and the code that serves its operations; where neither tells, the file or folder that is called
after the other service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from boundary.facts import Contract, ContractOperation
from boundary.model import Operation
from boundary.resolve import paths
from boundary.resolve.context import Context
from boundary.resolve.procedures import Procedures, key
from boundary.resolve.values import fold


@dataclass
class _Copy:
    """A document of one service; ``operations`` are the ends of paths that it declares, with their methods."""

    path: str
    service: str
    servers: tuple[str, ...]
    operations: set[tuple[str, str]] = field(default_factory=set)


def copies(context: Context, served: Iterable[tuple[str, Operation]]) -> dict[str, str]:
    """The path of each copy of an HTTP description, with the service whose contract it is."""
    titled: dict[str, list[_Copy]] = defaultdict(list)
    for title, one in _documents(context):
        titled[title].append(one)
    several = {title: group for title, group in titled.items() if len({one.service for one in group}) > 1}
    if not several:
        return {}
    code: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for service, operation in served:
        code[service].add((operation.method, paths.positional(operation.path)))
    found = {}
    for group in several.values():
        for one in group:
            among = [other for other in group if other.service != one.service and other.operations & one.operations]
            owner = _owner(context, one, among, code) if among else ""
            if owner:
                found[one.path] = owner
    return found


def messages(context: Context, procedures: Procedures) -> dict[str, str]:
    """The path of each file of remote procedures that lies with one service and is implemented by another."""
    found = {}
    for file in context.files:
        owners = context.land.services_of(file.path) if not file.mark else ()
        declared = [fact for fact in file.facts if isinstance(fact, ContractOperation) and fact.method == "RPC"]
        names = {key(fact.path.strip("/").partition("/")[0]) for fact in declared if len(owners) == 1}
        providers = {service for name in names for service in procedures.implementers.get(name, ())}
        if len(providers) == 1 and not providers & set(owners):
            found[file.path] = next(iter(providers))
    return found


def _documents(context: Context) -> Iterator[tuple[str, _Copy]]:
    for file in context.files:
        owners = context.land.services_of(file.path) if not file.mark else ()
        told = next((fact for fact in file.facts if isinstance(fact, Contract) and fact.kind == "openapi"), None)
        if told is None or len(owners) != 1 or not told.title:
            continue
        operations = {
            (fact.method, paths.positional(fact.path)) for fact in file.facts if isinstance(fact, ContractOperation)
        }
        yield fold(told.title), _Copy(file.path, owners[0], told.servers, operations)


def _owner(context: Context, one: _Copy, among: list[_Copy], code: Mapping[str, set[tuple[str, str]]]) -> str:
    """The service whose contract a document is, where that is another than the one it lies with."""

    def serves(service: str) -> bool:
        return any(method == m and path.endswith(end) for m, end in one.operations for method, path in code[service])

    addressed = _addressed(context, one)
    others = sorted({other.service for other in among})
    if addressed:
        return addressed if addressed in others else ""
    if serves(one.service):
        return ""
    serving = [service for service in others if serves(service)]
    named = {fold(part) for part in one.path.rpartition(".")[0].split("/")}
    called = [service for service in others if fold(context.land.service(service).name) in named]
    return next((group[0] for group in (serving, called) if len(group) == 1), "")


def _addressed(context: Context, one: _Copy) -> str:
    """The service that the document names as its server."""
    caller = context.land.service(one.service)
    for server in one.servers:
        host = urlsplit(server).hostname if "{" not in server else None
        found = context.names.host(host, None, caller) if host else None
        if found:
            return found[0].id
    return ""
