"""Two normal forms compared: types first, then for each type which alternative of the one lies within which.

Where both have one alternative, what differs between them is told in detail. Where there are several, each of the
lesser side must find one that it lies within: by the value of the discriminator, by the name of the component, by its
place.
"""

from __future__ import annotations

from boundary.contracts.documents import Node
from boundary.contracts.schemas.accept import tells
from boundary.contracts.schemas.conditions import compare_conditions, compare_nots, compare_opaque
from boundary.contracts.schemas.containers import compare_arrays, compare_objects
from boundary.contracts.schemas.discriminators import compare_discriminators, strangers
from boundary.contracts.schemas.emptiness import unfillable
from boundary.contracts.schemas.keywords import misplaced
from boundary.contracts.schemas.normal import Side
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.partition import holds_in_pieces
from boundary.contracts.schemas.plainer import plainer
from boundary.contracts.schemas.reason import MISSING
from boundary.contracts.schemas.samples import samples_of
from boundary.contracts.schemas.scalars import (
    compare_excluded,
    compare_listed,
    compare_numbers,
    compare_strings,
    listed,
)
from boundary.contracts.schemas.shape import Form, Shape
from boundary.contracts.schemas.values import KINDS, Kind

_SHOWN = 6


def compare_forms(pairing: Pairing) -> None:
    """Compare the two conjunctions of a pairing, one level deep."""
    lesser, greater = pairing.sides
    one, other = lesser.form(pairing.lesser), greater.form(pairing.greater)
    pairing.comparison.spare -= sum(map(len, one.values())) + sum(map(len, other.values()))
    _compare_types(pairing, one, other)
    _compare_misplaced(pairing)
    for kind in KINDS:
        if kind in one and kind in other:
            _compare_kind(pairing, one[kind], other[kind], kind)
    compare_discriminators(pairing)
    if not pairing.failed:
        _compare_overlaps(pairing)
    elif holds_in_pieces(pairing):
        pairing.found = [found for found in pairing.found if not found.breaks]


# --- types --------------------------------------------------------------------------------------------------


def _compare_types(pairing: Pairing, one: Form, other: Form) -> None:
    lost: list[Kind] = [kind for kind in one if kind not in other]
    enumerated: list[Kind] = [
        kind for kind in lost if all(shape.values is not None for shape in one[kind]) and kind != "null"
    ]
    for kind in enumerated:
        if other:
            for shape in one[kind]:
                compare_listed(pairing, shape, (), kind)
    lost = [kind for kind in lost if kind not in enumerated or not other]
    if not lost:
        return
    node, theirs = _home(pairing, one, lost[0]), pairing.greater.home
    if not other or not any(kind in other for kind in one if kind != "null" or len(one) == 1):
        words = [_words(one), _words(other)][:: 1 if pairing.request else -1]
        pairing.fails("type", "changed", node, theirs, " → ".join(words), detail=" → ".join(words))
        return
    if "null" in lost and len(one) < len(KINDS):
        move = "removed" if pairing.request else "added"
        pairing.fails("nullable", move, _home(pairing, one, "null"), theirs, witness=None)
        lost.remove("null")
    if len(one) == len(KINDS) and lost:
        pairing.fails("type", "added" if pairing.request else "removed", node, theirs, _words(other))
    else:
        for kind in lost:
            _lost(pairing, one[kind], kind)


def _lost(pairing: Pairing, shapes: tuple[Shape, ...], kind: Kind) -> None:
    """A type that is no longer allowed: as a branch where it stood in one."""
    for shape in shapes[:_SHOWN]:
        if shape.branch is not None and shape.via:
            _branch(pairing, shape)
        else:
            pairing.value("type", shape.home, pairing.greater.home, "integer" if shape.integer else kind)


def _home(pairing: Pairing, form: Form, kind: Kind) -> Node:
    return form[kind][0].home if kind in form else pairing.lesser.home


def _words(form: Form) -> str:
    names = ["integer" if kind == "number" and all(one.integer for one in form[kind]) else kind for kind in form]
    if len(names) == len(KINDS):
        return "any"
    return " or ".join(name for name in names if name != "null") or ("null" if names else "nothing")


def _compare_misplaced(pairing: Pairing) -> None:
    """What both sides say of a type that neither has, as ``maximum`` of a text.

    No value shows a difference, and yet one of the two is mistaken, the type or the keyword: limits come from checks in
    the code and types from how values are written. So it is told where both sides have such keywords; those that come
    or go alone are tidying up.
    """
    lesser, greater = pairing.sides
    mine = misplaced(lesser, pairing.lesser)
    theirs = misplaced(greater, pairing.greater) if mine else {}
    for kind in mine.keys() & theirs.keys():
        tried = pairing.fresh()
        compare_shapes(tried, mine[kind][0], theirs[kind][0], kind)
        for found in tried.found:
            found.decided, found.misplaced, found.witness = False, True, MISSING
        for edge in tried.edges:
            edge.misplaced = True
        pairing.take(tried)


# --- alternatives -------------------------------------------------------------------------------------------


def _compare_kind(pairing: Pairing, ones: tuple[Shape, ...], others: tuple[Shape, ...], kind: Kind) -> None:
    if len(ones) == 1 and len(others) == 1 and not strangers(ones[0], others[0]):
        compare_shapes(pairing, ones[0], others[0], kind)
        return
    unmatched: list[Shape] = []
    matched: set[int] = set()
    for index, shape in enumerate(ones):
        if shape.values is not None:
            compare_listed(pairing, shape, others, kind)
            continue
        if kind == "object" and unfillable(pairing.sides[0], shape):
            continue
        found = _match(pairing, shape, others, kind, index)
        if found is None:
            unmatched.append(shape)
        else:
            matched.add(id(found))
    left = [shape for shape in others if id(shape) not in matched]
    for shape in unmatched:
        _tell(pairing, shape, left, others, kind, alone=len(unmatched) == 1)


def _match(pairing: Pairing, shape: Shape, others: tuple[Shape, ...], kind: Kind, index: int) -> Shape | None:
    """The alternative that a shape lies within, what must hold for it being noted; None when there is none.

    What an alternative and its namesake both declare is read there, so that another one does not stand in for the
    namesake by leaving it undeclared.
    """
    namesake = next((other for other in others if shape.label and other.label == shape.label), shape)
    read = shape.properties.keys() & namesake.properties.keys() if namesake is not shape else set()

    def likely(numbered: tuple[int, Shape]) -> tuple[bool, bool, int]:
        at, other = numbered
        return not (shape.label and other.label == shape.label), at != index, at

    for _, other in sorted(enumerate(others), key=likely):
        if strangers(shape, other) or not _akin(shape, other) or not read <= other.properties.keys():
            continue
        tried = pairing.fresh()
        assumed = pairing.comparison.assumed
        compare_shapes(tried, shape, other, kind)
        if not tried.failed and all(pairing.comparison.holds(edge.lesser, edge.greater) for edge in tried.edges):
            if shape.label == other.label or assumed != pairing.comparison.assumed:
                pairing.take(tried)
            return other
    return None


def _tell(
    pairing: Pairing, shape: Shape, left: list[Shape], others: tuple[Shape, ...], kind: Kind, *, alone: bool
) -> None:
    """Say why an alternative lies within none of the other side's: what differs from its counterpart, or that it has
    none."""
    selected = [other for other in others if shape.wire and other.wire]
    if selected and all(strangers(shape, other) for other in selected):
        return  # the value that selects it is told to be gone
    counterpart = next((other for other in selected if not strangers(shape, other)), None)
    counterpart = counterpart or next((other for other in others if shape.label and other.label == shape.label), None)
    if counterpart is None and alone and len(left) == 1 and not (shape.label and left[0].label) and not shape.wire:
        counterpart = left[0]
    if counterpart is not None:
        tried = pairing.fresh()
        compare_shapes(tried, shape, counterpart, kind)
        pairing.take(tried)
        return
    rivals = [other for other in others if not strangers(shape, other) and _akin(shape, other)]
    _branch(pairing, shape, kind, several=len(rivals) > 1)


def _akin(one: Shape, other: Shape) -> bool:
    """Whether one alternative for objects may be another form of the other: what each describes on its own would pass
    the other as undeclared properties, though nobody means a cat by a dog."""
    if one.label and one.label == other.label:
        return True
    mine, theirs = one.properties.keys(), other.properties.keys()
    return mine <= theirs or mine >= theirs


def _branch(pairing: Pairing, shape: Shape, kind: Kind | None = None, *, several: bool = False) -> None:
    """An alternative that the greater side does not have."""
    move = "branch-removed" if pairing.request else "branch-added"
    home = shape.branch or shape.home
    label = shape.label or (home.key if shape.branch is not None else kind or "")
    pairing.fails(shape.via or "anyOf", move, home, pairing.greater.home, label)
    if several and kind is not None:
        pairing.found[-1].unsure = shape, kind


def compare_shapes(pairing: Pairing, one: Shape, other: Shape, kind: Kind) -> None:
    """Compare two alternatives of one type: as they are written, and in plainer words where they seem to differ."""
    tried = pairing.fresh()
    _compare_written(tried, one, other, kind)
    if tried.failed:
        lesser, greater = pairing.sides
        plain = plainer(lesser, one, kind), plainer(greater, other, kind)
        again = pairing.fresh()
        if plain != (one, other):
            _compare_written(again, *plain, kind)
            if not again.failed and all(pairing.comparison.holds(edge.lesser, edge.greater) for edge in again.edges):
                tried = again
    pairing.take(tried)


def _compare_written(pairing: Pairing, one: Shape, other: Shape, kind: Kind) -> None:
    pairing.comparison.spare -= 1
    if one is other or other.free or (kind == "object" and unfillable(pairing.sides[0], one)):
        return
    compare_opaque(pairing, one, other)
    if one.values is not None:
        compare_listed(pairing, one, (other,), kind)
        return
    if other.values is not None:
        if (few := listed(one, other, kind)) is not None:
            compare_listed(pairing, few, (other,), kind)
            return
        keyword = "const" if other.valued is not None and "const" in other.valued.value else "enum"
        pairing.stricter(keyword, one, other.valued or other.home, _several(other))
        return
    if kind == "number":
        compare_numbers(pairing, one, other)
    elif kind == "string":
        compare_strings(pairing, one, other)
    elif kind == "array":
        compare_arrays(pairing, one, other)
    elif kind == "object":
        compare_objects(pairing, one, other)
    compare_excluded(pairing, one, other, kind)
    compare_nots(pairing, one, other, kind)
    compare_conditions(pairing, one, other)


def _several(shape: Shape) -> str:
    return ", ".join(str(value) for value in list((shape.values or {}).values())[:_SHOWN])


# --- values that match twice --------------------------------------------------------------------------------


def _compare_overlaps(pairing: Pairing) -> None:
    """``oneOf`` refuses what two of its branches allow: tried with values of the lesser side.

    Objects are left aside unless their branches are told apart by what they require: others overlap in what nobody
    sends, and are meant to be apart.
    """
    lesser, greater = pairing.sides
    if not any(_exclusive(greater, node) for node in pairing.greater.nodes):
        return
    for kind, shapes in lesser.form(pairing.lesser).items():
        for shape in shapes[:_SHOWN]:
            if kind == "object" and not _several_required(shape, greater.form(pairing.greater).get(kind, ())):
                continue
            for value in samples_of(lesser, shape, kind):
                if tells(lesser, pairing.lesser, greater, pairing.greater, value):
                    move = "overlap-added" if pairing.request else "overlap-removed"
                    node = pairing.greater.home
                    pairing.fails("oneOf", move, shape.home, node, witness=value, detail="two branches match")
                    return


def _several_required(one: Shape, others: tuple[Shape, ...]) -> bool:
    """Whether what must be sent has all that several branches ask for, each another part of it."""
    needs = {frozenset(other.required) for other in others if other.via == "oneOf"}
    parts = [need for need in needs if need and need < one.required.keys()]
    return any(not (first <= second or second <= first) for first in parts for second in parts)


def _exclusive(side: Side, node: Node, depth: int = 0) -> bool:
    """Whether a schema, or one that it is put together from, has alternatives that must not hold together."""
    if not isinstance(node.value, dict) or depth > _SHOWN:
        return False
    parts = side.parts(node)
    if len(parts.one) > 1 and not parts.discriminated:
        return True
    below = parts.every if parts.target is None else [*parts.every, parts.target]
    return any(_exclusive(side, part, depth + 1) for part in below)
