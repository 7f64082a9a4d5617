"""Headers of responses, and of the parts of a body, compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from boundary.contracts.documents import Node
from boundary.contracts.openapi import payloads
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Header
from boundary.contracts.openapi.session import Session


class Holder(Protocol):
    """What has headers."""

    @property
    def node(self) -> Node:
        """Where it stands."""
        ...

    @property
    def headers(self) -> Mapping[str, Header]:
        """Its headers, by lower-case name."""
        ...


def compare(session: Session, spot: Spot, old: Holder, new: Holder) -> None:
    """The headers that two holders have."""
    add = session.findings.add
    for name, before in old.headers.items():
        there = spot.at(f"{spot.where} header {before.shown}")
        after = new.headers.get(name)
        if after is None:
            found = f"{'required' if before.required else 'optional'}-response-header-removed"
            add(found, there, before.node, new.node, subject=before.shown)
            continue
        if before.required != after.required:
            found = f"response-header-became-{'required' if after.required else 'optional'}"
            add(found, there, before.node, after.node, subject=before.shown)
        if before.explode != after.explode:
            add("response-header-explode-changed", there, before.node, after.node, subject=before.shown)
        wire = payloads.Wire("response-header", text=not (before.media or after.media))
        payloads.compare(session, there, before.schema, after.schema, wire, subject=before.shown)
    for name, after in new.headers.items():
        if name not in old.headers:
            there = spot.at(f"{spot.where} header {after.shown}")
            sent = spot.direction == "request" and after.required
            add(f"{'required-' if sent else ''}response-header-added", there, old.node, after.node, subject=after.shown)
