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
                for name, direction, at in self._below(field):
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
        if not self.roots:
            return True
        return any(of == direction for _, of in self.reached.get(name, ()))

    def _below(self, field: Part) -> Iterator[tuple[str, str, str]]:
        start = (field.type.name, "response", listed("$", field.type))
        ahead = [start, *((one.type.name, "request", listed(f"$.{one.name}", one.type)) for one in field.arguments)]
        seen = {(name, direction) for name, direction, _ in ahead}
        for step in ahead:
            yield step
            for name, direction, at in self._next(*step):
                if (name, direction) not in seen:
                    seen.add((name, direction))
                    ahead.append((name, direction, at))

    def _next(self, name: str, direction: str, at: str) -> Iterator[tuple[str, str, str]]:
        known = self.types.get(name)
        if known is None:
            return
        for part in known.parts if known.kind != "enum" else ():
            inner = f"{at}.{part.name}"
            yield part.type.name, direction, listed(inner, part.type)
            yield from ((one.type.name, "request", f"{inner}({one.name})") for one in part.arguments)
        others = known.names if known.kind == "union" else (*self.implementers.get(name, ()), *known.names)
        yield from ((other, direction, at) for other in others)


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
