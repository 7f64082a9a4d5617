"""What holds under a condition, under a negation, or is not looked into: compared by what implies what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from boundary.contracts.documents import Node
from boundary.contracts.schemas.accept import allowed
from boundary.contracts.schemas.emptiness import empty
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.reason import MISSING
from boundary.contracts.schemas.shape import Condition, Conjunction, Shape
from boundary.contracts.schemas.values import Kind

if TYPE_CHECKING:
    from boundary.contracts.schemas.normal import Side


def compare_conditions(pairing: Pairing, one: Shape, other: Shape) -> None:
    """Under each condition of the greater side, what follows must hold for values of the lesser side."""
    for condition in other.conditions.values():
        if condition.yes is not None:
            _consequence(pairing, one, other, condition.when, condition.yes)
        if condition.no is not None:
            side = pairing.sides[1]
            otherwise = contrary_of(side, condition.when, one.required)
            _consequence(pairing, one, other, otherwise, condition.no)


def _consequence(pairing: Pairing, one: Shape, other: Shape, when: Node, then: Node) -> None:
    lesser, greater = pairing.sides
    known = (*pairing.lesser.nodes, when, *_undeclared(pairing, one, other, then))
    assumed = lesser.conjunction(known, pairing.lesser.home)
    more = [node for mine in one.conditions.values() for node in following(pairing, assumed, mine, one.required)]
    assumed = lesser.conjunction((*known, *more), pairing.lesser.home)
    if empty(lesser, assumed):
        return
    wanted = greater.conjunction((then,), then)
    pairing.below(assumed, wanted, "")


def _undeclared(pairing: Pairing, one: Shape, other: Shape, then: Node) -> list[Node]:
    """Properties that a consequence speaks of and neither side declares, as ones that may be anything.

    To declare a property is how a new one is introduced, so that nobody has sent it. A consequence introduces nothing:
    it constrains messages that were good.
    """
    lesser, greater = pairing.sides
    shapes = greater.form(greater.conjunction((then,), then)).get("object", ())
    names = dict.fromkeys(name for shape in shapes for name in shape.properties)
    silent: dict[str, Any] = {name: {} for name in names if name not in one.properties and name not in other.properties}
    return [lesser.made(then, f"undeclared {list(silent)}", {"properties": silent})] if silent else []


def following(pairing: Pairing, assumed: Conjunction, mine: Condition, needed: Iterable[str]) -> list[Node]:
    """What a condition of the lesser side adds, under what is assumed."""
    within = pairing.comparison.within
    lesser = pairing.sides[0]
    found: list[Node] = []
    if mine.yes is not None and within.holds(assumed, lesser.conjunction((mine.when,), mine.when)):
        found.append(mine.yes)
    if mine.no is not None:
        otherwise = contrary_of(lesser, mine.when, needed)
        if within.holds(assumed, lesser.conjunction((otherwise,), otherwise)):
            found.append(mine.no)
    return found


def contrary_of(side: Side, when: Node, needed: Iterable[str]) -> Node:
    """A schema of what a condition does not hold for, ``needed`` properties being there anyway; that of a condition on
    one property is about its value."""
    said = when.value
    properties, required = (said.get("properties", {}), said.get("required", [])) if isinstance(said, dict) else (0, 0)
    if not (isinstance(properties, dict) and isinstance(required, list)) or said.keys() - {"properties", "required"}:
        return side.made(when, "not", {"not": said})
    missing = [name for name in required if name not in needed]
    if len(properties) != 1 or missing:
        return side.made(when, "not", {"not": said})
    ((name, schema),) = properties.items()
    return side.made(when, f"not {name}", {"required": [name], "properties": {name: {"not": schema}}})


def compare_nots(pairing: Pairing, one: Shape, other: Shape, kind: Kind) -> None:
    """What the greater side negates must be negated by the lesser, or have no value in common with it."""
    lesser, greater = pairing.sides
    for negated, node in other.nots.values():
        if any(pairing.comparison.turned.holds(negated, mine) for mine, _ in one.nots.values()):
            continue
        shared = lesser.conjunction((*pairing.lesser.nodes, *negated.nodes), pairing.lesser.home)
        if kind not in lesser.form(shared) or empty(lesser, shared):
            continue
        from boundary.contracts.schemas.samples import samples

        witness = next((value for value in samples(lesser, shared) if allowed(greater, negated, value)), MISSING)
        decided = witness is not MISSING
        detail = "" if decided else "whether a value is refused is not decided"
        if one.nots:
            pairing.fails("not", "changed", next(iter(one.nots.values()))[1], node, "", witness, decided, detail)
        else:
            pairing.stricter("not", one, node, "", witness, decided, detail)


def compare_opaque(pairing: Pairing, one: Shape, other: Shape) -> None:
    """What is too large to be looked into must be written alike on both sides."""
    comparer, request = pairing.comparison.comparer, pairing.request
    for keyword, node in other.opaque.values():
        mine = [written for _, written in one.opaque.values()]
        if not any(comparer.same(*((old, node) if request else (node, old))) for old in mine):
            words = "there are too many combinations of alternatives to compare"
            pairing.stricter(keyword, one, node, decided=False, detail=words)
