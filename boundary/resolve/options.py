"""Settings on command lines: ``--spring.profiles.active=docker``, ``-Ddb.host=db``, ``--ConnectionStrings:orders=…``.

Spring Boot reference, "Accessing Command Line Properties"; java(1), "-D"; .NET, "Command-line configuration provider".
They also stand in variables that a virtual machine or a start script reads (``JAVA_TOOL_OPTIONS``, ``JAVA_OPTS``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Evidence, Location, Value
from boundary.reading.interpolate import shell, words
from boundary.resolve.environment import fill
from boundary.resolve.landscape import Binding, Unit
from boundary.resolve.recipe import Recipe

_OPTION = re.compile(r"""["']?(?:-D|--)(?P<key>[A-Za-z][\w-]*(?:[.:][\w-]+(?:\[\d+\])?)+)=""")
_OPTIONS = re.compile(r"(?:.*_)?(?:OPTS|OPTIONS|ARGS|ARGUMENTS)$")


def options(unit: Unit, recipe: Recipe | None) -> tuple[Binding, ...]:
    """The settings that a unit's command lines give, those of the unit before those of its image."""
    found: dict[str, Binding] = {}
    known = {binding.name: binding for binding in unit.variables}
    for place, value in _lines(unit, recipe):
        for word in words(fill(value, known)[0]):
            first = word.parts[0] if word.parts and isinstance(word.parts[0], str) else ""
            match = _OPTION.match(first)
            if match:
                rest = Value.of(first[match.end() :], *word.parts[1:])
                why = Evidence(place, f"{unit.name} is started with {match['key']}")
                found.setdefault(match["key"], Binding(match["key"], rest, (why,)))
    return tuple(found.values())


def _lines(unit: Unit, recipe: Recipe | None) -> Iterator[tuple[Location, Value]]:
    yield from ((unit.location, shell(word)) for word in unit.command)
    for binding in unit.variables:
        if _OPTIONS.fullmatch(binding.name) and binding.evidence:
            yield binding.evidence[0].location, binding.value
    for line, value in recipe.commands if recipe else ():
        yield Location(recipe.path if recipe else "", line), value
