"""GraphQL: what services offer by their schemas, and what clients ask them for.

A client is made in one place and asks in many, by documents (effect ``document`` with its ``text``) or by the ``query``
of a request. A document is asked of the service whose endpoint the program calls; of several, of that whose schema has
the field.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from boundary.facts import Contract, ContractOperation, Query
from boundary.model import Edge, Evidence, FieldUse, Location, Operation, Value
from boundary.reading.queries import Asked, asked
from boundary.resolve.code.things import Effect, Pairs, Thing
from boundary.resolve.context import Context, at

_ENDPOINT = re.compile(r"/|.*/(?:graph-?i?ql|gql|query)", re.IGNORECASE)


def operations(context: Context) -> Iterator[tuple[str, Operation]]:
    """The fields of the root types of GraphQL schemas, offered by the one service whose file that is."""
    for file in context.files:
        kind = next((fact.kind for fact in file.facts if isinstance(fact, Contract)), "")
        owners = context.land.services_of(file.path) if kind == "graphql" and not file.mark else ()
        for fact in file.facts if len(owners) == 1 else ():
            if isinstance(fact, ContractOperation):
                place = Location(file.path, fact.line, fact.column)
                yield owners[0], Operation(fact.method, fact.path, place, "contract")


def offered(context: Context) -> dict[str, set[str]]:
    """Service id → the names of what its schema offers."""
    found: dict[str, set[str]] = defaultdict(set)
    for service, operation in operations(context):
        found[service].add(operation.name)
    return found


def is_endpoint(method: str, path: str | None) -> bool:
    """Whether a request is one to the endpoint of a schema, by the names that such endpoints have."""
    return method in ("POST", "GET", "*") and path is not None and _ENDPOINT.fullmatch(path) is not None


def resolve(context: Context) -> None:
    """Add an edge for each field that is asked of a service with a schema."""
    schemas = offered(context)
    reached: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in context.found.edges:
        if edge.kind == "http" and edge.target in schemas:
            method, _, path = edge.detail.partition(" ")
            if is_endpoint(method, path):
                reached[edge.source].setdefault(edge.target, edge)
    for effect, text in _documents(context) if reached else ():
        variables = effect.body.get("variables") if isinstance(effect.body, Pairs) else None
        for service in context.actors(effect):
            for one in asked(text):
                _ask(context, _Question(one, at(effect.site), variables), service.id, reached[service.id], schemas)
    for file in context.files if reached else ():
        texts = [fact for fact in file.facts if isinstance(fact, Query)] if file.mark in ("", "generated") else []
        for fact in texts:
            for identity in context.land.services_of(file.path):
                for one in asked(fact.text):
                    question = _Question(one, Location(file.path, fact.line), None)
                    _ask(context, question, identity, reached[identity], schemas)


class _Question(NamedTuple):
    """What is asked at a place, with the variables where they stand beside it."""

    asked: Asked
    place: Location
    variables: Thing | None

    def fields(self) -> Iterator[FieldUse]:
        """What is read of the answer, and what is given as arguments."""
        yield from (FieldUse(path, self.place) for path in sorted(self.asked.fields))
        for path, variable in self.asked.given:
            value = self.variables.get(variable) if variable and isinstance(self.variables, Pairs) else None
            yield FieldUse(path, self.place, "request", whole=bool(variable) and not isinstance(value, Pairs))
            for key, _ in value.entries if isinstance(value, Pairs) else ():
                text = key.text if isinstance(key, Value) else None
                yield FieldUse(f"{path}.{text}" if text else path, self.place, "request", whole=True)


def _documents(context: Context) -> Iterator[tuple[Effect, str]]:
    """The documents of the program, each once for its place."""
    told: dict[tuple[object, str], Effect] = {}
    for effect in context.effects.get("document", ()):
        told.setdefault((effect.site.path, _text(effect.get("text"))), effect)
    for effect in context.effects.get("http", ()):
        sent = effect.body.get("query") if isinstance(effect.body, Pairs) else effect.get("query")
        told.setdefault((effect.site.path, _text(sent)), effect)
    yield from ((effect, text) for (_, text), effect in told.items() if text)


def _text(thing: Thing | None) -> str:
    """A document; what is put into it is no part of its fields."""
    if not isinstance(thing, Value):
        return ""
    return "".join(part if isinstance(part, str) else " " for part in thing.parts)


def _ask(
    context: Context, question: _Question, service: str, near: dict[str, Edge], schemas: dict[str, set[str]]
) -> None:
    one, place = question.asked, question.place
    having = [target for target in near if one.operation in schemas[target]]
    target = having[0] if len(having) == 1 else next(iter(near)) if len(near) == 1 else None
    if target is None:
        return
    names = context.land.service(service).name, context.land.service(target).name
    what = Evidence(place, f"{names[0]} asks {names[1]} for {one.operation}")
    context.found.edges.append(
        Edge(
            service,
            target,
            "graphql",
            (what, *near[target].evidence),
            operations=(one.operation,),
            traits=frozenset() if having else frozenset({"dangling"}),
            detail=one.operation,
            fields=tuple(question.fields()),
        )
    )
