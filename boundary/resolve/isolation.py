"""Schemas of one database that are several owners', and the logins of others that a right lets into them: STO005.

A schema is the service's that makes or maps its tables. Who a login is tells the address by which a service connects;
what ``PUBLIC`` may do all others may that connect. The edges are ``grants`` of trait ``schema``. Where no SQL says who
may do what, nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from boundary.facts import SchemaRight
from boundary.model import Edge, Evidence, Location, Value
from boundary.reading.sql.rights import rights
from boundary.resolve.context import Context, at
from boundary.resolve.files import fold
from boundary.resolve.stores import Connection

_PUBLIC = "public"


def resolve(context: Context, connections: list[Connection], ids: Mapping[tuple[str, str], str]) -> None:
    """Add the edges, from each service that may use a schema to the one whose it is."""
    owners = _owners(context)
    logins: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in connections:
        if one.certain and one.kind != "taps":
            logins[ids[one.key]][one.user].add(one.service)
    for right, place in _rights(context) if owners else ():
        context.found.edges += _edges(context, owners, logins, right, place)


def _rights(context: Context) -> Iterator[tuple[SchemaRight, Location]]:
    """The rights that files of SQL tell, and those that code gives: a migration, or a program that makes its tables."""
    for file in context.files:
        for right in file.facts if not file.mark else ():
            if isinstance(right, SchemaRight):
                yield right, Location(file.path, right.line)
    for effect in (*context.effects.get("statement", ()), *context.effects.get("migration", ())):
        text = effect.get("sql")
        for right in rights(text.text or "") if isinstance(text, Value) else ():
            yield right, at(effect.site)


def _owners(context: Context) -> dict[str, dict[str, set[str]]]:
    """The services whose tables are in each schema, by its name and the store's id."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node in context.found.nodes.values():
        schema, dot, _ = node.name.rpartition(".")
        if node.kind == "table" and dot and node.keeper and node.parent:
            found[schema.casefold()][node.parent].add(node.keeper)
    return found


def _edges(
    context: Context, owners: Mapping[str, dict[str, set[str]]], logins: Mapping[str, dict[str, set[str]]],
    right: SchemaRight, place: Location,
) -> Iterator[Edge]:  # fmt: skip
    stores = owners.get(right.schema.casefold(), {})
    if len(stores) != 1:
        return
    store, keepers = next(iter(stores.items()))
    if len(keepers) != 1:
        return
    keeper = next(iter(keepers))
    name = context.land.service(keeper).name
    for service in sorted(_holders(context, logins[store], right.role) - {keeper}):
        evidence = (
            Evidence(place, f"{right.role} has {right.what} in the schema {right.schema}"),
            Evidence(context.land.service(keeper).location, f"whose tables {name} makes"),
        )
        yield Edge(service, keeper, "grants", evidence, "permitted", traits=frozenset({"schema"}),
                   detail=f"{right.what} in {right.schema}")  # fmt: skip


def _holders(context: Context, users: Mapping[str, set[str]], role: str) -> set[str]:
    """The services that log in as a role; a login that no address tells is that of the service of its name."""
    everybody = {service for services in users.values() for service in services}
    if role.casefold() == _PUBLIC:
        return everybody
    if role in users:
        return set(users[role])
    return {one for one in everybody if fold(context.land.service(one).name) == fold(role)}
