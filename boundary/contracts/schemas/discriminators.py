"""Discriminators: the values of their mapping are on the wire, the names of the schemas that they select are not."""

from __future__ import annotations

from boundary.contracts.documents import Node
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.shape import Shape


def strangers(one: Shape, other: Shape) -> bool:
    """Whether a discriminator keeps two alternatives apart: they have no value of it in common."""
    if one.wire is None or other.wire is None or one.wire[0] != other.wire[0]:
        return False
    return not one.wire[1] & other.wire[1]


def compare_discriminators(pairing: Pairing) -> None:
    """The property that discriminates, and whether a value selects another schema than before."""
    mine = next((node for node in pairing.lesser.nodes if _said(node)), None)
    theirs = next((node for node in pairing.greater.nodes if _said(node)), None)
    if mine is None or theirs is None:
        return
    names = [_said(node).get("propertyName") for node in (mine, theirs)]
    if names[0] != names[1]:
        pairing.fails("discriminator", "changed", mine, theirs, names[1 if pairing.request else 0])
        return
    before, after = (_by_value(pairing, index, node) for index, node in enumerate((mine, theirs)))
    for value in sorted(before.keys() & after.keys()):
        if _alike(pairing, before[value], after[value]):
            continue
        if any(_alike(pairing, before[value], other) for key, other in after.items() if key != value):
            pairing.fails("discriminator", "retargeted", mine, theirs, value)
    for value in sorted(before.keys() - after.keys()):
        pairing.value("discriminator", mine, theirs, value)


def _said(node: Node) -> dict[str, object]:
    said = node.value.get("discriminator") if isinstance(node.value, dict) else None
    if isinstance(said, str):  # Swagger 2 names the property only
        return {"propertyName": said}
    return said if isinstance(said, dict) else {}


def _by_value(pairing: Pairing, index: int, node: Node) -> dict[str, Node]:
    """For each value on the wire the schema that it selects."""
    from boundary.contracts.schemas.applicators import members, selected, wires

    side = pairing.sides[index]
    found: dict[str, Node] = {}
    branches = [*members(node, "oneOf"), *members(node, "anyOf")]
    by_identity = {id(side.bare(branch).value): side.bare(branch) for branch in branches}
    for key, values in wires(side, node).items():
        for value in values:
            if key in by_identity:
                found[value] = by_identity[key]
    mapping = _said(node).get("mapping")
    for value, target in (mapping if isinstance(mapping, dict) else {}).items():
        if value not in found and (schema := selected(side, node, str(target), branches)) is not None:
            found[value] = schema
    return found


def _alike(pairing: Pairing, one: Node, other: Node) -> bool:
    lesser, greater = pairing.sides
    mine, theirs = lesser.conjunction((one,), one), greater.conjunction((other,), other)
    comparison = pairing.comparison
    shapes = [side.form(schema) for side, schema in ((lesser, mine), (greater, theirs))]
    names = [{name for shape in form.get("object", ()) for name in shape.properties} for form in shapes]
    return names[0] == names[1] and comparison.holds(mine, theirs) and comparison.turned.holds(theirs, mine)
