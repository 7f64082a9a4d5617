"""What a handler writes down as its answer where no type promises it: an object, its fields named or made of a class.

Only where every answer that tells no failure is of one form: what is put together elsewhere is not guessed. Names of
the calls that hand an answer over are those of ``known/bodies.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from boundary.facts import Apply, Expr, Listing, Member, Record, Text
from boundary.model import Location, Part, Shape
from boundary.resolve.code.program import CodeFile
from boundary.resolve.fieldmarks import last, table, text

_MOST = 500
Made = Callable[[Expr], Shape | None]
"""What the class says that an expression makes an object of."""


def answer(file: CodeFile, name: str, made: Made) -> Shape | None:
    """The body of the answer of a handler."""
    found: set[Shape | None] = set()
    for expr in _answers(file, name):
        found.add(_fields(file.path, expr) if isinstance(expr, Record) else made(expr))
    told = next(iter(found)) if len(found) == 1 else None
    return told if told and told.fields else None


def _answers(file: CodeFile, name: str) -> Iterator[Expr]:
    """What is handed over where nothing fails: given back, or given to the object that answers (``res.json``)."""
    for back in file.returns.get(name, ()):
        if back.value is not None and not _fails(back.value):
            yield _held(back.value)
    for fact in file.evaluates.get(name, ()):
        match fact.value:
            case Apply(Member(of, method), (given,)) if method in table()["responds"] and not _fails(of):
                yield given


def _held(expr: Expr) -> Expr:
    """An answer out of the call that makes a response of it, and out of its status."""
    if isinstance(expr, Listing) and expr.items:
        expr = expr.items[0]
    if isinstance(expr, Apply) and last(expr) in table()["hands"] | table()["responds"] and len(expr.args) == 1:
        return expr.args[0]
    return expr


def _fails(expr: Expr) -> bool:
    """Whether an answer has a status that tells a failure, or is a call that is named after one."""
    if isinstance(expr, Listing):
        return len(expr.items) > 1 and _is_failure(text(expr.items[1]))
    if isinstance(expr, Apply):
        status = last(expr) in table()["status"] and len(expr.args) == 1 and _is_failure(text(expr.args[0]))
        return status or last(expr) in table()["fails"] or (isinstance(expr.callee, Member) and _fails(expr.callee.of))
    return False


def _is_failure(status: str) -> bool:
    return not status.startswith("2")


def _fields(path: str, record: Record) -> Shape | None:
    """An object that is written down, every field by its name; lists and objects within are not looked into."""
    parts: list[Part] = []
    for key, value in record.entries:
        if not isinstance(key, Text) or len(parts) > _MOST:
            return None
        line = key.line or (value.line if isinstance(value, Apply | Text) else 0)
        parts.append(Part(key.text, Shape(), True, Location(path, max(line, 1))))
    place = min((part.place for part in parts), default=Location(path))
    return Shape("object", False, tuple(sorted(parts)), place)
