"""Applicators of a schema object: what combines, negates and conditions other schemas.

JSON Schema core 2020-12, sections 10 and 11; discriminators: OpenAPI 3.1, section 4.8.25.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas.keywords import excluding
from boundary.contracts.schemas.meet import meet, sound, union
from boundary.contracts.schemas.shape import Condition, Form, Limit, Shape
from boundary.contracts.schemas.values import KINDS, Kind

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side

_WRAPPED = 10
_OPPOSITE = {"min": "max", "max": "min"}


class Parts:
    """The applicators of one schema object, looked up once for all values that are tried."""

    __slots__ = ("any", "conditions", "discriminated", "every", "negated", "one", "some", "target")

    def __init__(self, side: Side, node: Node) -> None:
        self.target = side.target(node)
        self.every = members(node, "allOf")
        self.some = members(node, "anyOf")
        self.one = members(node, "oneOf")
        self.discriminated = "discriminator" in node.value
        self.negated = node.child("not")
        self.conditions = conditions(side, node)
        self.any = bool(self.every or self.some or self.one or self.negated or self.conditions)


def applied(side: Side, node: Node, form: Form) -> Form:
    """A form with the applicators of its schema object put to it."""
    for part in members(node, "allOf"):
        form = meet(side, form, side.one(side.bare(part)), part)
    for keyword in ("anyOf", "oneOf"):
        if branches := members(node, keyword):
            listed = [_labelled(side, node, keyword, branch) for branch in branches]
            form = meet(side, form, union(listed, keyword, node), node)
    negated = node.child("not")
    if negated is not None and isinstance(negated.value, dict | bool):
        form = meet(side, form, contrary(side, side.bare(negated), node), node)
    for condition in conditions(side, node):
        if _always(side, condition.when):
            form = meet(side, form, side.one(side.bare(condition.yes)), condition.yes) if condition.yes else form
        else:
            form = _conditioned(side, form, condition)
    return form


def members(node: Node, keyword: str) -> list[Node]:
    """The schemas that an applicator lists; none when it is not there."""
    listed = node.child(keyword)
    if listed is None or not isinstance(listed.value, list):
        return []
    return [part for _, part in listed.items() if isinstance(part.value, dict | bool)]


def or_null(side: Side, node: Node, form: Form) -> Form:
    """The form that allows null as well, where a keyword says so."""
    if side.dialect.nullable and node.value.get(side.dialect.nullable) is True and "null" not in form:
        return {**form, "null": (Shape(node),)}
    return form


def closed(side: Side, node: Node, form: Form) -> Form:
    """The form with what ``unevaluatedProperties`` and ``unevaluatedItems`` say of all that is not looked at."""
    extra, rest = node.child("unevaluatedProperties"), node.child("unevaluatedItems")
    if extra is not None and isinstance(extra.value, dict | bool) and "object" in form:
        form = {**form, "object": tuple(_closed_object(side, shape, extra, node) for shape in form["object"])}
    if rest is not None and isinstance(rest.value, dict | bool) and "array" in form:
        form = {**form, "array": tuple(_closed_array(side, shape, rest, node) for shape in form["array"])}
    return form


def _closed_object(side: Side, shape: Shape, extra: Node, node: Node) -> Shape:
    if shape.closer is not None:
        return shape
    less = shape.copy()
    less.extra, less.closer = side.told(extra), ("unevaluatedProperties", node)
    return less


def _closed_array(side: Side, shape: Shape, rest: Node, node: Node) -> Shape:
    if shape.rest is not None:
        return shape
    less = shape.copy()
    less.rest = side.told(rest)
    if less.rest is not None and less.rest.refused:
        less.rest = None
        less.limit("maxItems", Limit(len(less.prefix), node, "unevaluatedItems"))
    return less


# --- alternatives -------------------------------------------------------------------------------------------


def _labelled(side: Side, node: Node, keyword: str, branch: Node) -> Form:
    """The form of one alternative, each shape with the name of its component and the values that select it."""
    form = side.one(side.bare(branch))
    label = name_of(branch)
    wire = wires(side, node).get(id(side.bare(branch).value))
    found: Form = {}
    for kind, shapes in form.items():
        marked = []
        for shape in shapes:
            mine = shape.copy()
            mine.label, mine.via, mine.branch = label or shape.label, keyword, branch
            mine.wire = (node.value["discriminator"]["propertyName"], wire) if wire else shape.wire
            marked.append(mine)
        found[kind] = tuple(marked) if label or wire or not shapes[0].free else shapes
    return found


def name_of(branch: Node) -> str:
    """How a branch is called: by the component that it refers to, else by its title, else not at all."""
    reference = branch.reference
    if reference is not None:
        return reference.rsplit("/", 1)[-1].removeprefix("#")
    title = branch.value.get("title") if isinstance(branch.value, dict) else None
    return title if isinstance(title, str) else ""


def wires(side: Side, node: Node) -> dict[int, frozenset[str]]:
    """For each schema that a discriminator selects, by the identity of its value: the values that select it."""
    said = node.value.get("discriminator") if isinstance(node.value, dict) else None
    if not isinstance(said, dict) or not isinstance(said.get("propertyName"), str):
        return {}
    branches = [*members(node, "oneOf"), *members(node, "anyOf")]
    found: dict[int, set[str]] = {}
    mapping = said.get("mapping")
    for value, target in (mapping if isinstance(mapping, dict) else {}).items():
        schema = selected(side, node, str(target), branches)
        if schema is not None:
            found.setdefault(id(schema.value), set()).add(str(value))
    for branch in branches:
        if branch.reference is not None and (key := id(side.bare(branch).value)) not in found:
            found[key] = _listed(side, side.bare(branch), said["propertyName"]) or {name_of(branch)}
    return {key: frozenset(values) for key, values in found.items()}


def _listed(side: Side, branch: Node, name: str) -> set[str]:
    """The values that a schema itself allows for a property, where it lists them: truer than the component's name."""
    found: set[str] = set()
    for shape in side.one(branch).get("object", ()):
        declared = shape.properties.get(name)
        for text in side.form(declared).get("string", ()) if declared is not None else ():
            found |= {str(value) for value in (text.values or {}).values()}
    return found


def selected(side: Side, node: Node, target: str, branches: list[Node]) -> Node | None:
    """The schema that an entry of a mapping names: by a reference, or by the name of a component."""
    for branch in branches:
        if branch.reference is not None and (branch.reference == target or name_of(branch) == target):
            return side.bare(branch)
    if "/" in target or "#" in target:
        return side.bare(node.source.documents.follow(node, target))
    return None


# --- negation -----------------------------------------------------------------------------------------------


def contrary(side: Side, negated: Node, home: Node) -> Form:
    """The form of everything that a schema refuses; what cannot be turned round is kept as a negation."""
    form = side.one(negated)
    found: Form = {}
    for kind in KINDS:
        shapes = form.get(kind, ())
        if not shapes:
            found[kind] = (Shape(home),)
        elif not any(shape.free for shape in shapes):
            opposite = turned(side, shapes[0], kind, home) if len(shapes) == 1 else None
            if opposite is None:
                kept = Shape(home)
                kept.nots = {id(negated.value): (side.conjunction((negated,), negated), home)}
                opposite = [kept]
            if opposite:
                found[kind] = tuple(opposite)
    return found


def turned(side: Side, shape: Shape, kind: Kind, home: Node) -> list[Shape] | None:
    """The contrary of a shape that has one constraint only; None when it has several, or one without a contrary."""
    rest = shape.copy()
    rest.values, rest.excluded, rest.limits, rest.required = None, {}, {}, {}
    said = (shape.values is not None, bool(shape.excluded), bool(shape.limits), bool(shape.required))
    if not rest.free or sum(said) != 1:
        return None
    if shape.values is not None:
        return [excluding(Shape(home), shape.values.values(), home)]
    if shape.required:
        return [_without(side, name, home) for name in shape.required]
    if len(shape.limits) != 1:
        return None
    (name, limit), found = next(iter(shape.limits.items())), Shape(home)
    opposite = _OPPOSITE[name[:3]] + name[3:]
    if kind == "number":
        found.limit(opposite, Limit(limit.value, home, "not", strict=not limit.strict))
    else:
        number = limit.value - 1 if name.startswith("min") else limit.value + 1
        found.limit(opposite, Limit(number, home, "not"))
    return [found] if sound(found, kind) is not None else []


def _without(side: Side, name: str, home: Node) -> Shape:
    lacking = Shape(home)
    refused = side.made(home, f"not {name}", False)
    lacking.properties = {name: side.conjunction((refused,), refused)}
    return lacking


# --- conditions ---------------------------------------------------------------------------------------------


def conditions(side: Side, node: Node) -> list[Condition]:
    """What holds under conditions: ``if``, and what depends on the presence of a property."""
    found: list[Condition] = []
    when, yes, no = (node.child(keyword) for keyword in ("if", "then", "else"))
    if when is not None and (yes is not None or no is not None):
        found.append(Condition("if", node, when, yes, no))
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        entries = node.value.get(keyword)
        for name, said in (entries if isinstance(entries, dict) else {}).items():
            present: dict[str, Any] = {"required": [name]}
            when = side.made(node, f"{keyword}/{name}/when", present)
            then = _below(node, keyword, name) if isinstance(said, dict | bool) else None
            then = then or side.made(node, f"{keyword}/{name}", {"required": said})
            found.append(Condition(keyword, node, when, then, None))
    return found


def _below(node: Node, *keys: str) -> Node | None:
    found: Node | None = node
    for key in keys:
        found = found.child(key) if found is not None else None
    return found


def _always(side: Side, when: Node) -> bool:
    """Whether a condition is written as one that allows everything, also below applicators that list only one."""
    for _ in range(_WRAPPED):
        when = side.bare(when)
        if side.told(when) is None:
            return True
        parts = [part for keyword in ("allOf", "anyOf", "oneOf") for part in members(when, keyword)]
        if len(parts) != 1 or len(when.value) != 1:
            return False
        when = parts[0]
    return False


def _conditioned(side: Side, form: Form, condition: Condition) -> Form:
    """The form with a condition put to the shapes of those types that it says anything of."""
    touched: set[Kind] = set()
    for consequence in (condition.yes, condition.no):
        if consequence is not None:
            said = side.one(side.bare(consequence))
            touched |= {kind for kind in KINDS if not any(shape.free for shape in said.get(kind, ()))}
    found: Form = {}
    for kind, shapes in form.items():
        if kind in touched:
            found[kind] = tuple(_with(shape, condition) for shape in shapes)
        else:
            found[kind] = shapes
    return found


def _with(shape: Shape, condition: Condition) -> Shape:
    more = shape.copy()
    more.conditions = {**shape.conditions, id(condition): condition}
    return more
