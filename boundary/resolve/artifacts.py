"""Built artifacts: which module of the workspace a JAR or WAR comes from, and what its program calls itself.

Maven builds ``<module>/target/<artifact>-<version>.jar``, Gradle ``<module>/build/libs/<project>-<version>.jar``. The
names are those by which programs are found at run time: ``spring.application.name`` (Spring Boot reference, "Common
Application Properties"), ``quarkus.application.name``, ``micronaut.application.name``.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from boundary.facts import Package, Setting
from boundary.model import Value
from boundary.resolve.files import Files, ancestors, fold, folder, inside

_ARCHIVE = re.compile(r"[\w.${}*/-]+\.[jw]ar\b")
_OUTPUT = re.compile(r"(?:(?P<module>.*?)/)?(?:target|build/libs|build)/[^/]+$")
_VERSION = re.compile(r"-\d[\w.-]*$|-\*.*$|-\$\{.*$")
_CALLED = frozenset(["springapplicationname", "quarkusapplicationname", "micronautapplicationname"])
_LISTEN = frozenset(["serverport", "quarkushttpport", "micronautserverport"])
_OWN = re.compile(r"(?:application|bootstrap)(?:-[\w.-]+)?\.(?:ya?ml|properties)$|appsettings(?:\.\w+)?\.json$")
_BESIDE = frozenset(["src", "docker", "target", "build", "deploy", "deployment", "container", "ci"])
"""Folders of a module that hold no program of their own."""


class Artifacts:
    """The Java modules of a workspace."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def module(self, base: str, written: Iterable[str]) -> str | None:
        """The folder of the module whose archive is named in texts of a Dockerfile, None when it is none or unclear.

        ``base`` is the folder that relative paths start in.
        """
        for archive in dict.fromkeys(found for text in written for found in _ARCHIVE.findall(text)):
            place = _OUTPUT.fullmatch(archive.removeprefix("./"))
            module = (place["module"] or "").lstrip("/") if place else None
            if place and module is not None and (where := inside(base, module or ".")) in self._modules:
                return None if self._only_gathers(where) else where
            name = fold(posixpath.basename(module or ""))
            if len(fitting := self._by_folder.get(name, [])) == 1:
                return fitting[0]
            artifact = posixpath.basename(archive).rpartition(".")[0]
            plain = _VERSION.sub("", artifact)
            named = self._by_name.get(fold(plain), []) if plain != artifact or place else []
            if len(named) == 1:
                return named[0]
        return None

    def _only_gathers(self, where: str) -> bool:
        """Whether a package holds modules and no code of its own: no archive is built there."""
        return self._members.get(where, False) and inside(where, "src") not in self._files.folders

    def around(self, where: str) -> str | None:
        """The module that a folder belongs to which holds only what the module is packed with."""
        for above in ancestors(where):
            first = where[len(above) + 1 if above else 0 :].partition("/")[0]
            if above in self._modules:
                return above if first in _BESIDE and not self._members.get(above) else None
        return None

    def builds(self, name: str) -> bool:
        """Whether a module of the workspace has a name."""
        return fold(name) in self._by_name or fold(name) in self._by_folder

    @cached_property
    def called(self) -> dict[str, list[str]]:
        """What the programs of each module call themselves; none where they only say that they listen."""
        found: dict[str, list[str]] = {}
        for path, setting in self._files.all(Setting):
            key = fold(setting.key)
            module = self._configured(path) if key in _CALLED or key in _LISTEN else None
            if module is not None:
                names = found.setdefault(module, [])
                name = plain(setting.value) if key in _CALLED else ""
                names += [name] if name and name not in names else []
        return found

    def _configured(self, path: str) -> str | None:
        """The module whose own configuration a file is: not one that it hands out to others, as what only holds modules
        does with a folder of settings beside them."""
        where, _, name = path.rpartition("/")
        if not _OWN.match(name):
            return None
        inner = re.sub(r"(?:^|/)(?:src/main/resources(?:/config)?|config)$", "", where)
        beside = inner == folder(where) and "src/" not in where and self._members.get(inner, False)
        return inner if inner in self._programs and not beside else None

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The name of the package in each folder with one."""
        return {folder(path): one.name for path, one in self._files.all(Package) if one.ecosystem == "maven"}

    @cached_property
    def _programs(self) -> set[str]:
        """The folders of packages whose programs may say what they are called: Steeltoe has Spring's settings."""
        return {folder(path) for path, one in self._files.all(Package) if one.ecosystem in ("maven", "nuget")}

    @cached_property
    def _members(self) -> dict[str, bool]:
        return {folder(path): bool(one.members) for path, one in self._files.all(Package) if one.members}

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for where in self._modules:
            found[fold(posixpath.basename(where))].append(where)
        found.pop("", None)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for where, name in self._modules.items():
            found[fold(name)].append(where)
        return found


def plain(value: Value) -> str:
    """The text of a value that nothing fills but its own defaults; "" where they do not suffice."""
    pieces = [part if isinstance(part, str) else plain(part.default) if part.default else None for part in value.parts]
    return "" if None in pieces else "".join(piece for piece in pieces if piece).strip()
