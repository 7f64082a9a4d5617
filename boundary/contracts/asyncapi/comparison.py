"""Two AsyncAPI documents compared: operations, their messages, and what these hold, by who sends it.

What the application sends is received by consumers, so the new messages must be such as the old ones could be; what it
receives is sent by them, so it must go on taking the old ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.contracts import avro
from boundary.contracts.asyncapi.description import Description, Message, Operation
from boundary.contracts.documents import Node
from boundary.contracts.model import Direction
from boundary.contracts.payloads import Changes, Spot
from boundary.contracts.schemas import DRAFT7, Comparer

_DIRECTIONS: dict[str, Direction] = {"SEND": "response", "RECEIVE": "request"}


class Comparison:
    """One pair of documents."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._comparer = Comparer(DRAFT7, DRAFT7)

    def documents(self, old: Description, new: Description) -> None:
        """All differences."""
        for key, operation in old.operations.items():
            other = new.operations.get(key)
            if other is not None:
                self._operation(operation, other)
            elif key[1] in new.channels:
                self._changes.add("operation-removed", _spot(operation), operation.home, None, subject=_said(operation))
        for address, (written, node) in old.channels.items():
            if address not in new.channels:
                self._gone(address, written, node, old)
        for key, operation in new.operations.items():
            if key not in old.operations and key[1] in old.channels:
                self._changes.add("operation-added", _spot(operation), None, operation.home, subject=_said(operation))
        for address, (written, node) in new.channels.items():
            if address not in old.channels:
                self._changes.add("channel-added", Spot("", "", written), None, node, subject=written)
        for address, node in old.servers.items():
            if address not in new.servers and new.servers:
                self._changes.add("server-removed", Spot("", "", address), node, None, subject=address)

    def _gone(self, address: str, written: str, node: Node, old: Description) -> None:
        """A channel with all that was done there: one change, which reaches its operations."""
        spots = [_spot(one) for (_, where, _), one in old.operations.items() if where == address]
        for spot in spots or [Spot("", "", written)]:
            whole = Spot(spot.operation, "", written)
            self._changes.add("channel-removed", whole, node, None, subject=written)

    def _operation(self, old: Operation, new: Operation) -> None:
        spot = _spot(old)
        paired = list(_paired(old.messages, new.messages))
        for one, two in paired:
            if one is not None and two is not None:
                self._message(spot, one, two)
            elif one is not None:
                self._changes.add("message-removed", spot, one.home, None, subject=one.name or "without a name")
            elif two is not None:
                harmless = spot.direction == "request"
                name = two.name or "without a name"
                self._changes.add("message-added", spot, None, two.home, subject=name, minor=harmless)

    def _message(self, spot: Spot, old: Message, new: Message) -> None:
        if old.content != new.content and old.content and new.content:
            told = {"before": old.content, "after": new.content}
            self._changes.add("message-content-type-changed", spot, old.home, new.home, values=told)
        self._changes.schemas(self._comparer, _part(spot, "headers"), old.headers, new.headers)
        if old.key is not None or new.key is not None:
            self._changes.schemas(self._comparer, _part(spot, "key"), old.key, new.key)
        one, two = _family(old.format), _family(new.format)
        if one == two == "JSON Schema":
            self._changes.schemas(self._comparer, spot, old.payload, new.payload)
        elif one == two == "Avro":
            avro.payloads(self._changes, spot, old.payload, new.payload)
        elif one != two or not _alike(old.payload, new.payload):
            self._changes.add("message-format-changed", spot, old.home, new.home, values={"before": one, "after": two})


def _alike(old: Node | None, new: Node | None) -> bool:
    """Whether schemas in a language that we do not know are written alike."""
    return (old and old.value) == (new and new.value)


def _family(format_: str) -> str:
    """The language of a payload's schema by its media type; JSON Schema and that of OpenAPI and AsyncAPI are one."""
    if "avro" in format_:
        return "Avro"
    known = not format_ or any(word in format_ for word in ("asyncapi", "schema+", "openapi"))
    return "JSON Schema" if known else format_


def _spot(operation: Operation) -> Spot:
    where = f"the reply at {operation.address}" if operation.reply else operation.address
    return Spot(operation.name, _DIRECTIONS[operation.action], where)


def _part(spot: Spot, part: str) -> Spot:
    return Spot(spot.operation, spot.direction, f"{spot.where} ({part})")


def _said(operation: Operation) -> str:
    does = "sending" if operation.action == "SEND" else "receiving"
    return f"{does} {'replies at' if operation.reply else 'at'} {operation.address}"


def _paired(old: tuple[Message, ...], new: tuple[Message, ...]) -> Iterator[tuple[Message | None, Message | None]]:
    """Messages that are the same: by their names, or the only ones that are left."""
    after = {message.name: message for message in new}
    before = {message.name: message for message in old}
    yield from ((message, after[name]) for name, message in before.items() if name in after)
    lost = [message for name, message in before.items() if name not in after]
    fresh = [message for name, message in after.items() if name not in before]
    if len(lost) == len(fresh) == 1 and len(before) == 1:
        yield lost[0], fresh[0]
        return
    yield from ((message, None) for message in lost)
    yield from ((None, message) for message in fresh)
