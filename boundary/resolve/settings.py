"""The settings files of services: which value counts for a key, in the environment that a deployment runs in.

Order of Spring Boot ("Externalized Configuration", "Profile Specific Files"), which others share in its essentials:
what is for an active profile comes before what is for all; what a configuration server hands out comes before the
service's own defaults. Where no deployment tells the profile, a value that points at the own machine gives way to that
of the profile for containers or production.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from boundary.facts import FileFacts, ImageSetting, Setting
from boundary.model import Hole, Value
from boundary.reading.profiles import of_name
from boundary.resolve.files import ancestors, fold, folder, within
from boundary.resolve.landscape import Landscape, Service

_FAMILY = re.compile(
    r"(?:application|bootstrap|appsettings)(?:[.-][\w.-]+)?\.(?:ya?ml|properties|json)$", re.IGNORECASE
)
_CONFIG_FOLDERS = frozenset(("config", "configs", "configuration", "conf", "settings"))
VARIABLES = "environment"
"""The scope of settings that only tell which variable sets a key."""

_IMPORT = "springconfigimport"

_HERE = re.compile(r"\blocalhost\b|\b127\.0\.0\.1\b|\b0\.0\.0\.0\b|:mem:|^jdbc:(?:h2|hsqldb|derby):", re.IGNORECASE)
_DEPLOYED = (
    "docker", "container", "compose", "dockercompose", "kubernetes", "k8s", "openshift", "cloud", "aws", "azure", "gcp",
    "prod", "production", "staging", "live",
)  # fmt: skip
"""Profiles of environments that are no developer's machine, the most telling first."""

_SHARED = "shared"
_SECTIONS = ("production", "staging", _SHARED)
"""The parts of a configuration of Rails that count where it is deployed."""


@dataclass(frozen=True, slots=True)
class Served:
    """A file that a configuration server hands out: to which services, and for which profile ("" for all)."""

    services: tuple[str, ...]
    profile: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    setting: Setting
    profile: str
    served: bool
    family: int
    """How much a file's name says that the program reads it: 2 application, 1 bootstrap, 0 any other."""
    order: int


class Settings:
    """All settings of all services; ``served`` tells the files that are handed out, by path."""

    def __init__(self, files: Iterable[FileFacts], land: Landscape, served: Mapping[str, Served] | None = None) -> None:
        self._entries: dict[str, dict[str, list[_Entry]]] = defaultdict(lambda: defaultdict(list))
        self._common: dict[str, list[tuple[str, Setting]]] = defaultdict(list)
        self._images: dict[str, dict[str, tuple[str, ImageSetting]]] = defaultdict(dict)
        self._deployed: dict[str, bool] = {}
        self._started = {one.id for one in land.services if all(unit.platform == "process" for unit in one.units)}
        self._above = {service.id: _above(service) for service in land.services}
        given = served or {}
        mounted = _mounted(land)
        order = 0
        for file in files:
            handed = given.get(file.path)
            owners = handed.services if handed else land.services_of(file.path)
            for fact in file.facts:
                if isinstance(fact, ImageSetting) and fact.kind == "env":
                    for owner in owners:
                        self._images[owner].setdefault(fact.name, (file.path, fact))
                if isinstance(fact, Setting) and fact.scope not in ("configmap", "secret"):
                    if not owners and not fact.holder and fact.scope != "dotenv" and not file.mark:
                        self._common[fold(fact.key)].append((file.path, fact))
                    order += 1
                    entry = _entry(file.path, fact, handed, order)
                    for owner in mounted.get(fact.holder, ()) if fact.holder else owners:
                        self._entries[owner][fold(fact.key)].append(entry)
        for entries in self._entries.values():
            _import(entries)

    def tell(self, service: str, path: str, setting: Setting) -> None:
        """Add a setting that the code of a service tells itself; files are asked first."""
        self._entries[service][fold(setting.key)].append(_Entry(path, setting, "", False, 0, -1))

    def get(
        self, service: str, key: str, profiles: Sequence[str] | None = None, scope: str = ""
    ) -> tuple[str, Setting] | None:
        """The setting that counts for a key, with its path. ``profiles`` are the active ones, None for not known;
        ``scope`` asks for one format only."""
        name = fold(key)
        entries = [
            one
            for one in self._entries[service].get(name, ()) or self._sections(service, key)
            if (one.setting.scope == scope if scope else one.setting.scope != VARIABLES)
            and not _itself(one.setting.value, name)
        ]
        active = [(one, at) for one in entries if (at := _active(one.profile, profiles or ())) is not None]
        best = max(active, key=lambda pair: _rank(*pair))[0] if active else None
        if best is not None and profiles is None and best.profile.lower() == "default" and self._is_deployed(service):
            best = None
        if profiles is None and (best is None or _HERE.search(str(best.setting.value))):
            best = _elsewhere(entries) or best
        if profiles is None and best is None and service in self._started:
            best = _only(entries)
        return (best.path, best.setting) if best else None

    def _sections(self, service: str, key: str) -> list[_Entry]:
        """What files whose uppermost keys are environments say: ``mails.url`` is ``production.url`` in
        ``config/mails.yml``. Source: Rails Guides, "Custom Configuration" (``config_for``, ``shared``)."""
        file, dot, rest = key.partition(".")
        found = []
        for above in _SECTIONS if dot else ():
            for one in self._entries[service].get(fold(f"{above}.{rest}"), ()):
                if one.path.rpartition("/")[2].partition(".")[0] == file and not one.setting.group:
                    found.append(one if above == _SHARED else replace(one, profile=above))
        return found

    def _is_deployed(self, service: str) -> bool:
        """Whether a service has documents for where it is deployed: there, what counts by default is not asked."""
        if service not in self._deployed:
            told = {one.profile.lower() for entries in self._entries[service].values() for one in entries}
            self._deployed[service] = not told.isdisjoint(_DEPLOYED)
        return self._deployed[service]

    def shared(self, service: str, key: str) -> tuple[str, Setting] | None:
        """What a file says that is no service's own and lies above the service's folders: one configuration for all
        programs of a repository, of which each reads its keys. The nearest one counts."""
        above, name = self._above[service], fold(key)
        near = [(path, one) for path, one in self._common.get(name, ()) if _home(path) in above]
        told = [(path, one) for path, one in near if not _itself(one.value, name)]
        return min(told, key=lambda entry: (-len(_home(entry[0])), entry[0]), default=None)

    def image(self, service: str, name: str) -> tuple[str, ImageSetting] | None:
        """What a Dockerfile among the files of a service sets a variable to, where deployments only name the image."""
        return self._images[service].get(name)

    def all(self, service: str) -> list[tuple[str, Setting]]:
        """All settings in the files of a service, with their paths."""
        return [(one.path, one.setting) for entries in self._entries[service].values() for one in entries]

    def keys(self, service: str) -> list[str]:
        """The keys of a service's settings as they are written, each spelling once."""
        return list(dict.fromkeys(setting.key for _, setting in self.all(service)))


def _entry(path: str, fact: Setting, handed: Served | None, order: int) -> _Entry:
    """A setting with what decides how much it counts. What a ConfigMap holds is handed to a program as well."""
    profile = fact.group or (handed.profile if handed else "")
    family = 2 if fact.holder else _family(path)
    return _Entry(path, fact, profile, handed is not None or bool(fact.holder), family, order)


def _import(entries: dict[str, list[_Entry]]) -> None:
    """What a service's own settings import (``spring.config.import: classpath:application-common.yaml``) counts in any
    case, also where the name of the file would be that of a profile."""
    told = (str(one.setting.value) for key in entries if key.startswith(_IMPORT) for one in entries[key])
    names = {name.strip().rpartition(":")[2].rpartition("/")[2] for text in told for name in text.split(",")} - {""}
    for key, among in entries.items() if names else ():
        entries[key] = [
            replace(one, profile="", family=2)
            if one.path.rpartition("/")[2] in names and one.profile == of_name(one.path)
            else one
            for one in among
        ]


def _mounted(land: Landscape) -> dict[str, tuple[str, ...]]:
    """ConfigMap → the services that mount it, or else those that it is called after (Spring Cloud Kubernetes)."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for service in land.services:
        for mount in (mount for unit in service.units for mount in unit.mounts if mount.kind == "config"):
            found[mount.source][service.id] = None
    for service in land.services:
        for name in (service.name, *service.names):
            if name not in found:
                found[name][service.id] = None
    return {name: tuple(services) for name, services in found.items()}


def _above(service: Service) -> frozenset[str]:
    """The folders that the folders and builds of a service lie in, within its repository."""
    places = (*service.roots, *(unit.build for unit in service.units if unit.build is not None))
    folders = {above for place in places for above in (place, *ancestors(place))}
    return frozenset(above for above in folders if within(above, service.repository))


def _home(path: str) -> str:
    """The folder that a settings file is there for: the one above a folder that holds nothing but configuration."""
    where = folder(path)
    return folder(where) if where.rpartition("/")[2].lower() in _CONFIG_FOLDERS else where


def _family(path: str) -> int:
    name = path.rpartition("/")[2]
    return 0 if not _FAMILY.match(name) else 1 if name.lower().startswith("bootstrap") else 2


def _active(profile: str, profiles: Sequence[str]) -> int | None:
    """The place of a document's profile among the active ones (0: it is for all), None when it does not count."""
    if not profile:
        return 0
    names = [name.lower() for name in profiles]
    found = None
    for word in re.split(r"[,|&()\s]+", profile.lower()):
        if word == "default" and not names:
            found = 0
        elif word.startswith("!") and word[1:] not in names:
            found = found or 0
        elif word in names:
            found = max(found or 0, names.index(word) + 1)
    return found


def _rank(one: _Entry, at: int) -> tuple[int, int, int, int]:
    """What counts more: own and for a profile, handed out for one, handed out, own; then the file, then the later."""
    return ((2 + (not one.served)) if at else int(one.served), at, one.family, one.order if one.family else -one.order)


def _elsewhere(entries: Sequence[_Entry]) -> _Entry | None:
    """The value for the most telling environment that is no developer's machine."""
    for wanted in _DEPLOYED:
        for one in entries:
            words = re.split(r"[,|&()\s]+", one.profile.lower())
            if wanted in words and not _HERE.search(str(one.setting.value)):
                return one
    return None


def _only(entries: Sequence[_Entry]) -> _Entry | None:
    """The value of the one environment that has any, for what nobody deploys: it is started there by hand."""
    profiles = {one.profile.lower() for one in entries}
    alone = len(profiles) == 1 and profiles.isdisjoint(("test", "tests", "it", "ci"))
    return max(entries, key=lambda one: (one.family, one.order)) if alone else None


def _itself(value: Value, name: str) -> bool:
    only = value.parts[0] if len(value.parts) == 1 else None
    return isinstance(only, Hole) and fold(only.name) == name and only.default is None


def without(value: Value, name: str) -> Value:
    """A value whose holes of a name are what they are by default: it is the setting of that name."""
    if all(fold(hole.name) != fold(name) for hole in value.holes):
        return value
    parts = (
        (part.default or Hole(part.kind)) if isinstance(part, Hole) and fold(part.name) == fold(name) else part
        for part in value.parts
    )
    return Value.of(*parts)
