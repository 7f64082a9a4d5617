"""Spring Data REST: repositories that are served without a controller.

The repository of ``Item`` is served at ``/items``, or at the ``path`` of ``@RepositoryRestResource``, with all that is
below: items, their properties, searches. Spring Data REST reference, "Repository resources".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Apply, Class, Expr, Item, Listing, Member, Ref, Text
from boundary.model import Hole, Location, Operation, Value
from boundary.resolve import paths
from boundary.resolve.code import members
from boundary.resolve.code.things import ClassOf
from boundary.resolve.context import Context

LIBRARIES = ("spring-boot-starter-data-rest", "spring-data-rest-webmvc", "spring-data-rest-core")
_REPOSITORY = re.compile(r"org\.springframework\.data\.[\w.]*Repository")
_ANNOTATIONS = ("RepositoryRestResource", "RestResource")
_IRREGULAR = {"person": "people", "man": "men", "woman": "women", "child": "children", "mouse": "mice"}


def operations(context: Context) -> Iterator[tuple[str, Operation]]:
    """The operations of all repositories that are served, with the services that serve them."""
    serving = {one.id for one in context.land.services if context.roles.has(one.id, LIBRARIES)}
    for path, file in context.program.files.items() if serving else ():
        owners = serving.intersection(context.land.services_of(path))
        for name, fact in file.classes.items() if owners else ():
            if fact.kind == "interface" and _is_repository(context, path, name):
                for service in sorted(owners):
                    base = _base(context, service)
                    yield from ((service, one) for one in _served(path, fact, base))


def _is_repository(context: Context, path: str, name: str) -> bool:
    return any(map(_REPOSITORY.fullmatch, members.outside_bases(context.evaluator, ClassOf(path, name))))


def _base(context: Context, service: str) -> str:
    filled = context.filler.fill(Value((Hole("config", "spring.data.rest.base-path"),)), service)[0]
    text = filled.value.text if filled.evidence else ""
    return f"/{text.strip('/')}" if text and text.strip("/") else ""


def _served(path: str, fact: Class, base: str) -> Iterator[Operation]:
    told = _told(fact.decorators)
    entity = _entity(fact)
    if told is None or not entity:
        return
    root = f"{base}/{told or plural(entity[:1].lower() + entity[1:])}"
    yield Operation("*", root, Location(path, fact.line), "code", paths.is_internal(root), below=True)


def _told(decorators: tuple[Expr, ...]) -> str | None:
    """The path that an annotation gives, "" where none does; None where it says that nothing is served."""
    for one in decorators:
        if isinstance(one, Apply) and _last(one.callee) in _ANNOTATIONS:
            given = {name: value.text for name, value in one.keywords if isinstance(value, Text)}
            if given.get("exported") == "false":
                return None
            return given.get("path", "").strip("/")
    return ""


def _entity(fact: Class) -> str:
    """What a repository holds: its first type argument."""
    for base in fact.bases:
        if isinstance(base, Item) and isinstance(base.key, Listing) and base.key.items:
            return _last(base.key.items[0])
    return ""


def _last(expression: Expr) -> str:
    return expression.name if isinstance(expression, Ref | Member) else ""


def plural(word: str) -> str:
    """The plural of an English word, as the library makes it."""
    if word.lower() in _IRREGULAR:
        return _IRREGULAR[word.lower()]
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(?:s|x|z|ch|sh)$", word) else f"{word}s"
