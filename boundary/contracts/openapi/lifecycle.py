"""Announcements: ``deprecated``, ``x-sunset``, ``x-stability-level``, and ``info.version`` against what changed.

Sunset dates are days of RFC 3339; the levels of stability are those of https://opensource.zalando.com/restful-api-guidelines
and of oasdiff: draft, alpha, beta, stable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from boundary.contracts.documents import Node
from boundary.contracts.openapi.findings import NONE, Spot
from boundary.contracts.openapi.normal import Operation, Parameter
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.tree import at, flag, raw, text

STABILITY = ("draft", "alpha", "beta", "stable")
_PROMISED = ("beta", "stable")
GRACE = timedelta(days=30)
"""How long consumers have at least after an announcement; less is told."""

_SEMANTIC = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?")


def stability(node: Node) -> str:
    """How finished something says it is; what says nothing is stable."""
    written = raw(node, "x-stability-level")
    return "stable" if written is None else str(written)


def is_mild(node: Node) -> bool:
    """Whether nobody was promised that this stays."""
    return stability(node) in STABILITY and stability(node) not in _PROMISED


def sunset(node: Node) -> tuple[date | None, str]:
    """The day on which something goes, and what is written; None when that is no day."""
    written = raw(node, "x-sunset")
    if written is None:
        return None, ""
    shown = str(written)
    try:
        return date.fromisoformat(shown[:10]), shown
    except ValueError:
        return None, shown


def removal(session: Session, spot: Spot, kind: str, node: Node) -> tuple[str, Mapping[str, str]]:
    """What the removal of something is called, from how it was announced; and the words for it."""
    bare = "request-parameter-removed" if kind == "request-parameter" else f"{kind}-removed-without-deprecation"
    if flag(node, "deprecated") is not True or spot.mild:
        return bare, NONE
    day, written = sunset(node)
    if written and day is None:
        return ("request-parameter-sunset-parse" if kind == "request-parameter" else "api-path-sunset-parse"), {
            "day": written
        }
    if day is not None and day > session.today:
        return f"{kind}-removed-before-sunset", {"day": written}
    return f"{kind}-removed-with-deprecation", NONE


def operations(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """What an operation announces."""
    _stability(session, spot, "api", old.node, new.node)
    was, is_now = flag(old.node, "deprecated") is True, flag(new.node, "deprecated") is True
    day, written = sunset(new.node)
    if is_now and not was:
        if written and day is None:
            name = "api-deprecated-sunset-parse"
        elif day is None:
            name = "endpoint-deprecated"
        else:
            name = "endpoint-deprecated-with-sunset"
        session.findings.add(name, spot, old.node, new.node, words={"day": written})
        _grace(session, spot, "api-deprecated-sunset-missing", "api-sunset-date-too-small", old.node, new.node)
    elif was and not is_now:
        session.findings.add("endpoint-reactivated", spot, old.node, new.node)
    elif was and is_now:
        names = "sunset-deleted", "api-sunset-date-changed-too-small", "api-path-sunset-parse"
        _moved(session, spot, old.node, new.node, names, "")


def parameters(session: Session, spot: Spot, old: Parameter, new: Parameter) -> None:
    """What a parameter announces."""
    was, is_now = flag(old.node, "deprecated") is True, flag(new.node, "deprecated") is True
    day, written = sunset(new.node)
    kind = "request-parameter"
    if is_now and not was:
        name = f"{kind}-sunset-parse" if written and day is None else f"{kind}-deprecated"
        _say(session, spot, name, old.node, new.node, new.shown, written)
        missing, early = f"{kind}-deprecated-sunset-missing", f"{kind}-sunset-date-too-small"
        _grace(session, spot, missing, early, old.node, new.node, new.shown)
    elif was and not is_now:
        _say(session, spot, f"{kind}-reactivated", old.node, new.node, new.shown)
    elif was and is_now:
        names = f"{kind}-sunset-deleted", f"{kind}-sunset-date-changed-too-small", f"{kind}-sunset-parse"
        _moved(session, spot, old.node, new.node, names, new.shown)


def properties(session: Session, spot: Spot, kind: str, old: Node, new: Node, name: str, at: str) -> None:
    """What a property announces; ``kind`` is ``request-property`` or ``response-property``."""
    was, is_now = flag(old, "deprecated") is True, flag(new, "deprecated") is True
    day, written = sunset(new)
    if is_now and not was:
        if written and day is None:
            found = f"{kind}-deprecated-sunset-invalid"
        else:
            found = f"{kind}-deprecated-with-sunset" if day else f"{kind}-deprecated"
        _say(session, spot, found, old, new, name, written, at)
        missing, early = f"{kind}-deprecated-sunset-missing", f"{kind}-sunset-date-too-small"
        _grace(session, spot, missing, early, old, new, name, at)
    elif was and not is_now:
        _say(session, spot, f"{kind}-reactivated", old, new, name, at=at)
    if raw(old, "x-stability-level") != raw(new, "x-stability-level"):
        _stability(session, spot, kind, old, new, name, at)


def _grace(
    session: Session, spot: Spot, missing: str, early: str, old: Node, new: Node, name: str = "", at: str = ""
) -> None:
    """Whether there is time to react to what was just announced."""
    day, written = sunset(new)
    if not written:
        _say(session, spot, missing, old, new, name, at=at)
    elif day is not None and day - session.today < GRACE:
        _say(session, spot, early, old, new, name, written, at)


def _moved(session: Session, spot: Spot, old: Node, new: Node, names: tuple[str, str, str], name: str) -> None:
    """What became of a date that was announced: it is gone, earlier, or no day."""
    gone, early, wrong = names
    (before, written), (after, now) = sunset(old), sunset(new)
    if written != now and ((written and before is None) or (now and after is None)):
        _say(session, spot, wrong, old, new, name, now if after is None else written)
    elif written and not now:
        _say(session, spot, gone, old, new, name, written)
    elif before and after and after < before:
        _say(session, spot, early, old, new, name, now)


def _stability(session: Session, spot: Spot, kind: str, old: Node, new: Node, name: str = "", at: str = "") -> None:
    before, after = stability(old), stability(new)
    if wrong := [level for level in (after, before) if level not in STABILITY]:
        _say(session, spot, "api-invalid-stability-level", old, new, name, wrong[0], at)
    elif before != after:
        lost = STABILITY.index(after) < STABILITY.index(before)
        found = f"{kind}-stability-{'decreased' if lost else 'increased'}"
        words = {"before": before, "after": after}
        session.findings.add(found, spot, old, new, subject=name, at=at, words=words)


def _say(
    session: Session, spot: Spot, found: str, old: Node, new: Node, name: str = "", day: str = "", at: str = ""
) -> None:
    session.findings.add(found, spot, old, new, subject=name, at=at, words={"day": day})


def versions(session: Session) -> None:
    """Whether ``info.version`` tells that consumers break: one finding, however many changes there are."""
    old, new = at(session.old.root, "info"), at(session.new.root, "info")
    before, after = _version(old), _version(new)
    if session.findings.worst != "error" or before is None or after is None:
        return
    if after == before:
        name = "api-version-not-bumped"
    elif after < before:
        name = "api-version-decreased"
    elif after[:1] == before[:1] and (after[0] > 0 or after[1] == before[1]):
        name = "api-major-version-not-bumped"
    else:
        return
    places = [node.child("version") if node is not None else None for node in (old, new)]
    words = {"before": text(old, "version"), "after": text(new, "version")}
    session.findings.add(name, Spot(), *places, words=words)


def _version(info: Node | None) -> tuple[int, ...] | None:
    match = _SEMANTIC.fullmatch(text(info, "version"))
    return tuple(int(number) for number in match.groups()) if match else None
