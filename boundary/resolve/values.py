"""Filling holes: what a variable or setting holds in the deployments of a service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boundary.facts import FileFacts, Setting
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve.files import ancestors, folder, within
from boundary.resolve.landscape import Landscape, Service, Unit

MOST_ALTERNATIVES = 24
"""Deployments of one service that are told apart; more say nothing new."""


_CONFIG_FOLDERS = frozenset(("config", "configs", "configuration", "conf", "settings"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A value as one deployment gives it, and where that stands. ``unit`` is the deployment, None for none."""

    value: Value
    evidence: tuple[Evidence, ...] = ()
    unit: Unit | None = None


_Done = dict[tuple[Hole, int], Filled]
"""Holes that are filled already, by depth: variables that name each other twice would be filled without end."""


class Filler:
    """Fills the holes of values for a service: environment chain, settings files, defaults.

    A service may be deployed several times with different values (compose, Kubernetes, an override): each gives one
    alternative, in which all variables come from the same deployment.
    """

    def __init__(self, files: Sequence[FileFacts], land: Landscape) -> None:
        self._land = land
        self._units = {service.id: service.units for service in land.services}
        self._settings: dict[str, dict[str, list[tuple[str, Setting]]]] = defaultdict(lambda: defaultdict(list))
        self._common: dict[str, list[tuple[str, Setting]]] = defaultdict(list)
        self._above = {service.id: _above(service) for service in land.services}
        self.read: dict[str, set[str]] = defaultdict(set)
        for file in files:
            owners = land.services_of(file.path)
            for fact in file.facts:
                if isinstance(fact, Setting) and fact.scope not in ("configmap", "secret"):
                    if not owners and fact.scope != "dotenv" and not file.mark:
                        self._common[fold(fact.key)].append((file.path, fact))
                    for owner in owners:
                        self._settings[owner][fold(fact.key)].append((file.path, fact))

    def fill(self, value: Value, service: str) -> list[Filled]:
        """All that a value can be in the deployments of a service; holes are left where nothing fills them.

        Files and defaults of a developer count only where no deployment sets the variable: what runs is what is
        deployed.
        """
        if not value.holes:
            return [Filled(value)]
        found: dict[Value, Filled] = {}
        for unit in (*self._units.get(service, ()), None)[:MOST_ALTERNATIVES]:
            filled = self._fill(value, service, unit, 0, {})
            found.setdefault(filled.value, filled)
        deployed = [filled for filled in found.values() if filled.unit and filled.evidence]
        fewest = min(len(filled.value.holes) for filled in deployed or found.values())
        best = [filled for filled in deployed or found.values() if len(filled.value.holes) == fewest]
        return [self._completed(filled, service) for filled in best] if deployed else best[:1]

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
        found: tuple[Value, Iterable[Evidence]] | None = None
        if hole.kind in ("env", "variable"):
            self.read[service].add(hole.name)
            found = self._variable(hole.name, service, unit)
        elif hole.kind == "config":
            found = self._setting(hole.name, service) or self._shared(hole.name, service)
        if found:
            inner = self._fill(found[0], service, unit, depth + 1, done)
            return Filled(inner.value, (*found[1], *inner.evidence), unit)
        if hole.default is not None and hole.kind != "unknown":
            return self._fill(hole.default, service, unit, depth + 1, done)
        return Filled(Value((Hole(hole.kind, hole.name),)))

    def _variable(self, name: str, service: str, unit: Unit | None) -> tuple[Value, Iterable[Evidence]] | None:
        for binding in unit.variables if unit else ():
            if binding.name == name and not _itself(binding.value, name):
                return binding.value, binding.evidence
        if unit is None:
            return self._setting(name, service, "dotenv")
        return None

    def _setting(self, name: str, service: str, scope: str = "") -> tuple[Value, Iterable[Evidence]] | None:
        settings = self._settings[service].get(fold(name), [])
        return _first(name, [(path, one) for path, one in settings if not scope or one.scope == scope])

    def _shared(self, name: str, service: str) -> tuple[Value, Iterable[Evidence]] | None:
        """What a file says that is no service's own and lies above the service's folders: one configuration for all
        programs of a repository, of which each reads its keys. The nearest one counts."""
        above = self._above[service]
        near = [(path, one) for path, one in self._common.get(fold(name), ()) if _home(path) in above]
        return _first(name, sorted(near, key=lambda entry: (-len(_home(entry[0])), entry[0])))

    def settings(self, service: str) -> list[tuple[str, Setting]]:
        """All settings in the files of a service, with their paths."""
        return [entry for entries in self._settings[service].values() for entry in entries]


def _first(name: str, settings: Iterable[tuple[str, Setting]]) -> tuple[Value, Iterable[Evidence]] | None:
    for path, setting in settings:
        if not _itself(setting.value, name):
            what = f"{setting.key} is set to {shown(setting.value)}"
            return setting.value, [Evidence(Location(path, setting.line, setting.column), what)]
    return None


def _above(service: Service) -> frozenset[str]:
    """The folders that the folders and builds of a service lie in, within its repository."""
    places = (*service.roots, *(unit.build for unit in service.units if unit.build is not None))
    folders = {above for place in places for above in (place, *ancestors(place))}
    return frozenset(above for above in folders if within(above, service.repository))


def _home(path: str) -> str:
    """The folder that a settings file is there for: the one above a folder that holds nothing but configuration."""
    where = folder(path)
    return folder(where) if where.rpartition("/")[2].lower() in _CONFIG_FOLDERS else where


def fold(name: str) -> str:
    """A key without case and separators: ``db.host``, ``DB_HOST`` and ``dbHost`` are one."""
    return "".join(c for c in name.casefold() if c.isalnum())


def shown(value: Value) -> str:
    """A value as it may be shown: a password in a URL is taken out."""
    import re

    return re.sub(r"(://[^/:@\s]*:)[^@/\s]*@", r"\1***@", str(value))


def _itself(value: Value, name: str) -> bool:
    return len(value.parts) == 1 and isinstance(value.parts[0], Hole) and value.parts[0].name == name
