"""Values that one side allows and the other refuses, for the message as a whole.

A value for the place of a failure is put into an example of what is around it, step by step up to the top, and each
time it is checked that the one side allows it and the other does not: what is shown is right, or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from boundary.contracts.schemas.accept import tells
from boundary.contracts.schemas.pairing import Found, Pairing
from boundary.contracts.schemas.reason import MISSING
from boundary.contracts.schemas.samples import samples, samples_of
from boundary.contracts.schemas.shape import Conjunction

if TYPE_CHECKING:
    from boundary.contracts.schemas.subsume import Comparison, Pair

_TRIED = 12

Way = Mapping["Pair", tuple["Pair | None", str]]
"""For each pair the one above it, and the step from there."""


def settle(comparison: Comparison, found: Found, pairing: Pairing) -> None:
    """Find out whether an alternative that several others may allow together has a value that none of them does."""
    if found.unsure is not None:
        shape, kind = found.unsure
        good = _telling(comparison, pairing, iter(samples_of(comparison.lesser, shape, kind)))
        found.unsure = None
        found.decided = bool(good)
        if good:
            found.witness = good[0]
        else:
            found.detail = "whether the other alternatives together allow it is not decided"


def witness_of(comparison: Comparison, found: Found, pairing: Pairing, way: Way) -> Any:
    """A value for the top of the way that leads to a pairing, ``MISSING`` when none is easily made."""
    candidates = [] if found.witness is MISSING else [found.witness]
    candidates += samples(comparison.lesser, pairing.lesser)
    good = _telling(comparison, pairing, iter(candidates))
    key = comparison.key(pairing.lesser, pairing.greater)
    while good:
        above, step = way[key]
        if above is None:
            return good[0]
        key, pairing = above, comparison.known(above)
        around = (value for inner in good for value in _around(comparison, pairing.lesser, step, inner))
        good = _telling(comparison, pairing, around)
    return MISSING


def _telling(comparison: Comparison, pairing: Pairing, values: Iterator[Any]) -> list[Any]:
    """The values that the lesser side allows and the greater refuses."""
    lesser, greater = comparison.lesser, comparison.greater
    told = (
        value for value in islice(values, 4 * _TRIED) if tells(lesser, pairing.lesser, greater, pairing.greater, value)
    )
    return list(islice(told, 2))


def _around(comparison: Comparison, schema: Conjunction, step: str, inner: Any) -> Iterator[Any]:
    """Values of a schema that have another one at a step."""
    if not step:
        yield inner
        return
    side = comparison.lesser
    form = side.form(schema)
    if step.startswith(".") or step == "{}":
        name = "a0" if step == "{}" else step[1:]
        for shape in form.get("object", ()):
            for value in samples_of(side, shape, "object")[:_TRIED] or [{}]:
                yield {**value, name: inner}
        return
    for shape in form.get("array", ()):
        least = shape.limits.get("minItems")
        index = len(shape.prefix) if step == "[]" else int(step[1:-1])
        head = [next(iter(samples(side, item)), None) for item in shape.prefix[:index]]
        more = max(0, min(int(least.value) if least is not None else 0, 50) - index - 1)
        yield [*head, inner, *([inner] * more)]
        rest = samples(side, shape.rest) if shape.rest is not None else ["a", "b", 1, 2]
        yield [*head, inner, *[value for value in rest if value != inner][:more]]
