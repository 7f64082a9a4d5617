"""HTTP clients that a container of dependencies hands out: the address that they were registered with.

``AddHttpClient<Catalog>(c => c.BaseAddress = …)`` registers the client that the class gets, and
``AddHttpClient("catalog", c => …)`` one that a factory makes by its name. The rows tell both as ``http-client``
effects: ``class`` and ``made`` (an interface and what implements it), ``client`` (the name) and ``base``.

Source: https://learn.microsoft.com/dotnet/core/extensions/httpclient-factory , "Named clients", "Typed clients".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.things import ClassOf, Effect, Instance, Made

KIND = "http-client"


def addressed(evaluator: Evaluator, requests: Sequence[Effect], registered: Sequence[Effect]) -> Iterator[Effect]:
    """The requests, each with the base address of its client; one that is registered twice counts for both."""
    typed: dict[ClassOf, list[Value]] = defaultdict(list)
    named: dict[str, list[tuple[Effect, Value]]] = defaultdict(list)
    for effect in registered:
        base, name = effect.get("base"), effect.get("client")
        if not isinstance(base, Value):
            continue
        for thing in (effect.get("class"), effect.get("made")):
            cls = thing.of if isinstance(thing, Instance) else thing
            if isinstance(cls, ClassOf):
                typed[cls].append(base)
        if isinstance(name, Value) and name.text:
            named[name.text].append((effect, base))
    for request in requests:
        bases = [] if _told(request) else _bases(evaluator, request, typed, named)
        for base in dict.fromkeys(bases):
            yield replace(request, values=(*(pair for pair in request.values if pair[0] != "base"), ("base", base)))
        if not bases:
            yield request


def _told(request: Effect) -> bool:
    """Whether a request says by itself where it goes."""
    base, url = request.get("base"), request.get("url")
    return (isinstance(base, Value) and bool(base.parts)) or (isinstance(url, Value) and "://" in str(url)[:12])


def _bases(
    evaluator: Evaluator,
    request: Effect,
    typed: dict[ClassOf, list[Value]],
    named: dict[str, list[tuple[Effect, Value]]],
) -> list[Value]:
    client = request.receiver.field("client") if isinstance(request.receiver, Made) else None
    if isinstance(client, Value) and client.text:
        related = evaluator.program.related
        return [base for at, base in named.get(client.text, ()) if related(request.site.path, at.site.path)]
    cls = _class_at(evaluator, request)
    if cls is None:
        return []
    own = typed.get(cls, [])
    return own or [base for one in members.ancestry(evaluator, cls)[1:] for base in typed.get(one, ())]


def _class_at(evaluator: Evaluator, request: Effect) -> ClassOf | None:
    """The innermost class that a request stands in."""
    file, line = evaluator.program.files[request.site.path], request.site.line
    around = [
        (fact.line, name) for name, fact in file.classes.items() if fact.line <= line <= max(fact.end_line, fact.line)
    ]
    return ClassOf(file.path, max(around)[1]) if around else None
