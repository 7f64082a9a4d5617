"""Servers: databases, brokers, proxies and telemetry that run as units of their own, told by their images."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from boundary.model import Evidence
from boundary.resolve.alternates import alternates
from boundary.resolve.clients import runs_client
from boundary.resolve.files import Files, fold, folder, inside, is_code, within
from boundary.resolve.images import Image, full, known, named, role_of, serves
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.ownership import Ownership
from boundary.resolve.recipe import Recipe
from boundary.resolve.recipes import Recipes

_Kind = Literal["store", "broker", "registry", "config-server", "gateway", "service"]
_DATABASES = (
    "POSTGRES_DB", "POSTGRESQL_DATABASE", "MYSQL_DATABASE", "MARIADB_DATABASE", "MONGO_INITDB_DATABASE",
    "MONGODB_DATABASE", "INFLUXDB_DB", "DOCKER_INFLUXDB_INIT_BUCKET", "CLICKHOUSE_DB", "COCKROACH_DATABASE",
    "ORACLE_DATABASE",
)  # fmt: skip
"""Variables that name the database which an image creates at its first start."""
_USERS = ("POSTGRES_USER", "POSTGRESQL_USERNAME")
"""Variables that do so where none of the others is set: PostgreSQL calls it after the user."""

_DATABASE_NAME = re.compile(r"(?:^|[-_])(?:db|database|datastore)$", re.IGNORECASE)
_TOLD_BY = {
    "mysql": ("(?:MYSQL|MARIADB)_(?:ROOT_PASSWORD|DATABASE|ALLOW_EMPTY_PASSWORD)", "3306"),
    "postgres": ("POSTGRES(?:QL)?_(?:USER|PASSWORD|DB|DATABASE)", "5432"),
    "mongodb": ("MONGO_INITDB_", "27017"),
    "redis": ("REDIS_PASSWORD", "6379"),
    "mssql": ("(?:MSSQL_)?SA_PASSWORD", "1433"),
}

_MEMBER = frozenset(("--shardsvr", "--configsvr"))
"""What a member of a cluster of MongoDB is started with, which nobody but the cluster speaks to."""

_MOST_PROJECTS = 50
"""Projects with one service that are looked at; real services have a handful of packagings."""

_CODE_AT = (
    "/app", "/code", "/srv", "/usr/src", "/opt", "/home", "/var/www", "/workspace", "/src", "/go", "/application",
)  # fmt: skip


class Thing(msgspec.Struct, frozen=True):
    """What a unit is: ``nothing`` is a tool. ``root`` is the folder whose code it runs, ``image`` what its image is
    known for, ``why`` the reason."""

    kind: Literal["application", "server", "nothing"]
    why: Evidence
    root: str | None = None
    role: str = ""
    image: Image | None = None


def things(files: Files, units: Sequence[Unit], recipes: Recipes) -> dict[str, Thing]:
    """What each unit is, by its key. An image that one file builds and another one only runs is the same in both."""
    absent = _absent(files, units, recipes)
    found = {unit.key: _thing(files, unit, recipes, unit.build not in absent) for unit in units}
    built = {full(unit.image or ""): found[unit.key] for unit in units if unit.build is not None and unit.image}
    databases = {full(unit.image or ""): image for unit in units if (image := _keeps(unit)) is not None}
    for unit in units:
        image = databases.get(full(unit.image or ""))
        if image is not None and unit.build is None and found[unit.key].kind == "application":
            found[unit.key] = msgspec.structs.replace(found[unit.key], kind="server", root=None, image=image)
    plain = {full(unit.image or ""): found[unit.key] for unit in units if unit.image and not unit.everywhere}
    for unit in units:
        other, one = plain.get(full(unit.image or "")), found[unit.key]
        if unit.everywhere and other and other.kind == "application" and one.kind == "server":
            found[unit.key] = msgspec.structs.replace(other, why=one.why, root=None)  # elsewhere it is no agent
    for unit in units:
        if _idles(unit) and any(_works_beside(other, unit, found) for other in units):
            found[unit.key] = msgspec.structs.replace(found[unit.key], kind="nothing")
    for unit in units:
        maker = built.get(full(unit.image or ""))
        one = found[unit.key]
        if maker and unit.build is None and one.kind != maker.kind and "nothing" not in (one.kind, maker.kind):
            found[unit.key] = msgspec.structs.replace(maker, why=one.why, root=None)
    return found


def _absent(files: Files, units: Sequence[Unit], recipes: Recipes) -> set[str | None]:
    """Build folders that are no place of a program: several are built there, and neither a recipe nor code is seen
    (a file that only lists the images of a system, beside a tool that builds them elsewhere)."""
    builders: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.build is not None:
            builders[unit.build].append(unit)
    return {
        build
        for build, members in builders.items()
        if len({fold(unit.name) for unit in members}) > 1
        and not any(recipes.get(unit.dockerfile, unit.stage) for unit in members)
        and not any(map(is_code, files.below(build)))
    }


def _idles(unit: Unit) -> bool:
    """Whether a container is there for somebody to work in: it starts a shell, or waits."""
    words = [word.rpartition("/")[2] for word in unit.command]
    waits = (["sleep", "infinity"], ["tail", "-f", "null"], ["cat"])
    return unit.build is not None and (words in waits or (len(words) == 1 and words[0] in ("bash", "sh", "zsh", "ash")))


def _works_beside(other: Unit, idle: Unit, found: dict[str, Thing]) -> bool:
    """Whether a unit runs what is built from the same folder in the same project."""
    same = other.build == idle.build and other.project == idle.project
    return same and found[other.key].kind == "application" and not _idles(other)


def _thing(files: Files, unit: Unit, recipes: Recipes, here: bool) -> Thing:
    """By what it is built from, where that is here, else by its image, else by its name."""
    if here and unit.build is not None and unit.build in files.folders:
        return _built(files, unit, unit.build, recipes)
    image = known(unit.image or "") or recipes.server(named(unit.image or ""))
    if image is not None and serves(image) and _is_built_here(files, unit, recipes):
        image = None  # A registry of one's own is called as everybody's is.
    what = f"{unit.name} runs the image {unit.image}" if unit.image else f"{unit.name} is deployed here"
    why = Evidence(unit.location, what)
    if image is None:
        return _own(files, unit, why)
    if image.kind in ("base", "web", "gateway"):
        return _plain(files, unit, image, why)
    if unit.kind in ("Job", "CronJob") or (unit.command and role_of(unit.name) == "job") or runs_client(unit.command):
        return Thing("nothing", why)
    if not _MEMBER.isdisjoint(word for words in unit.command for word in words.split()):
        return Thing("nothing", why)
    if image.role == "load-generator":
        return Thing("application", why, _mounted(files, unit), image.role)
    if image.role == "infrastructure" and any(one.mode.startswith("service:") for one in unit.namespaces):
        return Thing("nothing", why)  # a part of what it runs beside, as a second container of a pod is
    return Thing("server", why, image=image)


def _is_built_here(files: Files, unit: Unit, recipes: Recipes) -> bool:
    """Whether somebody builds a unit's image under its name, or it is only called similar to a known one and after a
    folder with code (``shop-zipkin-server``)."""
    name = named(unit.image or "")
    if recipes.artifacts.builds(name):
        return True
    words = re.split(r"[-_.]+", name.lower())
    tails = {fold("-".join(words[at:])) for at in range(1, len(words) - 1)}
    code = (path for path in files.below("") if is_code(path)) if tails else ()
    return any(fold(part) in tails for path in code for part in folder(path).split("/"))


def _keeps(unit: Unit) -> Image | None:
    """The database that an image of one's own is, which is called ``orders-db`` and told by its variables or port."""
    if unit.build is not None or not _DATABASE_NAME.search(named(unit.image or "")):
        return None
    names = " ".join(sorted(binding.name for binding in unit.variables))
    ports = {port.target.text for port in unit.ports}
    for technology, (prefix, port) in _TOLD_BY.items():
        if re.search(rf"\b{prefix}", names) or port in ports:
            return Image("store", "store", technology)
    return None


def _own(files: Files, unit: Unit, why: Evidence) -> Thing:
    role = role_of(unit.name) or role_of(named(unit.image or ""))
    if role == "tool":
        return Thing("nothing", why)
    if unit.everywhere:
        return Thing("server", why, image=Image("service", "infrastructure", named(unit.image or "") or unit.name))
    return Thing("application", why, _mounted(files, unit), role)


def _built(files: Files, unit: Unit, build: str, recipes: Recipes) -> Thing:
    recipe, started = recipes.get(unit.dockerfile, unit.stage), _started(files, unit)
    base = known(recipe.base) if recipe else None
    if base and recipe and serves(base):
        return Thing("server", Evidence(unit.location, f"{unit.name} is built from {recipe.base}"), image=base)
    why = Evidence(unit.location, f"{unit.platform} {unit.kind} {unit.name} builds {build or 'the workspace root'}")
    role = role_of(unit.name)
    if role == "tool" or (not started and not unit.command and recipes.is_base(recipe, unit.image or unit.name)):
        return Thing("nothing", why)
    root = started or recipes.root(recipe, build)
    if not any(map(is_code, files.below(root))):  # An image of tools alone: what it runs is laid into it.
        root = _mounted(files, unit) or root
    return Thing("application", why, root, _role(base, recipe) or role)


def _role(base: Image | None, recipe: Recipe | None) -> str:
    if base is None or recipe is None:
        return ""
    if base.kind == "gateway" or (base.kind == "web" and recipe.proxies):
        return "gateway"
    return base.role if base.role == "load-generator" else ""


def _plain(files: Files, unit: Unit, image: Image, why: Evidence) -> Thing:
    """An image that is made by what is mounted into it: code for a language, a configuration for a proxy."""
    if image.kind == "base":
        where = _mounted(files, unit)
        return Thing("nothing" if where is None else "application", why, where, role_of(unit.name))
    own = [
        path
        for mount in unit.mounts
        if mount.kind == "bind" and mount.target.startswith("/etc/") and (path := inside("", mount.source))
    ]
    if image.kind == "web" or own:
        return Thing("application", why, min(own, key=len, default=None), "gateway")
    return Thing("server", why, image=image)


def _mounted(files: Files, unit: Unit) -> str | None:
    """The folder of the workspace that is laid over a place where programs lie."""
    if (started := _started(files, unit)) is not None:
        return started
    for mount in unit.mounts:
        path = inside("", mount.source) if mount.kind == "bind" else None
        placed = any(within(mount.target.rstrip("/"), place) for place in _CODE_AT)
        if path and path in files.folders and placed and not all(map(_configures, files.below(path))):
            return path
    return None


def _started(files: Files, unit: Unit) -> str | None:
    """The folder of the workspace that a container starts in: one that is mounted there, or lies in what is."""
    for mount in unit.mounts if unit.folder else ():
        target = mount.target.rstrip("/")
        if mount.kind == "bind" and within(unit.folder.rstrip("/"), target):
            path = inside(mount.source, unit.folder.rstrip("/")[len(target) :].lstrip("/") or ".")
            if path and path in files.folders and any(is_code(one) for one in files.below(path)):
                return path
    return None


def _configures(path: str) -> bool:
    """Whether a file is configuration by its name: a folder of nothing else is laid beside a program, and is none."""
    return path.endswith((".yml", ".yaml", ".properties", ".conf", ".toml", ".ini", ".env"))


# --- one server for all its packagings ----------------------------------------------------------------------


def servers(
    files: Files, found: Sequence[tuple[Unit, Thing]], services: Sequence[Service], owners: Ownership
) -> list[Server]:
    """The servers, by id.

    Two units of one name and technology are one server when they are of one project, or of projects that run the same
    service; a host name means nothing across unrelated projects. A project at the root of a repository that runs no
    service is there for all services of the repository. Telemetry is one for a repository.
    """
    beside = _beside(services)
    _join_alone(files, [unit for unit, _ in found], services, beside)
    groups: list[list[tuple[Unit, Thing]]] = []
    home: dict[tuple[str, Image | None, str], list[tuple[Unit, Thing]]] = {}
    for unit, one in found:
        scopes = [unit.project, *beside.get(unit.project, ())]
        names = [fold(unit.name), *(fold(name) for name in unit.names if "." not in name)]
        if one.image and one.image.role == "infrastructure":
            scopes = [files.repository(unit.location.path)]
        keys = [(name, one.image, scope) for scope in scopes for name in names]
        group = next((home[key] for key in keys if key in home), None)
        if group is None:
            group = []
            groups.append(group)
        group.append((unit, one))
        home.setdefault((names[0], one.image, scopes[0]), group)
    renamed = _merged(groups, services)
    made = [_server(group, owners, renamed.get(at, ())) for at, group in enumerate(groups) if group]
    count = Counter(one.id for one in made) + Counter(service.id for service in services)
    unique = [
        msgspec.structs.replace(one, id=f"{one.id}@{one.units[0].project}") if count[one.id] > 1 else one
        for one in made
    ]
    return sorted({one.id: one for one in unique}.values(), key=lambda one: one.id)


def _beside(services: Sequence[Service]) -> dict[str, dict[str, None]]:
    """For each project those that run one of its services too."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for service in services:
        projects = list(dict.fromkeys(unit.project for unit in service.units))[:_MOST_PROJECTS]
        for project in projects:
            found[project] |= dict.fromkeys(projects)
    return found


_Renamed = tuple[tuple[str, str], ...]


def _join_alone(
    files: Files, units: Sequence[Unit], services: Sequence[Service], beside: dict[str, dict[str, None]]
) -> None:
    """Bring what is started for developers, without any service, beside the deployments of the services."""
    running: dict[str, dict[str, None]] = defaultdict(dict)
    for service in services:
        for unit in service.units if len(running) < _MOST_PROJECTS else ():
            running[files.repository(unit.location.path)][unit.project] = None
    for unit in units:
        where = folder(unit.location.path)
        if unit.project not in beside and where == files.repository(unit.location.path):
            near = dict.fromkeys(list(running.get(where, ()))[:_MOST_PROJECTS])
            beside[unit.project] = near
            for project in near:
                beside[project][unit.project] = None


def _merged(groups: list[list[tuple[Unit, Thing]]], services: Sequence[Service]) -> dict[int, _Renamed]:
    """Put servers of several packagings together; gives how the one database of each is called in the others."""
    spoken = [(one[0][1].image.technology if one[0][1].image else "", [unit for unit, _ in one]) for one in groups]
    renamed: dict[int, _Renamed] = {}
    for other, first in sorted(alternates(spoken, services).items()):
        here, there = _databases(groups[first]), _databases(groups[other])
        if len(here) == len(there) == 1 and here != there:
            renamed[first] = ((there[0], here[0]),)
            groups[first] += [(_without(unit), one) for unit, one in groups[other]]
        else:
            groups[first] += groups[other]
        groups[other] = []
    return renamed


def _without(unit: Unit) -> Unit:
    """A unit that declares no database."""
    kept = tuple(binding for binding in unit.variables if binding.name not in (*_DATABASES, *_USERS))
    return msgspec.structs.replace(unit, variables=kept)


def _databases(group: list[tuple[Unit, Thing]]) -> tuple[str, ...]:
    """The databases that the units of a server name; one that is called after a user only where no packaging names one
    and all have one user: each of them makes one database, and who connects says which."""
    named = {text for unit, _ in group if (text := _database(unit, _DATABASES))}
    users = {text for unit, _ in group if (text := _database(unit, _USERS))}
    return tuple(sorted(named or (users if len(users) == 1 else ())))


def _server(group: list[tuple[Unit, Thing]], owners: Ownership, renamed: _Renamed) -> Server:
    first, one = group[0]
    units = tuple(unit for unit, _ in group)
    image = one.image or Image("service", "infrastructure", "")
    kind: _Kind = image.kind if image.kind in get_args(_Kind) else "service"  # type: ignore[assignment]
    written = [name for unit in units for name in (unit.name, *unit.names) if "." not in name]
    written += [last for unit in units if unit.build is not None and (last := named(unit.image or ""))]
    return Server(
        id=f"{kind}:{first.name}",
        kind=kind,
        name=first.name,
        technology=image.technology,
        location=first.location,
        names=tuple(name for name in dict.fromkeys(written) if name != first.name),
        units=units,
        databases=_databases(group),
        party=owners.of_server(first.name, units),
        evidence=tuple(dict.fromkeys(one.why for _, one in group)),
        role=image.role if image.role == "infrastructure" else "",
        renamed=renamed,
    )


def _database(unit: Unit, variables: Sequence[str]) -> str | None:
    given = {binding.name: binding.value.text for binding in unit.variables}
    return next((text for name in variables if (text := given.get(name))), None)
