"""The normal form: for each JSON type the alternatives that a value may follow, each a conjunction of constraints.

A ``Conjunction`` is a set of schemas that hold together, looked into only when somebody asks; a ``Shape`` is one
alternative for one type; a ``Form`` has the shapes of all types. Every constraint keeps the schema that wrote it.
"""

from __future__ import annotations

import copy
from fractions import Fraction
from math import lcm
from typing import Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas.values import Kind, canonical


class Conjunction:
    """Schemas that hold together. Those with the same schemas are one object for a side: equality is identity.

    ``home`` is the place that stands for the whole; ``refused`` says that one of the schemas allows nothing at all.
    ``form`` and ``examples`` are filled when they are first asked for.
    """

    __slots__ = ("examples", "form", "home", "nodes", "refused", "serial")

    def __init__(self, nodes: tuple[Node, ...], home: Node, serial: int, refused: bool) -> None:
        self.nodes = nodes
        self.home = home
        self.serial = serial
        self.refused = refused
        self.form: Form | None = None
        self.examples: list[Any] | None = None


class Limit:
    """A least or greatest number; ``strict`` when the number itself is refused, ``keyword`` as it is written."""

    __slots__ = ("keyword", "node", "strict", "value")

    def __init__(self, value: int | Fraction, node: Node, keyword: str, strict: bool = False) -> None:
        self.value = value
        self.node = node
        self.keyword = keyword
        self.strict = strict


class Condition:
    """``if`` with what follows from it; ``no`` is what follows from the contrary. ``keyword`` as it is written."""

    __slots__ = ("keyword", "no", "node", "when", "yes")

    def __init__(self, keyword: str, node: Node, when: Node, yes: Node | None, no: Node | None) -> None:
        self.keyword = keyword
        self.node = node
        self.when = when
        self.yes = yes
        self.no = no


class Contains:
    """How many members of an array follow a schema, at least and at most."""

    __slots__ = ("least", "most", "node", "schema")

    def __init__(self, schema: Conjunction, node: Node, least: int, most: int | None) -> None:
        self.schema = schema
        self.node = node
        self.least = least
        self.most = most


class Shape:
    """One alternative for values of one type; treated as immutable once it is built.

    ``rest`` and ``extra`` are the schemas of items and properties that no other keyword describes, None where anything
    goes; ``hidden`` are properties that are not part of messages of this direction. ``label`` and ``wire`` name an
    alternative: the component that it is, and the discriminator's property with its values.
    """

    __slots__ = (
        "branch", "closer", "conditions", "contains", "excluded", "extra", "formats", "hidden", "home", "integer",
        "label", "limits", "multiples", "names", "nots", "opaque", "patterned", "patterns", "prefix", "properties",
        "required", "rest", "unique", "valued", "values", "via", "wire",
    )  # fmt: skip

    def __init__(self, home: Node) -> None:
        self.home = home
        self.values: dict[Any, Any] | None = None
        self.valued: Node | None = None
        self.excluded: dict[Any, Node] = {}
        self.limits: dict[str, Limit] = {}
        self.integer: Node | None = None
        self.multiples: dict[int | Fraction, Node] = {}
        self.patterns: dict[str, Node] = {}
        self.formats: dict[str, Node] = {}
        self.unique: Node | None = None
        self.prefix: tuple[Conjunction, ...] = ()
        self.rest: Conjunction | None = None
        self.contains: tuple[Contains, ...] = ()
        self.properties: dict[str, Conjunction] = {}
        self.required: dict[str, Node] = {}
        self.hidden: dict[str, Node] = {}
        self.patterned: dict[str, Conjunction] = {}
        self.extra: Conjunction | None = None
        self.closer: tuple[str, Node] | None = None
        self.names: Conjunction | None = None
        self.conditions: dict[int, Condition] = {}
        self.nots: dict[int, tuple[Conjunction, Node]] = {}
        self.opaque: dict[int, tuple[str, Node]] = {}
        self.label = ""
        self.wire: tuple[str, frozenset[str]] | None = None
        self.via: str = ""
        self.branch: Node | None = None

    def copy(self) -> Shape:
        """Another shape with the same constraints, to be built upon."""
        return copy.copy(self)

    @property
    def free(self) -> bool:
        """Whether nothing is said at all."""
        return not (
            self.values is not None or self.excluded or self.limits or self.integer or self.multiples or self.patterns
            or self.formats or self.unique or self.prefix or self.rest or self.contains or self.properties
            or self.required or self.hidden or self.patterned or self.extra or self.names or self.conditions
            or self.nots or self.opaque
        )  # fmt: skip

    def limit(self, name: str, found: Limit) -> None:
        """Take a limit in, if it is closer than the one that holds."""
        known = self.limits.get(name)
        if known is None or _closer(name, found, known):
            self.limits = {**self.limits, name: found}


def _closer(name: str, one: Limit, other: Limit) -> bool:
    if one.value == other.value:
        return one.strict and not other.strict
    return (one.value > other.value) == name.startswith("min")


Form = dict[Kind, tuple[Shape, ...]]
"""The alternatives of each type; a type that is missing is refused."""


def multiple_of_all(shape: Shape) -> int | Fraction | None:
    """The least number whose multiples the numbers of a shape are; None when there is none."""
    steps = [Fraction(step) for step in shape.multiples]
    if shape.integer is not None:
        steps.append(Fraction(1))
    if not steps:
        return None
    shared = lcm(*(step.denominator for step in steps))
    whole = Fraction(lcm(*(int(step * shared) for step in steps)), shared)
    return int(whole) if whole.denominator == 1 else whole


def take_values(shape: Shape, values: list[Any], node: Node) -> None:
    """Allow these values only."""
    fresh = {canonical(value): value for value in values}
    if shape.values is not None:
        fresh = {key: value for key, value in shape.values.items() if key in fresh}
    shape.values, shape.valued = fresh, shape.valued or node


def all_listed(shape: Shape, kind: Kind) -> bool:
    """Whether the values that a shape lists are all that there are: null, or both flags."""
    return shape.values is not None and len(shape.values) == {"null": 1, "boolean": 2}.get(kind)
