"""One side of a comparison: its schemas in normal form, each looked at once."""

from __future__ import annotations

from typing import Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas import applicators
from boundary.contracts.schemas.dialects import Dialect
from boundary.contracts.schemas.dynamic import Anchors
from boundary.contracts.schemas.keywords import shapes_of
from boundary.contracts.schemas.meet import everything, meet, opaque
from boundary.contracts.schemas.reason import Direction
from boundary.contracts.schemas.shape import Conjunction, Form, Shape
from boundary.contracts.schemas.values import KINDS

DEEPEST = 120
"""Applicators within one another that are looked into; what lies deeper is compared as it is written."""

_TRIALS = 150_000
"""Schemas that the values of one side, witnesses above all, may be tried on; one takes some microseconds."""

_WORDS = frozenset((
    "$comment", "default", "deprecated", "description", "example", "examples", "externalDocs", "summary", "title",
    "xml", "readOnly", "writeOnly", "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs", "definitions",
))  # fmt: skip


class Side:
    """The schemas of one version, seen by who sends the values (``direction``).

    ``spare`` is how many more schemas may be tried on the value that is being judged, ``left`` how many on all.
    """

    def __init__(self, dialect: Dialect, direction: Direction) -> None:
        self.dialect = dialect
        self.direction = direction
        self._unsent = "readOnly" if direction == "request" else "writeOnly"
        self._conjunctions: dict[frozenset[Any], Conjunction] = {}
        self._forms: dict[int, Form] = {}
        self._own: dict[int, Form] = {}
        self._parts: dict[int, applicators.Parts] = {}
        self._open: set[int] = set()
        self.spare = 0
        self.left = _TRIALS
        self._made: dict[tuple[int, str], Node] = {}
        self._anchors = Anchors()

    # --- conjunctions ---------------------------------------------------------------------------------------

    def conjunction(self, nodes: tuple[Node, ...], home: Node) -> Conjunction:
        """These schemas together, as one object however often they are asked for."""
        found: dict[Any, Node] = {}
        for node in nodes:
            node = self.bare(node)  # noqa: PLW2901
            if impossible(node):
                found["false"] = node
            elif isinstance(node.value, dict) and not _WORDS.issuperset(node.value):
                found[id(node.value)] = node
        key = frozenset(found)
        known = self._conjunctions.get(key)
        if known is None:
            first = next(iter(found.values()), self.bare(home))
            known = self._conjunctions[key] = Conjunction(
                tuple(found.values()), first, len(self._conjunctions), "false" in found
            )
        return known

    def told(self, node: Node) -> Conjunction | None:
        """The conjunction of one schema; None when it allows everything."""
        found = self.conjunction((node,), node)
        return found if found.nodes else None

    def both(self, one: Conjunction | None, other: Conjunction | None, home: Node) -> Conjunction:
        """Two conjunctions together; None is one that allows everything."""
        if one is None or other is None:
            return one or other or self.conjunction((), home)
        return one if one is other else self.conjunction((*one.nodes, *other.nodes), one.home)

    def either(self, one: Conjunction | None, other: Conjunction | None) -> Conjunction | None:
        """As ``both``, and None where neither says anything."""
        return None if one is None and other is None else self.both(one, other, (one or other).home)  # type: ignore[union-attr]

    def bare(self, node: Node) -> Node:
        """What a schema refers to, if it does nothing else."""
        for _ in range(DEEPEST):
            target = self.target(node)
            if target is None or (self.dialect.siblings and not _WORDS.issuperset(set(node.value) - _REFERENCES)):
                return node
            node = target
        return node.resolved()

    def target(self, node: Node) -> Node | None:
        """One step along a reference; None when there is none."""
        if (found := node.target()) is not None:
            return self._anchors.entered(node, found)
        value = node.value
        if isinstance(value, dict):
            for keyword in ("$dynamicRef", "$recursiveRef"):
                if isinstance(reference := value.get(keyword), str):
                    return self._anchors.led(node, reference)
        return None

    def made(self, node: Node, key: str, value: Any) -> Node:
        """A schema that stands nowhere, and is the same one each time."""
        known = self._made.get((id(node.value), key))
        if known is None:
            known = self._made[id(node.value), key] = Node(value, node.source, node, key)
        return known

    # --- forms ----------------------------------------------------------------------------------------------

    def form(self, conjunction: Conjunction) -> Form:
        """The normal form of a conjunction."""
        if conjunction.form is None:
            found = everything(conjunction.home)
            for node in conjunction.nodes:
                found = meet(self, found, self.one(node), node)
            conjunction.form = _shown(found)
        return conjunction.form

    def one(self, node: Node) -> Form:
        """The normal form of one schema. One that contains itself, with nothing between, says nothing by that."""
        value = node.value
        if value is False:
            return {}
        if not isinstance(value, dict) or not value:
            return everything(node)
        key = id(value)
        if key in self._forms:
            return self._forms[key]
        if key in self._open:
            return everything(node)
        if len(self._open) > DEEPEST:
            return {kind: (opaque(Shape(node), "allOf", node),) for kind in KINDS}
        self._open.add(key)
        try:
            found = self._built(node)
        finally:
            self._open.discard(key)
        self._forms[key] = found
        return found

    def parts(self, node: Node) -> applicators.Parts:
        """The applicators of a schema object."""
        key = id(node.value)
        if key not in self._parts:
            self._parts[key] = applicators.Parts(self, node)
        return self._parts[key]

    def own(self, node: Node) -> Form:
        """The form that a schema's keywords give without references and applicators."""
        key = id(node.value)
        if key not in self._own:
            self._own[key] = shapes_of(self, node)
        return self._own[key]

    def _built(self, node: Node) -> Form:
        target = self.target(node)
        if target is not None and not self.dialect.siblings:
            return self.one(target)
        found = applicators.applied(self, node, self.own(node))
        if target is not None:
            found = meet(self, found, self.one(target), node)
        return applicators.closed(self, node, applicators.or_null(self, node, found))

    def hides(self, node: Node) -> bool:
        """Whether a property is no part of messages of this direction: read only, or written only."""
        return self.flagged(node, self._unsent)

    def flagged(self, node: Node, flag: str, depth: int = 0) -> bool:
        """Whether a schema, what it refers to or one of its parts says ``flag: true``."""
        value = node.value
        if not isinstance(value, dict) or depth > 8:
            return False
        if value.get(flag) is True:
            return True
        target = self.target(node)
        if target is not None and self.flagged(target, flag, depth + 1):
            return True
        parts = node.child("allOf")
        return parts is not None and any(self.flagged(part, flag, depth + 1) for _, part in parts.items())


def impossible(node: Node) -> bool:
    """Whether a schema is a way to write that nothing is allowed."""
    value = node.value
    if isinstance(value, dict) and "not" in value and _WORDS.issuperset(value.keys() - {"not"}):
        return value["not"] is True or value["not"] == {}
    return value is False


_REFERENCES = frozenset(("$ref", "$dynamicRef", "$recursiveRef"))


def _shown(form: Form) -> Form:
    """The form without hidden properties that another part requires."""
    objects = form.get("object", ())
    if not any(shape.hidden for shape in objects):
        return form
    shown = []
    for shape in objects:
        less = shape.copy()
        less.required = {name: node for name, node in shape.required.items() if name not in shape.hidden}
        less.properties = {name: schema for name, schema in shape.properties.items() if name not in shape.hidden}
        shown.append(less)
    return {**form, "object": tuple(shown)}
