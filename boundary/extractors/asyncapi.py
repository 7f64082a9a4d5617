"""AsyncAPI documents: the channels that a service declares, and whether it sends or receives there.

Specifications: https://www.asyncapi.com/docs/reference/specification/v2.6.0 and v3.0.0 . What the application itself
does counts: ``subscribe`` of version 2 says that others may subscribe, so it sends. References to other files are not
followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, peek
from boundary.extractors._openapi_tree import follow
from boundary.facts import Contract, ContractOperation, Fact
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "asyncapi"

_NAMED = re.compile(r"(?:^|.*[._-])asyncapi(?:[._-].*)?\.(?:ya?ml|json)$", re.IGNORECASE)
_HEAD = re.compile(r"""(?:^|\A\s*\{)[ \t]*["']?asyncapi["']?\s*:|["']asyncapi["']\s*:\s*["']\d""", re.MULTILINE)
_NAMES = {
    "kafka": ("topic",),
    "amqp": ("queue", "name"),
    "ibmmq": ("queue", "objectName"),
    "sns": ("name",),
    "sqs": ("queue", "name"),
    "jms": ("destination",),
    "anypointmq": ("destination",),
    "googlepubsub": ("topic",),
}
"""Where the bindings of a channel name what it is at the broker (https://github.com/asyncapi/bindings)."""
_DOES = {"subscribe": "SEND", "publish": "RECEIVE", "send": "SEND", "receive": "RECEIVE"}


def matches(path: str) -> bool:
    """Every YAML and JSON file: content decides, since contracts have any name."""
    return path.lower().endswith((".yaml", ".yml", ".json"))


def extract(source: Source) -> Iterator[Fact]:
    """The contract, and one operation for each channel and direction."""
    certain = _NAMED.match(PurePosixPath(source.path).name) is not None
    if not certain and not _HEAD.search(peek(source)):
        return
    for root in documents(source, certain):
        version = root.get("asyncapi")
        if version.kind == "scalar" and version.text[:1].isdigit():
            info = root.get("info")
            yield Contract(
                "asyncapi",
                info.get("title").string,
                info.get("version").string,
                tuple(_servers(root)),
                line=version.line,
                column=version.column,
            )
            yield from _newer(root) if version.text[0] != "2" else _older(root)


def _servers(root: Node) -> Iterator[str]:
    for _, written in root.get("servers").pairs:
        server = follow(root, written)
        address = server.get("url").string or server.get("host").string
        protocol = server.get("protocol").string
        if address:
            yield address if "://" in address or not protocol else f"{protocol}://{address}"


def _older(root: Node) -> Iterator[ContractOperation]:
    """Version 2: a channel is named by its address and holds the operations."""
    for name, written in root.get("channels").pairs:
        channel = follow(root, written)
        found = [(key, operation) for key, operation in channel.pairs if key.text in ("subscribe", "publish")]
        for key, operation in found:
            yield ContractOperation(
                _DOES[key.text],
                name.text,
                operation.get("operationId").string,
                messages=tuple(_messages(root, [operation.get("message")])),
                bound=tuple(_bound(root, channel)),
                line=name.line,
                column=name.column,
            )


def _newer(root: Node) -> Iterator[ContractOperation]:
    """Version 3: operations refer to channels; a channel without an operation is declared all the same."""
    used = set[int]()
    for identity, written in root.get("operations").pairs:
        operation = follow(root, written)
        channel = follow(root, operation.get("channel"))
        action = _DOES.get(operation.get("action").string)
        name = _address(root, channel)
        if action and name:
            used.add(id(channel))
            given = operation.get("messages").items or [value for _, value in channel.get("messages").pairs]
            yield ContractOperation(
                action,
                name,
                identity.text,
                messages=tuple(_messages(root, list(given))),
                bound=tuple(_bound(root, channel)),
                line=identity.line,
                column=identity.column,
            )
    for key, written in root.get("channels").pairs:
        channel = follow(root, written)
        name = _address(root, channel)
        if id(channel) not in used and name:
            given = [value for _, value in channel.get("messages").pairs]
            messages = tuple(_messages(root, given))
            bound = tuple(_bound(root, channel))
            yield ContractOperation("SEND", name, messages=messages, bound=bound, line=key.line, column=key.column)


def _address(root: Node, channel: Node) -> str:
    """The address of a channel; its key stands for one that does not say."""
    if channel.get("address"):
        return channel.get("address").string
    return next((key.text for key, value in root.get("channels").pairs if follow(root, value) is channel), "")


def _bound(root: Node, channel: Node) -> Iterator[str]:
    """How a channel is called at its broker, where the bindings say so. An exchange that routes by keys is no channel
    by itself: the address is the key then."""
    bindings = follow(root, channel.get("bindings"))
    for broker, keys in _NAMES.items():
        name = follow(root, bindings.get(broker))
        for key in keys:
            name = name.get(key)
        if name.string:
            yield name.string
    exchange = bindings.get("amqp").get("exchange")
    if exchange.get("type").string in ("fanout", "headers") and exchange.get("name").string:
        yield exchange.get("name").string


def _messages(root: Node, given: list[Node]) -> Iterator[str]:
    """The names of messages, those of alternatives too: their own, else what they are kept under."""
    for written in given[:200]:
        message = follow(root, written)
        alternatives = message.get("oneOf").items
        for each in alternatives or [written]:
            name = follow(root, each).get("name").string or each.get("$ref").string.rpartition("/")[2]
            if name:
                yield name
