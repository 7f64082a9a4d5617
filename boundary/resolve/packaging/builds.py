"""Gradle's builds put together: what catalogues, conventions and the scripts above say of the projects.

``libs.orders.core`` becomes the library that the catalogue of the nearest settings calls so, a plug-in that is a script
of the build gives its dependencies and its own plug-ins to those that apply it, and ``projects.ordersCore`` is the
project ``:orders-core``. Only then is it known whether a dependency is of the same organisation, since the group stands
in the script above, in ``gradle.properties`` or in a convention as often as in the project's own script.

Sources: https://docs.gradle.org/current/userguide/version_catalogs.html,
https://docs.gradle.org/current/userguide/declaring_dependencies_basics.html#sec:type-safe-project-accessors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from boundary.extractors.gradle import STARTERS
from boundary.extractors.maven import named, organisation
from boundary.facts import AnyFact, BuildAlias, BuildScript, Dependency, FileFacts, Namespace, Package
from boundary.resolve.files import ancestors, fold, folder, inside
from boundary.resolve.packaging.aliases import Aliases

_SCRIPT = re.compile(r"\.gradle(\.kts)?$")


def built(files: Sequence[FileFacts]) -> dict[str, tuple[AnyFact, ...]]:
    """The facts of each script of a build, as the whole build means them."""
    kinds = (BuildAlias, BuildScript, Dependency, Package)
    said = {file.path: [fact for fact in file.facts if isinstance(fact, kinds)] for file in files if not file.mark}
    scripts = [file for file in files if file.path in said and _SCRIPT.search(file.path)]
    if not scripts:
        return {}
    builds = _Builds(files, said)
    return {file.path: tuple(builds.whole(file.path, file.facts)) for file in scripts}


class _Builds:
    def __init__(self, files: Sequence[FileFacts], said: Mapping[str, Sequence[AnyFact]]) -> None:
        self._files = files
        self._said = said
        self._aliases = Aliases(
            {
                path: found
                for path, facts in said.items()
                if (found := [fact for fact in facts if isinstance(fact, BuildAlias)])
            }
        )
        self._scripts = {path: fact for path, facts in said.items() for fact in facts if isinstance(fact, BuildScript)}
        self._by_id: dict[str, list[str]] = defaultdict(list)
        self._projects: dict[str, dict[str, str]] = {}
        self._packages: dict[str, list[str]] = defaultdict(list)
        for path, facts in said.items():
            packages = [fact for fact in facts if isinstance(fact, Package)]
            if not packages and _SCRIPT.search(path):
                self._by_id[_SCRIPT.sub("", path.rpartition("/")[2])].append(path)
            for one in packages:
                self._packages[fold(one.name)].append(path)
                if one.members and one.ecosystem == "maven":
                    self._projects[folder(path)] = {_spoken(member): member for member in one.members}

    def whole(self, path: str, facts: Sequence[AnyFact]) -> Iterator[AnyFact]:
        """What a script says, with what it is given; a script that others apply says its dependencies to them."""
        packages = [fact for fact in facts if isinstance(fact, Package)]
        given = self._conventions(path)
        own = self._group(path, given)
        applied = {name for one in (path, *given) for name in self._plugins(one)}
        for fact in facts:
            if isinstance(fact, Package) and fact.runs is None and applied & STARTERS:
                yield replace(fact, runs=True)
            elif isinstance(fact, Dependency):
                yield from self._needed(fact, path, own) if packages or not self._is_convention(path) else ()
            elif not isinstance(fact, BuildAlias | BuildScript):
                yield fact
        for one in given if packages else ():
            for fact in self._said[one]:
                if isinstance(fact, Dependency):
                    yield from self._needed(replace(fact, file=one), path, own)

    def _is_convention(self, path: str) -> bool:
        return not path.rpartition("/")[2].startswith("build.gradle")

    def _plugins(self, path: str) -> Iterator[str]:
        """The ids of the plug-ins that a script applies itself, and the paths of scripts."""
        script = self._scripts.get(path)
        for name in script.plugins if script else ():
            yield self._aliases.plugin(name, path) or name

    def _conventions(self, path: str) -> list[str]:
        """The scripts that a script applies, and those that they do."""
        found: dict[str, None] = {}
        waiting = [path]
        while waiting:
            here = waiting.pop()
            for name in self._plugins(here):
                script = self._convention(name, here)
                if script is not None and script != path and script not in found:
                    found[script] = None
                    waiting.append(script)
        return list(found)

    def _convention(self, name: str, path: str) -> str | None:
        """A script of the same build, by its id or its path."""
        for above in (folder(path), *ancestors(folder(path))):
            place = inside(above, name) if "/" in name or _SCRIPT.search(name) else None
            if place is not None and place in self._said:
                return place
            near = [one for one in self._by_id.get(name, []) if above and one.startswith(f"{above}/")]
            if near or not above:
                return min(near or self._by_id.get(name, []), default=None)
        return None

    def _needed(self, fact: Dependency, path: str, own: str) -> Iterator[Dependency]:
        if fact.origin == "workspace":
            yield self._project(fact, path)
        elif fact.origin != "alias":
            yield replace(fact, name=self._named(fact.name, own))
        else:
            found = self._aliases.libraries(fact.name, path)
            yield from () if found is None else (self._aliased(fact, place, own) for place in found)

    def _aliased(self, fact: Dependency, entry: tuple[str, BuildAlias], own: str) -> Dependency:
        """The library that a catalogue's entry stands for."""
        file, alias = entry
        group, _, rest = alias.names[0].partition(":")
        artifact, _, spec = rest.partition(":")
        name = self._named(f"{group}:{artifact}", own)
        return replace(fact, name=name, spec=spec, origin="registry", entry=(file, alias.line))

    def _project(self, fact: Dependency, path: str) -> Dependency:
        """A project by its accessor: ``projects.ordersCore`` is what the settings call ``orders-core``."""
        for above in (folder(path), *ancestors(folder(path))):
            member = self._projects.get(above, {}).get(_spoken(fact.target.strip(":").replace(":", "/")))
            if member and not member.startswith(".."):
                target = ":" + member.replace("/", ":")
                return replace(fact, name=member.rpartition("/")[2], target=target)
        return fact

    def _named(self, name: str, own: str) -> str:
        """A library by its artifact alone where it is of the project's own organisation, or of one of the workspace."""
        group, _, artifact = name.partition(":")
        if not artifact:
            return name
        return artifact if self._is_built(group, artifact) else named(group, artifact, own)

    def _group(self, path: str, given: Sequence[str]) -> str:
        """The group under which a script's project publishes: its own, a convention's, or that of a script above."""
        for one in (path, *given):
            if one in self._scripts and self._scripts[one].group:
                return self._scripts[one].group
        for above in (folder(path), *ancestors(folder(path))):
            for name in ("build.gradle.kts", "build.gradle", "gradle.properties"):
                script = self._scripts.get(f"{above}/{name}".lstrip("/"))
                if script and script.group:
                    return script.group
        return ""

    def _is_built(self, group: str, artifact: str) -> bool:
        """Whether somebody in the workspace builds an artifact and writes code in packages of the group's owner."""
        whose = organisation(group)
        homes = {folder(path) for path in self._packages.get(fold(artifact), ())}
        return len(whose) > 1 and any(whose in self._owners.get(home, ()) for home in homes)

    @cached_property
    def _owners(self) -> dict[str, set[tuple[str, ...]]]:
        """The organisations of the code below each folder."""
        found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for file in self._files:
            if file.path.endswith((".java", ".kt")) and not file.mark:
                whose = {organisation(fact.name) for fact in file.facts if isinstance(fact, Namespace)}
                for above in ancestors(file.path) if whose else ():
                    found[above] |= whose
        return found


def _spoken(path: str) -> str:
    """A project's path as its accessor writes it."""
    return re.sub(r"[-_. ]+(\w)", lambda found: found[1].upper(), path)
