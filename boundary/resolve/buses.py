"""Buses on which the class of an event is its channel: who makes an event that others subscribe to publishes it.

A bus of a team's own takes the event through helpers, an outbox and a log before it is sent, where only its base class
is known. What tells the two ends is the class: its name at who subscribes (``AddSubscription<OrderPaid, …>()``) and at
who makes it (``new OrderPaid(…)``). Rows tell the first as ``subscribe`` effects with an ``event``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from boundary.facts import Apply, Member, Ref
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, Effect, Instance, Known, Made, Site, Thing


def published(evaluator: Evaluator, subscribed: Iterable[Effect]) -> Iterator[Effect]:
    """A ``publish`` effect for each place where an event is made that somebody subscribes to by its class."""
    wanted = {name for effect in subscribed if (name := _name(effect.get("event")))}
    for _, file in sorted(evaluator.program.files.items()):
        if wanted and file.language.implicit:
            for scope, line, call in _calls(file, wanted):
                thing = evaluator.quiet(call.callee, Frame(file, scope, line=line))
                if isinstance(thing, ClassOf | Known) and _name(thing):
                    site = Site(file.path, call.line or line, call.column or 1)
                    yield Effect("publish", site, (("event", thing),), call=f"new {_name(thing)}")


def _name(thing: Thing | None) -> str:
    match thing:
        case Instance(of=ClassOf(name=name)) | ClassOf(name=name) | Known(name) | Made(type=name):
            return name.rpartition(".")[2]
    return ""


def _calls(file: CodeFile, wanted: set[str]) -> Iterator[tuple[str, int, Apply]]:
    """The calls of wanted names in a file: what is made there."""
    groups = (file.assigns, file.returns, file.evaluates)
    for scope, fact in [(scope, fact) for group in groups for scope, facts in group.items() for fact in facts]:
        waiting: list[object] = [fact.value]
        while waiting:
            part = waiting.pop()
            if isinstance(part, tuple):
                waiting += part
            elif isinstance(part, msgspec.Struct):
                if isinstance(part, Apply) and isinstance(part.callee, Ref | Member) and part.callee.name in wanted:
                    yield scope, fact.line, part
                waiting += [getattr(part, name) for name in part.__struct_fields__]
