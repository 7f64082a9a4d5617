"""What the files in Laravel's ``config`` folder give back: settings by the file's name and the keys in it
(``services.billing.url``), and the connections of ``database.php`` by their names.

Of the connections that every application is born with, the one counts that is the default; one that somebody adds has a
name by which models and statements ask for it. Sources: Laravel, "Configuration", "Database: Getting Started".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from boundary.facts import Expr, Record, Setting, Text
from boundary.model import Value
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Effect, Pairs, Several, Site, Thing
from boundary.resolve.context import Context

_CONFIG = re.compile(r"(?:^|/)config/([\w-]+)\.php$")
_DEEPEST = 6
_BORN = frozenset({"sqlite", "mysql", "mariadb", "pgsql", "sqlsrv"})
_PARTS = (("dsn", "url"), ("host", "host"), ("port", "port"), ("database", "database"), ("user", "username"))
_ENGINES = {"pgsql": "postgres", "sqlsrv": "mssql", "mariadb": "mysql"}


def tell(context: Context) -> None:
    """Add the settings to those of files, and connections of one's own to the effects of code."""
    for path, file in sorted(context.program.files.items()):
        named = _CONFIG.search(path)
        if named is None:
            continue
        for fact in file.returns.get("", ())[:1]:
            whole = context.evaluator.quiet(fact.value, Frame(file, line=fact.line))
            site = Site(path, fact.line, fact.column)
            for key, value in flat(whole, f"{named[1]}.", 0):
                setting = Setting("code", key, value, line=max(site.line, 1), column=site.column)
                for service in context.land.services_of(path):
                    context.filler.settings.tell(service, path, setting)
            if named[1] == "database" and isinstance(whole, Pairs):
                usual = whole.get("default")
                asked = usual if isinstance(usual, Value) else Value()
                filled = (
                    one for service in context.land.services_of(path) for one in context.filler.fill(asked, service)
                )
                defaults = {one.value.text for one in filled}
                lines = {name: Site(path, line) for name, line in _written(fact.value)}
                found = _connections(whole, site, defaults)
                told = (replace(one, site=lines.get(one.call, one.site)) for one in found)
                context.effects.setdefault("connect", []).extend(told)


def _written(value: Expr) -> Iterator[tuple[str, int]]:
    """The connections with the lines that they are written on."""
    for key, inner in value.entries if isinstance(value, Record) else ():
        if isinstance(key, Text) and key.text == "connections" and isinstance(inner, Record):
            yield from ((f"connections.{name.text}", name.line) for name, _ in inner.entries if isinstance(name, Text))


def _connections(whole: Pairs, site: Site, defaults: set[str | None]) -> Iterator[Effect]:
    connections = whole.get("connections")
    for name, entry in connections.entries if isinstance(connections, Pairs) else ():
        usual = isinstance(name, Value) and name.text in defaults
        if isinstance(name, Value) and name.text and isinstance(entry, Pairs) and (usual or name.text not in _BORN):
            driver = entry.get("driver")
            written = (driver.text or "") if isinstance(driver, Value) else ""
            given = ((part, entry.get(key)) for part, key in _PARTS)
            values = tuple((part, thing) for part, thing in given if thing is not None)
            engine = ("engine", Value.of(_ENGINES.get(written, written)))
            alias = Value.of("default") if usual else name
            yield Effect("connect", site, (*values, engine, ("alias", alias)), call=f"connections.{name.text}")


def flat(thing: Thing | None, start: str, depth: int) -> Iterator[tuple[str, Value]]:
    """The texts of nested objects by their keys, joined by dots."""
    match thing:
        case Value() if start:
            yield start.rstrip("."), thing
        case Several(items):
            for item in items:
                yield from flat(item, start, depth + 1)
        case Pairs(entries) if depth < _DEEPEST:
            for key, value in entries:
                if isinstance(key, Value) and key.text:
                    yield from flat(value, f"{start}{key.text}.", depth + 1)
