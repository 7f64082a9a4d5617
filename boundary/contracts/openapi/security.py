"""Security compared: whoever was let in must still be let in.

A request is let in by any one of the alternatives of an operation. What consumers did before is one of the old ones;
it is still enough when some new alternative asks for nothing beyond it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

from boundary.contracts.documents import Node
from boundary.contracts.model import Level
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Alternative, Operation, Scheme, Security
from boundary.contracts.openapi.session import Session

_HOW = {
    ("added", "error"): "is needed now",
    ("added", "info"): "lets in as well",
    ("removed", "error"): "no longer lets in",
    ("removed", "info"): "is no longer needed",
}


def compare(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """Who is let in by an operation."""
    before, after = session.old.security(old), session.new.security(new)
    ways = before.alternatives or (Alternative(before.node, {}),)
    now = after.alternatives or (Alternative(after.node, {}),)
    there = spot.at("security")
    known = session.new.schemes.keys()
    shut = [way for way in ways if not any(_lets_in(one, way, known) for one in now)]
    for way in shut:
        _shut_out(session, there, way, now, before, after)
    for way in ways:
        if way not in shut and way.needs and not any(_alike(one, way, known) for one in now):
            _changed(session, there, way, now, before, after)
    for way in now:
        known_way = any(_kinds(one) == _kinds(way) or one.needs.keys() == way.needs.keys() for one in ways)
        if way.needs and not known_way and not (shut and not _some(ways)):
            _add(session, there, "added", before.node, way.node, _names(way), "info", shared=after.shared)


def _some(ways: Iterable[Alternative]) -> bool:
    return any(way.needs for way in ways)


def _kinds(way: Alternative) -> frozenset[tuple[str, ...]]:
    return frozenset(scheme.kind for scheme, _ in way.needs.values())


def _lets_in(new: Alternative, old: Alternative, known: Collection[str]) -> bool:
    """Whether what was brought for the old alternative is enough for the new one.

    A scheme is the same when a client does the same for it, and it has the same name or took over from one whose name
    is no longer among the ``known`` ones.
    """
    return all(
        any(
            scheme.kind == other.kind and (name == brought or brought not in known) and scopes <= had
            for brought, (other, had) in old.needs.items()
        )
        for name, (scheme, scopes) in new.needs.items()
    )


def _alike(new: Alternative, old: Alternative, known: Collection[str]) -> bool:
    return _lets_in(new, old, known) and len(new.needs) == len(old.needs) and _all_scopes(new) == _all_scopes(old)


def _all_scopes(way: Alternative) -> list[frozenset[str]]:
    return sorted((scopes for _, scopes in way.needs.values()), key=sorted)


def _shut_out(
    session: Session, spot: Spot, way: Alternative, now: tuple[Alternative, ...], before: Security, after: Security
) -> None:
    """Says why an old way is not enough any more: another scheme of the same name, more scopes, or gone."""
    shared = after.shared and before.shared
    if not way.needs:
        for one in now:
            _add(session, spot, "added", before.node, one.node, _names(one), "error", shared=shared)
        return
    for one in now:
        if one.needs.keys() == way.needs.keys() and _kinds(one) != _kinds(way):
            _schemes(session, spot, way, one)
            return
    for one in now:
        if _kinds(one) == _kinds(way) and one.needs.keys() == way.needs.keys():
            _scopes(session, spot, "added", way, one, before, after)
            return
    _add(session, spot, "removed", way.node, after.node, _names(way), "error", shared=shared)


def _changed(
    session: Session, spot: Spot, way: Alternative, now: tuple[Alternative, ...], before: Security, after: Security
) -> None:
    """Says what an old way that is still enough has become."""
    for one in now:
        if _kinds(one) == _kinds(way):
            _scopes(session, spot, "removed", way, one, before, after)
            return
    shared = after.shared and before.shared
    _add(session, spot, "removed", way.node, after.node, _names(way), "info", shared=shared)


def _scopes(
    session: Session, spot: Spot, move: str, old: Alternative, new: Alternative, before: Security, after: Security
) -> None:
    has = {scheme.kind: (scheme, scopes) for scheme, scopes in old.needs.values()}
    for scheme, scopes in new.needs.values():
        known = has[scheme.kind][1]
        for scope in sorted(scopes - known if move == "added" else known - scopes):
            name = f"{'api-global-security' if before.shared and after.shared else 'api-security'}-scope-{move}"
            words = {"scheme": scheme.name}
            session.findings.add(name, spot, old.node, new.node, subject=scope, words=words)


def _schemes(session: Session, spot: Spot, old: Alternative, new: Alternative) -> None:
    """A scheme that kept its name and became another one: the cause is its declaration."""
    for name, (before, _) in old.needs.items():
        after = new.needs[name][0]
        if before.kind != after.kind:
            found = "api-security-component-type-changed"
            found = found if before.kind[:1] != after.kind[:1] else "api-security-component-changed"
            words = {"before": " ".join(before.kind), "after": " ".join(after.kind)}
            session.findings.add(
                found, spot, before.node or old.node, after.node or new.node, level="error", subject=name, words=words
            )


def _add(
    session: Session,
    spot: Spot,
    move: str,
    old: Node | None,
    new: Node | None,
    names: str,
    level: Level,
    *,
    shared: bool,
) -> None:
    name = f"{'api-global-security' if shared else 'api-security'}-{move}"
    how = _HOW[move, level]
    session.findings.add(name, spot, old, new, level=level, subject=names, words={"how": how})


def _names(way: Alternative) -> str:
    return " and ".join(way.needs)


# --- declarations -------------------------------------------------------------------------------------------


def declared(session: Session, used: Mapping[str, list[Spot]]) -> None:
    """The schemes that the documents declare; ``used`` are those that some operation asks for, with these operations.

    Whoever was given an address for tokens uses it, so another path breaks, while another host may be meant so, as it
    is of servers; a scheme that nobody asks for cannot break.
    """
    before, after = session.old.schemes, session.new.schemes
    spot = Spot(where="security")
    for name, scheme in before.items():
        if name not in after:
            session.findings.add("api-security-component-removed", spot, scheme.node, None, subject=name)
            continue
        _described(session, spot, scheme, after[name])
        for place in used.get(name, [spot]):
            _declaration(session, place, scheme, after[name], used=name in used)
    for name, scheme in after.items():
        if name not in before:
            session.findings.add("api-security-component-added", spot, None, scheme.node, subject=name)


def _declaration(session: Session, spot: Spot, old: Scheme, new: Scheme, *, used: bool) -> None:
    """What consumers do to be let in by a scheme, and where they ask for it."""
    level: Level = "error" if used else "info"
    add = session.findings.add
    if old.kind != new.kind:
        if not used:  # otherwise it is told where the operations that ask for it are compared
            words = {"before": " ".join(old.kind), "after": " ".join(new.kind)}
            found = "api-security-component-type-changed"
            found = found if old.kind[:1] != new.kind[:1] else "api-security-component-changed"
            add(found, spot, old.node, new.node, subject=old.name, words=words)
        return
    flows = [{key.partition(" ")[0] for key in one.addresses} for one in (old, new)]
    if lost := flows[0] - flows[1]:
        words = {"before": ", ".join(sorted(lost)), "after": "none"}
        add("api-security-component-flow-removed", spot, old.node, new.node, level=level, subject=old.name, words=words)
    for key in dict.fromkeys((*old.addresses, *new.addresses)):
        address, now = old.addresses.get(key), new.addresses.get(key)
        if address != now and key.partition(" ")[0] not in lost:
            kind = {"authorizationUrl": "oauth-url", "tokenUrl": "oauth-token-url"}.get(key.split()[-1], "url")
            words = {"before": address or "none", "after": now or "none", "key": key}
            bad = level if address and not _moved(address, now or "") else "info"
            name = f"api-security-component-{kind}-changed"
            add(name, spot, old.node, new.node, level=bad, subject=old.name, words=words)


def _moved(old: str, new: str) -> bool:
    """Whether two addresses are the same but for their host."""
    try:
        one, two = urlsplit(old), urlsplit(new)
    except ValueError:
        return False
    return bool(one.netloc and two.netloc) and one[2:] == two[2:]


def _described(session: Session, spot: Spot, old: Scheme, new: Scheme) -> None:
    """The scopes that a scheme knows."""
    add, words = session.findings.add, {"scheme": old.name}
    for scope in dict.fromkeys((*old.scopes, *new.scopes)):
        was, now = old.scopes.get(scope), new.scopes.get(scope)
        move = "added" if was is None else "removed" if now is None else "changed"
        if was != now:
            add(f"api-security-component-oauth-scope-{move}", spot, old.node, new.node, subject=scope, words=words)
