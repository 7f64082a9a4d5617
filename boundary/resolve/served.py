"""Served configuration: files that a configuration server hands out belong to the services that they are named for.

Spring Cloud Config, "Environment Repository": ``application.yml`` is for every client, ``<application>.yml`` for the
one of that name, ``<application>-<profile>.yml`` for its profile. The files lie in a folder of the server (``native``)
or in a git repository, which may be one of the workspace.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from boundary.facts import FileFacts
from boundary.model import Evidence, Hole, Value
from boundary.resolve.files import ancestors, fold, within
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.roles import Roles, table
from boundary.resolve.settings import Served, Settings
from boundary.resolve.values import Filler

_FILE = re.compile(r"(?P<name>[\w.-]+?)\.(?:ya?ml|properties|json)$", re.IGNORECASE)
_OWN = re.compile(r"(?:^|/)src/main/resources(?:/config)?$")
_FOLDERS = "spring.cloud.config.server.native.search-locations"
_ORIGIN = "spring.cloud.config.server.git.uri"
_PATHS = "spring.cloud.config.server.git.search-paths"


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository outside of the workspace from which a configuration server takes what it hands out."""

    server: str
    url: str
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class Handed:
    """The files that are handed out, by path, and where the others come from; ``hidden`` are the servers that hand out
    what is not in the workspace."""

    files: dict[str, Served] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)


def served(files: Sequence[FileFacts], land: Landscape, roles: Roles) -> Handed:
    """What the configuration servers of a workspace hand out to whom."""
    found = Handed()
    servers = [one for one in roles.holders("config") if isinstance(one, Service)]
    if not servers:
        return found
    filler = Filler(land, Settings(files, land))
    paths = [file.path for file in files if not file.mark]
    applications = _applications(land, roles, servers)
    for server in servers:
        places = set(_places(server, filler, paths, found))
        for path in paths:
            where = next((one for one in (path, *ancestors(path)) if one in places), None)
            if where is not None and not _is_own(path, server):
                one = _named(path, where, applications)
                if one:
                    found.files[path] = one
    return found


def _applications(land: Landscape, roles: Roles, servers: Iterable[Service]) -> dict[str, tuple[str, ...]]:
    """The services that take their configuration from a server by each of their names, and all of them."""
    row = table().client["config"]
    serving = {server.id for server in servers}
    found: dict[str, list[str]] = defaultdict(list)
    for service in land.services:
        if service.id not in serving:
            for name in {fold(name) for name in (service.name, *service.names)}:
                found[name].append(service.id)
            if roles.proof(row, service.id):
                found["application"].append(service.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _named(path: str, where: str, applications: dict[str, tuple[str, ...]]) -> Served | None:
    """Whose file it is by its name, or by that of the folder that it lies in, and for which profile."""
    match = _FILE.match(posixpath.basename(path))
    if match is None:
        return None
    words = match["name"].split("-")
    inner = path[len(where) :].strip("/").split("/")[:-1]
    around = next((ids for one in reversed(inner) if (ids := applications.get(fold(one)))), None)
    for end in range(len(words), 0, -1):
        name = fold("".join(words[:end]))
        services = around if name == "application" and around else applications.get(name)
        if services:
            return Served(services, "-".join(words[end:]))
    return Served(())


def _is_own(path: str, server: Service) -> bool:
    """Whether a file is the configuration of the server itself."""
    where, _, name = path.rpartition("/")
    at_home = any(within(where, root) for root in server.roots) and _OWN.search(where)
    return bool(at_home) and re.match(r"(?:application|bootstrap)[.-]", name) is not None


def _places(server: Service, filler: Filler, paths: Sequence[str], found: Handed) -> Iterator[str]:
    """The folders of the workspace that a server hands out; adds what comes from outside to ``found``."""
    folders = {above for path in paths for above in ancestors(path)}
    profiles = {name for unit in (*server.units, None) for name in filler.profiles(server.id, unit) or ()}
    for written, _ in _texts(server, filler, _FOLDERS):
        yield from _folder(written, server, folders)
    if "native" in profiles:
        return
    for url, evidence in _texts(server, filler, _ORIGIN):
        last = fold(re.sub(r"\.git/?$", "", url.rstrip("/")).rpartition("/")[2])
        inside = [one for one in folders if last and fold(posixpath.basename(one)) == last and "/" not in one]
        searched = [path for path, _ in _texts(server, filler, _PATHS)]
        if url.startswith(("file:", "/")) or ("://" not in url and "@" not in url):
            yield from _folder(url, server, folders)
        elif inside:
            yield inside[0]
        elif searched and all(path.strip("/") in folders for path in searched):
            yield from (path.strip("/") for path in searched)
        else:
            found.origins.append(Origin(server.id, url, evidence))
            found.hidden.add(server.id)


def _texts(server: Service, filler: Filler, key: str) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """The texts of a setting of the server, list or not, with where they stand."""
    wanted = fold(key)
    keys = {one for one in filler.settings.keys(server.id) if re.fullmatch(rf"{wanted}\d*", fold(one))} or {key}
    seen = set()
    for one in sorted(keys):
        for filled in filler.fill(Value((Hole("config", one),)), server.id):
            text = "".join(part if isinstance(part, str) else "" for part in filled.value.parts)
            for word in filter(None, (word.strip() for word in text.split(","))):
                if word not in seen:
                    seen.add(word)
                    yield word, filled.evidence


def _folder(written: str, server: Service, folders: set[str]) -> Iterator[str]:
    """The folders that a location means: of the class path, mounted, or known by the end of their path."""
    scheme, _, rest = written.rpartition(":")
    path = posixpath.normpath("/" + re.sub(r"\{\w+\}.*$", "", rest).strip("/")).strip("/")
    if scheme.endswith("classpath"):
        yield from (one for root in server.roots if (one := _joined(root, "src/main/resources", path)) in folders)
        return
    for unit in server.units:
        for mount in unit.mounts:
            target = mount.target.strip("/")
            if mount.kind == "bind" and within(path, target):
                yield posixpath.normpath(_joined(mount.source, path[len(target) :].strip("/")))
    for start in range(path.count("/") + 1 if path else 0):
        tail = "/".join(path.split("/")[start:])
        fitting = sorted(
            (one for one in folders if one == tail or one.endswith(f"/{tail}")), key=lambda one: (len(one), one)
        )
        near = [one for one in fitting if any(within(one, root) for root in server.roots)]
        if near or fitting:
            yield min(near or fitting, key=len)
            return


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part)
