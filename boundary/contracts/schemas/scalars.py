"""Numbers, texts and listed values: whether one alternative lies within another, and why not."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor
from typing import Any

from boundary.contracts.schemas.accept import BITS, fits
from boundary.contracts.schemas.meet import sound, within
from boundary.contracts.schemas.pairing import Pairing
from boundary.contracts.schemas.patterns import canonical_pattern, text_of
from boundary.contracts.schemas.reason import MISSING
from boundary.contracts.schemas.shape import Limit, Shape, multiple_of_all, take_values
from boundary.contracts.schemas.values import LENGTHS, MOST_VALUES, Kind, canonical, format_within, matches

Number = int | Fraction

_STEPS = 50

_LONGEST = 300


def compare_numbers(pairing: Pairing, one: Shape, other: Shape) -> None:
    """Limits, steps and formats of numbers."""
    if other.integer is not None and not _whole(one):
        words = ("number → integer", "integer → number")[not pairing.request]
        pairing.fails("type", "changed", one.home, other.integer, words, witness=_fraction(one), detail=words)
    for name in ("minimum", "maximum"):
        _compare_limit(pairing, one, other, name)
    step, wanted = multiple_of_all(one), multiple_of_all(other)
    if other.multiples and wanted is not None and (step is None or Fraction(step) % Fraction(wanted) != 0):
        node = next(iter(other.multiples.values()))
        witness = next((value for value in numbers(one) if Fraction(exactly(value)) % Fraction(wanted) != 0), MISSING)
        if one.multiples:
            mine = next(iter(one.multiples.values()))
            pairing.fails("multipleOf", "changed", mine, node, _plain(wanted), witness=witness)
        else:
            pairing.stricter("multipleOf", one, node, _plain(wanted), witness=witness)
    _compare_formats(pairing, one, other)


def _whole(shape: Shape) -> bool:
    step = multiple_of_all(shape)
    return step is not None and Fraction(step).denominator == 1


def _compare_limit(pairing: Pairing, one: Shape, other: Shape, name: str) -> None:
    theirs = bound(other, name)
    if theirs is None:
        return
    mine = bound(one, name)
    low = name == "minimum"
    if mine is not None and (mine == theirs or _inside(mine, theirs, low)):
        return
    limit = other.limits[name]
    witness = (
        mine[0] if mine is not None and not mine[1] else theirs[0] if theirs[1] else theirs[0] + (-1 if low else 1)
    )
    _limit_fails(pairing, one, limit, one.limits.get(name), low, _witness_number(one, witness, theirs, low))


def _inside(mine: tuple[Number, bool], theirs: tuple[Number, bool], low: bool) -> bool:
    if mine[0] == theirs[0]:
        return mine[1] or not theirs[1]
    return (mine[0] > theirs[0]) == low


def bound(shape: Shape, name: str) -> tuple[Number, bool] | None:
    """A limit and whether it is strict; for whole numbers it is the last one allowed."""
    limit = shape.limits.get(name)
    if limit is None:
        return None
    if not _whole(shape):
        return limit.value, limit.strict
    if name == "minimum":
        number = ceil(limit.value)
        return (number + 1 if limit.strict and number == limit.value else number), False
    number = floor(limit.value)
    return (number - 1 if limit.strict and number == limit.value else number), False


def _limit_fails(pairing: Pairing, one: Shape, limit: Limit, mine: Limit | None, low: bool, witness: Any) -> None:
    """The greater side has a closer limit than the lesser."""
    subject = _plain(limit.value)
    if mine is None:
        pairing.stricter(limit.keyword, one, limit.node, subject, witness=witness)
        return
    move = "raised" if low == pairing.request else "lowered"
    if mine.value == limit.value:
        move = "added" if pairing.request else "removed"  # the same number, which itself is no longer allowed
    keyword = limit.keyword if pairing.request else mine.keyword
    pairing.fails(keyword, move, mine.node, limit.node, subject, witness=witness)


def _witness_number(shape: Shape, first: Number, theirs: tuple[Number, bool], low: bool) -> Any:
    """A number that the lesser side allows and the other's limit refuses."""
    for value in (first, *map(exactly, numbers(shape))):
        beyond = value == theirs[0] if theirs[1] else False
        if ((beyond or (value < theirs[0]) == low) and value != theirs[0]) or beyond:
            number = _plain(value)
            if within(shape, number) and (not _whole(shape) or isinstance(number, int)):
                return number
    return MISSING


def exactly(number: Any) -> Number:
    """A number of Python as an exact one."""
    return number if isinstance(number, int | Fraction) else Fraction(repr(number))


def _plain(number: Any) -> Any:
    """An exact number as JSON writes it."""
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else float(number)
    return number


def _fraction(shape: Shape) -> Any:
    return next((value for value in numbers(shape) if isinstance(value, float)), MISSING)


def numbers(shape: Shape) -> list[Any]:
    """Some numbers that a shape allows, those at its limits first."""
    low, high = bound(shape, "minimum"), bound(shape, "maximum")
    step = Fraction(multiple_of_all(shape) or 1)
    starts = [limit[0] for limit in (low, high) if limit is not None] or [Fraction(0)]
    found: list[Any] = []
    for start in starts:
        nearest = ceil(Fraction(start) / step) * step
        for count in (0, 1, -1, 2, -2, 3, 7, -7):
            found.append(_plain(nearest + count * step))
        if shape.integer is None and not shape.multiples:
            found += [_plain(start + Fraction(1, 2)), _plain(start - Fraction(1, 2)), _plain(start)]
    if low and high and not _whole(shape):
        found.append(_plain((Fraction(low[0]) + Fraction(high[0])) / 2))
    good = [value for value in dict.fromkeys(found) if within(shape, value) and canonical(value) not in shape.excluded]
    return good[:_STEPS]


def _compare_formats(pairing: Pairing, one: Shape, other: Shape) -> None:
    for name, node in other.formats.items():
        if any(format_within(mine, name) for mine in one.formats) or _sized(one, name):
            continue
        if not one.formats:
            pairing.stricter("format", one, node, name)
        else:
            words = [next(iter(one.formats)), name][:: 1 if pairing.request else -1]
            pairing.fails("format", "changed", next(iter(one.formats.values())), node, name, detail=" → ".join(words))


def _sized(shape: Shape, name: str) -> bool:
    """Whether the limits of whole numbers leave none that a format has no room for."""
    low, high = bound(shape, "minimum"), bound(shape, "maximum")
    if name not in BITS or low is None or high is None:
        return False
    return _whole(shape) and low[0] >= -(2 ** BITS[name]) and high[0] < 2 ** BITS[name]


def compare_strings(pairing: Pairing, one: Shape, other: Shape) -> None:
    """Lengths, patterns and formats of texts."""
    compare_counts(pairing, one, other, "Length")
    _compare_formats(pairing, one, other)
    known = {canonical_pattern(pattern) for pattern in one.patterns}
    for pattern, node in other.patterns.items():
        if canonical_pattern(pattern) in known:
            continue
        answer = text_of(one, pattern)
        pairing.comparison.spare -= answer.steps
        if answer.decided and answer.text is None:
            continue
        witness = unlike(one, pattern, answer.text)
        if not one.patterns:
            pairing.stricter("pattern", one, node, pattern, witness=witness)
            continue
        mine = next(iter(one.patterns.values()))
        decided = witness is not MISSING
        words = "" if decided else "whether one pattern matches all that the other does is not decided"
        pairing.fails("pattern", "changed", mine, node, pattern, witness=witness, decided=decided, detail=words)


def unlike(shape: Shape, pattern: str, likely: str | None) -> Any:
    """A text of a shape in which a pattern is not found, a likely one tried first; MISSING when none is at hand."""
    from boundary.contracts.schemas.samples import good_texts, texts

    found = [*good_texts(shape, [likely] if likely is not None else []), *texts(shape)]
    return next((text for text in found if matches(pattern, text) is False), MISSING)


def compare_counts(pairing: Pairing, one: Shape, other: Shape, what: str) -> None:
    """How long a text is, or how many items or properties there are."""
    for name in (f"min{what}", f"max{what}"):
        limit = other.limits.get(name)
        if limit is None:
            continue
        low = name.startswith("min")
        mine = one.limits.get(name)
        known = [mine.value] if mine is not None else []
        known += _implied(one, what, low)
        if any((value >= limit.value) if low else (value <= limit.value) for value in known):
            continue
        if what == "Length" and one.patterns and _always(pairing, one, int(limit.value), low):
            continue
        _limit_fails(
            pairing, one, limit, mine, low, _counted(pairing, one, what, int(limit.value) + (-1 if low else 1))
        )


def _always(pairing: Pairing, shape: Shape, limit: int, low: bool) -> bool:
    """Whether the patterns of a shape leave no text that is shorter, or longer, than a limit."""
    answer = text_of(shape, most=limit - 1) if low else text_of(shape, least=limit + 1)
    pairing.comparison.spare -= answer.steps
    return answer.decided and answer.text is None


def _counted(pairing: Pairing, shape: Shape, what: str, count: int) -> Any:
    """A text or an array that is as long as is no longer allowed, ``MISSING`` when it would be unwieldy."""
    from boundary.contracts.schemas.samples import samples

    if not 0 <= count <= _LONGEST or what == "Properties":
        return MISSING
    if what == "Length":
        return "a" * count
    item = next(iter(samples(pairing.sides[0], shape.rest)), MISSING) if shape.rest is not None else "a"
    return MISSING if shape.prefix or item is MISSING else [item] * count


def _implied(shape: Shape, what: str, low: bool) -> list[Any]:
    """Limits that other constraints of a shape imply."""
    found: list[Any] = []
    if what == "Length":
        found += [LENGTHS[name][0 if low else 1] for name in shape.formats if name in LENGTHS]
    elif what == "Properties":
        closed = shape.extra is not None and shape.extra.refused and not shape.patterned
        if low:
            found.append(len(shape.required))
        elif closed:
            found.append(sum(not schema.refused for schema in shape.properties.values()))
    elif what == "Items" and low:
        found += [contained.least for contained in shape.contains]
    return [number for number in found if number is not None]


def compare_listed(pairing: Pairing, one: Shape, others: tuple[Shape, ...], kind: Kind) -> None:
    """The lesser side lists its values: each must be allowed by one of the other's alternatives."""
    lesser, greater = pairing.sides
    missing = []
    for value in (one.values or {}).values():
        answers = [fits(greater, shape, value, kind) for shape in others]
        if True not in answers and fits(lesser, one, value, kind):
            if None in answers:
                pairing.undecided("whether a listed value is allowed takes too long to say")
                return
            missing.append(value)
            if len(missing) == MOST_VALUES:
                break
    for value in missing:
        node = next((shape.valued for shape in others if shape.valued is not None), None)
        if node is None and others and len(missing) == len(one.values or {}):
            pairing.fails("enum", "changed", one.valued or one.home, others[0].home, value, witness=value)
            continue
        home = node or (others[0].home if others else pairing.greater.home)
        keyword = "const" if home.value is not None and _has(home, "const") and _has(one.valued, "const") else "enum"
        pairing.value(keyword, one.valued or one.home, home, value, witness=value)


def listed(one: Shape, other: Shape, kind: Kind) -> Shape | None:
    """An alternative as the list of its values, where there are few: whole numbers between limits, texts that a pattern
    leaves. None when they are many."""
    found: list[Any] = []
    if kind == "number" and _whole(one):
        low, high = bound(one, "minimum"), bound(one, "maximum")
        if low is None or high is None or not 0 <= high[0] - low[0] < _STEPS:
            return None
        found = [number for number in range(int(low[0]), int(high[0]) + 1) if within(one, number)]
    elif kind == "string" and one.patterns and other.values is not None:
        texts = [value for value in other.values.values() if isinstance(value, str)][:_STEPS]
        answer = text_of(one, f"^(?:{'|'.join(map(re.escape, texts))})$")
        if not answer.decided or answer.text is not None:
            return None
        found = [text for text in texts if all(matches(pattern, text) for pattern in one.patterns)]
    if not found:
        return None
    few = one.copy()
    take_values(few, found, one.home)
    return few


def _has(node: Any, keyword: str) -> bool:
    return node is not None and isinstance(node.value, dict) and keyword in node.value


def compare_excluded(pairing: Pairing, one: Shape, other: Shape, kind: Kind) -> None:
    """Single values that the greater side refuses."""
    for key, node in other.excluded.items():
        if key in one.excluded:
            continue
        only = one.copy()
        value = _value_of(key)
        only.values = {key: value}
        if sound(only, kind) is not None:
            pairing.stricter("not", one, node, value, witness=value)


def _value_of(key: Any) -> Any:
    kind, value = key
    if kind == "array":
        return [_value_of(item) for item in value]
    if kind == "object":
        return {name: _value_of(item) for name, item in value}
    return _plain(value) if kind == "number" else value
