"""Texts put together: joining parts, and the places of ``%`` and ``format`` templates filled with what is given.

Sources: Python library reference, "printf-style String Formatting" and "Format String Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import Formatter

from boundary.facts import Expr, Item, Join, Member, Ref, Text, Unknown

UNKNOWN = Unknown()

_PLACE = re.compile(r"%(?:\(([^()]*)\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([a-zA-Z%])")
_NAME = re.compile(r"[^.\[]*")
_FIELD = re.compile(r"\.([^.\[]+)|\[([^\]]*)\]")
_LONGEST = 200
"""Characters of an expression that may be repeated; more would let a short file describe an endless text."""

_DIGITS = 6

_STEPS = 20
"""Attributes and items that one replacement field may go through."""


class Given:
    """What there is to fill places: by position (``"0"``, ``"1"`` …), by name, or out of a sequence (``"*"``) or a
    mapping (``"**"``) as a whole. ``used`` holds the keys that were asked for."""

    def __init__(self, exprs: dict[str, Expr]) -> None:
        self.exprs = exprs
        self.used: set[str] = set()
        self._positions = sum(1 for key in exprs if key.isdecimal())

    def take(self, key: str) -> Expr:
        """What fills the place of a position or name; a large expression fills only one place."""
        if key in self.exprs:
            return self._once(key)
        if not key.isdecimal():
            return Item(self._once("**"), Text(key)) if "**" in self.exprs else UNKNOWN
        if "*" not in self.exprs or len(key) > _DIGITS:
            return UNKNOWN
        return Item(self._once("*"), Text(str(int(key) - self._positions)))

    def _once(self, key: str) -> Expr:
        expr = self.exprs[key]
        if key in self.used and not is_small(expr):
            return UNKNOWN
        self.used.add(key)
        return expr


def is_small(expr: Expr) -> bool:
    """Whether an expression may be repeated in facts: names, attributes of names and short texts."""
    length = 0
    while isinstance(expr, Member):
        length += len(expr.name)
        expr = expr.of
    match expr:
        case Ref(text) | Text(text):
            return length + len(text) <= _LONGEST
    return isinstance(expr, Unknown)


def join(parts: Iterable[Expr]) -> Expr:
    """Parts as one text: joins within it dissolve, neighbouring literals melt, a single literal is itself."""
    flat: list[Expr] = []
    literals: list[Text] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Join) else (part,):
            if isinstance(piece, Text):
                literals.append(piece)
                continue
            flat += _melted(literals)
            literals.clear()
            flat.append(piece)
    flat += _melted(literals)
    if not flat:
        return literals[0] if literals else Text("")
    return flat[0] if len(flat) == 1 and isinstance(flat[0], Text) else Join(tuple(flat))


def _melted(literals: list[Text]) -> list[Text]:
    text = "".join(literal.text for literal in literals)
    return [Text(text, literals[0].line)] if text else []


def between(separator: Text, parts: Iterable[Expr]) -> Iterator[Expr]:
    """Parts with a separator between each two."""
    for index, part in enumerate(parts):
        if index:
            yield separator
        yield part


def pieces(template: Expr) -> tuple[Expr, ...]:
    """The literals of a template and what stands between them."""
    return template.parts if isinstance(template, Join) else (template,)


def percent_places(template: Expr) -> tuple[int, bool]:
    """How many places of a ``%`` template are filled by position, and whether any is filled by name."""
    texts = [piece.text for piece in pieces(template) if isinstance(piece, Text)]
    found = [place for text in texts for place in _PLACE.finditer(text) if place[4] != "%"]
    return sum(1 for place in found if place[1] is None), any(place[1] is not None for place in found)


def percent(template: Expr, given: Given) -> Iterator[Expr]:
    """The parts of ``template % given``."""
    position = 0
    for piece in pieces(template):
        if not isinstance(piece, Text):
            yield piece
            continue
        done = 0
        for found in _PLACE.finditer(piece.text):
            yield Text(piece.text[done : found.start()], piece.line)
            done = found.end()
            position += (found[2] == "*") + (found[3] == "*")
            if found[4] == "%":
                yield Text("%", piece.line)
            elif found[1] is not None:
                yield given.take(found[1])
            else:
                yield given.take(str(position))
                position += 1
        yield Text(piece.text[done:], piece.line)


def is_format(template: Expr) -> bool:
    """Whether the literals of a text are well-formed ``format`` templates."""
    try:
        for piece in pieces(template):
            list(Formatter().parse(piece.text if isinstance(piece, Text) else ""))
    except ValueError:
        return False
    return True


def braces(template: Expr, given: Given) -> Iterator[Expr]:
    """The parts of ``template.format(…)``, where ``is_format`` holds."""
    position = 0
    for piece in pieces(template):
        if not isinstance(piece, Text):
            yield piece
            continue
        for literal, field, spec, _ in Formatter().parse(piece.text):
            yield Text(literal, piece.line)
            if field is None:
                continue
            name = _NAME.match(field)[0]  # type: ignore[index]
            yield _steps(given.take(name or str(position)), field[len(name) :])
            position += (not name) + (spec or "").count("{}")


def _steps(expr: Expr, steps: str) -> Expr:
    """The attributes and items that a replacement field goes through: ``{user.name}``, ``{row[id]}``."""
    for count, step in enumerate(_FIELD.finditer(steps)):
        if count == _STEPS:
            return UNKNOWN
        expr = Member(expr, step[1]) if step[1] is not None else Item(expr, Text(step[2]))
    return expr
