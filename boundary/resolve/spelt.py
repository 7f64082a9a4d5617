"""Channels that buses call after classes, and that others call by what the broker shows.

MassTransit publishes ``Booking.Events.RoomTaken`` to the exchange ``Booking.Events:RoomTaken`` of RabbitMQ, the topic
``booking.events/roomtaken`` of Azure Service Bus and ``Booking_Events-RoomTaken`` of SNS; NServiceBus names the class
itself. A function that is started by the topic, or a document, has that name, and code on the bus only the class. See
https://masstransit.io/documentation/configuration/topology/message , ServiceBusMessageNameFormatter and its siblings in
MassTransit; https://docs.particular.net/transports/azure-service-bus/topology .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from boundary.facts import Contract, ContractOperation, FileFacts
from boundary.resolve.messages import Use
from boundary.resolve.values import fold

_WRAPPED = "$.message"
"""Where a message is in what MassTransit sends: https://masstransit.io/documentation/concepts/messages ."""


def declared(files: Iterable[FileFacts]) -> set[str]:
    """The addresses of channels that documents of the workspace declare."""
    return {
        fact.path
        for file in files
        if not file.mark and any(isinstance(fact, Contract) and fact.kind == "asyncapi" for fact in file.facts)
        for fact in file.facts
        if isinstance(fact, ContractOperation) and fact.method in ("SEND", "RECEIVE")
    }


def joined(uses: Sequence[Use], documents: Iterable[str]) -> list[Use]:
    """Uses of channels that are called after classes under the full names which others, or documents, know them by."""
    whole = {use.name for use in uses if not use.type} | set(documents)
    spelt: dict[str, set[str]] = defaultdict(set)
    for name in whole:
        spelt[fold(name)].add(name)
    called: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        if use.type and use.name not in whole:
            called[use.name] |= spelt.get(fold(use.type), set())
    known = {name: next(iter(found)) for name, found in called.items() if len(found) == 1}
    wrapped = set(known.values())
    return [
        replace(use, name=known.get(use.name, use.name))
        if use.type
        else _unwrapped(use)
        if use.name in wrapped
        else use
        for use in uses
    ]


def _unwrapped(use: Use) -> Use:
    """A reader that takes a message out of what the bus wraps it in: what it reads there is the message's."""
    inner = tuple(
        msgspec.structs.replace(one, path="$" + one.path.removeprefix(_WRAPPED))
        for one in use.fields or ()
        if one.path.startswith(f"{_WRAPPED}.")
    )
    return replace(use, fields=inner) if inner else use
