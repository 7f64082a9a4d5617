"""A schema put together from its files, and who reaches what in it: from the fields of the root types down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from boundary.contracts.graphql.declared import Directive, Part, Ref, Type
from boundary.contracts.graphql.parse import Document, merged

Step = tuple[str, str]
"""An operation (``QUERY orders``) and a direction (``request`` or ``response``)."""

_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


class Schema:
    """Types and directives by name, ``roots`` by operation; of two definitions of one directive the first counts."""

    def __init__(self, documents: Iterable[Document]) -> None:
        read = list(documents)
        self.types: dict[str, Type] = merged([one for document in read for one in document.types])
        self.directives: dict[str, Directive] = {}
        self._known: dict[str, list[tuple[str, bool, str]]] = {}
        named: dict[str, str] = {}
        for document in read:
            named |= document.roots
            for directive in document.directives:
                self.directives.setdefault(directive.name, directive)
        usual = {} if any("query" in document.roots for document in read) else _ROOTS
        self.roots = {kind: name for kind, name in {**usual, **named}.items() if name in self.types}

    @cached_property
    def reached(self) -> dict[str, dict[Step, str]]:
        """For each type the operations that reach it, and where its values first stand (``$.items[]``)."""
        found: dict[str, dict[Step, str]] = {}
        for kind, root in self.roots.items():
            for field in self.types[root].parts:
                operation = f"{kind.upper()} {field.name}"
                found.setdefault(root, {}).setdefault((operation, "response"), "")
                for name, direction, at in self._spread(_starts(field)):
                    found.setdefault(name, {}).setdefault((operation, direction), at)
        return found

    @cached_property
    def implementers(self) -> dict[str, list[str]]:
        """The types that implement each interface."""
        found: dict[str, list[str]] = {}
        for one in self.types.values():
            for name in one.names if one.kind in ("object", "interface") else ():
                found.setdefault(name, []).append(one.name)
        return found

    def used(self, name: str, direction: str) -> bool:
        """Whether values of a type are sent (``request``) or answered (``response``). Parts of a larger schema,
        which have no root types, may be used in both ways."""
        return not self.roots or (name, direction) in self._used

    @cached_property
    def _used(self) -> frozenset[tuple[str, str]]:
        starts = [step for root in self.roots.values() for field in self.types[root].parts for step in _starts(field)]
        return frozenset((name, direction) for name, direction, _ in self._spread(starts))

    def _spread(self, starts: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
        """Types with the direction of their values and where these stand, each once, the nearest first."""
        ahead = list(starts)
        seen = {(name, direction) for name, direction, _ in ahead}
        for name, direction, at in ahead:
            yield name, direction, at
            for inner, sent, step in self._steps(name):
                key = (inner, "request" if sent else direction)
                if key not in seen:
                    seen.add(key)
                    ahead.append((*key, at + step))

    def _steps(self, name: str) -> list[tuple[str, bool, str]]:
        """From a type to those that it refers to: whether they are sent whatever it is, and where they stand in it."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = list(self._next(name))
        return found

    def _next(self, name: str) -> Iterator[tuple[str, bool, str]]:
        known = self.types.get(name)
        if known is None:
            return
        for part in known.parts if known.kind != "enum" else ():
            yield part.type.name, False, listed(f".{part.name}", part.type)
            yield from ((one.type.name, True, f".{part.name}({one.name})") for one in part.arguments)
        others = known.names if known.kind == "union" else (*self.implementers.get(name, ()), *known.names)
        yield from ((other, False, "") for other in others)


def _starts(field: Part) -> list[tuple[str, str, str]]:
    """The types of a root's field: what it answers, and what it is sent."""
    sent = [(one.type.name, "request", listed(f"$.{one.name}", one.type)) for one in field.arguments]
    return [(field.type.name, "response", listed("$", field.type)), *sent]


def listed(at: str, kind: Ref) -> str:
    """Where the values of a type stand: those of lists have brackets."""
    return at + "[]" * kind.wraps.count("[")


def replaces(new: Ref, old: Ref) -> bool:
    """Whether every value of the one type is a value of the other: it may be surer not to be null."""
    one, two = new.wraps, old.wraps
    while one or two:
        if one[:1] == two[:1]:
            one, two = one[1:], two[1:]
        elif one.startswith("!"):
            one = one[1:]
        else:
            return False
    return new.name == old.name
