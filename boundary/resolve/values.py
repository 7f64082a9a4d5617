"""Filling holes: what a variable or setting holds in the deployments of a service."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from boundary.facts import Setting
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve.files import stands
from boundary.resolve.landscape import Landscape, Unit
from boundary.resolve.openness import openness
from boundary.resolve.profiled import Profiles
from boundary.resolve.settings import VARIABLES, Settings, without

MOST_ALTERNATIVES = 24
"""Deployments of one service that are told apart; more say nothing new."""


_ADDRESSES = ("connectionString", "serviceUri", "blobServiceUri", "accountEndpoint", "fullyQualifiedNamespace")
"""Keys below a section under which clients look for where they go."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A value as one deployment gives it, and where that stands. ``unit`` is the deployment, None for none."""

    value: Value
    evidence: tuple[Evidence, ...] = ()
    unit: Unit | None = None


_Done = dict[tuple[Hole, int], Filled]
"""Holes that are filled already, by depth: variables that name each other twice would be filled without end."""


_Found = tuple[Value, Iterable[Evidence]]


class Filler:
    """Fills the holes of values for a service: environment chain, command line, settings files, defaults.

    A service may be deployed several times with different values (compose, Kubernetes, an override): each gives one
    alternative, in which all variables come from the same deployment. A configuration key may be set by a variable in
    any spelling (``DB_HOST`` is ``db.host``, ``ConnectionStrings__orders`` is ``ConnectionStrings:orders``), which
    comes before the files.
    """

    def __init__(self, land: Landscape, settings: Settings) -> None:
        self._land = land
        self._units = {service.id: service.units for service in land.services}
        self.settings = settings
        self.read: dict[str, set[str]] = defaultdict(set)
        self._profiles = Profiles(settings, self._told)

    def fill(self, value: Value, service: str) -> list[Filled]:
        """All that a value can be in the deployments of a service; holes are left where nothing fills them.

        Files and defaults of a developer count only where no deployment sets the variable: what runs is what is
        deployed.
        """
        return [self._followed(one) for one in self._filled(value, service)]

    def _followed(self, filled: Filled) -> Filled:
        """A value with what stacks keep in parameters and secrets under the names in it."""
        stacks = self._land.stacks
        if stacks is None or not any(isinstance(part, str) and "{{resolve:" in part for part in filled.value.parts):
            return filled
        value, evidence = stacks.followed(filled.value)
        return Filled(value, (*filled.evidence, *evidence), filled.unit)

    def _filled(self, value: Value, service: str) -> list[Filled]:
        if not value.holes:
            return [Filled(value)]
        found: dict[Value, Filled] = {}
        for unit in (*self._units.get(service, ()), None)[:MOST_ALTERNATIVES]:
            filled = self._fill(value, service, unit, 0, {})
            found.setdefault(filled.value, filled)
        deployed = [filled for filled in found.values() if filled.unit and filled.evidence]
        fewest = min(openness(filled.value) for filled in deployed or found.values())
        best = [filled for filled in deployed or found.values() if openness(filled.value) == fewest]
        return [self._completed(filled, service) for filled in best] if deployed else best[:1]

    def each(self, value: Value, service: str) -> list[Filled]:
        """What a value is in every deployment of a service, also where it is nothing; else what its files say."""
        units: tuple[Unit | None, ...] = self._units.get(service, ())[:MOST_ALTERNATIVES] or (None,)
        return [self._fill(value, service, unit, 0, {}) for unit in units]

    def fill_for(self, value: Value, unit: Unit) -> Filled:
        """What a value is for a unit that is none of a service's: by its variables, else by the defaults."""
        return self._fill(value, "", unit, 0, {})

    def _completed(self, filled: Filled, service: str) -> Filled:
        """What a deployment leaves open may still stand in a file that is started with."""
        if not filled.value.holes:
            return filled
        rest = self._fill(filled.value, service, None, 0, {})
        return Filled(rest.value, tuple(dict.fromkeys((*filled.evidence, *rest.evidence))), filled.unit)

    def _fill(self, value: Value, service: str, unit: Unit | None, depth: int, done: _Done) -> Filled:
        parts: list[str | Hole | Value] = []
        evidence: list[Evidence] = []
        for part in value.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            if (part, depth) not in done:
                done[part, depth] = self._hole(part, service, unit, depth, done)
            filled = done[part, depth]
            parts.append(filled.value)
            evidence += filled.evidence
        return Filled(Value.of(*parts), tuple(dict.fromkeys(evidence)), unit)

    def _hole(self, hole: Hole, service: str, unit: Unit | None, depth: int, done: _Done) -> Filled:
        if depth > 8:
            return Filled(Value((hole,)))
        found: _Found | None = None
        if hole.kind in ("env", "variable"):
            self.read[service].add(hole.name)
            found = self._variable(hole.name, service, unit)
        elif hole.kind == "config":
            self.read[service].add(hole.name)
            found = (
                self._relaxed(hole.name, unit)
                or self._mapped(hole.name, service, unit)
                or self._setting(hole.name, service, unit)
                or self._of_any(hole.name, service, unit)
                or self._of_section(hole.name, service, unit)
            )
        if found:
            inner = self._fill(without(found[0], hole.name), service, unit, depth + 1, done)
            return Filled(inner.value, (*found[1], *inner.evidence), unit)
        if hole.default is not None and hole.kind != "unknown":
            return self._fill(hole.default, service, unit, depth + 1, done)
        return Filled(Value((Hole(hole.kind, hole.name),)))

    def _variable(self, name: str, service: str, unit: Unit | None) -> _Found | None:
        for binding in unit.variables if unit else ():
            if binding.name == name and not _itself(binding.value, name):
                return binding.value, binding.evidence
        if unit is None:
            return self._setting(name, service, None, "dotenv") or self._built(name, service)
        return None

    def _mapped(self, name: str, service: str, unit: Unit | None) -> _Found | None:
        """What a deployment sets a key to, by the variable that a file names for it."""
        told = self.settings.get(service, name, None, VARIABLES)
        variable = next((hole.name for hole in told[1].value.holes), "") if told else ""
        found = self._variable(variable, service, unit) if variable else None
        if told is None or found is None:
            return None
        self.read[service].add(variable)
        place = Location(told[0], told[1].line, told[1].column)
        return found[0], [Evidence(place, f"{variable} sets {told[1].key}"), *found[1]]

    def _built(self, name: str, service: str) -> _Found | None:
        found = self.settings.image(service, name)
        if found is None:
            return None
        path, one = found
        return one.value, [Evidence(Location(path, one.line, one.column), f"the image sets {name}")]

    def _of_any(self, name: str, service: str, unit: Unit | None) -> _Found | None:
        """A key in whatever section has it, where the code does not tell which (``*.url``): all that have it agree."""
        if not name.startswith("*."):
            return None
        given = [re.sub("__|:", ".", binding.name) for binding in (*unit.options, *unit.variables)] if unit else []
        wanted, depth = fold(name), name.count(".")
        keys = [
            key for key in (*given, *self.settings.keys(service))
            if key.count(".") >= depth and fold("".join(key.split(".")[-depth:])) == wanted
        ]  # fmt: skip
        found = [told for key in keys if (told := self._relaxed(key, unit) or self._setting(key, service, unit))]
        return found[0] if len({value for value, _ in found}) == 1 else None

    def _of_section(self, name: str, service: str, unit: Unit | None) -> _Found | None:
        """The address in a section that a client is given whole: ``AddBlobServiceClient(GetSection("Letters"))``."""
        keys = [f"{name}.{one}" for one in _ADDRESSES]
        return next(
            (got for key in keys if (got := self._relaxed(key, unit) or self._setting(key, service, unit))), None
        )

    def _relaxed(self, name: str, unit: Unit | None) -> _Found | None:
        """What a deployment sets a key to, by a variable or an option of its command line, however they spell it."""
        wanted = fold(name)
        for binding in (*unit.options, *unit.variables) if unit else ():
            if fold(binding.name) == wanted and not _itself(binding.value, binding.name):
                return binding.value, binding.evidence
        return None

    def _told(self, key: str, service: str, unit: Unit | None) -> str:
        """What a deployment sets a key to, else a file that counts for all profiles."""
        found = self._relaxed(key, unit)
        if found is None and (written := self.settings.get(service, key, ())):
            found = written[1].value, ()
        return (self._fill(found[0], service, unit, 1, {}).value.text or "") if found else ""

    def _setting(self, name: str, service: str, unit: Unit | None, scope: str = "") -> _Found | None:
        profiles = None if scope else self.profiles(service, unit)
        found = self.settings.get(service, name, profiles, scope)
        if found is None and not scope:
            found = self.settings.shared(service, name)
        if found is None:
            return None
        path, setting = found
        what = f"{setting.key} is set to {shown(setting.value)}"
        return setting.value, [Evidence(stands(path, setting), what)]

    def counts(self, service: str, path: str, setting: Setting) -> bool:
        """Whether a setting is the one that counts in some deployment: one for its profile, and none that sets the key
        by a variable of its own."""
        units = self._units.get(service, ())[:MOST_ALTERNATIVES]
        if units and all(self._relaxed(setting.key, unit) for unit in units):
            return False
        if not setting.group:
            return True
        for unit in (*units, None):
            if self.settings.get(service, setting.key, self.profiles(service, unit)) == (path, setting):
                return True
        return False

    def profiles(self, service: str, unit: Unit | None) -> tuple[str, ...] | None:
        """The profiles that are active in a deployment of a service, None where nobody tells."""
        return self._profiles.of(service, unit)


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """A key without case and separators: ``db.host``, ``DB_HOST`` and ``dbHost`` are one."""
    return "".join(c for c in name.casefold() if c.isalnum())


def shown(value: Value) -> str:
    """A value as it may be shown: a password in a URL is taken out."""
    return re.sub(r"(://[^/:@\s]*:)[^@/\s]*@", r"\1***@", str(value))


def _itself(value: Value, name: str) -> bool:
    return len(value.parts) == 1 and isinstance(value.parts[0], Hole) and value.parts[0].name == name
