"""Messages of functions that Spring Cloud Stream connects to channels by their names.

``loaded-in-0`` is what the bean ``loaded`` takes and ``loaded-out-0`` what it gives, and the settings say to which
destination each is bound. Source: Spring Cloud Stream, "Functional binding names" and "Functional Composition".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from boundary.facts import Apply, Text
from boundary.model import Evidence, Hole, Value
from boundary.resolve.code.injection import last
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context

_STREAM = "spring.cloud.stream"
_WAYS: tuple[tuple[str, Literal["publish", "subscribe"]], ...] = (("in", "subscribe"), ("out", "publish"))
_NAMING = frozenset({"Component", "Service", "Configuration", "Named"})
"""Annotations of classes that may say what their bean is called."""
_NUMBERS = 3
"""Inputs of a function of several; Kafka's streams join two or three."""


class Bound(NamedTuple):
    """An effect ``publish`` or ``subscribe`` of one service, and what tells the channel."""

    effect: Effect
    service: str
    evidence: tuple[Evidence, ...]


def bound(context: Context) -> Iterator[Bound]:
    """All that beans are bound to by the settings of their services."""
    for effect in context.effects.get("bean", ()):
        bean = _bean(context, effect)
        for service in context.actors(effect) if bean else ():
            for ending, kind in _WAYS:
                for number in range(_NUMBERS):
                    names = _bindings(context, service.id, bean, f"{ending}-{number}")
                    for value in (one for name in names for one in _set(context, service.id, f"bindings.{name}")):
                        for channel in (value[0]).split(","):
                            told = (("channel", Value.of(channel.strip())),)
                            one = replace(effect, kind=kind, values=told, call=f"{bean}-{ending}-{number}")
                            yield Bound(one, service.id, value[1])


def _bean(context: Context, effect: Effect) -> str:
    """The name of a bean: the annotation's, else the method's, or the class's with a small letter."""
    told = effect.get("name")
    if isinstance(told, Value) and told.text:
        return told.text
    name = effect.subject.rpartition(".")[2]
    cls = context.program.files[effect.site.path].classes.get(effect.subject)
    if cls is None:
        return name
    called = (_given(one) for one in cls.decorators if isinstance(one, Apply) and last(one) in _NAMING)
    return next((one for one in called if one), "") or name[:1].lower() + name[1:]


def _given(annotation: Apply) -> str:
    """The one text that an annotation is given."""
    texts = (*annotation.args, *(value for _, value in annotation.keywords))
    return next((one.text for one in texts if isinstance(one, Text)), "")


def _bindings(context: Context, service: str, bean: str, way: str) -> Iterator[str]:
    """The bindings of a bean: its own, the one of a chain that begins or ends with it, and what either is called."""
    called = [bean]
    for key in ("spring.cloud.function.definition", f"{_STREAM}.function.definition"):
        for filled in context.filler.fill(Value((Hole("config", key),)), service):
            chains = [one.strip().split("|") for one in (filled.value.text or "").split(";") if "|" in one]
            called += ["".join(one) for one in chains if one[0 if way.startswith("in") else -1] == bean]
    for name in dict.fromkeys(called):
        renamed = [text for text, _ in _set(context, service, f"function.bindings.{name}-{way}", "")]
        yield from renamed or [f"{name}-{way}"]


def _set(
    context: Context, service: str, key: str, ending: str = ".destination"
) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """What a setting of the framework says for a service."""
    for filled in context.filler.fill(Value((Hole("config", f"{_STREAM}.{key}{ending}"),)), service):
        if filled.value.text:
            yield filled.value.text, filled.evidence
