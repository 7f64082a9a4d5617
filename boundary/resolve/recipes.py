"""Dockerfiles as a whole: what an image is built from, whether it starts something, whose code it holds."""

from __future__ import annotations

import posixpath

import msgspec

from boundary.facts import ImageCopy, ImageSetting, ImageStage
from boundary.model import Evidence, Location, Value
from boundary.resolve.environment import fill
from boundary.resolve.files import Files, ancestors, folder, inside, within
from boundary.resolve.landscape import Binding

_CONFIGURES = (".conf", ".template", ".yaml", ".yml", ".json", ".cfg", ".toml", ".xml", ".properties", ".sh", ".txt", ".lock", ".pem")


class Recipe(msgspec.Struct, frozen=True):
    """A Dockerfile. ``base`` is the image that the last stage comes from in the end, ``bases`` those of all stages;
    ``variables`` and ``exposed`` hold for the last stage; ``copied`` are sources within the build context, ``foreign`` copies from stages, images and named contexts."""

    path: str
    line: int
    base: str
    bases: tuple[str, ...]
    stages: int
    starts: bool
    variables: tuple[Binding, ...]
    exposed: tuple[Value, ...]
    copied: tuple[str, ...]
    copies: tuple[ImageCopy, ...]
    foreign: tuple[ImageCopy, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that the Dockerfile stands in."""
        return folder(self.path)


def recipes(files: Files) -> dict[str, Recipe]:
    """All Dockerfiles by their paths."""
    return {path: _recipe(files, path) for path in files.paths(ImageStage)}


def _recipe(files: Files, path: str) -> Recipe:
    stages = files.of(path, ImageStage)
    names = {stage.name: stage.index for stage in stages if stage.name}
    chain = [stages[-1]]
    while (below := names.get(str(chain[-1].base), chain[-1].index)) < chain[-1].index:
        chain.append(stages[below])
    last = [stage.index for stage in reversed(chain)]
    said = [fact for fact in files.of(path, ImageSetting) if fact.stage in (-1, *last)]
    copies = tuple(copy for copy in files.of(path, ImageCopy) if not copy.origin)
    arguments = {fact.name: Binding(fact.name, fact.value, ()) for fact in said if fact.kind == "arg" and fact.value.parts}
    base = fill(chain[-1].base, arguments)[0]
    return Recipe(
        path=path,
        line=stages[-1].line,
        base=str(base),
        bases=tuple(str(fill(stage.base, arguments)[0]) for stage in stages if str(stage.base) not in names),
        stages=len(stages),
        starts=any(fact.kind in ("cmd", "entrypoint") for fact in said),
        variables=_variables(path, sorted(said, key=lambda fact: (last.index(fact.stage) if fact.stage in last else -1, fact.line))),
        exposed=tuple(fact.value for fact in said if fact.kind == "expose"),
        copied=tuple(dict.fromkeys(_plain(source) for copy in copies for source in copy.sources if "://" not in source)),
        copies=copies,
        foreign=tuple(copy for copy in files.of(path, ImageCopy) if copy.origin and copy.origin not in names),
    )


def _variables(path: str, said: list[ImageSetting]) -> tuple[Binding, ...]:
    known: dict[str, Binding] = {}
    set_here = {}
    for fact in said:
        if fact.kind in ("env", "arg"):
            value, _ = fill(fact.value, known)
            here = Evidence(Location(path, fact.line, fact.column), f"the image sets {fact.name}")
            known[fact.name] = Binding(fact.name, value, (here,))
            if fact.kind == "env":
                set_here[fact.name] = known[fact.name]
    return tuple(set_here.values())


def _plain(source: str) -> str:
    return posixpath.normpath(source.lstrip("/") or ".")


def context(files: Files, recipe: Recipe) -> str:
    """The build context of a Dockerfile that no deployment file builds: the nearest folder from which all copied
    sources are there."""
    wanted = [source for source in recipe.copied if source != "." and "*" not in source and "$" not in source and "{" not in source]
    for base in (recipe.folder, *ancestors(recipe.folder)):
        found = [source for source in wanted if _there(files, inside(base, source))]
        if len(found) == len(wanted) or (found and base != recipe.folder):
            return base
    return recipe.folder


def _there(files: Files, path: str | None) -> bool:
    return path is not None and (path in files.folders or path in files.by_path)


def root(files: Files, recipe: Recipe | None, base: str) -> str:
    """The folder whose code an image of a build context holds.

    The context, unless the Dockerfile stands beside code of its own below it, or copies only one folder of it.
    """
    if recipe is None:
        return base
    if recipe.folder != base and within(recipe.folder, base) and _holds_code(files, recipe.folder):
        return recipe.folder
    if recipe.folder == base or "." in recipe.copied:
        return base
    sources = [inside(base, source) for source in recipe.copied if not source.endswith(_CONFIGURES)]
    folders = sorted({source for source in sources if source and source in files.folders})
    if not folders:
        return base
    stem = posixpath.basename(recipe.path).lower().replace("dockerfile", "").strip(".-_")
    named = [one for one in folders if posixpath.basename(one).lower() in (stem, posixpath.basename(recipe.folder).lower())]
    return named[0] if len(named) == 1 else posixpath.commonpath(folders) if len(folders) > 1 else folders[0]


def _holds_code(files: Files, where: str) -> bool:
    """Whether something besides Dockerfiles and shell scripts lies in a folder."""
    own = [path for path in files.below(where) if not path.lower().rpartition("/")[2].startswith(("dockerfile", ".docker"))]
    return any(not path.endswith(_CONFIGURES) for path in own)
