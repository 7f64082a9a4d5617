"""Who is who: services, servers and libraries of a workspace, without any configuration.

Units of all packagings, Dockerfiles, build manifests and programs are votes; the strongest first. See ``landscape``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from boundary.config import Config
from boundary.facts import FileFacts, Package
from boundary.model import Evidence, Location
from boundary.resolve.files import Files, called, fold, folder, within
from boundary.resolve.grouping import Group, Grouping, stem, version
from boundary.resolve.images import full, known, named, role_of
from boundary.resolve.landscape import Binding, Landscape, Service, Unit
from boundary.resolve.libraries import libraries
from boundary.resolve.ownership import Ownership
from boundary.resolve.programs import Program, port_of, programs
from boundary.resolve.recipes import Recipe, context, recipes, root
from boundary.resolve.servers import Thing, servers, thing
from boundary.resolve.units import units


def landscape(files: Sequence[FileFacts], config: Config, repositories: Sequence[str] = ()) -> Landscape:
    """The services, servers and libraries of a workspace; ``repositories`` are its folders where they are known."""
    index = Files((file for file in files if not file.mark), repositories)
    dockerfiles = recipes(index)
    found = [_equipped(unit, dockerfiles) for unit in units(index)]
    things = [(unit, thing(index, unit, dockerfiles)) for unit in found]
    grouping = Grouping(index)
    grouping.rooted((unit, one.root) for unit, one in _applications(things))
    _folders(index, grouping, dockerfiles, things)
    _configured(grouping, config)
    owners = Ownership(index, config)
    applications = _services(index, grouping.groups, owners, config, dict(_roles(things)))
    running = servers([(unit, one) for unit, one in things if one.kind == "server"], applications, owners)
    shipped, homes = libraries(index, applications, dockerfiles)
    return Landscape(tuple(applications), tuple(running), tuple(shipped), homes)


def _equipped(unit: Unit, dockerfiles: dict[str, Recipe]) -> Unit:
    """A unit with what its image sets by itself: variables that nobody overrides, ports that are only exposed."""
    recipe = dockerfiles.get(unit.dockerfile or "")
    if recipe is None:
        return unit
    given = {binding.name for binding in unit.variables}
    defaults: tuple[Binding, ...] = tuple(one for one in recipe.variables if one.name not in given)
    return msgspec.structs.replace(unit, variables=(*unit.variables, *defaults))


def _applications(things: Iterable[tuple[Unit, Thing]]) -> list[tuple[Unit, Thing]]:
    """Units that run a program of somebody's own; what builds an image that another file runs as a server is none."""
    things = list(things)
    serving = {full(unit.image) for unit, one in things if one.kind == "server" and unit.image and unit.build is not None}
    return [(unit, one) for unit, one in things if one.kind == "application" and not (unit.image and full(unit.image) in serving)]


def _roles(things: Iterable[tuple[Unit, Thing]]) -> list[tuple[str, Thing]]:
    return [(unit.key, one) for unit, one in things]


# --- folders that no unit runs ------------------------------------------------------------------------------


def _folders(
    index: Files, grouping: Grouping, dockerfiles: dict[str, Recipe], things: Sequence[tuple[Unit, Thing]]
) -> None:
    """Dockerfiles, running packages and programs, in this order: what the stronger ones tell is not asked again."""
    built = {unit.dockerfile for unit, _ in things if unit.build is not None}
    images = {full(unit.image) for unit, one in things if unit.image and one.kind == "application"}
    packages: dict[str, list[tuple[str, Package]]] = defaultdict(list)
    for path, package in index.all(Package):
        packages[folder(path)].append((path, package))
    for path, recipe in sorted(dockerfiles.items()):
        if path not in built and _deploys(recipe, dockerfiles, images):
            where = root(index, recipe, context(index, recipe))
            names = [package.name for _, package in packages.get(where, ())]
            grouping.folder(where, names, f"{path} builds an image", Location(path, recipe.line))
    for where, found in sorted(packages.items()):
        for path, package in found:
            if package.runs and not _holds(where, grouping.groups):
                grouping.folder(where, [package.name], f"{package.name} is a package that runs", Location(path, package.line))
    _programs(index, grouping, packages)


def _deploys(recipe: Recipe, dockerfiles: dict[str, Recipe], images: set[str]) -> bool:
    """Whether a Dockerfile makes something that runs: it starts something, or lays code over a service's image."""
    if role_of(called(recipe.folder)) == "tool":
        return False
    base = known(recipe.base)
    if base and base.kind not in ("base", "web", "gateway"):
        return False
    return recipe.starts or full(recipe.base) in images or bool(base and base.kind == "web" and recipe.copied)


def _holds(where: str, groups: Iterable[Group]) -> bool:
    """Whether services lie below a folder: its manifest is then the repository's tooling."""
    return any(root != where and within(root, where) for group in groups for root in group.roots)


def _programs(index: Files, grouping: Grouping, packages: dict[str, list[tuple[str, Package]]]) -> None:
    by_manifest: dict[str, list[Program]] = defaultdict(list)
    for program in programs(index):
        if not any(within(program.path, root) for group in grouping.groups for root in group.roots):
            by_manifest[_manifest(program.path, packages)].append(program)
    for manifest, found in sorted(by_manifest.items()):
        folders = Counter(folder(program.path) for program in found)
        for program in found:
            where = folder(program.path)
            if len(found) == 1 and not _holds(manifest, grouping.groups):
                where = manifest
            elif folders[where] > 1:
                where = program.path
            place = Location(program.path, program.line)
            what = f"{program.path} serves when it is started"
            name = program.path.rpartition("/")[2].removesuffix(".py")
            evidence = [Evidence(place, what)]
            unit = Unit(f"{program.path}:main", "process", index.repository(where), name, place, ports=port_of(program))
            names = [package.name for _, package in packages.get(where, ()) if package.name]
            grouping.groups.append(Group([unit], [where], names, evidence, place))


def _manifest(path: str, packages: dict[str, list[tuple[str, Package]]]) -> str:
    """The nearest folder with a build manifest, else the program's own."""
    at = folder(path)
    while at and at not in packages:
        at = folder(at)
    return at if at in packages else folder(path)


def _configured(grouping: Grouping, config: Config) -> None:
    """Services that ``boundary.toml`` declares: it names what is found, and adds what is not."""
    for one in config.services:
        home = next((group for group in grouping.groups if one.root is not None and one.root in group.roots), None)
        if home is None and one.root is None:
            names = fold(one.name)
            home = next((g for g in grouping.groups if names in g.unit_names() | g.called()), None)
        place = Location(config.path or "boundary.toml", one.line)
        if home is None and one.root is not None:
            home = Group(roots=[one.root], location=place)
            grouping.groups.append(home)
        if home is not None:
            home.name = one.name
            home.evidence.append(Evidence(place, f"{one.name} is declared a service"))


# --- services -----------------------------------------------------------------------------------------------


def _services(
    index: Files, groups: Sequence[Group], owners: Ownership, config: Config, things: dict[str, Thing]
) -> list[Service]:
    kept = [group for group in groups if group.roots or any(unit.image or unit.build is not None for unit in group.units)]
    named = [(_name(group), group) for group in kept]
    count = Counter(f"service:{name}" for name, _ in named)
    found: dict[str, Service] = {}
    for name, group in named:
        identity = f"service:{name}"
        if count[identity] > 1:
            identity += "@" + (group.roots[0] if group.roots else group.units[0].project)
        service = _service(index, identity, name, group, owners, things)
        found.setdefault(identity, service)
    return [found[identity] for identity in sorted(found)]


def _service(
    index: Files, identity: str, name: str, group: Group, owners: Ownership, things: dict[str, Thing]
) -> Service:
    location = group.units[0].location if group.units else group.location or Location(group.roots[0])
    units = [unit for unit in group.units if unit.platform != "process"]
    evidence = [*(things[unit.key].why for unit in units), *group.evidence]
    roots = tuple(dict.fromkeys(group.roots))
    return Service(
        id=identity,
        name=name,
        location=location,
        names=tuple(one for one in _names(group) if one != name),
        roots=roots,
        repository=index.repository(roots[0] if roots else location.path),
        party=owners.of_service(name, roots, group.units),
        role=_role(name, group, things),
        language=_language(index, roots),
        units=tuple(group.units),
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _name(group: Group) -> str:
    """The name that all packagings share, without versions and parts; else the folder's or the package's."""
    if group.name:
        return group.name
    units = [unit.name for unit in group.units if unit.platform != "process"]
    plain = {fold(version(name)): version(name) for name in sorted(units, reverse=True)}
    if len(plain) == 1:
        only = next(iter(plain.values()))
        return next((name for name in units if fold(name) == fold(only)), only)
    stems = {fold(stem(name)): stem(name) for name in units if stem(name)}
    if len(stems) == 1:
        key, spelled = next(iter(stems.items()))
        return next((name for name in units if fold(name) == key), spelled.strip("-_"))
    folders = [version(called(root.removesuffix(".py"))) for root in group.roots if root]
    if folders and not (units and len(folders) > 1):
        return folders[0]
    common = Counter(units).most_common()
    return min((name for name, times in common if times == common[0][1]), key=len) if common else (group.names or ["app"])[0]


def _names(group: Group) -> list[str]:
    """All further names: units', containers', images', folders', packages'; no fully qualified ones of a cluster."""
    found = [name for unit in group.units for name in (unit.name, *unit.names) if "." not in name]
    found += [last for unit in group.units if (last := named(unit.image or "")) and known(unit.image or "") is None]
    found += [called(one.removesuffix(".py")) for one in group.roots if one]
    return list(dict.fromkeys((*found, *group.names)))


def _role(name: str, group: Group, things: dict[str, Thing]) -> str:
    roles = [things[unit.key].role for unit in group.units if unit.key in things]
    for role in ("load-generator", "gateway"):
        if role in roles or role_of(name) == role:
            return role
    jobs = [unit for unit in group.units if unit.kind in ("Job", "CronJob") or role_of(unit.name) == "job"]
    return "job" if jobs and len(jobs) == len(group.units) else "application"


_LANGUAGES = {
    "py": "python", "go": "go", "java": "java", "kt": "kotlin", "cs": "csharp", "js": "javascript", "mjs": "javascript",
    "ts": "typescript", "tsx": "typescript", "jsx": "javascript", "rb": "ruby", "php": "php", "rs": "rust", "scala": "scala",
    "ex": "elixir", "exs": "elixir", "cpp": "cpp", "cc": "cpp", "c": "c", "swift": "swift", "groovy": "groovy", "fs": "fsharp",
}  # fmt: skip


def _language(index: Files, roots: Sequence[str]) -> str:
    """The language of most of its files."""
    paths = {path for root in roots for path in index.below(root)}
    counted = Counter(language for path in paths if (language := _LANGUAGES.get(path.rpartition(".")[2].lower())))
    return min(counted, key=lambda language: (-counted[language], language), default="")
