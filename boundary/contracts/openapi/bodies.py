"""Bodies compared: whether there is one, in which media types, and how the parts of a form are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from boundary.contracts.openapi import headers, payloads
from boundary.contracts.openapi.description import media_type
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Encoding, Media, Operation
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.view import type_set, view

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
    if not old or not new:
        return
    kind = "request-body" if status == "request" else "response"
    add = session.findings.add
    holders = next(iter(old.values())).node.parent, next(iter(new.values())).node.parent
    taken: set[str] = set()
    for name, before in old.items():
        there = spot.at(f"{status} {name}")
        names, how = _partners(name, old, new, kind)
        if not names:
            add(f"{kind}-media-type-removed", there, before.node, holders[1], subject=name)
        for partner in names:
            taken.add(partner)
            if how:
                words = {"before": name, "after": partner}
                found = f"response-media-type-name-{how}"
                add(found, there, before.node, new[partner].node, subject=name, words=words)
            _pair(session, there, before, new[partner], kind)
    for name, after in new.items():
        if name not in taken:
            # the more exact entry counts, so it takes over what the range said
            if (range_ := covering(name, old)) and covering(name, new) == range_:
                _pair(session, spot.at(f"{status} {name}"), old[range_], after, kind)
            add(f"{kind}-media-type-added", spot.at(f"{status} {name}"), holders[0], after.node, subject=name)


def _partners(name: str, old: Mapping[str, Media], new: Mapping[str, Media], kind: str) -> tuple[list[str], str]:
    """The new media types that stand for an old one, and in a response what that does to the name."""
    if name in new:
        return [name], ""
    if wider := covering(name, new):
        return [wider], "generalized" if kind == "response" else ""
    if kind != "response":
        return [], ""
    if narrower := [other for other in new if covering(other, {name: old[name]})]:
        return narrower, "specialized"
    fresh, gone = [other for other in new if other not in old], [other for other in old if other not in new]
    if gone == [name] and len(fresh) == 1 and _syntax(fresh[0]) == _syntax(name):
        return fresh, _move(name, fresh[0])
    return [], ""


def _kinds(encoding: Encoding) -> dict[str, None]:
    """The media types that a part may have."""
    return dict.fromkeys(media_type(one) for one in encoding.content_type.split(","))


def covering(name: str, known: Collection[str]) -> str | None:
    """The narrowest range among the known ones that a media type falls under."""
    kind = name.partition(";")[0]
    for wider in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if wider in known and wider != name:
            return wider
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
    wire = payloads.Wire(place, text=loose, xml="xml" in old.type and "xml" in new.type)
    if old.schema is not None and new.schema is not None:
        payloads.compare(session, spot, old.schema, new.schema, wire)
    if old.items is not None and new.items is not None:
        payloads.compare(session, spot, old.items, new.items, wire)
    for part in dict.fromkeys((*old.encodings, *new.encodings)):
        before, after = old.encodings.get(part), new.encodings.get(part)
        _encoding(session, spot, part, before or usual(old, part), after or usual(new, part), place)


def usual(media: Media, part: str) -> Encoding:
    """How a part is written of which nothing is said, as far as that is sure (OpenAPI 3.1, encoding object)."""
    schema = view(media.schema).mapping("properties").get(part) if media.schema is not None else None
    kinds = (type_set(view(schema)) if schema is not None else None) or frozenset()
    if "x-www-form-urlencoded" in media.type:
        composed = not kinds.isdisjoint(("array", "object"))
        return Encoding(media.node, style="form", explode="true") if composed else Encoding(media.node)
    return Encoding(media.node, content_type="application/json" if kinds - {"null"} == {"object"} else "")


def _encoding(session: Session, spot: Spot, part: str, before: Encoding, after: Encoding, place: str) -> None:
    wide, narrow = (after, before) if spot.direction == "request" else (before, after)
    known = _kinds(wide)
    within = all(kind in known or covering(kind, known) for kind in _kinds(narrow))
    pairs = (
        ("content-type", before.content_type, after.content_type),
        ("style", before.style, after.style),
        ("explode", before.explode, after.explode),
    )
    for what, was, now in pairs:
        if was != now and was and now and not (what == "content-type" and within):
            words = {"before": was, "after": now}
            name = f"{place}-encoding-{what}-changed"
            session.findings.add(name, spot, before.node, after.node, subject=part, at=f"$.{part}", words=words)
    headers.compare(session, spot.at(f"{spot.where} part {part}"), before, after)
