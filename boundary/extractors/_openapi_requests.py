"""What an OpenAPI or Swagger document says that a request must have: parameters, headers, fields of its body.

A field counts where every form of the body that the document allows has it, nobody fills it in (``default``) and it is
the sender's to give (not ``readOnly``). What a reference to another document would bring is not known, so not required.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from boundary.extractors._openapi_tree import follow
from boundary.reading.yaml import Node

_NO_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
"""Headers that OpenAPI 3 expressly does not count as parameters."""

_DEEPEST = 3
_MOST = 1_000
"""Schemas and properties of one body that are looked into; what has more is a document, not a request that code writes
down."""

_ALTOGETHER = 100_000
"""Schemas and properties of all bodies of a document that are looked into."""


class Requests:
    """What the operations of one document ask for."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._left = _ALTOGETHER

    def required(self, item: Node, operation: Node, version: str) -> tuple[str, ...]:
        """``query:author``, ``header:X-Tenant``, ``body:sku`` and ``body:customer.email`` (where there is a customer),
        each without which a call is refused; an operation's own parameters win over the path's."""
        found: dict[tuple[str, str], bool] = {}
        bodies = [operation.get("requestBody")]
        for written in (*item.get("parameters").items, *operation.get("parameters").items):
            parameter = follow(self._root, written)
            where, name = parameter.get("in").string, parameter.get("name").string
            ignored = where == "header" and name.lower() in _NO_PARAMETERS and not version.startswith("2")
            if where in ("query", "header") and name and not ignored:
                found[where, name] = parameter.get("required").flag
            elif where == "formData" and name and parameter.get("type").string != "file":
                found["body", name] = parameter.get("required").flag and not parameter.get("default")
            elif where == "body":
                bodies.append(parameter)
        for name in self._of_bodies(bodies):
            found["body", name] = True
        return tuple(f"{where}:{name}" for (where, name), needed in sorted(found.items()) if needed)

    def _of_bodies(self, written: Iterable[Node]) -> Iterator[str]:
        for one in written:
            body = follow(self._root, one)
            reader = _Reader(self._root, min(_MOST, self._left))
            content = [media.get("schema") for _, media in body.get("content").pairs] or [body.get("schema")]
            needed = set.intersection(*(reader.fields(schema, 0) for schema in content))
            self._left -= reader.looked
            yield from sorted(needed if reader.looked <= reader.most else ())


class _Reader:
    """Reads the schemas of one body. One that looks into more than it may knows nothing of the body for sure: what is
    not looked into could fill in a field."""

    def __init__(self, root: Node, most: int) -> None:
        self.root = root
        self.most = most
        self.looked = 0

    def _may(self, many: int = 1) -> bool:
        self.looked += many
        return self.looked <= self.most

    def fields(self, written: Node, depth: int) -> set[str]:
        """The paths of required fields; one below another counts where that one is given."""
        schema = follow(self.root, written)
        if depth > _DEEPEST or not self._may() or schema.kind != "mapping":
            return set()
        given = dict(self._properties(schema, depth))
        found = {name for name in schema.get("required").strings if not _is_filled(given.get(name))}
        for name, inner in given.items():
            below = self.fields(inner.get("items") if inner.get("items") else inner, depth + 1)
            found |= {f"{name}.{path}" for path in below}
        for part in schema.get("allOf").items:
            found |= {name for name in self.fields(part, depth + 1) if not _is_filled(given.get(name))}
        for word in ("oneOf", "anyOf"):
            choices = [self.fields(part, depth + 1) for part in schema.get(word).items]
            found |= set.intersection(*choices) if choices else set()
        return found

    def _properties(self, schema: Node, depth: int) -> Iterator[tuple[str, Node]]:
        """The properties of a schema and of what it is put together from, references followed."""
        for part in schema.get("allOf").items if depth < _DEEPEST else ():
            if not self._may():
                return
            yield from self._properties(follow(self.root, part), depth + 1)
        properties = schema.get("properties").pairs
        for key, written in properties if self._may(len(properties)) else ():
            yield key.text, follow(self.root, written)


def _is_filled(declared: Node | None) -> bool:
    """Whether somebody else gives a field its value."""
    return declared is not None and bool(declared.get("readOnly").flag or declared.get("default"))
