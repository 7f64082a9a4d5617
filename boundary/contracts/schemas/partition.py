"""A schema taken to pieces: one for each value of a property that must be there and has few.

An object whose kind is ``loan`` or ``return`` lies within the alternatives for loans and for returns, though within
neither alone; and what holds under a condition on the kind holds in one of the pieces or does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boundary.contracts.schemas.conditions import following
from boundary.contracts.schemas.emptiness import empty
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.shape import Conjunction, Shape

_MOST = 16
_MARK = "only "


def holds_in_pieces(pairing: Pairing) -> bool:
    """Whether each piece of the lesser side lies within the greater, there being pieces at all."""
    lesser, greater = pairing.sides
    shapes = greater.form(pairing.greater).get("object", ())
    if len(shapes) < 2 and not any(shape.conditions for shape in shapes):
        return False
    if any(node.key.startswith(_MARK) for node in pairing.lesser.nodes):
        return False
    pieces = next(_pieces(pairing, lesser.form(pairing.lesser).get("object", ())), [])
    kinds = lesser.form(pairing.lesser).keys()
    return (
        bool(pieces)
        and kinds <= {"object"}
        and all(empty(lesser, piece) or pairing.comparison.holds(piece, pairing.greater) for piece in pieces)
    )


def _pieces(pairing: Pairing, shapes: tuple[Shape, ...]) -> Iterator[list[Conjunction]]:
    """The pieces by one property, for each property that all alternatives require and whose values they list."""
    lesser, home = pairing.sides[0], pairing.lesser.home
    for name in shapes[0].required if shapes else ():
        values: dict[Any, Any] | None = {}
        for shape in shapes:
            known = _values(pairing, shape, name)
            values = {**values, **known} if values is not None and known is not None else None
        if not values or not 2 <= len(values) <= _MOST:
            continue
        pieces = []
        for key, value in values.items():
            said = {"required": [name], "properties": {name: {"const": value}}}
            node = lesser.made(home, f"{_MARK}{name} {key}", said)
            piece = lesser.conjunction((*pairing.lesser.nodes, node), home)
            pieces.append(_with_what_follows(pairing, piece, shapes))
        yield pieces


def _with_what_follows(pairing: Pairing, piece: Conjunction, shapes: tuple[Shape, ...]) -> Conjunction:
    """A piece with what its conditions say, now that it is known which of them hold."""
    known = {id(one): (one, shape.required) for shape in shapes for one in shape.conditions.values()}
    more = [node for condition, needed in known.values() for node in following(pairing, piece, condition, needed)]
    return pairing.sides[0].conjunction((*piece.nodes, *more), piece.home) if more else piece


def _values(pairing: Pairing, shape: Shape, name: str) -> dict[Any, Any] | None:
    """The values that a required property may have; None when they are not listed."""
    declared = shape.properties.get(name)
    if name not in shape.required or declared is None:
        return None
    form = pairing.sides[0].form(declared)
    found: dict[Any, Any] = {}
    for kind, shapes in form.items():
        for one in shapes:
            if one.values is None:
                return {"true": True, "false": False} if kind == "boolean" and len(form) == 1 else None
            found.update(one.values)
    return found
