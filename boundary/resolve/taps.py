"""Who takes data out of whose database without asking it: replicas, migration tasks, change-capture connectors.

A tap belongs to the service among whose files it is declared, else to the one service of the stack that it stands in.
It makes nobody a user of the database: whose that is, is told by who uses it.
"""

from __future__ import annotations

import re

from boundary.facts import Server as RemoteServer
from boundary.facts import Tap
from boundary.model import Evidence, Location, Value
from boundary.reading import sql
from boundary.resolve import connections
from boundary.resolve.connections import Address
from boundary.resolve.context import Context, chain
from boundary.resolve.landscape import Service
from boundary.resolve.stacks.taps import tapped
from boundary.resolve.stores import Stores

_SUBSCRIBES = re.compile(r"\bcreate\s+subscription\b", re.IGNORECASE)


def resolve(context: Context, stores: Stores) -> None:
    """Add all taps to the connections."""
    stacks = context.land.stacks
    servers = {server.id for server in context.land.servers}
    for one in tapped(stacks) if stacks is not None else ():
        here = context.land.declaring(one.resource.location.path, one.resource.stack)
        if len(here) == 1:
            service = context.land.service(here[0])
            _connect(context, stores, service, one.address, one.engine, one.evidence)
    for effect in context.effects.get("statement", ()):
        text = str(effect.get("sql"))
        for server in sql.servers(text) if _SUBSCRIBES.search(text) else ():
            for actor in context.actors(effect):
                target = stores.target(actor, Address("", Value.of(server.host), database=Value.of(server.database)))
                if target is not None and target[0] in servers:
                    publisher = Value.of(f"postgres://{server.host}/{server.database}")
                    why = chain(effect, f"{server.name} takes what {server.host} publishes")
                    _connect(context, stores, actor, publisher, "postgres", why)
    for file in context.files:
        mine = [] if file.mark else [context.land.service(one) for one in context.land.deploying(file.path)]
        for fact in file.facts if len(mine) == 1 else ():
            place = Location(file.path, fact.line, fact.column)
            if isinstance(fact, Tap):
                why = (Evidence(place, f"{fact.name} captures the changes of {', '.join(fact.tables) or 'tables'}"),)
                _connect(context, stores, mine[0], fact.address, fact.engine, why)
            elif isinstance(fact, RemoteServer):
                why = (Evidence(place, f"{fact.name} is a server that statements reach"),)
                address = Address("", Value.of(fact.host), database=Value.of(fact.database))
                target = stores.target(mine[0], address)
                if target is not None and target[0] in servers:
                    stores.connect(mine[0], address, why, "coded")


def _connect(
    context: Context, stores: Stores, service: Service, address: Value, engine: str, why: tuple[Evidence, ...]
) -> None:
    text = address.text or ""
    whole = "://" in str(address) or "=" in str(address)
    found = connections.of_value(context, address, service.id, engine) if whole else []
    for one in found or ([Address(engine, Value.of(text))] if text and not whole else []):
        stores.connect(service, one, (*why, *one.evidence), "configured", "taps")
