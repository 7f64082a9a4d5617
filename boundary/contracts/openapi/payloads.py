"""Schemas compared: what they accept decides, how they are written gives the names.

``boundary.contracts.schemas`` says in what the new schema is incompatible; ``written`` says what was changed on paper.
Where both speak of the same keyword at the same place they are one change; what only the second knows is compatible,
and what only the first knows is told in its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.gathering import Where
from boundary.contracts.openapi import lifecycle, naming
from boundary.contracts.openapi.explaining import READ_WRITE, explained
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.keywords import Written
from boundary.contracts.openapi.normal import Parameter
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.view import ANNOTATIONS, type_set, view
from boundary.contracts.openapi.written import differences
from boundary.contracts.schemas import MISSING, Reason

_CONSTRAINTS = frozenset(("pattern", "enum", "const", "format", "minLength", "maxLength", "allOf", "not"))


_MISPLACED = "; its type has no such keyword, so one of the two is a mistake"


class Wire(msgspec.Struct, frozen=True):
    """What the schema describes: ``place`` is request-body, request-parameter, response-body or response-header.

    ``text`` when there are only texts on the wire, so that every scalar is one; ``where`` is a parameter's place;
    ``required`` when it must be sent; ``repeated`` when an array's elements are sent as if each were the only value,
    and ``spread`` when they were: several of them are not one text; ``xml`` when the message is written as XML.
    """

    place: str
    text: bool = False
    where: str = ""
    required: bool = False
    repeated: bool = False
    spread: bool = False
    xml: bool = False


def repeated(wire: Wire, old: Parameter, new: Parameter) -> Wire:
    """The wire of a parameter, by how several values are written in its two versions."""
    spread, alone = (
        one.where == "query" and (one.style == "deepObject" or (one.style == "form" and one.explode))
        for one in (old, new)
    )
    return msgspec.structs.replace(wire, repeated=alone and new.style == "form", spread=spread)


def compare(session: Session, spot: Spot, old: Node | None, new: Node | None, wire: Wire, subject: str = "") -> None:
    """One schema at a spot of an operation, in the direction of the spot."""
    if old is None or new is None or session.schemas.same(old, new):
        return
    element = _element(old, new) if wire.repeated else None
    direction: Literal["request", "response"] = "response" if spot.direction == "response" else "request"
    teller = _Teller(session, spot, wire, subject)
    if element is not None:
        reasons = [] if _takes_text(element) else session.schemas.differences(old, element, direction)
        reasons = [one for one in reasons if one.keyword != "nullable"]
        kinds = " or ".join(sorted(type_set(view(old)) or ("any",)))
        widened = Written("type", "changed" if reasons else "widened", "$", old, new, False, "", kinds, "array")
        teller.told(widened, reasons)
        return
    narrow, wide = (new, old) if direction == "response" else (old, new)
    alike = wire.text and _spelled(narrow, wide)
    reasons = [] if alike else session.schemas.differences(old, new, direction)
    teller.tell(list(differences(old, new, session.schemas.same)), reasons)


def _element(old: Node, new: Node) -> Node | None:
    """What an array that took the place of a single value is made of."""
    was, now = type_set(view(old)), type_set(view(new))
    if now is not None and now - {"null"} == {"array"} and was is not None and "array" not in was:
        return view(new).keys.get("items")
    return None


class _Told(NamedTuple):
    """A difference with all that is said about it; see ``Written``."""

    keyword: str
    move: str
    at: str
    old: Where
    new: Where
    subject: str
    before: str
    after: str


class _Teller:
    def __init__(self, session: Session, spot: Spot, wire: Wire, subject: str) -> None:
        self.session, self.spot, self.wire, self.subject = session, spot, wire, subject

    def tell(self, written: Iterable[Written], reasons: Iterable[Reason]) -> None:
        written = [one for one in written if self.wire.xml or one.keyword != "xml"]
        pairs, rest = explained(written, [one for one in reasons if not (one.hollow or _is_usual_size(one))])
        for one, found in pairs:
            self.told(one, found, "compatible" if found and self._is_text(one) else "")
        for reason in rest:
            self._reason(reason)

    def told(self, one: Written, reasons: list[Reason], verdict: str = "") -> None:
        """One difference on paper with the reasons that are about it."""
        if one.keyword in ("deprecated", "x-stability-level"):
            self._announced(one)
            return
        if not reasons and self._is_kept(one):
            return
        own = one.marks | ({"required"} if self.wire.required and not self._inner(one) else frozenset())
        marks = own.union(*map(_marks, reasons))
        verdict = verdict or ("safe" if not reasons else "broken" if any(map(_is_told, reasons)) else "open")
        named = naming.name(one.keyword, one.move, self.wire.place, self._inner(one), marks, verdict, self.wire.where)
        if named is not None:
            shown = _Told(one.keyword, one.move, one.at, one.old, one.new, one.subject, one.before, one.after)
            self._add(named, verdict, shown, reasons)

    def _reason(self, reason: Reason) -> None:
        """A reason that nothing on paper explains, as if it were written where it stands."""
        keyword = READ_WRITE.get(reason.move, reason.keyword)
        move = "added" if reason.move in READ_WRITE else reason.move
        inner = reason.at != "$" or keyword in ("property", "required")
        verdict = "broken" if _is_told(reason) else "open"
        named = naming.certain(keyword, move, self.wire.place, inner, _marks(reason), verdict, self.wire.where)
        one = _Told(keyword, move, reason.at, reason.old, reason.new, str(reason.subject), "", reason.detail)
        self._add(named, verdict, one, [reason])

    def _announced(self, one: Written) -> None:
        if self._inner(one) and self.wire.place in ("request-body", "response-body"):
            kind = "request-property" if self.wire.place == "request-body" else "response-property"
            old, new = (
                node.parent if node.key in ("deprecated", "x-stability-level") else node for node in (one.old, one.new)
            )
            if old is not None and new is not None:
                name = one.at.rpartition(".")[2]
                lifecycle.properties(self.session, self.spot, kind, old, new, name, one.at)

    def _add(self, named: tuple[str, naming.Row], verdict: str, one: _Told, reasons: list[Reason]) -> None:
        name, row = named
        at = one.at if one.keyword not in ("property", "required") else f"{one.at}.{one.subject}"
        what = f"{self.spot.where} {at}".strip() if at != "$" else self.spot.where
        whole = at == "$" and self.wire.place not in ("request-body", "response-body")
        self.session.findings.add(
            name,
            self.spot,
            one.old,
            one.new,
            grade=row.grade(self.spot.direction, _MISPLACED if any(r.misplaced for r in reasons) else ""),
            level=row.level_of(verdict, self.spot.direction),
            subject=one.subject or (self.subject if whole else ""),
            at="" if whole else at,
            witness=lambda: _witness(reasons),
            keyword=one.keyword,
            move=one.move,
            words={"what": what, "before": one.before, "after": one.after, "detail": one.after},
        )

    def _inner(self, one: Written) -> bool:
        return one.inner or one.keyword in ("property", "required")

    def _is_kept(self, one: Written) -> bool:
        """Whether a property of a response only stands elsewhere now: one that is gone would have been missed."""
        gone = (one.keyword, one.move) == ("property", "removed")
        return gone and self.spot.direction == "response" and "write-only" not in one.marks

    def _is_text(self, one: Written) -> bool:
        """Whether another type is none on the wire: the side that must allow more takes every text."""
        if not self.wire.text or one.keyword != "type" or one.move != "changed":
            return False
        narrow, wide = (one.new, one.old) if self.spot.direction == "response" else (one.old, one.new)
        return not (self.wire.spread and _parts(_schema(narrow))) and _takes_text(_schema(wide))


def _schema(place: Node) -> Node:
    """The schema that a keyword about its type stands in, or the schema itself."""
    return place.parent if place.key in ("type", "format") and place.parent is not None else place


def _parts(schema: Node) -> bool:
    """Whether a value has parts."""
    return not {"array", "object"}.isdisjoint(type_set(view(schema)) or ())


def _takes_text(schema: Node) -> bool:
    """Whether a schema takes every text."""
    side = view(schema)
    return "string" in (type_set(side) or ()) and not _CONSTRAINTS & side.keys.keys()


def _spelled(narrow: Node, wide: Node) -> bool:
    """Whether the few values that one schema has are spelled as values that the other has: ``true`` is one text,
    whether a truth value or a listed word."""
    sent, taken = _texts(narrow), _texts(wide)
    if sent is None:
        return False
    if taken is not None:
        return sent <= taken
    side = view(wide)
    whole = side.keys.keys() - ANNOTATIONS <= {"type"} and type_set(side) == frozenset(("integer",))
    return whole and all(map(_is_whole, sent))


def _texts(schema: Node) -> frozenset[str] | None:
    """How the values of a schema are spelled on the wire, where they are few; None otherwise."""
    side = view(schema)
    listed, kinds = side.get("enum"), type_set(side) or frozenset()
    if not side.keys.keys() <= ANNOTATIONS | {"type", "enum"} or len(kinds) != 1:
        return None
    if isinstance(listed, list):
        return frozenset(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)
    return frozenset(("true", "false")) if "boolean" in kinds else None


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii()


def _marks(reason: Reason) -> frozenset[str]:
    """What a reason says of a property: whether it had to be there, and whether it is refused."""
    said = reason.detail.partition(", ")
    marks = {said[0]} & {"required", "optional"}
    return frozenset(marks | ({"refused"} if said[2].startswith("refused by ") else set()))


def _is_told(reason: Reason) -> bool:
    """Whether a reason is as bad as its kind is."""
    return reason.decided or reason.misplaced


def _is_usual_size(reason: Reason) -> bool:
    """Whether only the usual size of a number is said, or no longer: no value that anybody sends is larger."""
    return reason.keyword == "format" and reason.move in ("added", "removed") and reason.subject in ("int64", "double")


def _witness(reasons: Iterable[Reason]) -> Any:
    """A value that shows one of the reasons."""
    return next((found for one in reasons if (found := one.witness) is not MISSING), msgspec.UNSET)
