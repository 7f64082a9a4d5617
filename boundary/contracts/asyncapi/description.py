"""An AsyncAPI document in one form whatever its version: operations by what the application does and where.

Versions look from different sides: ``subscribe`` of version 2 says that others may subscribe, so the application sends;
``send`` of version 3 is what the application does itself. Sources: v2.6.0 and v3.0.0 of
https://www.asyncapi.com/docs/reference/specification ; https://www.asyncapi.com/docs/migration/migrating-to-v3 .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from boundary.contracts.documents import Node
from boundary.errors import ContractError

Action = Literal["SEND", "RECEIVE"]

_ACTIONS: dict[str, Action] = {"subscribe": "SEND", "publish": "RECEIVE", "send": "SEND", "receive": "RECEIVE"}
_PARAMETER = re.compile(r"\{[^{}]*\}")


class Message(msgspec.Struct, frozen=True, eq=False):
    """A message: its payload and headers as schemas, as far as it has them."""

    name: str
    home: Node
    payload: Node | None = None
    headers: Node | None = None
    key: Node | None = None
    content: str = ""
    format: str = ""


class Operation(msgspec.Struct, frozen=True, eq=False):
    """What the application does at an address; ``reply`` when it is about the answers of another operation."""

    action: Action
    address: str
    home: Node
    messages: tuple[Message, ...]
    reply: bool = False

    @property
    def name(self) -> str:
        """As operations are called everywhere: ``SEND orders.placed``."""
        return f"{self.action} {self.address}"

    @property
    def key(self) -> tuple[str, str, bool]:
        """What makes it the same one in another version: names of parameters do not matter."""
        return self.action, neutral(self.address), self.reply


class Description(msgspec.Struct, frozen=True, eq=False):
    """A document; ``channels`` by address without names of parameters, ``servers`` by what they are reached at."""

    operations: dict[tuple[str, str, bool], Operation]
    channels: dict[str, tuple[str, Node]]
    servers: dict[str, Node]


EMPTY = Description({}, {}, {})
"""What stands for a document that is not there."""


def neutral(address: str) -> str:
    """An address whose parameters have lost their names."""
    return _PARAMETER.sub("{}", address)


def description(root: Node) -> Description:
    """A document; ContractError when it is none."""
    version = str(_scalar(root, "asyncapi"))
    if not version[:1].isdigit():
        raise ContractError("asyncapi must name the version of the specification", where=str(root.place()))
    older = version.startswith(("1", "2"))
    found = list(_older(root) if older else _newer(root))
    operations: dict[tuple[str, str, bool], Operation] = {}
    for operation in found:
        known = operations.setdefault(operation.key, operation)
        if known is not operation:
            messages = known.messages + operation.messages
            operations[operation.key] = msgspec.structs.replace(known, messages=messages)
    channels = {neutral(address): (address, node) for address, node in _channels(root, older)}
    return Description(operations, channels, dict(_servers(root)))


def _servers(root: Node) -> Iterator[tuple[str, Node]]:
    for _, written in _entries(root, "servers"):
        server = written.resolved()
        address = str(_scalar(server, "url") or _scalar(server, "host"))
        if address:
            path = str(_scalar(server, "pathname"))
            yield f"{_scalar(server, 'protocol')}://{address.partition('://')[2] or address}{path}", server


def _channels(root: Node, older: bool) -> Iterator[tuple[str, Node]]:
    for name, written in _entries(root, "channels"):
        yield (name, written) if older else (_address(written.resolved(), name), written)


def _older(root: Node) -> Iterator[Operation]:
    usual = str(_scalar(root, "defaultContentType"))
    for address, written in _entries(root, "channels"):
        channel = written.resolved()
        for word in ("subscribe", "publish"):
            operation = channel.get(word)
            if operation is not None:
                given = operation.child("message")
                messages = tuple(_message(one, "", usual) for one in _alternatives(given)) if given else ()
                yield Operation(_ACTIONS[word], address, operation, messages)


def _newer(root: Node) -> Iterator[Operation]:
    usual = str(_scalar(root, "defaultContentType"))
    used = set[tuple[str, str]]()
    names = {channel.resolved().identity: name for name, channel in _entries(root, "channels")}
    for _, written in _entries(root, "operations"):
        operation = written.resolved()
        action = _ACTIONS.get(str(_scalar(operation, "action")))
        channel = operation.get("channel")
        if action and channel is not None:
            used.add(channel.identity)
            yield _carried(operation, channel, action, names, usual)
            reply = operation.get("reply")
            at = reply.get("channel") if reply is not None else None
            if reply is not None and at is not None:
                used.add(at.identity)
                back: Action = "RECEIVE" if action == "SEND" else "SEND"
                yield msgspec.structs.replace(_carried(reply, at, back, names, usual), reply=True)
    for name, written in _entries(root, "channels"):
        channel = written.resolved()
        if channel.identity not in used:
            messages = tuple(_message(one, key, usual) for key, one in _entries(channel, "messages"))
            yield Operation("SEND", _address(channel, name), channel, messages)


def _carried(
    operation: Node, channel: Node, action: Action, names: dict[tuple[str, str], str], usual: str
) -> Operation:
    """An operation of version 3, with those messages of its channel that it names, or with all."""
    given = [(one.resolved().key, one) for _, one in _entries(operation, "messages")]
    given = given or list(_entries(channel, "messages"))
    messages = tuple(_message(one, key, usual) for key, one in given)
    return Operation(action, _address(channel, names.get(channel.identity, "")), operation, messages)


def _address(channel: Node, name: str) -> str:
    return str(_scalar(channel, "address")) or name


def _alternatives(given: Node) -> Iterator[Node]:
    several = list(_entries(given.resolved(), "oneOf"))
    yield from (one for _, one in several) if several else (given,)


def _message(given: Node, name: str, usual: str) -> Message:
    node = given.resolved()
    traits = [node, *(trait.resolved() for _, trait in _entries(node, "traits"))]
    format_ = str(_scalar(node, "schemaFormat"))
    payload = node.child("payload")
    inner = payload.resolved() if payload is not None else None
    if inner is not None and inner.child("schemaFormat") is not None and inner.child("schema") is not None:
        format_, payload = str(_scalar(inner, "schemaFormat")), inner.child("schema")
    contents = [str(_scalar(one, "contentType")) for one in traits]
    return Message(
        name=str(_scalar(node, "name") or name or (node.key if given.reference else "") or _scalar(node, "title")),
        home=node,
        payload=payload,
        headers=next((found for one in traits if (found := one.child("headers")) is not None), None),
        key=node.get("bindings", "kafka", "key"),
        content=next((one for one in contents if one), usual),
        format=format_,
    )


def _entries(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    below = node.get(key)
    return below.items() if below is not None else iter(())


def _scalar(node: Node, key: str) -> str | int | float:
    """A text or number below a key; "" for everything else."""
    below = node.child(key)
    value = below.value if below is not None else ""
    return value if isinstance(value, str | int | float) else ""
