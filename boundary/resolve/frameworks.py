"""Stores and brokers to which a framework connects by itself: Spring Boot's auto-configuration, Quarkus, Micronaut.

A module that has the library uses it when an address is set, when its code names the framework's types, or when there
is one server of the kind: Spring Boot reference, "Data" and "Messaging"; the rows are those of ``known/roles.toml``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from boundary.model import Evidence, Value
from boundary.resolve import connections
from boundary.resolve.context import Context
from boundary.resolve.files import within
from boundary.resolve.landscape import Service
from boundary.resolve.located import addresses, first, is_off
from boundary.resolve.roles import ClientRow, table
from boundary.resolve.stores import Stores

_EMBEDDED = re.compile(r"jdbc:(?:h2|hsqldb|derby|sqlite)|r2dbc:h2|:mem:")


def connect(context: Context, stores: Stores) -> None:
    """Connections of frameworks to stores and brokers."""
    for row in table().client.values():
        for service in context.land.services if row.engine else ():
            proof = context.roles.proof(row, service.id)
            if proof and not is_off(context, service, row):
                why = Evidence(proof[0], f"{service.name} has {proof[1]}")
                if not _set(context, stores, service, row, why):
                    _unset(context, stores, service, row, why, proof[2])
                    if row.embedded and context.roles.has(service.id, row.embedded.split()):
                        context.found.embedded.add(service.id)


def _set(context: Context, stores: Stores, service: Service, row: ClientRow, why: Evidence) -> bool:
    """Connections with the addresses that are set; whether any is."""
    engine = "" if row.engine == "?" else row.engine
    database = next((one.value for one in first(context, service, row.database)), None)
    told = list(addresses(context, service, row))
    for address in told:
        if _EMBEDDED.search(str(address.value)):
            context.found.embedded.add(service.id)
            continue
        for one in connections.of_value(context, address.value, service.id, engine):
            given = replace(one, engine=one.engine or engine, database=one.database or database)
            evidence = (*address.evidence, why, *one.evidence)
            stores.connect(service, given, evidence, "configured", framework=True)
    return bool(told)


def _unset(context: Context, stores: Stores, service: Service, row: ClientRow, why: Evidence, alone: bool) -> None:
    """The connection of a library that is told of no address: to the one server there is, or, when its code uses it,
    to the library's own default."""
    used = context.roles.used(row, service.id)
    if not (used and row.default) and not ((used or alone) and stores.only(service, row.engine)):
        return
    reasons = (Evidence(used[1], f"{used[0]} is used"), why) if used else (why,)
    host, _, port = row.default.partition(":")
    database = next((one.value for one in first(context, service, row.database)), None)
    address = connections.Address(row.engine, Value.of(host or "localhost"), int(port or 0) or None, database)
    # A library that came with another one may be there for another service.
    shipped = [one.root for one in context.land.libraries]
    own = any(not any(within(one.location.path, root) for root in shipped) for one in reasons)
    stores.connect(service, address, reasons, "configured", certain=own, framework=True)
