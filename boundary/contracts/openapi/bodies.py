"""Bodies compared: whether there is one, in which media types, and how the parts of a form are written."""

from __future__ import annotations

from collections.abc import Mapping

from boundary.contracts.openapi import headers, payloads
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Media, Operation
from boundary.contracts.openapi.session import Session

_LOOSE = ("xml", "text/", "x-www-form-urlencoded")
"""In media types of these names every value is a text on the wire."""


def compare(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """The body of a request."""
    before, after = session.old.body(old), session.new.body(new)
    there = spot.at("request")
    add = session.findings.add
    if before is None and after is not None:
        add(f"request-body-added-{'required' if after.required else 'optional'}", there, old.node, after.node)
    elif before is not None and after is None:
        add("request-body-removed", there, before.node, new.node)
    elif before is not None and after is not None:
        if before.required != after.required:
            name = f"request-body-became-{'required' if after.required else 'optional'}"
            add(name, there, before.node, after.node)
        media(session, spot, before.media, after.media, "request")


def media(session: Session, spot: Spot, old: Mapping[str, Media], new: Mapping[str, Media], status: str) -> None:
    """The media types of a body; ``status`` is ``request``, or the status that a response has."""
    kind = "request-body" if status == "request" else "response"
    if not old or not new:
        return
    holders = next(iter(old.values())).node.parent, next(iter(new.values())).node.parent
    partners = {name: name if name in new else covering(name, new) for name in old}
    for name, partner in partners.items():
        there = spot.at(f"{status} {name}")
        if partner is None:
            renamed = _renamed(name, new, old) if kind == "response" else None
            if renamed:
                words = {"before": name, "after": renamed}
                found = f"response-media-type-name-{_move(name, renamed)}"
                session.findings.add(found, there, old[name].node, new[renamed].node, subject=name, words=words)
                _pair(session, there, old[name], new[renamed], kind)
            else:
                found = f"{kind}-media-type-removed"
                session.findings.add(found, there, old[name].node, holders[1], subject=name)
            continue
        if name != partner:
            _changed(session, there, old[name], new[partner], kind)
        _pair(session, there, old[name], new[partner], kind)
    for name in new:
        if name not in old and name not in partners.values():
            wider = covering(name, old)
            there = spot.at(f"{status} {name}")
            if wider and kind == "response":
                continue
            taken = any(_renamed(other, new, old) == name for other in old if partners[other] is None)
            if not taken or kind != "response":
                session.findings.add(f"{kind}-media-type-added", there, holders[0], new[name].node, subject=name)


def _changed(session: Session, spot: Spot, old: Media, new: Media, kind: str) -> None:
    """A media type is now part of a range."""
    if kind == "response":
        words = {"before": old.type, "after": new.type}
        name = "response-media-type-name-generalized"
        session.findings.add(name, spot, old.node, new.node, subject=old.type, words=words)


def covering(name: str, known: Mapping[str, Media]) -> str | None:
    """The narrowest range among the known ones that a media type falls under."""
    kind = name.partition(";")[0]
    for wider in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if wider in known and wider != name:
            return wider
    return None


def _renamed(name: str, new: Mapping[str, Media], old: Mapping[str, Media]) -> str | None:
    """The media type that took the place of one that is gone: the only new one, and written in the same syntax."""
    fresh = [other for other in new if other not in old]
    gone = [other for other in old if other not in new]
    if gone == [name] and len(fresh) == 1 and _syntax(fresh[0]) == _syntax(name):
        return fresh[0]
    return None


def _move(before: str, after: str) -> str:
    """Whether a name says more than before: ``application/problem+json`` is a kind of ``application/json``."""
    one, two = before.partition(";")[0], after.partition(";")[0]
    if one == two:
        return "changed"
    if "+" in one and "+" not in two:
        return "generalized"
    return "specialized" if "+" in two and "+" not in one else "changed"


def _syntax(name: str) -> str:
    kind = name.partition(";")[0]
    return kind.rpartition("+")[2] if "+" in kind else kind.rpartition("/")[2]


def _pair(session: Session, spot: Spot, old: Media, new: Media, kind: str) -> None:
    place = "request-body" if kind == "request-body" else "response-body"
    if (old.schema is None) != (new.schema is None) and old.items is None and new.items is None:
        name = f"{place}-media-type-schema-{'added' if old.schema is None else 'removed'}"
        session.findings.add(name, spot, old.node, new.node, subject=new.type)
    loose = any(part in old.type for part in _LOOSE) and any(part in new.type for part in _LOOSE)
    wire = payloads.Wire(place, text=loose)
    if old.schema is not None and new.schema is not None:
        payloads.compare(session, spot, old.schema, new.schema, wire)
    if old.items is not None and new.items is not None:
        payloads.compare(session, spot, old.items, new.items, wire)
    for part in [part for part in old.encodings if part in new.encodings]:
        _encoding(session, spot, part, old, new, place)


def _encoding(session: Session, spot: Spot, part: str, old: Media, new: Media, place: str) -> None:
    before, after = old.encodings[part], new.encodings[part]
    pairs = (
        ("content-type", before.content_type, after.content_type),
        ("style", before.style, after.style),
        ("explode", before.explode, after.explode),
    )
    for what, was, now in pairs:
        if was != now and was and now:
            words = {"before": was, "after": now}
            name = f"{place}-encoding-{what}-changed"
            session.findings.add(name, spot, before.node, after.node, subject=part, at=f"$.{part}", words=words)
    headers.compare(session, spot.at(f"{spot.where} part {part}"), before, after)
