"""The fields that a message of a contract is made with where it is given to a remote procedure.

Messages are classes of generated code, which is seldom there to be read; how they are made tells their fields all the
same: by names (``QuoteRequest(room=…)``, ``&pb.QuoteRequest{Room: …}``, ``new QuoteRequest { Room = … }``), as an
object, or by a builder (``QuoteRequest.newBuilder().setRoom(…).build()``).
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Apply, Expr, Listing, Member, Record, Ref, Text, Unknown
from boundary.model import FieldUse, Location
from boundary.resolve.code.program import CodeFile

_BUILT = frozenset({"build", "buildPartial"})
_PUTS = ("set", "addAll", "add", "putAll", "put")
_LONGEST = 60
"""Calls of a builder's chain that are looked at."""

Fields = list[tuple[str, Expr]]


def composed(file: CodeFile, scope: str, call: Apply) -> Fields | None:
    """The fields of the message among a call's arguments, and what they are given; None where it is not seen made."""
    for arg in call.args:
        found = _fields(_made(file, scope, arg))
        if found is not None:
            return found
    return None


def message_fields(fields: Fields, place: Location) -> Iterator[FieldUse]:
    """The same as uses of what is sent; a value that is no literal may be anything below its field."""
    for name, value in fields:
        text = value.text if isinstance(value, Text) else None
        yield FieldUse(f"$.{name}", place, "request", text is None, value=text)


def _made(file: CodeFile, scope: str, expr: Expr) -> Expr:
    """What a variable was set to, where that is said once."""
    if not isinstance(expr, Ref):
        return expr
    told = [fact.value for fact in file.names.get((scope, expr.name), ()) if fact.value is not None]
    return told[0] if len(told) == 1 else expr


def _fields(expr: Expr) -> Fields | None:
    match expr:
        case Record(entries) if entries and all(isinstance(key, Text) for key, _ in entries):
            return [(key.text, value) for key, value in entries if isinstance(key, Text)]
        case Apply(callee=Member(name=name)) if name in _BUILT:
            return _of_builder(expr)
        case Apply(callee=Ref() | Member(), args=(), keywords=keywords) if keywords:
            return [(name, value) for name, value in keywords if name and not name.startswith("<")]
        case Apply(callee=Ref(name) | Member(name=name), args=()) if name[:1].isupper():
            return []
        case Apply(args=(Record() as only,)):
            return _fields(only)
    return None


def _of_builder(expr: Expr) -> Fields | None:
    found: Fields = []
    for _ in range(_LONGEST):
        if not isinstance(expr, Apply) or not isinstance(expr.callee, Member):
            return None
        name = expr.callee.name
        if name == "newBuilder":
            return found
        if len(expr.args) == 1 and (put := next((one for one in _PUTS if name.startswith(one)), "")):
            value = expr.args[0]
            found.append((name[len(put) :], Unknown() if isinstance(value, Listing) else value))
        expr = expr.callee.of
    return None
