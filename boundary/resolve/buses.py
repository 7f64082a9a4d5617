"""Buses on which the class of an event is its channel: who makes an event that others subscribe to publishes it.

A bus of a team's own takes the event through helpers, an outbox and a log before it is sent, where only its base class
is known. What tells the two ends is the class: its name at who subscribes (``AddSubscription<OrderPaid, …>()``) and at
who makes it (``new OrderPaid(…)``). Rows tell the first as ``subscribe`` effects with an ``event``, or with a channel
that is called as a class is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from boundary.facts import Member, Ref
from boundary.model import Value
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import ClassOf, Effect, Instance, Known, Made, Site, Thing

_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*")
_PARAMETER = re.compile(r"T([A-Z]\w*)?")


def published(evaluator: Evaluator, subscribed: Iterable[Effect]) -> Iterator[Effect]:
    """A ``publish`` effect for each place where an event is made that somebody subscribes to by its class."""
    wanted = {name for effect in subscribed if (name := _name(effect.get("event")) or _class_like(effect))}
    for _, file in sorted(evaluator.program.files.items()):
        if wanted and file.language.implicit:
            for scope, line, call in file.calls:
                if not isinstance(call.callee, Ref | Member) or call.callee.name not in wanted:
                    continue
                thing = evaluator.quiet(call.callee, Frame(file, scope, line=line))
                if isinstance(thing, ClassOf | Known) and _name(thing):
                    site = Site(file.path, call.line or line, call.column or 1)
                    yield Effect("publish", site, (("event", thing),), call=f"new {_name(thing)}")


def declared(found: dict[str, list[Effect]]) -> list[Effect]:
    """The effects of topics that stand before methods: those of a client's interface (``topic-client``) are published
    to, those of a listener (``topic-listener``) taken from. The class may bear the topic itself."""
    clients = {(one.site.path, one.subject): one.get("exchange") for one in found.pop("topic-client", ())}
    listeners = {(one.site.path, one.subject) for one in found.pop("topic-listener", ())}
    made = []
    for effect in found.pop("topic", ()):
        around = {(effect.site.path, name) for name in (effect.subject, effect.subject.rpartition(".")[0])}
        sender = next((one for one in sorted(around) if one in clients), None)
        if sender is not None or around & listeners:
            made.append(replace(effect, kind="subscribe" if sender is None else "publish", subject=""))
        if sender is not None and (exchange := clients[sender]) is not None:  # What is told is the key of a message.
            told = (("key" if name == "channel" else name, thing) for name, thing in effect.values)
            made[-1] = replace(made[-1], values=(*told, ("exchange", exchange)))
    return made


def heard(subscribed: Iterable[Effect]) -> list[Effect]:
    """The subscriptions to a class; within a bus, where the class is a type parameter, there is none yet."""
    return [effect for effect in subscribed if not _PARAMETER.fullmatch(_name(effect.get("event")))]


def carried(published: list[Effect], subscribed: list[Effect], shared: Callable[[str], bool]) -> set[Effect]:
    """The effects of a bus itself: of code that many services ship, and that names no message or sends and takes under
    one name. Where messages are told by their classes, it says nothing of any service."""
    if not any(_name(effect.get("event")) or _class_like(effect) for effect in subscribed):
        return set()
    plain = [
        [one for one in effects if one.get("event") is None and not one.chain and shared(one.site.path)]
        for effects in (published, subscribed)
    ]
    both = set.intersection(*({_channel(one) for one in effects} for effects in plain))
    return {one for effects in plain for one in effects if _channel(one) in {"", *both} or one.get("exchange")}


def _class_like(effect: Effect) -> str:
    """The name of a topic that may be the name of a class (``nameof(OrderPaid)``)."""
    name = _channel(effect)
    return name if _CLASS.fullmatch(name) else ""


def _channel(effect: Effect) -> str:
    texts = (effect.get(name) for name in ("key", "channel", "queue", "topics"))
    return next((text.text for text in texts if isinstance(text, Value) and text.text), "")


def _name(thing: Thing | None) -> str:
    match thing:
        case Instance(of=ClassOf(name=name)) | ClassOf(name=name) | Known(name) | Made(type=name):
            return name.rpartition(".")[2]
    return ""
