"""Where models of Active Record are kept: the entry of ``config/database.yml``, or the address, that a class names.

A class has the database of the nearest one above it that says so: ``connects_to database: { writing: :legacy }``,
``connects_to shards: …``, ``establish_connection :legacy``, ``establish_connection ENV["LEGACY_URL"]``. Source: Rails
Guides, "Multiple Databases with Active Record".
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Apply, Expr, Record, Ref, Text
from boundary.model import Value
from boundary.resolve import connections
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import ClassOf, Thing
from boundary.resolve.connections import Address
from boundary.resolve.context import Context


def addresses(context: Context, cls: ClassOf, service: str) -> list[Address]:
    """The databases of a class in the deployments of a service; none where it is kept in the usual one."""
    told = _told(context, cls)
    if isinstance(told, str):
        return connections.of_entry(context, told, service)
    return connections.of_value(context, told, service) if isinstance(told, Value) else []


def _told(context: Context, cls: ClassOf) -> Thing | str | None:
    """The name of an entry, or what a connection is established to."""
    for one in members.ancestry(context.evaluator, cls):
        file = context.program.files[one.path]
        for fact in file.evaluates.get(one.name, ()):
            call = fact.value
            if not isinstance(call, Apply) or not isinstance(call.callee, Ref):
                continue
            if call.callee.name == "connects_to":
                return next((name for _, given in call.keywords for name in _names(given)), None)
            if call.callee.name == "establish_connection" and call.args:
                first = call.args[0]
                if isinstance(first, Text) and connections.ENTRY.fullmatch(first.text):
                    return first.text
                return context.evaluator.quiet(first, Frame(file, one.name, line=fact.line))
    return None


def _names(given: Expr) -> Iterator[str]:
    """The entries that are named in ``{ default: { writing: :legacy, reading: :legacy_replica } }``."""
    if isinstance(given, Text):
        yield given.text
    elif isinstance(given, Record):
        for _, value in given.entries:
            yield from _names(value)
