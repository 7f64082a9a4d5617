"""Servers: databases, brokers, proxies and telemetry that run as units of their own, told by their images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from boundary.model import Evidence
from boundary.resolve.files import Files, fold, inside, within
from boundary.resolve.images import Image, known, named, role_of
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.ownership import Ownership
from boundary.resolve.recipes import Recipe, root

_Kind = Literal["store", "broker", "registry", "config-server", "gateway", "service"]
_DATABASE = (
    "POSTGRES_DB", "POSTGRESQL_DATABASE", "MYSQL_DATABASE", "MARIADB_DATABASE", "MONGO_INITDB_DATABASE", "MONGODB_DATABASE",
    "INFLUXDB_DB", "DOCKER_INFLUXDB_INIT_BUCKET", "CLICKHOUSE_DB", "COCKROACH_DATABASE", "ORACLE_DATABASE",
)  # fmt: skip
_CODE_AT = ("/app", "/code", "/srv", "/usr/src", "/opt", "/home", "/var/www", "/workspace", "/src", "/go", "/application")


class Thing(msgspec.Struct, frozen=True):
    """What a unit is. ``kind`` is ``application``, ``server`` or ``nothing`` (a tool); ``root`` the folder whose code it
    runs, ``image`` what its image is known for, ``why`` the reason."""

    kind: Literal["application", "server", "nothing"]
    why: Evidence
    root: str | None = None
    role: str = ""
    image: Image | None = None


def thing(files: Files, unit: Unit, dockerfiles: dict[str, Recipe]) -> Thing:
    """What a unit is, by what it is built from, else by its image, else by its name."""
    if unit.build is not None and unit.build in files.folders:
        return _built(files, unit, unit.build, dockerfiles.get(unit.dockerfile or ""))
    image = known(unit.image or "")
    what = f"{unit.name} runs the image {unit.image}"
    why = Evidence(unit.location, what if unit.image else f"{unit.name} is deployed here")
    if image is None:
        if role_of(unit.name) == "tool":
            return Thing("nothing", why)
        if unit.kind == "DaemonSet":
            return Thing("server", why, image=Image("service", "infrastructure", named(unit.image or "") or unit.name))
        return Thing("application", why, _mounted(files, unit), role_of(unit.name))
    if image.kind in ("base", "web", "gateway"):
        return _plain(files, unit, image, why)
    if image.role == "load-generator":
        return Thing("application", why, _mounted(files, unit), image.role)
    return Thing("server", why, image=image)


def _built(files: Files, unit: Unit, build: str, recipe: Recipe | None) -> Thing:
    base = known(recipe.base) if recipe else None
    why = Evidence(unit.location, f"{unit.platform} {unit.kind} {unit.name} builds {build or 'this folder'}")
    if base and base.kind not in ("base", "web", "gateway") and base.role != "load-generator" and recipe:
        return Thing("server", Evidence(unit.location, f"{unit.name} is built from {recipe.base}"), image=base)
    role = role_of(unit.name)
    where = root(files, recipe, build)
    if role == "tool":
        return Thing("nothing", why)
    if base and base.role == "load-generator":
        role = base.role
    if base and recipe and (base.kind == "gateway" or (base.kind == "web" and proxies(recipe))):
        role = "gateway"
    return Thing("application", why, where, role)


def proxies(recipe: Recipe) -> bool:
    """Whether a web server's image gets a configuration and nothing that was built for it."""
    configured = any(".conf" in source or "nginx" in source or "httpd" in source for source in recipe.copied)
    return configured and recipe.stages == 1


def _plain(files: Files, unit: Unit, image: Image, why: Evidence) -> Thing:
    """An image that is made by what is mounted into it: code for a language, a configuration for a proxy."""
    if image.kind == "base":
        where = _mounted(files, unit)
        if where is None:
            return Thing("nothing", why)
        return Thing("application", why, where, role_of(unit.name))
    own = [mount.source for mount in unit.mounts if mount.kind == "bind" and inside("", mount.source)]
    if own:
        there = min(own, key=len)
        return Thing("application", why, there, "gateway")
    if image.kind == "web":
        return Thing("application", why, role="gateway")
    return Thing("server", why, image=image)


def _mounted(files: Files, unit: Unit) -> str | None:
    """The folder of the workspace that is laid over the place where programs lie."""
    for mount in unit.mounts:
        if mount.kind == "bind" and any(within(mount.target.rstrip("/"), place) for place in _CODE_AT):
            path = inside("", mount.source)
            if path is not None and path in files.folders and path:
                return path
    return None


# --- one server for all its packagings ----------------------------------------------------------------------


def servers(found: Sequence[tuple[Unit, Thing]], services: Sequence[Service], owners: Ownership) -> list[Server]:
    """The servers, by id. Two units of one name and technology are one server when they are of one project, or of two
    projects that run the same service; a host name means nothing across unrelated projects."""
    runs: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for unit in service.units:
            runs[unit.project].add(service.id)
    groups: list[list[tuple[Unit, Thing]]] = []
    for unit, one in found:
        home = next((group for group in groups if any(_same(unit, one, *other, runs) for other in group)), None)
        if home is None:
            groups.append([(unit, one)])
        else:
            home.append((unit, one))
    made = [_server(group, owners) for group in groups]
    count: dict[str, int] = defaultdict(int)
    for server in made:
        count[server.id] += 1
    unique = [
        msgspec.structs.replace(one, id=f"{one.id}@{one.units[0].project}") if count[one.id] > 1 else one for one in made
    ]
    return sorted({one.id: one for one in unique}.values(), key=lambda one: one.id)


def _same(unit: Unit, one: Thing, other: Unit, another: Thing, runs: dict[str, set[str]]) -> bool:
    if fold(unit.name) != fold(other.name) or one.image != another.image:
        return False
    return unit.project == other.project or bool(runs[unit.project] & runs[other.project])


def _server(group: list[tuple[Unit, Thing]], owners: Ownership) -> Server:
    first, one = group[0]
    units = tuple(unit for unit, _ in group)
    image = one.image or Image("service", "infrastructure", "")
    kind: _Kind = image.kind if image.kind in get_args(_Kind) else "service"  # type: ignore[assignment]
    written = [name for unit in units for name in (unit.name, *unit.names) if "." not in name]
    written += [last for unit in units if (last := named(unit.image or "")) and unit.build is not None]
    return Server(
        id=f"{kind}:{first.name}",
        kind=kind,
        name=first.name,
        technology=image.technology,
        location=first.location,
        names=tuple(name for name in dict.fromkeys(written) if name != first.name),
        units=units,
        databases=tuple(sorted({text for unit in units if (text := _database(unit))})),
        party=owners.of_units(units),
        evidence=tuple(dict.fromkeys(one.why for _, one in group)),
        role=image.role,
    )


def _database(unit: Unit) -> str | None:
    """The database that the image creates at its first start; PostgreSQL calls it after the user by default."""
    given = {binding.name: binding.value.text for binding in unit.variables}
    found = next((text for name in _DATABASE if (text := given.get(name))), None)
    return found or given.get("POSTGRES_USER") or given.get("POSTGRESQL_USERNAME")
