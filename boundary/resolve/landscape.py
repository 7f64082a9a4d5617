"""Who is who in a workspace: the services, the servers beside them, the libraries, and which file belongs to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from boundary.facts import Mount, Port, SharedNamespace
from boundary.model import Evidence, Location, Value

if TYPE_CHECKING:
    from boundary.resolve.stacks.stack import Stacks

STACKS = frozenset(("terraform", "cloudformation", "bicep"))
"""Platforms that declare what a cloud runs."""


class Binding(msgspec.Struct, frozen=True):
    """A variable that a unit is started with. ``value`` has what interpolation could fill filled in; ``evidence`` says
    where it is set, and through which files it came (the setting line first)."""

    name: str
    value: Value
    evidence: tuple[Evidence, ...]


class Unit(msgspec.Struct, frozen=True):
    """One running thing of one packaging (a compose service, a Deployment), after ``extends``, overrides and includes.

    ``project`` names the scope in which host names mean something: the compose project, or cluster and namespace. All
    paths (``build``, ``dockerfile``, bind mounts' sources, ``contexts``) are relative to the workspace root. Of the
    Dockerfile ``stage`` is built, the last one where it is empty.
    ``forwards`` are ports of its machine, 0 for each, that a proxy beside it leads to a cloud's database, by its name.
    The command is started in ``folder``; ``options`` are settings that it gives, ``started`` addresses. ``account`` is
    the service account of a pod with its namespace before it (``shop/orders``, ``/orders`` where nobody says one),
    ``identity`` what it stands for in a cloud, ``machines`` the labels of the machines on which alone it runs.
    ``given`` is where its image is written, if not at its place, and ``told`` where its command is.
    """

    key: str
    platform: str
    project: str
    name: str
    location: Location
    names: tuple[str, ...] = ()
    kind: str = "service"
    image: str | None = None
    build: str | None = None
    dockerfile: str | None = None
    stage: str = ""
    contexts: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = ()
    folder: str = ""
    variables: tuple[Binding, ...] = ()
    options: tuple[Binding, ...] = ()
    started: tuple[Binding, ...] = ()
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    namespaces: tuple[SharedNamespace, ...] = ()
    depends: tuple[tuple[str, Location], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    networks: tuple[str, ...] = ()
    account: str = ""
    identity: str = ""
    machines: tuple[tuple[str, str], ...] = ()
    forwards: tuple[tuple[int, str, Location], ...] = ()
    given: Location | None = None
    told: Location | None = None

    @property
    def everywhere(self) -> bool:
        """Whether it runs on each machine: a DaemonSet, a global service of Swarm."""
        return self.kind in ("DaemonSet", "global")


class Party(msgspec.Struct, frozen=True):
    """Who owns, and how we know."""

    team: str | None
    evidence: tuple[Evidence, ...] = ()


class Service(msgspec.Struct, frozen=True):
    """One independently deployable service. ``roots`` are the folders (or single files) that are its own, the best
    first; ``names`` all further names; ``role`` is ``application``, ``gateway``, ``job``, ``load-generator``,
    ``infrastructure`` …; ``evidence`` says why we think that it is a service."""

    id: str
    name: str
    location: Location
    names: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    repository: str = ""
    party: Party = Party(None)
    role: str = "application"
    language: str = ""
    units: tuple[Unit, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Server(msgspec.Struct, frozen=True):
    """A store, broker or other infrastructure that runs as a unit of its own (told by its image), or that a cloud runs
    (told by the type of a declared resource).

    ``kind`` is a node kind; ``technology`` such as ``postgres``, ``redis``, ``kafka``; ``databases`` those that its
    units declare (``POSTGRES_DB``); ``party`` an owner that is declared for it (a label, ``boundary.toml``). ``role``
    is ``infrastructure`` for telemetry and tools. ``renamed`` are databases that are called otherwise in another
    packaging, with the name that counts.
    """

    id: str
    kind: Literal["store", "broker", "channel", "registry", "config-server", "gateway", "service"]
    name: str
    technology: str
    location: Location
    names: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    databases: tuple[str, ...] = ()
    party: Party = Party(None)
    evidence: tuple[Evidence, ...] = ()
    role: str = ""
    renamed: tuple[tuple[str, str], ...] = ()


class Library(msgspec.Struct, frozen=True):
    """A package of the workspace that does not run by itself. ``nature`` is ``contract`` (only messages and client
    stubs), ``technical`` or ``domain`` (entities, statements, business rules); ``users`` the services that ship it."""

    id: str
    name: str
    root: str
    location: Location
    ecosystem: str = ""
    nature: Literal["contract", "technical", "domain"] = "technical"
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Landscape:
    """The services, servers and libraries of a workspace. ``homes`` maps a folder or file to the ids of the services
    whose own it is, or that ship it; the longest prefix of a path counts. ``stacks`` is what infrastructure definitions
    declare. ``tools`` are units that run nobody's program but a client's or another tool's."""

    services: tuple[Service, ...]
    servers: tuple[Server, ...]
    libraries: tuple[Library, ...]
    homes: dict[str, tuple[str, ...]]
    stacks: Stacks | None = None
    tools: tuple[Unit, ...] = ()

    def services_of(self, path: str) -> tuple[str, ...]:
        """Ids of the services that a file belongs to; several for library code, none for nobody's."""
        at = path
        while True:
            if at in self.homes:
                return self.homes[at]
            if not at:
                return ()
            at = at.rpartition("/")[0]

    def deploying(self, path: str) -> tuple[str, ...]:
        """Ids of the services that a manifest belongs to: those whose file it is, where that is not one alone, those
        that the manifests around it run."""
        found = self.services_of(path)
        return found if len(found) == 1 else tuple(self._around.get(path.rpartition("/")[0], ())) or found

    @cached_property
    def _around(self) -> dict[str, dict[str, None]]:
        """The services that the files of each folder run."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for service in self.services:
            for unit in service.units:
                found[unit.location.path.rpartition("/")[0]][service.id] = None
        return found

    def beside(self, location: Location) -> tuple[str, ...]:
        """Ids of the services that the stack runs which declares a store at a place."""
        units = (unit for server in self.servers if server.location == location for unit in server.units)
        stacks = {unit.project for unit in units if unit.platform in STACKS}
        return tuple(one.id for one in self.services if any(unit.project in stacks for unit in one.units))

    def within(self, location: Location, among: Iterable[Service]) -> list[Service]:
        """Those of some services that run in the namespace of the server which is declared at a place."""
        spaces = {unit.project for server in self.servers if server.location == location for unit in server.units}
        named = {one for one in spaces if one.startswith("kubernetes:") and one != "kubernetes:"}
        return [one for one in among if any(unit.project in named for unit in one.units)]

    def declaring(self, path: str, stack: str) -> tuple[str, ...]:
        """Ids of the services that a resource of a stack is of: those whose file declares it, else those that the stack
        runs."""
        return self.services_of(path) or tuple(self._of_project.get(f"stack:{stack}", ()))

    def service(self, identity: str) -> Service:
        """The service of an id."""
        return self._by_id[identity]

    @cached_property
    def _by_id(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    @cached_property
    def _of_project(self) -> dict[str, dict[str, None]]:
        """The services that each project runs."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for service in self.services:
            for unit in service.units:
                found[unit.project][service.id] = None
        return found
