"""Services that no unit runs: Dockerfiles, packages that say that they run, programs that serve, and declared ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from boundary.config import Config
from boundary.facts import Package
from boundary.model import Evidence, Location
from boundary.resolve.files import Files, ancestors, called, fold, folder, within
from boundary.resolve.grouping import Group, Grouping
from boundary.resolve.images import full, known, role_of
from boundary.resolve.landscape import Unit
from boundary.resolve.programs import Program, ports, programs
from boundary.resolve.recipes import Recipe, Recipes
from boundary.resolve.servers import serves

_Packages = dict[str, list[tuple[str, Package]]]


def add_folders(files: Files, grouping: Grouping, recipes: Recipes, units: Sequence[Unit]) -> None:
    """Let Dockerfiles vote, then packages, then programs: what the stronger ones tell is not asked again."""
    packages: _Packages = defaultdict(list)
    for path, package in files.all(Package):
        packages[folder(path)].append((path, package))
    built = {unit.dockerfile for unit in units if unit.build is not None}
    images = {full(unit.image) for unit in units if unit.image}
    for path, recipe in sorted(recipes.by_path.items(), key=lambda item: item[1].folder):
        if path not in built and _deploys(recipe, images):
            where = recipes.root(recipe, recipes.context(recipe))
            names = [package.name for _, package in packages.get(where, ())]
            grouping.folder(where, names, Evidence(Location(path, recipe.line), f"{path} builds an image that runs"))
    for where, found in sorted(packages.items()):
        for path, package in found:
            if package.runs and not _contains(where, grouping.groups):
                what = f"{package.name or path} is a package that runs"
                grouping.folder(where, [package.name], Evidence(Location(path, package.line, package.column), what))
    _add_names(grouping, packages)
    _add_programs(files, grouping, packages)


def add_declared(grouping: Grouping, config: Config) -> None:
    """Services of ``boundary.toml``: it names what is found, and adds what is not."""
    for one in config.services:
        place = Location(config.path or "boundary.toml", one.line)
        home = next((group for group in grouping.groups if one.root is not None and one.root in group.roots), None)
        if home is None:
            key = fold(one.name)
            alike = [group for group in grouping.groups if key in group.unit_names() | group.called()]
            home = alike[0] if len(alike) == 1 else None
        if home is None:
            home = Group(location=place)
            grouping.groups.append(home)
        home.roots = list(dict.fromkeys((*((one.root,) if one.root is not None else ()), *home.roots)))
        home.name = one.name
        home.evidence.append(Evidence(place, f"{one.name} is declared a service"))


def _deploys(recipe: Recipe, images: set[str]) -> bool:
    """Whether a Dockerfile makes something that runs: it starts something, or lays more over a service's image.

    One without a command is a base or builder image of others.
    """
    base = known(recipe.base)
    if role_of(called(recipe.folder)) == "tool" or (base and serves(base)):
        return False
    return recipe.starts or full(recipe.base) in images or bool(base and base.kind == "web" and recipe.copied)


def _contains(where: str, groups: Iterable[Group]) -> bool:
    """Whether services lie below a folder: its manifest is then the repository's tooling."""
    return any(root != where and within(root, where) for group in groups for root in group.roots)


def _add_names(grouping: Grouping, packages: _Packages) -> None:
    """Packages in a service's own folder call it, whether they say that they run or not."""
    for group in grouping.groups:
        names = [package.name for root in group.roots for _, package in packages.get(root, ()) if package.name]
        group.packages += [name for name in dict.fromkeys(names) if name not in group.packages]


def _add_programs(files: Files, grouping: Grouping, packages: _Packages) -> None:
    by_manifest: dict[str, list[Program]] = defaultdict(list)
    for program in programs(files):
        if not any(within(program.path, root) for group in grouping.groups for root in group.roots):
            by_manifest[_manifest(program.path, packages)].append(program)
    for manifest, found in sorted(by_manifest.items()):
        folders = Counter(folder(program.path) for program in found)
        whole = len(found) == 1 and not _contains(manifest, grouping.groups)
        for program in found:
            where = folder(program.path)
            root = manifest if whole else program.path if folders[where] > 1 else where
            grouping.groups.append(_served(files, program, root, packages))


def _served(files: Files, program: Program, root: str, packages: _Packages) -> Group:
    """A group for a program, with a unit that stands for its process on a developer's machine."""
    place = Location(program.path, program.line)
    name = program.path.rpartition("/")[2].removesuffix(".py")
    unit = Unit(f"{program.path}:main", "process", files.repository(root), name, place, ports=ports(program))
    names = [package.name for _, package in packages.get(root, ()) if package.name]
    return Group([unit], [root], names, [Evidence(place, f"{program.path} {program.what}")], place)


def _manifest(path: str, packages: _Packages) -> str:
    """The nearest folder with a build manifest, else the program's own."""
    return next((above for above in ancestors(path) if above in packages), folder(path))
