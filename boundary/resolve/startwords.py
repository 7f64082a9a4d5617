"""Addresses on the command line that a container is started with: ``--upstream=http://orders:8080``, ``orders:8080``.

A word counts with the option that it belongs to. Hosts that a command only waits for, and addresses by which others are
to call, are none of what it connects to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Evidence, Location, Value
from boundary.reading.interpolate import shell, words
from boundary.resolve.environment import fill
from boundary.resolve.landscape import Binding, Unit
from boundary.resolve.recipe import Recipe
from boundary.resolve.waiting import awaited

WORD = "-"
"""How a word is called that belongs to no option. No variable or setting begins so."""

_OPTION = re.compile(r"(--?[A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)
_URL = re.compile(r"[a-z][a-z0-9+.:-]*://[^\s]+")
_SOCKET = re.compile(r"[A-Za-z][\w.-]*:\d{2,5}")
_TOLD = re.compile(r"advertis|external|public|redirect|callback|origin|cors|listen|bind|issuer|wait", re.IGNORECASE)
_MOST = 200
"""Words that are looked at."""


def addresses(unit: Unit, recipe: Recipe | None) -> tuple[Binding, ...]:
    """The addresses that a unit's command line names, or that of its image where nothing replaces it, by options."""
    known = {binding.name: binding for binding in unit.variables}
    lines = [(unit.location, shell(word)) for word in unit.command if " { " not in word]  # a pipeline of Logstash
    if not lines and recipe is not None:
        lines = [(Location(recipe.path, line), value) for line, value in recipe.commands]
    said = [(place, word) for place, value in lines for word in words(fill(value, known)[0])][:_MOST]
    waited = set(awaited([str(word) for _, word in said]))
    return tuple(
        Binding(option, Value.of(text), (Evidence(place, f"{unit.name} is started with {option.strip('-') or text}"),))
        for option, text, place in _told(said)
        if not _TOLD.search(option) and waited.isdisjoint(re.split(r"[/:@]+", text))
    )


def _told(said: list[tuple[Location, Value]]) -> Iterator[tuple[str, str, Location]]:
    """Options with the address that they are given, and addresses that stand alone."""
    option = WORD
    for place, word in said:
        text = word.text or ""
        found = _OPTION.fullmatch(text)
        if found and found[2] is None:
            option = found[1]
            continue
        name, given = (found[1], found[2]) if found else (option, text)
        if _URL.fullmatch(given) or _SOCKET.fullmatch(given):
            yield name, given, place
        option = WORD
