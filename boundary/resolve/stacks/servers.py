"""Stores, brokers and channels that stacks declare, as servers of the landscape."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from boundary.model import Evidence
from boundary.resolve import files
from boundary.resolve.landscape import Server, Unit
from boundary.resolve.ownership import Ownership
from boundary.resolve.stacks.addresses import Fronts
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.rows import engine
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.taps import replicated
from boundary.resolve.stacks.things import Null, Resource, text

_GENERIC = frozenset(
    ("this", "main", "default", "table", "queue", "topic", "bucket", "bus", "eventbus", "stream", "db", "database",
     "cache", "redis", "cluster", "store", "storage", "broker")
)  # fmt: skip
"""Labels that every other stack has."""


def servers(stacks: Stacks, owners: Ownership, taken: Sequence[str]) -> list[Server]:
    """The servers, by id; ``taken`` are ids that others have. A replica is the server whose data it has, and what is
    only one more address of a server is that one."""
    serving = [one for one in stacks.resources if _serves(one)]
    ways = Fronts(stacks)
    sources = ((one, replicated(stacks, one) or ways.behind(one)) for one in serving)
    behind = {one.uid: source.uid for one, source in sources if source is not None}
    replicas: dict[str, list[Resource]] = defaultdict(list)
    for one in serving:
        if one.uid in behind:
            replicas[behind[one.uid]].append(one)
    made = [_server(stacks, one, owners, replicas[one.uid]) for one in serving if one.uid not in behind]
    count = Counter([*(one.id for one in made), *taken])
    unique = {(f"{one.id}@{one.units[0].key}" if count[one.id] > 1 else one.id): one for one in made}
    return [msgspec.structs.replace(one, id=identity) for identity, one in sorted(unique.items())]


def _serves(resource: Resource) -> bool:
    return resource.declared and resource.row is not None and resource.row.kind in ("store", "broker", "channel")


def _server(stacks: Stacks, resource: Resource, owners: Ownership, replicas: Sequence[Resource]) -> Server:
    row = resource.row
    assert row is not None
    name = called(resource)
    further = (*spellings(resource), resource.label, f"{resource.type}.{resource.label}")
    kind = row.kind if row.kind in ("store", "broker", "channel") else "store"
    units = tuple(_unit(stacks, one) for one in (resource, *replicas))
    return Server(
        id=f"{kind}:{name}",
        kind=kind,
        name=name,
        technology=technology(resource),
        location=resource.location,
        names=tuple(one for one in dict.fromkeys(further) if one != name),
        units=units,
        databases=tuple(dict.fromkeys(one for path in row.databases if (one := resource.text(path)))),
        party=owners.of_units(units[:1]),
        evidence=(Evidence(resource.location, f"{resource.type} {resource.label} is declared"),),
    )


def _unit(stacks: Stacks, resource: Resource) -> Unit:
    return Unit(
        key=resource.uid, platform=stacks.platform(resource), project=f"stack:{resource.stack}", name=resource.uid,
        names=tuple(spellings(resource)), location=resource.location, kind=resource.type, labels=stacks.tags(resource),
    )  # fmt: skip


def technology(resource: Resource) -> str:
    """What a store speaks: its engine says so where there are several."""
    row = resource.row
    if row is None:
        return ""
    written = resource.text(row.engine) if row.engine else None
    return (engine(written) if written else "") or row.technology


def spellings(resource: Resource) -> Iterator[str]:
    """How texts name the resource: whole, and with the parts that are not known."""
    for attribute in resource.row.names if resource.row else ():
        found = resource.get(*attribute.split("."))
        if not isinstance(found, Null) and str(as_text(found)).strip("{}?"):
            yield str(as_text(found))


def called(resource: Resource) -> str:
    """What people call it: its name, without what is not known of it, else its label in the stack."""
    for attribute in resource.row.names if resource.row else ():
        found = resource.get(*attribute.split("."))
        value = as_text(found)
        plain = "".join(part for part in value.parts if isinstance(part, str)).strip("-_./ ")
        if text(found) or len(plain) > 3:
            return plain
    label = resource.label
    around = files.called(resource.stack if "::" not in resource.type else files.folder(resource.stack))
    return f"{around}-{label}" if around and label.lower() in _GENERIC else label
