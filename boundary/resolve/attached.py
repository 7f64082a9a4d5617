"""What programs are attached to without a line of code: where they register, are configured, are let in, are watched.

The rows are those of ``known/roles.toml``. An address that is set counts first; without one, or with one of a
developer's machine, a client means the one server of its kind in the system. Where there are several and none is named,
nothing is said.
"""

from __future__ import annotations

import re

from boundary.model import Edge, Evidence, Node, Unresolved
from boundary.resolve import paths
from boundary.resolve.context import Context
from boundary.resolve.landscape import Service
from boundary.resolve.located import Told, addresses, is_off, values
from boundary.resolve.names import Named
from boundary.resolve.roles import ClientRow, table
from boundary.resolve.stores import LOOPBACK, is_deployed
from boundary.resolve.values import shown


def attach(context: Context) -> None:
    """Edges to what has a role: who registers, is configured, is let in and is watched where."""
    for row in table().client.values():
        for service in context.land.services if not row.engine else ():
            _attach(context, service, row)
    for origin in context.handed.origins:
        name = origin_name(origin.url)
        node = context.found.add(Node(f"external:{name}", "external", name, (origin.url,), technology="git",
                                      location=origin.evidence[0].location))  # fmt: skip
        context.found.edges.append(Edge(origin.server, node, "configures", origin.evidence, "configured"))


def origin_name(url: str) -> str:
    """How a repository is called: ``host/owner/name`` without scheme, user and ending."""
    rest = url.partition("://")[2] or url.replace(":", "/", 1)
    return re.sub(r"\.git/?$", "", rest.rpartition("@")[2]).rstrip("/")


# --- what has a role ----------------------------------------------------------------------------------------


def _attach(context: Context, service: Service, row: ClientRow) -> None:
    proof = context.roles.proof(row, service.id)
    why = (Evidence(proof[0], f"{service.name} has {proof[1]}"),) if proof else ()
    told = list(addresses(context, service, row)) if proof or row.setting else []
    sure = told or (proof and proof[2])
    if not (row.names or sure) or is_off(context, service, row):
        return
    if row.names:
        _named(context, service, row, why)
    if not sure or context.roles.plays(service.id, *row.server.split()):
        return
    context.found.located[service.id] += 1
    holders = context.roles.holders(row.server)
    targets = _targets(context, service, row, told, holders)
    for target, evidence in targets:
        _edge(context, service, target, row, (*evidence, *why) if told else (*why, *evidence))
    if not targets and len(holders) > 1:
        place = ((*(told[0].evidence if told else ()), *why)[0]).location
        shows = shown(told[0].value) if told else "no address"
        context.found.unresolved.append(Unresolved(service.id, row.edge, shows, place, "several could be meant"))


_Targets = list[tuple[str, tuple[Evidence, ...]]]
"""Nodes by their ids, each with why it is meant."""


def _targets(context: Context, service: Service, row: ClientRow, told: list[Told], holders: list[Named]) -> _Targets:
    """What a client means: those with the role at its addresses, else the only one with the role, else whatever is at
    its addresses."""
    named = [(address, context.names.host(*address.place, service)) for address in told if address.place[0]]
    found = [(one[0], (*address.evidence, one[1])) for address, one in named if one and one[0].id != service.id]
    wanted = {holder.id for holder in holders}
    fitting = {one.id: why for one, why in found if one.id in wanted}
    outside = [address for address, one in named if one is None and paths.is_outside(address.place[0])]
    if fitting:
        return list(fitting.items())
    if outside and (not holders or not row.alone):
        return [(_outside(context, row, address), address.evidence) for address in outside]
    if len(holders) == 1:
        only = Evidence(holders[0].location, f"{holders[0].name} is the only {_role(row)} here")
        return [(holders[0].id, (*(told[0].evidence if told else ()), only))]
    if found:
        return list({one.id: why for one, why in found}.items())
    here = [address for address, one in named if one is None and address.place[0] in LOOPBACK]
    return [(_beside(context, row, here[0]), here[0].evidence)] if here and _runs_alone(service, row, holders) else []


def _runs_alone(service: Service, row: ClientRow, holders: list[Named]) -> bool:
    """Whether a service is started by hand beside a server that is nowhere in the workspace."""
    return bool(row.server) and not holders and not is_deployed(service)


def _beside(context: Context, row: ClientRow, address: Told) -> str:
    """The node of a server that runs on the machine where the services are started."""
    role = row.server.split()[0]
    name = "keycloak" if role == "authorization" and "/realms/" in str(address.value) else role
    kind, place = table().server[role].kind, address.evidence[0].location
    node = Node(f"external:{name}", "external" if kind == "service" else kind, name, technology=name,
                role="infrastructure", location=place, traits=frozenset({"outside"}))  # fmt: skip
    return context.found.add(node)


def _outside(context: Context, row: ClientRow, address: Told) -> str:
    host = address.place[0]
    role = "infrastructure" if row.telemetry else ""
    return context.found.add(
        Node(f"external:{host}", "external", host, role=role, location=address.evidence[0].location)
    )


def _role(row: ClientRow) -> str:
    first = row.server.split()[0] if row.server else ""
    kind = table().server[first].kind if first else "service"
    return {"registry": "registry", "config-server": "configuration server"}.get(kind, f"{first} server")


def _named(context: Context, service: Service, row: ClientRow, why: tuple[Evidence, ...]) -> None:
    """Services whose names are a setting's value."""
    for key in row.names.split():
        for address in values(context, service, key):
            target = context.names.host(address.value.text or "", None, service)
            if target and target[0].id != service.id:
                _edge(context, service, target[0].id, row, (*address.evidence, target[1], *why))


def _edge(context: Context, service: Service, target: str, row: ClientRow, evidence: tuple[Evidence, ...]) -> None:
    traits = frozenset({"telemetry"}) if row.telemetry else frozenset[str]()
    chain = tuple(dict.fromkeys(evidence))
    context.found.edges.append(Edge(service.id, target, row.edge, chain, "configured", traits=traits))
