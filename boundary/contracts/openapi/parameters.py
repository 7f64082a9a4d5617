"""Parameters compared: what a request carries in its path, query, headers and cookies."""

from __future__ import annotations

from boundary.contracts.openapi import lifecycle, payloads
from boundary.contracts.openapi.findings import Spot
from boundary.contracts.openapi.normal import Operation, Parameter
from boundary.contracts.openapi.session import Session
from boundary.contracts.openapi.tree import flag
from boundary.contracts.openapi.view import NAMED, may_be

_COMPOSED = frozenset(("array", "object"))
_SINGLE = {
    "query": frozenset(("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject")),
    "cookie": frozenset(("form", "cookie")),
    "header": frozenset(("simple",)),
}
"""Styles of a place that write a value without parts alike (OpenAPI 3.1, style values); those of a path never do, and a
style that the place does not have may leave out the name."""


def compare(session: Session, spot: Spot, old: Operation, new: Operation) -> None:
    """The parameters of an operation, matched by place and name."""
    before, after = session.old.parameters(old), session.new.parameters(new)
    for key, parameter in before.items():
        there = spot.at(f"{parameter.where} {parameter.shown}")
        if key in after:
            _pair(session, spot.at(f"{parameter.where} {after[key].shown}"), parameter, after[key])
        else:
            moved = any(other.shown == parameter.shown for other in after.values() if other.where != parameter.where)
            _removed(session, there, parameter, new, moved=moved)
    for key, parameter in after.items():
        if key not in before:
            _added(session, spot.at(f"{parameter.where} {parameter.shown}"), old, parameter)


def _removed(session: Session, spot: Spot, old: Parameter, new: Operation, *, moved: bool) -> None:
    name, words = lifecycle.removal(session, spot, "request-parameter", old.node)
    if name == "request-parameter-removed" and moved:
        name = "request-parameter-moved"
    session.findings.add(
        name, spot, old.node, new.node, subject=old.shown, keyword="parameter", move="removed",
        words={"place": old.where, **words},
    )  # fmt: skip


def _added(session: Session, spot: Spot, old: Operation, new: Parameter) -> None:
    kind = "required" if new.required else "optional"
    default = "-default-parameter-to-existing-path" if new.shared else "-parameter"
    name = "new-request-path-parameter" if new.where == "path" else f"new-{kind}-request{default}"
    session.findings.add(
        name, spot, old.node, new.node, subject=new.shown, keyword="parameter", move="added", words={"place": new.where}
    )


def _pair(session: Session, spot: Spot, old: Parameter, new: Parameter) -> None:
    if old.required != new.required:
        _tell(session, spot, f"request-parameter-became-{'required' if new.required else 'optional'}", old, new)
    lifecycle.parameters(session, spot, old, new)
    _written(session, spot, old, new)
    # a variable of a path that is not said to be required may have a default, as routes like /pages/{page=1} have
    required = all(flag(one.node, "required") is True for one in (old, new))
    text = not (old.media or new.media)
    wire = payloads.Wire("request-parameter", text=text, where=new.where, required=required)
    payloads.compare(session, spot, old.schema, new.schema, payloads.repeated(wire, old, new), subject=new.shown)


def _written(session: Session, spot: Spot, old: Parameter, new: Parameter) -> None:
    """How the value is put into text."""
    if old.media != new.media:
        _tell(session, spot, "request-parameter-media-type-changed", old, new, old.media, new.media)
        return
    composed = may_be(old.schema, _COMPOSED) and may_be(new.schema, _COMPOSED)
    alike = {old.style, new.style} <= _SINGLE.get(old.where, frozenset())
    if old.style != new.style and (composed or not alike):
        _tell(session, spot, "request-parameter-style-changed", old, new, old.style, new.style)
    elif old.explode != new.explode and composed and (old.style != "simple" or may_be(old.schema, NAMED)):
        flags = str(old.explode).lower(), str(new.explode).lower()
        _tell(session, spot, "request-parameter-explode-changed", old, new, *flags)
    if old.reserved and not new.reserved:
        _tell(session, spot, "request-parameter-reserved-characters-disallowed", old, new)
    if old.empty and not new.empty:
        _tell(session, spot, "request-parameter-empty-value-disallowed", old, new)


def _tell(
    session: Session, spot: Spot, name: str, old: Parameter, new: Parameter, before: str = "", after: str = ""
) -> None:
    words = {"place": new.where, "before": before or "none", "after": after or "none"}
    session.findings.add(name, spot, old.node, new.node, subject=new.shown, words=words)
