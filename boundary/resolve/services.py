"""Who is who: services, servers and libraries of a workspace, without any configuration.

Units of all packagings, Dockerfiles, build manifests and programs are votes, the strongest first. See ``landscape``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from boundary.config import Config
from boundary.facts import FileFacts, Port
from boundary.model import Location
from boundary.resolve import pipelines
from boundary.resolve.deployables import add_declared, add_folders
from boundary.resolve.files import Files, ancestors, called, fold, says, within
from boundary.resolve.grouping import Grouping
from boundary.resolve.groups import Group
from boundary.resolve.images import known, named, role_of
from boundary.resolve.landscape import STACKS, Landscape, Library, Party, Service, Unit
from boundary.resolve.libraries import Homes, libraries
from boundary.resolve.options import options
from boundary.resolve.ownership import Ownership
from boundary.resolve.placing import Placing
from boundary.resolve.recipes import Recipes
from boundary.resolve.servers import Thing, servers, things
from boundary.resolve.spelling import generic, stem, version
from boundary.resolve.spoken import spoken
from boundary.resolve.stacks import workloads
from boundary.resolve.stacks.servers import servers as declared
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.startwords import addresses
from boundary.resolve.units import units


def landscape(files: Sequence[FileFacts], config: Config, repositories: Sequence[str] = ()) -> Landscape:
    """The services, servers and libraries of a workspace; ``repositories`` are its folders where they are known."""
    index = Files((file for file in files if not file.mark), repositories)
    recipes = Recipes(index)
    stacks = Stacks(index)
    running = [
        _equipped(unit, recipes) for unit in (*units(index), *workloads.units(stacks, index, Ownership(index, config)))
    ]
    what = things(index, running, recipes)
    applications = [unit for unit in running if what[unit.key].kind == "application"]
    grouping = Grouping(index)
    grouping.units([(unit, what[unit.key].root) for unit in applications])
    placing = Placing(index, grouping.groups)
    add_folders(index, placing, recipes, applications)
    add_declared(placing, config)
    owners = Ownership(index, config, running)
    services = _services(index, placing.groups, owners, what, recipes)
    beside = [(unit, what[unit.key]) for unit in running if what[unit.key].kind == "server"]
    shared, homes = libraries(index, services, recipes)
    shared = [_as_declared(one, config) for one in shared]
    running_servers = servers(index, beside, services, owners)
    taken = [one.id for one in running_servers] + [one.id for one in services]
    everything = (*running_servers, *declared(stacks, owners, taken))
    tools = tuple(unit for unit in running if what[unit.key].kind == "nothing" and unit.command)
    homes |= _with_programs(tools, services, homes)
    homes |= pipelines.homes(index, services, homes)
    return Landscape(tuple(services), everything, tuple(shared), homes, stacks, tools)


def _with_programs(tools: Sequence[Unit], services: Sequence[Service], homes: Homes) -> Homes:
    """The manifests of tools that are nobody's by their place, as those of the one service that is deployed from the
    same folder, or from the one around it."""
    deployed: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for unit in service.units:
            for place in ancestors(unit.location.path)[:2]:
                deployed[place].add(service.id)
    found: Homes = {}
    for path in {tool.location.path for tool in tools}:
        around = ancestors(path)
        if not any(one in homes for one in (path, *around)):
            beside = next((deployed[one] for one in around[:2] if one and one in deployed), set())
            if len(beside) == 1:
                found[path] = tuple(beside)
    return found


def _as_declared(library: Library, config: Config) -> Library:
    """A library that ``[packages] shared`` lets all link, by its name or folder, is a technical one."""
    named = any(
        fnmatchcase(library.name, pattern) or within(library.root, pattern) for pattern in config.shared_packages
    )
    return msgspec.structs.replace(library, nature="technical") if named and library.nature == "domain" else library


def _equipped(unit: Unit, recipes: Recipes) -> Unit:
    """A unit with what its image sets by itself: variables that nobody overrides, ports that are only exposed; and with
    the settings and addresses on both command lines."""
    recipe = recipes.get(unit.dockerfile, unit.stage) if unit.build is not None else None
    if recipe is None:
        return msgspec.structs.replace(unit, options=options(unit, None), started=addresses(unit, None))
    given = {binding.name for binding in unit.variables}
    targets = {port.target for port in unit.ports}
    defaults = tuple(binding for binding in recipe.variables if binding.name not in given)
    exposed = tuple(Port(unit.name, value, line=line) for line, value in recipe.exposed if value not in targets)
    whole = msgspec.structs.replace(unit, variables=(*unit.variables, *defaults), ports=(*unit.ports, *exposed))
    return msgspec.structs.replace(whole, options=options(whole, recipe), started=addresses(whole, recipe))


def _services(
    index: Files, groups: Sequence[Group], owners: Ownership, what: dict[str, Thing], recipes: Recipes
) -> list[Service]:
    """The groups as services, by id; what has neither a folder nor an image is an addition to something unknown."""
    kept = [group for group in groups if group.roots or group.name or any(_is_real(unit) for unit in group.units)]
    images = Counter(image for group in kept for image in {named(unit.image or "") for unit in group.units})
    shared = {image for image in images if images[image] > 1}
    made = _told_apart(_with_jobs([_service(index, group, owners, what, recipes, shared) for group in kept]))
    count = Counter(service.id for service in made)
    found: dict[str, Service] = {}
    for service in made:
        where = service.roots[0] if service.roots else service.units[0].project if service.units else ""
        identity = f"{service.id}@{where}" if count[service.id] > 1 else service.id
        found.setdefault(identity, msgspec.structs.replace(service, id=identity))
    return [found[identity] for identity in sorted(found)]


def _with_jobs(made: list[Service]) -> list[Service]:
    """Jobs that run a tool (a migration, a dump) belong to the one team whose services their repository holds; one from
    which others are only deployed holds none."""
    teams: dict[str, dict[str, Party]] = defaultdict(dict)
    for one in made:
        if one.roots and one.party.team:
            teams[one.repository].setdefault(one.party.team, one.party)
    return [
        msgspec.structs.replace(one, party=next(iter(teams[one.repository].values())))
        if one.role == "job" and not one.roots and not one.party.team and len(teams[one.repository]) == 1
        else one
        for one in made
    ]


def _told_apart(made: list[Service]) -> list[Service]:
    """Services that are called as every system calls one of its own, or as their image (``php``), by their folders."""
    count = Counter(service.name for service in made)
    return [
        msgspec.structs.replace(service, id=f"service:{own}", name=own, names=(service.name, *others))
        if count[service.name] > 1 and own not in ("", *count) and _is_nameless(service)
        else service
        for service in made
        for own in (called(service.roots[0]) if service.roots else "",)
        for others in (tuple(one for one in service.names if one not in (own, service.name)),)
    ]


def _is_nameless(service: Service) -> bool:
    """Whether the name of a program says nothing."""
    return bool(service.language) and (generic(service.name) or known(service.name) is not None)


def _is_real(unit: Unit) -> bool:
    return (
        unit.image is not None
        or unit.build is not None
        or (unit.platform in STACKS and unit.kind in ("function", "environment", "service"))
    )


def _service(
    index: Files, group: Group, owners: Ownership, what: dict[str, Thing], recipes: Recipes, shared: set[str]
) -> Service:
    name = _name(group)
    roots = tuple(group.roots)
    known_units = [unit for unit in group.units if unit.key in what]
    location = group.units[0].location if group.units else group.location or Location(roots[0] if roots else "")
    return Service(
        id=f"service:{name}",
        name=name,
        location=location,
        names=tuple(one for one in _names(group, shared) if one != name),
        roots=roots,
        repository=index.repository(roots[0] if roots else location.path),
        party=owners.of_service(name, roots, group.units),
        role=_role(name, group, what),
        language=spoken(index, group, recipes),
        units=tuple(group.units),
        evidence=tuple(dict.fromkeys((*(what[unit.key].why for unit in known_units), *group.evidence))),
    )


def _name(group: Group) -> str:
    """The name that all packagings share, without versions and parts; else the folder's or the package's."""
    if group.name:
        return group.name
    units = [unit.name for unit in group.units if unit.platform != "process"]
    for common in (version, stem):
        plain = {fold(common(name)): common(name) for name in sorted(units, reverse=True) if common(name)}
        if len(plain) == 1:
            key, spelled = next(iter(plain.items()))
            return next((name for name in units if fold(name) == key), spelled.strip("-_"))
        if image := _pictured(group):
            return image
    times = Counter(version(name) for name in units)
    most = min(times, key=lambda name: (-times[name], len(name), name), default="")
    telling = [root for root in group.roots if says(root) or not units]
    folders = dict.fromkeys(version(called(root.removesuffix(".py"))) for root in telling if root)
    if folders and (len(folders) == 1 or not units) and times[most] * 2 <= len(units):
        return next(iter(folders))
    return most or next(iter((*group.packages, "app")))


def _pictured(group: Group) -> str:
    """What its one image and its one folder are both called: several units of it are its parts (``web``, ``jobs``)."""
    images, folders = group.images(), {called(root) for root in group.roots if root}
    name = next(iter(folders)) if len(images) == len(folders) == 1 else ""
    return name if fold(name) in images else ""


def _names(group: Group, shared: set[str]) -> list[str]:
    """All further names: units', containers', images', folders', packages'; no fully qualified ones of a cluster, and
    no images that hold several services."""
    deployed = [unit for unit in group.units if unit.platform != "process"]
    found = [name for unit in deployed for name in (unit.name, *unit.names) if "." not in name]
    images = [unit.image for unit in group.units if unit.image and known(unit.image) is None]
    found += [last for image in images if (last := named(image)) and last not in shared]
    found += [called(root.removesuffix(".py")) for root in group.roots if root]
    return list(dict.fromkeys((*found, *group.packages)))


def _role(name: str, group: Group, what: dict[str, Thing]) -> str:
    roles = [what[unit.key].role for unit in group.units if unit.key in what]
    for role in ("load-generator", "gateway"):
        if role in roles or role_of(name) == role:
            return role
    jobs = [unit for unit in group.units if unit.kind in ("Job", "CronJob") or role_of(unit.name) == "job"]
    return "job" if jobs and len(jobs) == len(group.units) else "application"
