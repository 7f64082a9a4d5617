"""Schemas compared: what they accept decides, how they are written gives the names.

``boundary.contracts.schemas`` says in what the new schema is incompatible; ``written`` says what was changed on paper.
Where both speak of the same keyword at the same place they are one change; what only the second knows is compatible,
and what only the first knows is told in its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from boundary.contracts.documents import Node
from boundary.contracts.model import Level
from boundary.contracts.openapi import lifecycle, naming
from boundary.contracts.openapi.explaining import READ_WRITE, explained
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.keywords import Written
from boundary.contracts.openapi.normal import Parameter
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.view import type_set, view
from boundary.contracts.openapi.written import differences
from boundary.contracts.schemas import MISSING, Reason

_CONSTRAINTS = frozenset(("pattern", "enum", "const", "format", "minLength", "maxLength", "allOf", "not"))


class Wire(msgspec.Struct, frozen=True):
    """What the schema describes: ``place`` is request-body, request-parameter, response-body or response-header.

    ``text`` when there are only texts on the wire, so that every scalar is one; ``where`` is a parameter's place;
    ``required`` when it must be sent; ``repeated`` when an array's elements are sent as if each were the only value.
    """

    place: str
    text: bool = False
    where: str = ""
    required: bool = False
    repeated: bool = False


def repeated(wire: Wire, parameter: Parameter) -> Wire:
    """The wire of a parameter in its new version."""
    alone = parameter.where == "query" and parameter.style == "form" and parameter.explode
    return msgspec.structs.replace(wire, repeated=alone)


def compare(session: Session, spot: Spot, old: Node | None, new: Node | None, wire: Wire, subject: str = "") -> None:
    """One schema at a spot of an operation, in the direction of the spot."""
    if old is None or new is None or session.schemas.same(old, new):
        return
    element = _element(old, new) if wire.repeated else None
    direction: Literal["request", "response"] = "response" if spot.direction == "response" else "request"
    teller = _Teller(session, spot, wire, subject)
    if element is not None:
        reasons = [one for one in session.schemas.differences(old, element, direction) if one.keyword != "nullable"]
        kinds = " or ".join(sorted(type_set(view(old)) or ("any",)))
        widened = Written("type", "changed" if reasons else "widened", "$", old, new, False, "", kinds, "array")
        teller.told(widened, reasons)
        return
    teller.tell(list(differences(old, new, session.schemas.same)), session.schemas.differences(old, new, direction))


def _element(old: Node, new: Node) -> Node | None:
    """What an array that took the place of a single value is made of."""
    was, now = type_set(view(old)), type_set(view(new))
    if now is not None and now - {"null"} == {"array"} and was is not None and "array" not in was:
        return view(new).keys.get("items")
    return None


class _Teller:
    def __init__(self, session: Session, spot: Spot, wire: Wire, subject: str) -> None:
        self.session, self.spot, self.wire, self.subject = session, spot, wire, subject

    def tell(self, written: Iterable[Written], reasons: Iterable[Reason]) -> None:
        pairs, rest = explained(written, reasons)
        for one, found in pairs:
            self.told(one, found, "compatible" if found and self._is_text(one) else "")
        for reason in rest:
            self._reason(reason)

    def told(self, one: Written, reasons: list[Reason], verdict: str = "") -> None:
        """One difference on paper with the reasons that are about it."""
        own = one.marks | ({"required"} if self.wire.required and not one.inner else frozenset())
        marks = own.union(*({r.detail} for r in reasons if r.detail in ("required", "optional")))
        verdict = verdict or ("safe" if not reasons else "broken" if any(r.decided for r in reasons) else "open")
        if one.keyword in ("deprecated", "x-stability-level"):
            self._announced(one)
            return
        named = naming.name(one.keyword, one.move, self.wire.place, self._inner(one), marks, verdict, self.wire.where)
        if named is None:
            return
        name, row = named
        level = row.level_of(verdict, self.spot.direction)
        witness = next((r.witness for r in reasons if r.witness is not MISSING), msgspec.UNSET)
        shown = one.at if one.keyword not in ("property", "required") else f"{one.at}.{one.subject}"
        self._add(
            name,
            row,
            level,
            shown,
            (one.old, one.new),
            one.subject,
            witness,
            one.keyword,
            one.move,
            one.before,
            one.after,
        )

    def _reason(self, reason: Reason) -> None:
        keyword = READ_WRITE.get(reason.move, reason.keyword)
        move = "added" if reason.move in READ_WRITE else reason.move
        inner = reason.at != "$" or keyword in ("property", "required")
        verdict = "broken" if reason.decided else "open"
        marks = frozenset({reason.detail} if reason.detail in ("required", "optional") else ())
        name, row = naming.certain(keyword, move, self.wire.place, inner, marks, verdict, self.wire.where)
        shown = reason.at if keyword not in ("property", "required") else f"{reason.at}.{reason.subject}"
        witness = msgspec.UNSET if reason.witness is MISSING else reason.witness
        level = row.level_of(verdict, self.spot.direction)
        places = reason.old, reason.new
        self._add(name, row, level, shown, places, str(reason.subject), witness, keyword, move, "", reason.detail)

    def _announced(self, one: Written) -> None:
        if self._inner(one) and self.wire.place in ("request-body", "response-body"):
            kind = "request-property" if self.wire.place == "request-body" else "response-property"
            old, new = (
                node.parent if node.key in ("deprecated", "x-stability-level") else node for node in (one.old, one.new)
            )
            if old is not None and new is not None:
                name = one.at.rpartition(".")[2]
                lifecycle.properties(self.session, self.spot, kind, old, new, name, one.at)

    def _add(
        self, name: str, row: naming.Row, level: Level, at: str, places: tuple[Any, Any], subject: str, witness: Any,
        keyword: str, move: str, before: str, after: str,
    ) -> None:  # fmt: skip
        what = f"{self.spot.where} {at}".strip() if at != "$" else self.spot.where
        words = {"what": what, "before": before, "after": after, "detail": after}
        at = at if self.wire.place in ("request-body", "response-body") else "" if at == "$" else at
        self.session.findings.add(
            name, self.spot, *places, grade=row.grade(self.spot.direction), level=level,
            subject=subject or ("" if at else self.subject), at=at, witness=witness, keyword=keyword, move=move,
            words=words,
        )  # fmt: skip

    def _inner(self, one: Written) -> bool:
        return one.inner or one.keyword in ("property", "required")

    def _is_text(self, one: Written) -> bool:
        """Whether another type is none on the wire: the side that must allow more takes every text."""
        if not self.wire.text or one.keyword != "type" or one.move != "changed":
            return False
        wide = one.old if self.spot.direction == "response" else one.new
        schema = wide.parent if wide.key in ("type", "format") and wide.parent is not None else wide
        side = view(schema)
        kinds = side.get("type")
        return "string" in (kinds if isinstance(kinds, list) else [kinds]) and not _CONSTRAINTS & set(side.keys)
