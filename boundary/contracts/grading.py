"""The grading tables: what a change is called, how bad it is, and what to say about it.

They are data, ``rules/contracts/<kind>.toml``, one table a change id. A user re-grades a row by its id under
``[rules.severity]`` of the configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from boundary import rulebook
from boundary.contracts.model import Change, Comparison, Level
from boundary.reading import toml


class Grade(msgspec.Struct, frozen=True):
    """A row; ``message`` and ``fix`` are templates over ``subject``, ``where`` and what the comparer adds.

    ``breaks`` names what breaks where a kind of contract knows several (``wire``, ``json``, ``source``), ``rule`` is
    the code of the catalogue's rule (BRK001 …) that the change falls under. ``does`` says in neutral words what was
    done: the keyword, and what happened to it (``property removed``). ``by`` has the level for a direction in which it
    is another one: a webhook's request is sent by the provider, a header of a part by the consumer.
    """

    level: Level
    message: str
    fix: str = ""
    breaks: str = ""
    rule: str = ""
    does: str = ""
    by: Mapping[str, Level] = {}

    @property
    def keyword(self) -> str:
        """What the change was done to."""
        return self.does.partition(" ")[0]

    def level_of(self, direction: str) -> Level:
        """The level of a change in what is sent in a direction."""
        return self.by.get(direction, self.level)

    @property
    def move(self) -> str:
        """What was done."""
        return self.does.partition(" ")[2]


@cache
def table(kind: str) -> Mapping[str, Grade]:
    """The rows of a kind of contract, by change id."""
    text = (rulebook.home() / "contracts" / f"{kind}.toml").read_text("utf-8")
    return msgspec.convert(toml.values(text), dict[str, Grade])


def tables() -> list[str]:
    """The names of all tables."""
    found = (one.name for one in (rulebook.home() / "contracts").iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


def regraded(comparison: Comparison, severity: Mapping[str, str]) -> Comparison:
    """The comparison with the levels that a configuration gives to change ids."""
    return Comparison.of((_regraded(change, severity) for change in comparison.changes), comparison.problems)


def _regraded(change: Change, severity: Mapping[str, str]) -> Change:
    level = severity.get(change.id)
    return change if level is None else msgspec.structs.replace(change, level=msgspec.convert(level, Level))
