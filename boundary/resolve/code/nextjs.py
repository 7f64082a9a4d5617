"""What a Next.js server passes on by the ``rewrites`` of its configuration: requests to where each leads.

See https://nextjs.org/docs/app/api-reference/config/next-config-js/rewrites .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from boundary.facts import Expr, Record, Ref, Text
from boundary.facts.parts import parts
from boundary.model import Hole, Value
from boundary.reading.places import put_in
from boundary.resolve.code import members
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import Effect, Pairs, Several, Site, Thing

if TYPE_CHECKING:
    from boundary.resolve.code.interpreter import Interpreter

_FILE = re.compile(r"(?:.*/)?next\.config\.[cm]?[jt]s")
_PLACE = re.compile(r"(?<=/):\w+(?:\([^()]*\))?[*+?]?")
_DEEPEST = 3


def rewritten(ev: Interpreter, file: CodeFile) -> Iterator[Effect]:
    """A request of any method for each destination on another host."""
    if not _FILE.fullmatch(file.path):
        return
    for name in _named(file):
        function = members.function_of(ev, file, name)
        fact = file.functions[name]
        for value in _destinations(ev.called(function, Site(file.path, fact.line), 1), 0):
            below = (("below", Value.of("true")),) if str(value)[-1:] in ("*", "+") else ()
            yield Effect("http", Site(file.path, fact.line), (("url", _open(value)), *below), call="rewrites to")


def _named(file: CodeFile) -> Iterator[str]:
    """The functions that are the ``rewrites`` of an object."""
    said: list[tuple[str, Expr | None]] = []
    for group in (file.assigns, file.returns, file.evaluates):
        said += [(scope, one.value) for scope, facts in group.items() for one in facts]
    for scope, expr in reversed(said):
        for part in parts(expr):
            for key, value in part.entries if isinstance(part, Record) else ():
                if isinstance(key, Text) and key.text == "rewrites" and isinstance(value, Ref):
                    names = (f"{scope}.{value.name}", value.name)
                    yield from [name for name in names if name in file.functions][:1]


def _destinations(thing: Thing, depth: int) -> Iterator[Value]:
    match thing:
        case Several(items) if depth < _DEEPEST:
            for item in items:
                yield from _destinations(item, depth + 1)
        case Pairs(entries) if isinstance(to := thing.get("destination"), Value):
            yield from [to] if to.parts and not str(to).startswith("/") else []
        case Pairs(entries) if depth < _DEEPEST:
            for _, inner in entries:
                yield from _destinations(inner, depth + 1)


def _open(url: Value) -> Value:
    """A URL with its places (``/:path*``) open."""
    return put_in(url, _PLACE, lambda place: Hole("unknown", place[0].strip(":*+?")))
