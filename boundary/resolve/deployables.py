"""Services that no unit runs: Dockerfiles, packages that say that they run, programs that serve, and declared ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from boundary.config import Config
from boundary.facts import Dependency, Package, Workload
from boundary.model import Evidence, Location
from boundary.resolve.files import Files, ancestors, called, fold, folder, inside
from boundary.resolve.groups import Group
from boundary.resolve.images import full, known, role_of, serves
from boundary.resolve.landscape import Unit
from boundary.resolve.placing import Placing
from boundary.resolve.programs import COMPILED, Program, ports, programs
from boundary.resolve.recipe import Recipe
from boundary.resolve.recipes import Recipes

_SCRIPTED = ("npm", "python", "cargo")
"""Ecosystems whose tools start in the same way as services do."""

_SERVERS = re.compile(
    r"express|koa|fastify|@nestjs/core|@hapi/hapi|restify|next|nuxt|@apollo/server|apollo-server.*|@grpc/grpc-js|hono|ws"
    r"|socket\.io|sails|moleculer|flask|django|fastapi|starlette|aiohttp|sanic|tornado|bottle|falcon|quart|litestar"
    r"|nameko|celery|grpcio|uvicorn|gunicorn|hypercorn|waitress|connexion|axum|actix-web|rocket|warp|tonic|hyper|poem"
    r"|rdkafka|lapin|async-nats|salvo|tide|ntex",
    re.IGNORECASE,
)

_HOSTED = "aspire"
"""What programs describe that start the others on a developer's machine (https://aspire.dev/get-started/app-host/)."""

_Packages = dict[str, list[tuple[str, Package]]]


def add_folders(files: Files, placing: Placing, recipes: Recipes, units: Sequence[Unit]) -> None:
    """Let Dockerfiles vote, then packages, then Dockerfiles that start what an argument names, where no package below
    runs, then programs: what the stronger ones tell is not asked again."""
    packages: _Packages = defaultdict(list)
    for path, package in files.all(Package):
        packages[folder(path)].append((path, package))
    built = {unit.dockerfile for unit in units if unit.build is not None}
    images = {full(unit.image) for unit in units if unit.image}
    found: list[tuple[bool, str, str, str]] = []
    for path, recipe in recipes.by_path.items():
        base = recipes.context(recipe)
        if path not in built and _deploys(recipe, images) and not recipes.builds_any(recipe, base):
            where = recipes.root(recipe, base)
            found.append((where == files.repository(where), recipe.folder, path, where))
    named = {path for _, _, path, _ in found if recipes.starts_any(recipes.by_path[path])}
    for _, _, path, where in sorted(found):
        if path not in named:
            _add_recipe(placing, recipes, path, where, packages)
    _add_packages(files, placing, packages, recipes.artifacts.called)
    for _, _, path, where in sorted(found):
        if path in named and not placing.contains(where):
            _add_recipe(placing, recipes, path, where, packages)
    _add_names(placing, packages, recipes.artifacts.called)
    _add_programs(files, placing, packages)


def _add_recipe(placing: Placing, recipes: Recipes, path: str, where: str, packages: _Packages) -> None:
    """The folder that a Dockerfile packs, unless that is nothing of one's own."""
    recipe = recipes.by_path[path]
    if not recipes.is_hollow(recipe, recipes.context(recipe), where, placing.contains(where)):
        names = [package.name for _, package in packages.get(where, ())] + recipes.artifacts.called.get(where, [])
        placing.folder(where, names, Evidence(Location(path, recipe.line), f"{path} builds an image that runs"))


def add_declared(placing: Placing, config: Config) -> None:
    """Services of ``boundary.toml``: it names what is found, and adds what is not."""
    for one in config.services:
        place = Location(config.path or "boundary.toml", one.line)
        home = next((group for group in placing.groups if one.root is not None and one.root in group.roots), None)
        if home is None:
            key = fold(one.name)
            alike = [group for group in placing.groups if key in group.unit_names() | group.called()]
            home = alike[0] if len(alike) == 1 else None
        if home is None:
            home = Group(location=place)
            placing.groups.append(home)
        if one.root is not None:
            home.roots = {one.root: None, **home.roots}
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


def _add_packages(files: Files, placing: Placing, packages: _Packages, called: dict[str, list[str]]) -> None:
    """Packages that say that they run, or whose configuration is a program's; where others are deployed, a start script
    alone is no service yet."""
    deploying = {files.repository(root) for group in placing.groups for root in group.roots}
    asked = needed(files)
    running = {where for where, found in packages.items() if any(package.runs for _, package in found)}
    running |= {where for where in called if all(one.runs is None for _, one in _built(packages[where]))}
    mains = {where for where, found in packages.items() if _has_main(files, where, found)}
    running |= mains
    hosts = _hosts(files, running)
    for where in sorted(running):
        path, package = next((one for one in packages[where] if one[1].runs), _built(packages[where])[0])
        if placing.contains(where) or where in hosts or _starts_others(files, path, running):
            continue
        beside = files.repository(where) in deploying
        if beside and (package.ecosystem, fold(package.name)) in asked:
            continue  # Plugins of a common parent say of libraries, too, that they run.
        loose = package.ecosystem in _SCRIPTED and (beside or (where in mains and not package.runs))
        if not loose or any(_SERVERS.fullmatch(one.name) for one in files.of(path, Dependency)):
            how = "is a package that runs" if package.runs or where in mains else "has the configuration of a program"
            names = [package.name, *called.get(where, ())]
            why = Evidence(Location(path, package.line, package.column), f"{package.name or path} {how}")
            placing.folder(where, names, why)


def _built(found: list[tuple[str, Package]]) -> list[tuple[str, Package]]:
    """The packages of a folder that build its program: scripts beside them are of its pages, or of its tools."""
    return [one for one in found if one[1].ecosystem not in _SCRIPTED] or found


def _has_main(files: Files, where: str, found: list[tuple[str, Package]]) -> bool:
    """Whether Cargo builds a program of a package without being told: https://doc.rust-lang.org/cargo/guide/project-layout.html"""
    return inside(where, "src/main.rs") in files.by_path and any(one.ecosystem == "cargo" for _, one in found)


def needed(files: Files) -> set[tuple[str, str]]:
    """What packages of the workspace depend on by name, with the ecosystem."""
    return {(one.ecosystem, fold(one.name)) for _, one in files.all(Dependency) if one.scope != "dev" and one.name}


def _hosts(files: Files, running: set[str]) -> set[str]:
    """The folders of packages whose code describes what is started."""
    described = {folder(path) for path, one in files.all(Workload) if one.platform == _HOSTED}
    homes = (next((above for above in (where, *ancestors(where)) if above in running), None) for where in described)
    return {home for home in homes if home is not None}


def _starts_others(files: Files, path: str, running: set[str]) -> bool:
    """Whether a package is the host of the others: it refers to most of what runs, which no service does."""
    targets = (inside(folder(path), one.target) for one in files.of(path, Dependency) if one.target)
    others = {place for target in targets if target for place in (target, folder(target)) if place in running}
    return len(others) > 2 and len(others) * 2 >= len(running) - 1


def _add_names(placing: Placing, packages: _Packages, called: dict[str, list[str]]) -> None:
    """Packages in a service's own folder call it, whether they say that they run or not; so does its configuration."""
    for group in placing.groups:
        names = [package.name for root in group.roots for _, package in packages.get(root, ()) if package.name]
        names += [name for root in group.roots for name in called.get(root, ())]
        group.packages += [name for name in dict.fromkeys(names) if name not in group.packages]


def _add_programs(files: Files, placing: Placing, packages: _Packages) -> None:
    by_manifest: dict[str, list[Program]] = defaultdict(list)
    for program in programs(files):
        if not placing.holds(program.path):
            by_manifest[_manifest(program.path, packages)].append(program)
    for manifest, found in sorted(by_manifest.items()):
        folders = Counter(folder(program.path) for program in found)
        whole = len(found) == 1 and not placing.contains(manifest)
        for program in found:
            where = folder(program.path)
            root = manifest if whole else program.path if folders[where] > 1 else where
            placing.add(_served(files, program, root, packages))


def _served(files: Files, program: Program, root: str, packages: _Packages) -> Group:
    """A group for a program, with a unit that stands for its process on a developer's machine."""
    place = Location(program.path, program.line)
    name = program.path.rpartition("/")[2].rpartition(".")[0]
    unit = Unit(f"{program.path}:main", "process", files.repository(root), name, place, ports=ports(program))
    names = [package.name for _, package in packages.get(root, ()) if package.name]
    return Group([unit], {root: None}, names, [Evidence(place, f"{program.path} {program.what}")], place)


def _manifest(path: str, packages: _Packages) -> str:
    """The nearest folder with a build manifest, else the program's own; of C++ that around what all programs have."""
    around = folder(path)
    while path.endswith(COMPILED) and called(around).lower() in _INNER and folder(around):
        around = folder(around)
    return next((above for above in ancestors(path) if above in packages), around)


_INNER = frozenset({"src", "source", "service", "server", "main", "app", "bin"})
"""Folders within those of programs."""
