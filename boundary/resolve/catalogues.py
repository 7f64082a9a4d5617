"""What components say in a Backstage catalogue that they use, beside what their code uses.

References are ``[kind:][namespace/]name``; ``consumesApis`` means APIs, which lead to whoever provides them. Source:
https://backstage.io/docs/features/software-catalog/descriptor-format .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from boundary.facts import CatalogEntry
from boundary.graph import CALLS
from boundary.model import Evidence, Location
from boundary.resolve.context import Context
from boundary.resolve.values import fold


def mark(context: Context) -> None:
    """Mark the calls of services whose entry names what they use, and does not name this target.

    A target that is in no catalogue cannot be named, and an entry that names nothing says nothing.
    """
    entries = _entries(context)
    providers: dict[str, set[str]] = defaultdict(set)
    for service, (entry, _) in entries.items():
        for reference in entry.provides:
            providers[_name(reference)].add(service)
    by_name = {fold(entry.name): service for service, (entry, _) in entries.items()}
    for position, edge in enumerate(context.found.edges):
        if edge.kind not in CALLS or edge.source not in entries or edge.target not in entries:
            continue
        entry, place = entries[edge.source]
        named = _named(entry, providers, by_name)
        if named and edge.target not in named:
            what = Evidence(place, f"the catalogue says what {entry.name} uses, and not this")
            changed = msgspec.structs.replace(
                edge, traits=edge.traits | {"uncatalogued"}, evidence=(*edge.evidence, what)
            )
            context.found.edges[position] = changed


def _entries(context: Context) -> dict[str, tuple[CatalogEntry, Location]]:
    """The component that stands for each service: of the same name, else the only one in its folder."""
    found: dict[str, tuple[CatalogEntry, Location]] = {}
    beside: dict[str, list[tuple[CatalogEntry, Location]]] = defaultdict(list)
    names = {fold(name): service.id for service in context.land.services for name in (*service.names, service.name)}
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, CatalogEntry) and fact.kind == "Component":
                entry = fact, Location(file.path, fact.line, fact.column)
                if fold(fact.name) in names:
                    found.setdefault(names[fold(fact.name)], entry)
                owners = context.land.services_of(file.path)
                if len(owners) == 1:
                    beside[owners[0]].append(entry)
    for service, entries in beside.items():
        if len(entries) == 1:
            found.setdefault(service, entries[0])
    return found


def _named(entry: CatalogEntry, providers: dict[str, set[str]], by_name: dict[str, str]) -> set[str]:
    """The services that an entry names, by their APIs or by themselves."""
    apis = [*entry.consumes, *(r for r in entry.depends_on if r.lower().startswith("api:"))]
    found = {service for reference in apis for service in providers.get(_name(reference), ())}
    return found | set(_components(entry.depends_on, by_name)) | ({""} if apis else set())


def _components(references: Iterable[str], by_name: dict[str, str]) -> Iterable[str]:
    for reference in references:
        if reference.lower().startswith("component:"):
            yield by_name.get(_name(reference), "")


def _name(reference: str) -> str:
    return fold(reference.rpartition(":")[2].rpartition("/")[2])
