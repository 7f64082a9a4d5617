"""What roles and accounts entitle to, as ``grants`` edges: stores, secrets, other roles.

Traits: ``wildcard`` for a statement for all stores of a kind (``detail`` says what it covers), ``secret`` for what
another service keeps secret, ``shared-role`` for a role or account that several services have, ``role`` for a role of
somebody else that may be taken on, ``function`` for a function or state machine that may be started, ``queue`` for a
queue that may be emptied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from boundary.facts import Workload
from boundary.model import Edge, Evidence, Location, Node, Value
from boundary.resolve import drift, kept, queues, trusted
from boundary.resolve.context import Context
from boundary.resolve.files import Files
from boundary.resolve.stacks.assignments import ACT, Assignments
from boundary.resolve.stacks.bearers import Bearers
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.grants import Grant, grants

_SHOWN = 6
"""Names of stores that a finding shows."""

_ASSUME = "sts:AssumeRole"


def resolve(context: Context, ids: Mapping[tuple[str, str], str], files: Files) -> None:
    """Add the edges; ``ids`` are the nodes of servers and databases."""
    edges = context.found.edges
    servers = {unit.key: server.id for server in context.land.servers for unit in server.units}
    wide: dict[tuple[str, Location], list[tuple[Grant, Node]]] = defaultdict(list)
    accounts = _accounts(context, files)
    stacks = context.land.stacks
    assigned = Assignments(context.land, stacks) if stacks is not None else None
    given = (*grants(context.land), *(assigned.grants if assigned is not None else ()))
    held = queues.Queues(context)
    for one in given:
        if one.resource.row is not None and one.resource.row.kind in ("parameter", "secret"):
            edges += _secret(context, one)
            continue
        if one.resource.row is not None and one.resource.row.kind == "workload":
            edges += _started(context, one)
            continue
        if one.resource.row is not None and one.resource.row.technology in queues.TAKING:
            queue = held.taken(one)
            if queue is not None and one.wide:
                wide[one.service, one.evidence[0].location].append((one, context.found.nodes[queue]))
            elif queue is not None:
                traits, actions = frozenset({"queue"}), ", ".join(one.actions)
                edges.append(
                    Edge(one.service, queue, "grants", one.evidence, "permitted", traits=traits, detail=actions)
                )
            continue
        server = servers.get(one.resource.uid, "")
        node = context.found.nodes.get(ids.get((server, ""), server))
        if node is None or not context.is_foreign(node, one.service):
            continue
        if one.wide:
            wide[one.service, one.evidence[0].location].append((one, node))
        else:
            actions = ", ".join(one.actions)
            edges.append(Edge(one.service, node.id, "grants", one.evidence, "permitted", detail=actions))
    edges += _wide(wide)
    if stacks is not None and assigned is not None:
        bearers = Bearers(context.land, stacks)
        edges += _shared(bearers)
        edges += _assumed(context, bearers)
        edges += trusted.edges(context, bearers)
        edges += drift.edges(context, bearers, given, servers, ids)
        edges += _acting(context, assigned)
    for (_, account), holders in sorted(accounts.items()):
        edges += _together(f"the service account {account}", holders, None)


def _secret(context: Context, one: Grant) -> Iterator[Edge]:
    owner = kept.keeper(context, one.resource)
    if owner is not None and owner.id != one.service and not one.wide and not kept.is_interface(one.resource):
        traits, what = frozenset({"secret"}), one.resource.name
        yield Edge(one.service, owner.id, "grants", one.evidence, "permitted", traits=traits, detail=what)


def _started(context: Context, one: Grant) -> Iterator[Edge]:
    """A function or state machine of another service that may be started, where nobody is seen to start it."""
    owner = kept.keeper(context, one.resource)
    if owner is None or owner.id == one.service or one.wide:
        return
    if not any(
        edge.kind == "invoke" for edge in context.found.edges if (edge.source, edge.target) == (one.service, owner.id)
    ):
        traits, what = frozenset({"function"}), one.resource.name
        yield Edge(one.service, owner.id, "grants", one.evidence, "permitted", traits=traits, detail=what)


def _wide(found: Mapping[tuple[str, Location], list[tuple[Grant, Node]]]) -> Iterator[Edge]:
    """One edge for each service and place, to the first of the stores that are covered."""
    for (service, _), covered in sorted(found.items()):
        names = sorted({node.name for _, node in covered})
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        first, node = min(covered, key=lambda each: each[1].name)
        detail = f"{', '.join(first.actions[:3])} covers {', '.join(names[:_SHOWN])}{more}"
        traits = frozenset({"wildcard"})
        yield Edge(service, node.id, "grants", first.evidence, "permitted", traits=traits, detail=detail)


def _shared(bearers: Bearers) -> Iterator[Edge]:
    """Roles that tasks or functions of several services have."""
    declared = {uid: found for uid, found in bearers.of_role.items() if uid in bearers.stacks.by_uid}
    for uid, holders in sorted(declared.items()):
        role = bearers.stacks.by_uid[uid]
        yield from _together(role.label, {service: one.location for service, one in holders.items()}, role.location)


def _accounts(context: Context, files: Files) -> dict[tuple[str, str], dict[str, Location]]:
    """The services whose pods run as each service account of a cluster; the default one is nobody's."""
    owners = {unit.key: service.id for service in context.land.services for unit in service.units}
    found: dict[tuple[str, str], dict[str, Location]] = defaultdict(dict)
    for path, pod in files.all(Workload):
        service = owners.get(f"{path}:{pod.kind}/{pod.name}")
        if service and pod.account not in ("", "default"):
            scope = pod.namespace or f"@{files.repository(path)}"
            found[scope, pod.account].setdefault(service, Location(path, pod.line, pod.column))
    return found


def _together(name: str, holders: Mapping[str, Location], declared: Location | None) -> Iterator[Edge]:
    """An edge from each further holder to the first."""
    first, *others = sorted(holders)
    for service in others:
        evidence = [Evidence(holders[one], f"{one.partition(':')[2]} runs as {name}") for one in (service, first)]
        evidence += [Evidence(declared, f"{name} is declared here")] if declared is not None else []
        traits = frozenset({"shared-role"})
        yield Edge(service, first, "grants", tuple(evidence), "permitted", traits=traits, detail=name)


def _acting(context: Context, assigned: Assignments) -> Iterator[Edge]:
    """Identities that open data and that several services have, and those of others that a service may act as."""
    opening = {one.identity.uid: one.identity for one in assigned.found if one.actions != (ACT,)}
    for uid, identity in sorted(opening.items()):
        holders = assigned.identities.holders.get(uid, {})
        if len(holders) > 1:
            yield from _together(identity.label, holders, identity.location)
    for one in assigned.found:
        owner = kept.keeper(context, one.resource) if ACT in one.actions and not one.wide else None
        for service in one.holders if owner is not None else ():
            if owner is not None and owner.id != service:
                traits, what = frozenset({"role"}), one.resource.name
                yield Edge(service, owner.id, "grants", (one.evidence,), "permitted", traits=traits, detail=what)


def _assumed(context: Context, bearers: Bearers) -> Iterator[Edge]:
    """Roles of others that a service's role may take on, and accounts that may take on a service's role."""
    for said in bearers.policies():
        for one in said.statements:
            if one.allows and not one.conditional and not said.of and one.acts(_ASSUME):
                for service in said.bearers:
                    for resource in one.resources:
                        yield from _taken_on(context, bearers, service, resource, said.place(one))
    for said in bearers.trusts():
        for one in said.statements:
            if one.allows and not one.conditional:
                for principal in one.principals:
                    yield from _trusted(context, said.bearers, as_text(principal), said.policy.place(said.key))


def _taken_on(context: Context, bearers: Bearers, service: str, resource: Value, place: Location) -> Iterator[Edge]:
    target = kept.role_of(context, bearers.stacks, resource, context.land.service(service))
    if target is not None and target.id != service:
        if target.kind == "external":
            context.found.add(target)
        evidence = (Evidence(place, f"may take on {resource}"),)
        yield Edge(
            service, target.id, "grants", evidence, "permitted", traits=frozenset({"role"}), detail=str(resource)
        )


def _trusted(context: Context, services: Iterable[str], principal: Value, place: Location) -> Iterator[Edge]:
    """An account that is not the service's own may act as its role, or use its store."""
    number = kept.account_in(principal.text or "")
    for service in services:
        own = kept.accounts(context.land.service(service))
        if number and own and number not in own:
            name = f"the account {number}"
            source = context.found.add(Node(f"external:account-{number}", "external", name, technology="account"))
            evidence = (Evidence(place, f"{name} is let in"),)
            yield Edge(source, service, "grants", evidence, "permitted", traits=frozenset({"trust"}), detail=name)
