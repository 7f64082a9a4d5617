"""Two versions of an HTTP description compared, operation by operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from boundary.contracts.documents import Node
from boundary.contracts.model import Comparison, Direction
from boundary.contracts.openapi import bodies, lifecycle, parameters, responses, security, shadows
from boundary.contracts.openapi.description import Description
from boundary.contracts.openapi.findings import Findings, Spot
from boundary.contracts.openapi.matching import Match, matched
from boundary.contracts.openapi.normal import Operation
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.tree import at, raw, text
from boundary.contracts.schemas import Comparer, dialect


def compared(old: Description, new: Description, today: date) -> Comparison:
    """All changes between two descriptions."""
    comparer = Comparer(dialect(old.root), dialect(new.root))
    session = Session(old, new, comparer, Findings(), today)
    match = matched(list(old.operations()), list(new.operations()))
    _existence(session, match)
    used: dict[str, list[Spot]] = {}
    for before, after in match.pairs:
        _operation(session, before, after)
        for way in session.old.security(before).alternatives:
            for name in way.needs:
                used.setdefault(name, []).append(spot_of(before).at("security"))
    _servers(session, match)
    security.declared(session, used)
    _components(session)
    lifecycle.versions(session)
    return Comparison.of(session.findings.changes())


def spot_of(operation: Operation) -> Spot:
    """Where an operation is; what it asks for is sent by the consumer unless it is turned round."""
    direction: Direction = "response" if operation.turned else "request"
    return Spot(operation.label, direction, "", lifecycle.is_mild(operation.node))


def _existence(session: Session, match: Match) -> None:
    """Operations that are gone or new; a path that is gone whole is said to be."""
    add = session.findings.add
    kept = {before.path for before, _ in match.pairs}
    for operation in match.gone:
        spot = spot_of(operation).at("", "")
        if operation.group.startswith("webhook"):
            add("webhook-removed", spot, operation.node, session.new.root, subject=operation.path)
            continue
        if operation.group != "paths":
            add("callback-removed", spot, operation.node, session.new.root, subject=operation.path)
            continue
        kind = "api" if operation.path in kept or operation.key in match.keys else "api-path"
        name, words = lifecycle.removal(session, spot, kind, operation.node)
        add(name, spot, operation.node, at(session.new.root, "paths"), subject=operation.path, words=words)
    for operation in match.fresh:
        spot = spot_of(operation).at("", "")
        kind = "webhook-added" if operation.group.startswith("webhook") else "endpoint-added"
        add(kind, spot, at(session.old.root, "paths"), operation.node, subject=operation.path)
    for literal, variable in match.shadows:
        if not shadows.takes(session.old, literal, variable):
            continue
        words = {"other": literal.label}
        spot = spot_of(variable).at("", "request")
        add("api-path-shadowed", spot, variable.node, literal.node, subject=literal.path, words=words)


_SHARED = ("consumes", "produces")
"""What Swagger 2.0 may say for all operations at once, besides security and servers."""


def _operation(session: Session, old: Operation, new: Operation) -> None:
    """One operation in both versions."""
    spot = spot_of(old)
    back = spot.at("", "request" if old.turned else "response")
    # what is written alike means something else where variables have changed places
    alike = old.variables == new.variables and session.schemas.same(old.node, new.node)
    alike = alike and _same(session, old.item, new.item, "parameters")
    if not (alike and all(_same(session, session.old.root, session.new.root, key) for key in _SHARED)):
        _texts(session, spot, old, new)
        lifecycle.operations(session, spot.at("", ""), old, new)
        parameters.compare(session, spot, old, new)
        bodies.compare(session, spot, old, new)
        responses.compare(session, back, old, new)
        _callbacks(session, old, new)
    security.compare(session, spot, old, new)


def _same(session: Session, old: Node, new: Node, key: str) -> bool:
    one, two = old.child(key), new.child(key)
    return (one is None and two is None) or (one is not None and two is not None and session.schemas.same(one, two))


def _callbacks(session: Session, old: Operation, new: Operation) -> None:
    match = matched(list(session.old.callbacks(old)), list(session.new.callbacks(new)))
    _existence(session, match)
    for before, after in match.pairs:
        _operation(session, before, after)


def _texts(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """Names that people and generated code know an operation by."""
    add, there = session.findings.add, spot.at("operationId", "")
    before, after = text(old.node, "operationId"), text(new.node, "operationId")
    if before != after:
        name = "api-operation-id-removed" if before else "api-operation-id-added"
        places = old.node.child("operationId") or old.node, new.node.child("operationId") or new.node
        add(name, there, *places, subject=before or after, words={"after": after or "none"})
    was, now = _words(raw(old.node, "tags")), _words(raw(new.node, "tags"))
    for tag in was:
        if tag not in now:
            add("api-tag-removed", spot.at("tags", ""), old.node, new.node, subject=tag)
    for tag in now:
        if tag not in was:
            add("api-tag-added", spot.at("tags", ""), old.node, new.node, subject=tag)


def _words(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _servers(session: Session, match: Match) -> None:
    """Addresses at which an operation is no longer served: another path breaks, another host may be meant so."""
    for before, after in match.pairs:
        if before.group != "paths":
            continue
        spot = spot_of(before).at("servers")
        bases = {server.base + after.path for server in after.servers} or {after.path}
        lost = {one.base: one for one in before.servers if not _served(one.base + before.path, bases)}
        for server in lost.values():
            holder = after.servers[0].node if after.servers else session.new.root
            session.findings.add("api-server-base-path-removed", spot, server.node, holder, subject=server.base)
    _hosts(session)


def _served(address: str, among: Iterable[str]) -> bool:
    from boundary.contracts.openapi.description import template

    return template(address) in {template(one) for one in among}


def _hosts(session: Session) -> None:
    before = {server.url: server for server in session.old.servers()}
    after = {server.url: server for server in session.new.servers()}
    spot = Spot(where="servers")
    for url, server in before.items():
        if url not in after:
            session.findings.add("api-server-removed", spot, server.node, session.new.root, subject=url)
    for url, server in after.items():
        if url not in before:
            session.findings.add("api-server-added", spot, session.old.root, server.node, subject=url)


def _components(session: Session) -> None:
    """Schemas that the documents declare: their names are in nobody's message, so this is for information."""
    before = _declared(session.old)
    after = _declared(session.new)
    for name, node in before.items():
        if name not in after:
            session.findings.add("api-schema-removed", Spot(where="components"), node, None, subject=name)


def _declared(side: Description) -> dict[str, Node]:
    holder = at(side.root, "components", "schemas") or at(side.root, "definitions")
    return dict(holder.items()) if holder is not None and isinstance(holder.value, dict) else {}
