"""What deployment tools interpolate: values filled from ``.env`` files and the like, with the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from boundary.facts import Setting, Variable
from boundary.model import Evidence, Hole, Value
from boundary.resolve.files import Files, stands
from boundary.resolve.landscape import Binding

DEEPEST = 8
"""Steps that are followed from variable to variable; manifests use two."""

LONGEST = 20_000
"""Characters of a filled value; a longer one is left open."""

Known = Mapping[str, Binding]
_Filled = tuple[Value, tuple[Evidence, ...]]

_HOLE = re.compile(r"\$\{([A-Za-z_]\w{0,200})(?::?-([^}]{0,1000}))?[^}]{0,1000}\}|\$([A-Za-z_]\w{0,200})")


class Budget:
    """How much a workspace may expand to: a file that many others take in counts each time."""

    def __init__(self, left: int = 2_000_000) -> None:
        self._left = left

    def allows(self, count: int) -> bool:
        """Whether so much more is allowed; it is spent then."""
        if count > self._left:
            return False
        self._left -= count
        return True


def fill(value: Value, known: Known) -> _Filled:
    """A value with its ``variable`` holes filled from what is known, else with their defaults; and where from."""
    if not value.holes:
        return value, ()
    return _fill(value, known, 0, {})


def _fill(value: Value, known: Known, depth: int, done: dict[tuple[str, int], _Filled]) -> _Filled:
    parts: list[str | Hole | Value] = []
    evidence: list[Evidence] = []
    size = 0
    for part in value.parts:
        if isinstance(part, str) or part.kind != "variable" or depth > DEEPEST:
            parts.append(part)
            continue
        inner, more = _hole(part, known, depth, done)
        size += sum(len(one) for one in inner.parts if isinstance(one, str))
        parts.append(inner if size < LONGEST else Hole(part.kind, part.name))
        evidence += more
    return Value.of(*parts), tuple(dict.fromkeys(evidence))


def _hole(hole: Hole, known: Known, depth: int, done: dict[tuple[str, int], _Filled]) -> _Filled:
    found = known.get(hole.name)
    if found and not any(one.name == hole.name for one in found.value.holes):
        key = (hole.name, depth)
        if key not in done:
            inner, more = _fill(found.value, known, depth + 1, done)
            done[key] = inner, tuple(dict.fromkeys((*found.evidence, *more)))
        return done[key]
    if hole.default is not None:
        return _fill(hole.default, known, depth + 1, done)
    return Value((hole,)), ()


def text(written: str, known: Known) -> str:
    """A text as written with its ``${X}`` filled; what nothing fills stays."""

    def one(match: re.Match[str]) -> str:
        found = known.get(match[1] or match[3])
        filled = fill(found.value, known)[0].text if found else match[2]
        return match[0] if filled is None else filled

    return _HOLE.sub(one, written)


_EXAMPLES = (".example", ".sample", ".dist", ".template", ".defaults")
"""What is kept beside a file of variables that each machine has of its own, to be copied to it."""


def settings(files: Files, path: str, how: str) -> dict[str, Binding]:
    """The variables of a ``.env`` file, or of the example that it is a copy of where it is not kept itself.

    ``how`` says in the evidence what they are for.
    """
    where = next((one for one in (path, *(path + end for end in _EXAMPLES)) if files.of(one, Setting)), path)
    return {
        setting.key: Binding(setting.key, setting.value, (evidence(where, setting, how),))
        for setting in files.of(where, Setting)
        if setting.scope == "dotenv"
    }


def bound(path: str, fact: Variable, known: Known) -> Binding:
    """A variable of a workload, filled; one without a value is passed through from where the deployment is started."""
    value = Value((Hole("variable", fact.name),)) if fact.value is None else fact.value
    filled, more = fill(value, known)
    here = Evidence(stands(path, fact), f"{fact.workload} is started with {fact.name}")
    return Binding(fact.name, filled, (here, *more))


def evidence(path: str, setting: Setting, how: str) -> Evidence:
    """Where a setting stands, in words."""
    return Evidence(stands(path, setting), f"{setting.key} {how}")
