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

from boundary.facts import Member, Ref
from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.things import ClassOf, Effect, Instance, Made, Site

KIND = "http-client"
_CLIENT = "HttpClient"


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
    sites = [request.site, *reversed(request.chain)] if _handed(evaluator, request.site) else [request.site]
    for site in sites:
        cls = _class_at(evaluator, site)
        found = typed.get(cls, []) if cls is not None else []
        for one in members.ancestry(evaluator, cls)[1:] if cls is not None and not found else ():
            found = [*found, *typed.get(one, ())]
        if found:
            return found
    return []


def _handed(evaluator: Evaluator, site: Site) -> bool:
    """Whether a request stands in a function that is handed the client, as an extension of it is."""
    around = [
        fact
        for fact in evaluator.program.files[site.path].functions.values()
        if fact.line <= site.line <= max(fact.end_line, fact.line)
    ]
    inner = max(around, key=lambda fact: fact.line, default=None)
    kinds = (one.annotation for one in inner.parameters) if inner is not None else ()
    return any(isinstance(kind, Ref | Member) and kind.name == _CLIENT for kind in kinds)


def _class_at(evaluator: Evaluator, site: Site) -> ClassOf | None:
    """The innermost class that a place is in."""
    file, line = evaluator.program.files[site.path], site.line
    around = [
        (fact.line, name) for name, fact in file.classes.items() if fact.line <= line <= max(fact.end_line, fact.line)
    ]
    return ClassOf(file.path, max(around)[1]) if around else None
