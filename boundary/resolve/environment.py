"""What deployment tools interpolate: values filled from ``.env`` files and the like, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from boundary.facts import Setting, Variable
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve.files import Files
from boundary.resolve.landscape import Binding

DEEPEST = 8
"""Steps that are followed from variable to variable; manifests use two."""

Known = Mapping[str, Binding]

_HOLE = re.compile(r"\$\{([A-Za-z_]\w*)(?::?-([^}]*))?[^}]*\}|\$([A-Za-z_]\w*)")


def fill(value: Value, known: Known, depth: int = 0) -> tuple[Value, tuple[Evidence, ...]]:
    """A value with its ``variable`` holes filled from what is known, else with their defaults; and where from."""
    parts: list[str | Hole | Value] = []
    evidence: list[Evidence] = []
    for part in value.parts:
        if isinstance(part, str) or part.kind != "variable" or depth > DEEPEST:
            parts.append(part)
            continue
        found = known.get(part.name)
        if found and not any(hole.name == part.name for hole in found.value.holes):
            inner, more = fill(found.value, known, depth + 1)
            evidence += (*found.evidence, *more)
        elif part.default is not None:
            inner, more = fill(part.default, known, depth + 1)
            evidence += more
        else:
            inner = Value((part,))
        parts.append(inner)
    return Value.of(*parts), tuple(dict.fromkeys(evidence))


def text(written: str, known: Known) -> str:
    """A text as written with its ``${X}`` filled; what nothing fills stays."""

    def one(match: re.Match[str]) -> str:
        found = known.get(match[1] or match[3])
        filled = fill(found.value, known)[0].text if found else match[2]
        return match[0] if filled is None else filled

    return _HOLE.sub(one, written)


def settings(files: Files, path: str, how: str) -> dict[str, Binding]:
    """The variables of a ``.env`` file; ``how`` says in the evidence what they are for."""
    return {
        setting.key: Binding(setting.key, setting.value, (evidence(path, setting, how),))
        for setting in files.of(path, Setting)
        if setting.scope == "dotenv"
    }


def bound(path: str, fact: Variable, known: Known) -> Binding:
    """A variable of a workload, filled; one without a value is passed through from where the deployment is started."""
    value = Value((Hole("variable", fact.name),)) if fact.value is None else fact.value
    filled, more = fill(value, known)
    here = Evidence(Location(path, fact.line, fact.column), f"{fact.workload} is started with {fact.name}")
    return Binding(fact.name, filled, (here, *more))


def evidence(path: str, setting: Setting, how: str) -> Evidence:
    """Where a setting stands, in words."""
    return Evidence(Location(path, setting.line, setting.column), f"{setting.key} {how}")
