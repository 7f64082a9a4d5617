"""Dockerfiles as a whole: what an image is built from, whether it starts something, whose code it holds."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import cached_property

from boundary.facts import ImageStage, Package
from boundary.model import Hole
from boundary.resolve.artifacts import Artifacts
from boundary.resolve.buildcontexts import brought, chooses, holds, there
from boundary.resolve.compiled import Compiled
from boundary.resolve.environment import fill
from boundary.resolve.files import Files, ancestors, called, fold, inside, is_code, within
from boundary.resolve.images import Image, known, named, serves
from boundary.resolve.recipe import Recipe, read


class Recipes:
    """All Dockerfiles of a workspace."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.artifacts = Artifacts(files)
        self.compiled = Compiled(files)
        self.by_path = {path: read(files, path) for path in files.paths(ImageStage)}
        self._stages: dict[tuple[str, str], Recipe] = {}
        self._programs = {path: main for path in self.by_path if (main := self.compiled.program(path)) is not None}

    def get(self, path: str | None, stage: str = "") -> Recipe | None:
        """The Dockerfile at a path; as what one of its stages makes, where that is told and there."""
        whole = self.by_path.get(path or "")
        if whole is None or not stage:
            return whole
        key = whole.path, stage.lower()
        if key not in self._stages:
            self._stages[key] = read(self._files, whole.path, stage.lower())
        return self._stages[key]

    def beside(self, where: str) -> list[Recipe]:
        """The Dockerfiles directly in a folder."""
        return [self.by_path[path] for path in self._files.folders.get(where, ()) if path in self.by_path]

    def server(self, name: str) -> Image | None:
        """The database, broker or the like that an image of one's own is built upon, by the Dockerfile in a folder that
        is called as the image is."""
        found = self._servers.get(fold(name), set())
        return next(iter(found)) if len(found) == 1 else None

    def is_base(self, recipe: Recipe | None, image: str) -> bool:
        """Whether an image is there for others to be built upon: it starts nothing, and others are."""
        others = self._bases.get(named(image) or "?", set())
        return recipe is not None and not recipe.starts and bool(others - {recipe.path})

    @cached_property
    def _bases(self) -> dict[str, set[str]]:
        """The Dockerfiles that build upon each image that is not known, by its name."""
        found: dict[str, set[str]] = defaultdict(set)
        for recipe in self.by_path.values():
            for base in recipe.bases:
                found[named(base) if known(base) is None else ""].add(recipe.path)
        return found

    @cached_property
    def _servers(self) -> dict[str, set[Image | None]]:
        found: dict[str, set[Image | None]] = defaultdict(set)
        for recipe in self.by_path.values():
            base = known(recipe.base)
            found[fold(called(recipe.folder))].add(base if base and serves(base) else None)
        return found

    def context(self, recipe: Recipe) -> str:
        """The build context of a Dockerfile that no deployment file builds: the nearest folder from which the most of
        the copied sources are there."""
        wanted = [source for source in recipe.copied if source != "." and not set(source) & set("*?[${")]
        found = {
            base: sum(there(self._files, inside(base, source)) for source in wanted)
            for base in (recipe.folder, *ancestors(recipe.folder))
        }
        return max(found, key=lambda base: found[base])

    def root(self, recipe: Recipe | None, base: str) -> str:
        """The folder whose code an image of a build context holds.

        The context, unless the Dockerfile stands below it beside the code that it copies, or unless other Dockerfiles
        of the same context copy other folders than this one does. An archive is the module's that builds it, a program
        lies where it is compiled from where others are compiled in the same context.
        """
        if recipe is None:
            return base
        program = self._programs.get(recipe.path)
        others = {main for main in self._programs.values() if main != program and within(main, base)}
        if program is not None and others and within(program, base):
            return self.compiled.home(program, base)
        module = self._module(recipe, base)
        if module is not None or recipe.folder == base:
            return base if module is None else module
        if within(recipe.folder, base) and (around := self._around(recipe, base)) is not None:
            return around
        sources = self._sources(recipe, base)
        beside = not sources and holds(self._files, recipe.folder)
        own = beside or any(within(source, recipe.folder) for source in sources)
        if within(recipe.folder, base) and own:
            return recipe.folder
        folders = sorted(source for source in sources if source in self._files.folders)
        if not folders or not any(other != folders for other in self._copied[base]):
            return base
        name = posixpath.basename(recipe.path).lower().replace("dockerfile", "").strip(".-_")
        meant = [one for one in folders if posixpath.basename(one).lower() in (name, posixpath.basename(recipe.folder))]
        return meant[0] if len(meant) == 1 else folders[0] if len(folders) == 1 else base

    def _around(self, recipe: Recipe, base: str) -> str | None:
        """The folder that a Dockerfile below its context copies and lies in, or its own where it copies what lies there
        or nothing at all; None where other Dockerfiles lie there too, or where it says nothing of its surroundings."""
        placed = [inside(base, source.partition("*")[0]) for source in recipe.copied]
        copied = [path for path in placed if path is not None and path != base]
        wider = sorted((path for path in copied if within(recipe.folder, path)), key=len)
        others = [one.folder for one in self.by_path.values() if not within(one.folder, recipe.folder)]
        if wider:
            return None if any(within(other, wider[0]) for other in others) else wider[0]
        if any(within(path, recipe.folder) for path in copied):
            return recipe.folder
        alone = not recipe.copied and any(within(other, base) and other != base for other in others)
        return recipe.folder if alone else None

    def builds_any(self, recipe: Recipe, base: str) -> bool:
        """Whether a Dockerfile packs whatever archive or folder it is given: it is one for many services and none by
        itself."""
        if any(chooses(self._files, recipe.folder, base, source) for source in recipe.copied):
            return True
        archives = [source for source in recipe.copied if source.endswith((".jar", ".war"))]
        if not archives or not all("$" in source for source in archives):
            return False
        return self._module(recipe, base) is None and not self._holds_directly(base)

    def starts_any(self, recipe: Recipe) -> bool:
        """Whether what a Dockerfile starts is named by an argument that nobody gives: ``dotnet ${PROJECT}.dll``."""
        known = {one.name: one for one in recipe.variables}
        started = [fill(value, known)[0] for _, value in recipe.commands[-1:]]
        return any(isinstance(part, Hole) and part.kind == "variable" for value in started for part in value.parts)

    def is_hollow(self, recipe: Recipe, base: str, root: str, shared: bool) -> bool:
        """Whether an image is made of what was built elsewhere: nothing of what a Dockerfile copies is there, and where
        it would be stand Dockerfiles alone, this one under its own name: a plain ``Dockerfile`` makes its folder the
        service's; or no code is copied out of a folder that is ``shared`` with services."""
        if not recipe.copied or self._module(recipe, base) is not None:
            return False
        taken = brought(self._files, recipe.copied, base)
        named = posixpath.basename(recipe.path) != "Dockerfile"
        alone = named and all(path in self.by_path for path in self._files.below(root))
        return not any(map(is_code, taken)) if shared else not taken and alone

    def _module(self, recipe: Recipe, base: str) -> str | None:
        """The module whose archive is copied, or started where nothing is copied; else the one that is packed here."""
        copied = [source for source in recipe.copied if source.endswith((".jar", ".war"))]
        started = [str(value) for _, value in recipe.commands]
        found = self.artifacts.module(base, copied or (() if recipe.copied else started))
        if found is None and not any(map(is_code, self._files.folders.get(base, ()))):
            found = self.artifacts.around(base)
        return found

    @cached_property
    def _copied(self) -> dict[str, list[list[str]]]:
        """The folders that the Dockerfiles of each context copy."""
        found: dict[str, list[list[str]]] = defaultdict(list)
        for recipe in self.by_path.values():
            base = self.context(recipe)
            sources = self._sources(recipe, base)
            found[base].append(sorted(source for source in sources if source in self._files.folders))
        return found

    def _sources(self, recipe: Recipe, base: str) -> list[str]:
        """What is copied out of a context, in the workspace; nothing when all of it is."""
        if "." in recipe.copied:
            return []
        found = (inside(base, source) for source in recipe.copied)
        return [path for path in found if path and (path in self._files.folders or is_code(path))]

    def _holds_directly(self, where: str) -> bool:
        """Whether a build manifest of one package stands in a folder."""
        found = [one for path in self._files.folders.get(where, ()) for one in self._files.of(path, Package)]
        return any(not package.members for package in found)
