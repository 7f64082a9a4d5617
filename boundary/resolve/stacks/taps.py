"""What takes data out of databases, as stacks declare it: replicas, restored copies, migration endpoints, crawlers.

The rows are those of ``known/taps.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from boundary.model import Evidence, Value
from boundary.reading import connectors
from boundary.reading.engines import engine_of
from boundary.resolve.stacks.attributes import name_in
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.rows import engine
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import NULL, Null, Resource, Table, Thing, document, text

_DEEPEST = 4
"""Copies of copies that are followed."""


class Row(msgspec.Struct, frozen=True):
    """A row of the table; see there."""

    what: str
    when: dict[str, str] = {}
    engine: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    database: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tapped:
    """A resource takes data from a database at an address (a connection text), or from a declared one by its uid."""

    resource: Resource
    address: Value
    engine: str
    evidence: tuple[Evidence, ...]


@cache
def _rows() -> dict[str, Row]:
    written = tomllib.loads((files("boundary.resolve") / "known" / "taps.toml").read_text("utf-8"))
    return {name: msgspec.convert(row, Row) for names, row in written.items() for name in names.split()}


def tapped(stacks: Stacks) -> Iterator[Tapped]:
    """All that is declared, in the order of the resources; what only looks something up is none."""
    for resource in stacks.resources:
        row = _rows().get(resource.type) if resource.declared else None
        if row is not None and all(_is(resource, path, wanted) for path, wanted in row.when.items()):
            yield from _of(stacks, resource, row)


def _is(resource: Resource, path: str, wanted: str) -> bool:
    return (text(resource.get(*path.split("."))) or "").lower() in wanted.split()


def _of(stacks: Stacks, resource: Resource, row: Row) -> Iterator[Tapped]:
    spoken = _first(resource, row.engine)[1]
    technology = engine(text(spoken) or "") or engine_of(text(spoken) or "")
    what = f"{resource.label} {row.what}"
    path, found = _first(resource, row.resource)
    if path:
        source = origin(stacks, resource)
        why = (Evidence(resource.place(path.partition(".")[0]), what),)
        if source is not None:
            yield Tapped(resource, Value.of(source.uid), source.row.technology if source.row else "", why)
        return
    path, found = _first(resource, row.settings)
    settings = document(found)
    if isinstance(settings, Table):
        told = {key: as_text(value) for key, value in settings.entries.items()}
        source_of = connectors.source(told)
        if source_of is not None:
            why = (Evidence(resource.place(path.partition(".")[0]), what),)
            yield Tapped(resource, source_of.address, source_of.engine, why)
        return
    address, at = _address(stacks, resource, row, technology)
    if address.parts:
        yield Tapped(resource, address, technology, (Evidence(resource.place(at.partition(".")[0]), what),))


def _address(stacks: Stacks, resource: Resource, row: Row, technology: str) -> tuple[Value, str]:
    """The address of a database, and the attribute that says it."""
    path, url = _first(resource, row.url)
    if path:
        return stacks.filled(as_text(url))[0], path
    path, host = _first(resource, row.host)
    parts = {name: as_text(_first(resource, getattr(row, name))[1]) for name in ("port", "database")}
    found = stacks.filled(as_text(host))[0] if path else Value()
    secret_path, secret = _first(resource, row.secret)
    if not path and secret_path:
        path = secret_path
        found = stacks.kept(secret, "host")[0]
        parts = {"port": stacks.kept(secret, "port")[0], "database": stacks.kept(secret, "dbname")[0]}
    return connectors.joined(technology, found, parts["port"], parts["database"]), path


def _first(resource: Resource, paths: Sequence[str]) -> tuple[str, Thing]:
    for path in paths:
        found = resource.get(*path.split("."))
        if not isinstance(found, Null):
            return path, found
    return "", NULL


def origin(stacks: Stacks, resource: Resource, depth: int = 0) -> Resource | None:
    """The declared store that a resource has a copy of, or a snapshot that it was made from; None for no copy, and
    where nobody declares it."""
    row = _rows().get(resource.type)
    path, found = _first(resource, row.resource) if row else ("", NULL)
    if not path or depth > _DEEPEST:
        return None
    value = as_text(found)
    meant = stacks.meant(value)
    if meant is not None and meant is not resource and meant.row is not None and meant.row.kind == "store":
        return meant if meant.declared else stacks.store(meant.name, resource)
    if meant is not None and meant is not resource:
        return origin(stacks, meant, depth + 1)
    return stacks.store(name_in(value), resource)


def replicated(stacks: Stacks, resource: Resource) -> Resource | None:
    """The store whose replica a store is: the same data under another name, all the time."""
    row = resource.row
    if row is None or isinstance(_first(resource, row.replicates)[1], Null):
        return None
    return origin(stacks, resource)
