"""Poolers of connections: who asks PgBouncer and its like speaks to the database that it leads to.

The image of one is that of a server, by what it speaks; which server stands behind it, its variables and the file of
its settings tell (``DB_HOST``, ``DATABASE_URL``, ``host=orders-db`` in ``pgbouncer.ini``). It is then one more name of
that server, wherever it runs.
See https://www.pgbouncer.org/config.html , https://www.pgpool.net/docs/latest/en/html/ and
https://github.com/postgresml/pgcat .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from boundary.facts import FileFacts, Setting
from boundary.resolve.context import Context
from boundary.resolve.images import named
from boundary.resolve.landscape import Landscape, Server, Unit
from boundary.resolve.values import fold

_IMAGES = frozenset({"pgbouncer", "pgpool", "pgcat", "odyssey", "proxysql", "supavisor"})
_HOST = re.compile(
    r"(?i)(?:\bhost\s*=\s*['\"]?|://(?:[^@/\s]*@)?|\b\d:)([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*)(?=$|[\s:/'\";,?])"
)
"""Matches the host in a line of settings, in an address, and in Pgpool's list of nodes (``0:orders-db:5432``)."""
_NAME = re.compile(r"(?i)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*")
_LONGEST = 20_000


def pooled(context: Context) -> Landscape:
    """The landscape in which poolers are names of the servers behind them; the same one where there are none."""
    land = context.land
    led = {server.id: behind for server in land.servers if (behind := _behind(context, server)) is not None}
    ends = {one: other for one, other in led.items() if other not in led}
    if not ends:
        return land
    by_id = {server.id: server for server in land.servers}
    for one, other in sorted(ends.items()):
        pooler, server = by_id.pop(one), by_id[other]
        names = dict.fromkeys((*server.names, pooler.name, *pooler.names))
        units = tuple(msgspec.structs.replace(unit, variables=()) for unit in pooler.units)
        by_id[other] = msgspec.structs.replace(server, names=tuple(names), units=(*server.units, *units))
    return replace(land, servers=tuple(by_id.values()))


def _behind(context: Context, server: Server) -> str | None:
    """The id of the one server that a pooler leads to; None for what is no pooler, and for several."""
    if not server.units or not all(_is_pooler(unit) for unit in server.units):
        return None
    found = {
        other[0].id
        for unit in server.units
        for host in _hosts(unit, context.files)
        if (other := context.names.host(host, None, unit)) and isinstance(other[0], Server)
    } - {server.id}
    stores = {one.id for one in context.land.servers if one.kind == "store"}
    return found.pop() if len(found) == 1 and found <= stores else None


def _is_pooler(unit: Unit) -> bool:
    last = named(unit.image or "")
    return any(part in _IMAGES for part in (last, *last.split("-")))


def _hosts(unit: Unit, files: Sequence[FileFacts]) -> Iterator[str]:
    for binding in unit.variables:
        text = str(binding.value)[:_LONGEST]
        if "HOST" in binding.name.upper() and _NAME.fullmatch(text):
            yield text
        else:
            yield from _HOST.findall(text)
    groups = {fold(mount.source) for mount in unit.mounts if mount.kind in ("config", "secret")}
    for file in files if groups else ():
        for fact in file.facts:
            if isinstance(fact, Setting) and fact.group and fold(fact.group) in groups:
                yield from _HOST.findall(str(fact.value)[:_LONGEST])
