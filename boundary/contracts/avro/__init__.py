"""Avro schemas of events (``.avsc``): whether what is written by one version is read by the other.

Consumers that keep the old schema must read what is written by the new one (forward), and what was written by the old
schema, be it in store or by others, must be read by the new one (backward).
"""

from __future__ import annotations

from boundary.contracts.avro.resolution import Failure, Resolution
from boundary.contracts.avro.schema import Names
from boundary.contracts.documents import Documents, Node
from boundary.contracts.files import Files
from boundary.contracts.model import Comparison
from boundary.contracts.pairing import paired
from boundary.contracts.payloads import Changes, Spot

KIND = "avro"


def matches(path: str, head: bytes) -> bool:  # noqa: ARG001 - the ending says it all
    """Files called ``.avsc``."""
    return path.lower().endswith(".avsc")


def compare(old: Files, new: Files) -> Comparison:
    """The changes between two sets of schemas; ContractError when one cannot be read."""
    changes = Changes()
    before, after = ({path: Documents(side.read).open(path) for path in side.paths} for side in (old, new))
    names = _names(before), _names(after)
    for one, two in paired(old, new):
        if one is None or two is None:
            root = before[one] if one is not None else after[two or ""]
            row = "schema-removed" if one is not None else "schema-added"
            places = (root, None) if one is not None else (None, root)
            changes.add(row, Spot("", "", root.source.path), *places, subject=root.source.path)
        else:
            _both(changes, Spot("", "response", ""), (before[one], after[two]), names)
            _both(changes, Spot("", "request", ""), (before[one], after[two]), names)
    return Comparison.of(changes.changes())


def payloads(changes: Changes, spot: Spot, old: Node | None, new: Node | None) -> None:
    """The differences of two schemas that stand in another document, for the side that sends."""
    if old is not None and new is not None:
        one, two = old.resolved(), new.resolved()
        _both(changes, spot, (one, two), (_names({"": one}), _names({"": two})))


def _names(roots: dict[str, Node]) -> Names:
    names = Names()
    for root in roots.values():
        names.collect(root)
    return names


def _both(changes: Changes, spot: Spot, roots: tuple[Node, Node], names: tuple[Names, Names]) -> None:
    """One direction: for what consumers receive the old schema reads, for what they send the new one."""
    schemas = [of.schema(root, "") for of, root in zip(names, roots, strict=True)]
    forward = spot.direction == "response"
    reader, writer = (0, 1) if forward else (1, 0)
    resolution = Resolution(names[reader], names[writer])
    for failure in resolution.failures(schemas[reader], schemas[writer]):
        _told(changes, spot, failure, forward)


def _told(changes: Changes, spot: Spot, failure: Failure, forward: bool) -> None:
    old, new = (failure.reader, failure.writer) if forward else (failure.writer, failure.reader)
    one, two = (failure.reads, failure.writes) if forward else (failure.writes, failure.reads)
    row = failure.kind
    if row in ("field-defaulted", "field-ignored"):
        # Each is seen from both directions; consumers that keep the old schema are who notices.
        if not forward:
            return
        row = "field-no-longer-written" if row == "field-defaulted" else "field-written"
    values = {"before": one, "after": two, "reader": "old" if forward else "new"}
    move = "" if forward or row != "reader-field-missing-default-value" else "added"
    changes.add(row, spot, old, new, at=failure.at, subject=failure.subject, move=move, values=values)
