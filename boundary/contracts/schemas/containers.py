"""Arrays and objects: whether one alternative lies within another, and which schemas below must do so as well."""

from __future__ import annotations

from boundary.contracts.documents import Node
from boundary.contracts.schemas.accept import allowed
from boundary.contracts.schemas.meet import item_at, value_of
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.scalars import compare_counts
from boundary.contracts.schemas.shape import Conjunction, Contains, Shape


def compare_arrays(pairing: Pairing, one: Shape, other: Shape) -> None:
    """Lengths, uniqueness, members by place, and members that must be contained."""
    compare_counts(pairing, one, other, "Items")
    most = one.limits.get("maxItems")
    if other.unique is not None and one.unique is None and (most is None or most.value > 1):
        pairing.stricter("uniqueItems", one, other.unique)
    length = max(len(one.prefix), len(other.prefix))
    for index in range(length + 1):
        if most is not None and most.value <= index:
            break
        mine, theirs = item_at(one, index), item_at(other, index)
        if theirs is not None:
            step = "[]" if index == length else f"[{index}]"
            pairing.below(mine or _anything(pairing, one), theirs, step)
    for contained in other.contains:
        _compare_contained(pairing, one, contained)


def _anything(pairing: Pairing, shape: Shape) -> Conjunction:
    return pairing.sides[0].conjunction((), shape.home)


def _compare_contained(pairing: Pairing, one: Shape, wanted: Contains) -> None:
    holds = pairing.comparison.holds
    least = one.limits.get("minItems")
    for mine in one.contains:
        enough = mine.least >= wanted.least and holds(mine.schema, wanted.schema)
        few = wanted.most is None or (mine.most is not None and mine.most <= wanted.most)
        if enough and (few or wanted.most is None):
            return
    members = item_at(one, len(one.prefix))
    many = least is not None and least.value >= wanted.least and not one.prefix
    if wanted.most is None and many and members is not None and holds(members, wanted.schema):
        return
    if one.contains:
        pairing.fails("contains", "changed", one.contains[0].node, wanted.node)
    else:
        pairing.stricter("contains", one, wanted.node)


def compare_objects(pairing: Pairing, one: Shape, other: Shape) -> None:
    """Number of properties, each property by name, and what is said of all others."""
    compare_counts(pairing, one, other, "Properties")
    for name in dict.fromkeys((*one.properties, *other.properties)):
        _compare_property(pairing, one, other, name)
    for name, node in other.required.items():
        if name not in one.required and (pairing.request or name not in one.hidden):
            _compare_required(pairing, one, other, name, node)
    for name, node in other.hidden.items():
        if pairing.request and name in one.properties:
            pairing.noted("property", "became-read-only", one.properties[name].home, node, name, "ignored or refused")
    _compare_patterned(pairing, one, other)
    _compare_extra(pairing, one, other)
    _compare_names(pairing, one, other)


def _declares(shape: Shape, name: str) -> bool:
    return name in shape.properties and not shape.properties[name].refused


def _compare_property(pairing: Pairing, one: Shape, other: Shape, name: str) -> None:
    if name in other.hidden:
        return
    mine, theirs = one.properties.get(name), other.properties.get(name)
    if mine is not None and mine.refused:
        mine = None if not _declares(other, name) or pairing.request else mine
        if mine is None:
            return
    if mine is None and theirs is not None:
        _only_greater(pairing, one, other, name, theirs)
    elif mine is not None and theirs is None:
        _only_lesser(pairing, one, other, name, mine)
    elif mine is not None and theirs is not None:
        if theirs.refused:
            _gone(pairing, one, other, name, mine.home, theirs.home)
        elif mine.refused:
            _removed(pairing, one, other, name, theirs)
        else:
            pairing.below(mine, theirs, f".{name}")


def _only_greater(pairing: Pairing, one: Shape, other: Shape, name: str, theirs: Conjunction) -> None:
    """A property that the lesser side does not declare: on a request it is new, on a response it is gone."""
    open_value = value_of(pairing.sides[0], one, name)
    if not pairing.request:
        if theirs.refused:
            if name in one.required:
                pairing.fails("property", "added", one.home, theirs.home, name, detail="refused")
            return
        _removed(pairing, one, other, name, theirs)
        return
    if open_value is not None and not open_value.refused:
        pairing.below(open_value, theirs, f".{name}")
    elif name in one.required:
        pairing.below(_anything(pairing, one), theirs, f".{name}")


def _removed(pairing: Pairing, one: Shape, other: Shape, name: str, theirs: Conjunction) -> None:
    hidden = one.hidden.get(name)
    move = "became-write-only" if hidden is not None else "removed"
    node = hidden or one.home
    if name in other.required:
        pairing.fails("property", move, node, theirs.home, name, detail="required")
    else:
        pairing.noted("property", move, node, theirs.home, name, "optional")


def _only_lesser(pairing: Pairing, one: Shape, other: Shape, name: str, mine: Conjunction) -> None:
    """A property that the greater side does not declare: on a request it is gone, on a response it is new."""
    theirs = value_of(pairing.sides[1], other, name)
    if theirs is None:
        return
    if theirs.refused:
        _gone(pairing, one, other, name, mine.home, other.home)
    else:
        pairing.below(mine, theirs, f".{name}")


def _gone(pairing: Pairing, one: Shape, other: Shape, name: str, lesser: Node, greater: Node) -> None:
    """A declared property that the greater side refuses."""
    keyword = other.closer[0] if other.closer is not None and name not in other.properties else "not"
    move = "removed" if pairing.request else "added"
    detail = "required" if name in one.required else "optional"
    pairing.fails("property", move, lesser, greater, name, detail=f"{detail}, refused by {keyword}")


def _compare_required(pairing: Pairing, one: Shape, other: Shape, name: str, node: Node) -> None:
    mine, theirs = _declares(one, name), _declares(other, name)
    if name in one.hidden:
        pairing.fails("required", "added", one.hidden[name], node, name, detail="no longer read-only")
        return
    if pairing.request and not mine and theirs:
        pairing.fails("property", "added", one.home, other.properties[name].home, name, detail="required")
    elif pairing.request or mine or not theirs:
        pairing.fails("required", "added" if pairing.request else "removed", one.home, node, name)


def _compare_patterned(pairing: Pairing, one: Shape, other: Shape) -> None:
    for pattern, theirs in other.patterned.items():
        mine = one.patterned.get(pattern) or one.extra
        if mine is not None:
            pairing.below(mine, theirs, "{}")
        elif pairing.comparison.refuses(theirs):
            pairing.stricter("patternProperties", one, theirs.home, pattern)


def _compare_extra(pairing: Pairing, one: Shape, other: Shape) -> None:
    """What is said of properties that nobody declares."""
    theirs = other.extra
    if theirs is None or (one.extra is not None and one.extra.refused and not one.patterned):
        return
    keyword, node = other.closer or ("additionalProperties", other.home)
    for mine in one.patterned.values():
        if not mine.refused and theirs.refused and not other.patterned:
            pairing.stricter(keyword, one, node)
            return
    if one.extra is None:
        if pairing.comparison.refuses(theirs):
            pairing.stricter(keyword, one, node, detail="closed" if theirs.refused else "described")
    elif not theirs.refused:
        pairing.below(one.extra, theirs, "{}")
    elif not one.extra.refused:
        mine_said = one.closer[1] if one.closer is not None else one.home
        pairing.fails(keyword, "changed", mine_said, node, detail="closed")


def _compare_names(pairing: Pairing, one: Shape, other: Shape) -> None:
    if other.names is None:
        return
    side = pairing.sides[1]
    for name, mine in one.properties.items():
        if not mine.refused and allowed(side, other.names, name) is False:
            pairing.fails("propertyNames", "added" if pairing.request else "removed", mine.home, other.names.home, name)
    if one.extra is not None and one.extra.refused and not one.patterned:
        return
    if one.names is None:
        if not _known(one, other):
            pairing.stricter("propertyNames", one, other.names.home)
    elif not pairing.comparison.holds(one.names, other.names):
        pairing.fails("propertyNames", "changed", one.names.home, other.names.home)


def _known(one: Shape, other: Shape) -> bool:
    """Whether the names that a closed object with patterns has are the ones that the other allows."""
    if one.extra is None or not one.extra.refused or other.names is None:
        return False
    allowed = {
        node.value["pattern"] for node in other.names.nodes if isinstance(node.value, dict) and "pattern" in node.value
    }
    return bool(one.patterned) and set(one.patterned) <= allowed
