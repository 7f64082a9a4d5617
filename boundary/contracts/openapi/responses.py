"""Responses compared: which statuses come back, and what with them."""

from __future__ import annotations

from collections.abc import Mapping

from boundary.contracts.openapi import bodies, headers
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Operation, Response
from boundary.contracts.openapi.session import Session


def compare(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """The responses of an operation, matched by status; a range takes the place of the statuses that it covers."""
    before, after = session.old.responses(old), session.new.responses(new)
    taken: set[str] = set()
    for status, response in before.items():
        partner = status if status in after else _range(status, after)
        there = spot.at(status)
        if partner is None and any(_range(one, before) == status for one in after):
            continue
        if partner is None:
            kind = "success" if is_success(status) else "non-success"
            holder = new.node.child("responses") or new.node
            if "default" in after and kind == "non-success":
                _pair(session, there, response, after["default"])
            session.findings.add(f"response-{kind}-status-removed", there, response.node, holder, subject=status)
            continue
        taken.add(partner)
        _pair(session, there, response, after[partner])
    for status, response in after.items():
        if status in before or status in taken:
            continue
        wider = _range(status, before)
        if wider is not None:
            _pair(session, spot.at(status), before[wider], response)
            continue
        if "default" in before and not is_success(status):
            _pair(session, spot.at(status), before["default"], response)
        kind = "success" if is_success(status) else "non-success"
        holder = old.node.child("responses") or old.node
        session.findings.add(f"response-{kind}-status-added", spot.at(status), holder, response.node, subject=status)


def is_success(status: str) -> bool:
    """Whether a status says that the request was carried out."""
    return status.startswith("2")


def _range(status: str, among: Mapping[str, Response]) -> str | None:
    """The range that covers a status on a side that does not list it."""
    wider = f"{status[:1]}XX"
    return wider if wider in among and wider != status else None


def _pair(session: Session, spot: Spot, old: Response, new: Response) -> None:
    bodies.media(session, spot, old.media, new.media, spot.where)
    if old.media and not new.media:
        for kind, media in old.media.items():
            there = spot.at(f"{spot.where} {kind}")
            session.findings.add("response-media-type-removed", there, media.node, new.node, subject=kind)
    elif new.media and not old.media:
        for kind, media in new.media.items():
            there = spot.at(f"{spot.where} {kind}")
            session.findings.add("response-media-type-added", there, old.node, media.node, subject=kind)
    headers.compare(session, spot, old, new)
