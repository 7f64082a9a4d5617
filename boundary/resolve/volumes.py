"""Volumes: which mounts mean the same files, and which of them are no shared state at all.

A compose volume belongs to its project unless it is named or external
(https://docs.docker.com/reference/compose-file/volumes/); a claim belongs to its namespace, a volume that jobs of Nomad
ask for to their namespace of the cluster; a host path is the machine's, and who mounts a folder mounts what is below
it. Configuration, certificates, sockets, caches, the system's own folders and a service's own source are mounted
everywhere and share nothing. A volume that lives as long as a pod or task is shared by the containers there.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.facts import Mount, VolumeDefinition
from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve.files import ancestors, folder, is_code, stands, within
from boundary.resolve.landscape import STACKS, Server, Service, Unit
from boundary.resolve.storesockets import is_socket_folder
from boundary.resolve.whose import Whose, acts

SHARE = "//"
"""How a file system begins that a server of the network or of a cloud holds: ``//server/path``."""

_FOLDER = "//"
"""What stands between a volume and the folder in it that is mounted alone."""

MEMORY = "/dev/shm"
"""The machine's shared memory, as a folder."""

_SYSTEM = (
    "/proc", "/sys", "/etc", "/dev", "/boot", "/lib", "/usr", "/bin", "/sbin", "/run/udev", "/run/containerd",
    "/var/lib/docker", "/var/lib/kubelet", "/var/run/docker", "/tmp/.X11-unix",
)  # fmt: skip
_CACHES = re.compile(
    r"(^|/)(\.(m2|npm|cache|gradle|cargo|nuget|ivy2|aws|ssh|kube|config)|node_modules|site-packages|bundle)(/|$)"
    r"|(^|/)(\.?(go|pip|npm|yarn|pnpm|maven|gradle)|\.(cargo|sbt|bazel|nuget|uv|build))[-_]?(build[-_])?cache(/|$)"
    r"|(^|/)(\.pnpm-store|\.yarn)(/|$)"
    r"|^/go/pkg|^/usr/local/(cargo|bundle)"
)
_CONFIGURATION = re.compile(
    r"(^|[-_.])(conf(ig)?s?|configuration|certs?|certificates|ssl|tls|keys|secrets?|pki|ca)([-_.]|$|\d)"
)
_DATA_FILE = re.compile(r"\.(db|sqlite3?|csv|tsv|dat|data|log|parquet|jsonl|ndjson|bin|mdb|lock|pid)$", re.IGNORECASE)
_SOCKET = re.compile(r"\.sock(et)?$|^npipe:|[\\/]pipe[\\/]")
_SERVER = re.compile(r"([A-Za-z0-9][\w.-]*):(?=/|:?fsap-)")
"""``server:/path`` of NFS, and the file system in the handle of a driver (``fs-1234:/path``, ``fs-1234::fsap-56``)."""

_AGENTS = re.compile(
    r"^/(var/)?run/(datadog|spire|spiffe|istio|linkerd|cilium|calico|flannel|openvswitch|multus|fluent(d|-?bit)?|otel"
    r"|opentelemetry|newrelic|dynatrace|oneagent|vault|consul|tailscale|dbus|systemd|nscd|podman|crio|cri-dockerd"
    r"|nvidia\S*|secrets|secrets-store\S*)([-_.][a-z]+)?(/|$)"
)
"""Where agents of a machine have the sockets by which all programs of it reach them."""

_SOCKETS = re.compile(r"sock(et)?s?([-_./]|$)|^/(var/)?run/")


@dataclass(frozen=True, slots=True)
class Mounted:
    """A mount of a service or server whose files may be shared. ``id`` tells volumes apart; ``path`` is the host path
    (or workspace path) behind it, "" for a volume that only a tool knows. ``own`` marks a folder in the service's own
    source, ``store`` a mount of a store's server."""

    user: str
    id: str
    mount: Mount
    location: Location
    unit: str
    path: str = ""
    own: bool = False
    store: bool = False
    declared: Evidence | None = None
    machines: tuple[tuple[str, str], ...] = ()


def volumes(whose: Whose) -> tuple[list[Node], list[Edge]]:
    """Volume nodes and the ``mounts`` edges of services to them.

    Edge traits: ``writable`` or ``read-only``, ``memory`` for the machine's /dev/shm, ``socket-directory`` where the
    name says that a socket lies there, ``store-files`` where a store's server mounts the same (the node's parent then).
    """
    return _Volumes(whose).resolve()


class _Volumes:
    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        parts: tuple[Service | Server, ...] = (*whose.land.services, *whose.land.servers)
        self._projects: dict[str, set[str]] = defaultdict(set)
        for unit in (unit for part in parts for unit in part.units):
            self._projects[unit.location.path].add(unit.project)
            self._projects[folder(unit.location.path) + "/"].add(unit.project)
        self._named: dict[tuple[str, str], tuple[str, VolumeDefinition]] = {}
        self._cluster: dict[str, VolumeDefinition] = {}
        for path, fact in whose.files.all(VolumeDefinition):
            self._define(path, fact)
        self._services = [found for s in whose.land.services if acts(s) for found in self._of(s)]
        self._stores = [found for s in whose.land.servers if s.kind == "store" for found in self._of(s)]

    def _define(self, path: str, fact: VolumeDefinition) -> None:
        if fact.platform != "compose" and fact.external:
            self._cluster[fact.key] = fact
        near = self._projects.get(path) or self._projects.get(folder(path) + "/") or set()
        told = {f"{fact.platform}:{fact.namespace}"} if fact.namespace else set()
        for project in sorted(near | told):
            self._named.setdefault((project, fact.key), (path, fact))

    def resolve(self) -> tuple[list[Node], list[Edge]]:
        """All nodes and edges, by id."""
        paths = {found.path for found in (*self._services, *self._stores) if found.path}
        folders = {found.id for found in self._services if found.mount.folder and not found.path}
        groups: dict[str, list[Mounted]] = defaultdict(list)
        for found in (*self._services, *self._stores):
            # A folder's mount reaches what others mount of it.
            below = [path for path in paths if path != found.path and found.path and within(path, found.path)]
            inside = [one for one in folders if one.startswith(found.id + _FOLDER)]
            for identity in (found.id, *map(_host, below), *inside):
                groups[identity].append(found)
        nodes: list[Node] = []
        edges: list[Edge] = []
        for identity, users in sorted(groups.items()):
            if any(found.store and is_socket_folder(found.mount.target) for found in users):
                continue  # a way to the store, and no files
            kept = self._kept(users)
            if kept:
                stores = sorted({found.user for found in users if found.store})
                nodes.append(self._node(identity, kept, stores))
                edges += self._edges(identity, kept, bool(stores))
        return nodes, edges

    def _kept(self, users: list[Mounted]) -> list[Mounted]:
        """The services' mounts; of a service's own source only where somebody else mounts it, too."""
        several = len({found.user for found in users}) > 1
        mounts = [found for found in users if not found.store and not (several and _alone(found, users))]
        foreign = {found.user for found in mounts if not found.own}
        return [found for found in mounts if not found.own or foreign - {found.user}]

    def _node(self, identity: str, users: list[Mounted], stores: list[str]) -> Node:
        path = users[0].path
        declared = next((found.declared for found in users if found.declared), None)
        home = self._whose.of(path) if path and not path.startswith("/") else ()
        writers = {found.user for found in users if not found.mount.read_only}
        keeper = home[0] if len(home) == 1 else next(iter(writers)) if len(writers) == 1 and not stores else None
        return Node(
            identity,
            "volume",
            identity.removeprefix("volume:").removeprefix("host:"),
            keeper=keeper,
            parent=stores[0] if stores else None,
            location=declared.location if declared else min(found.location for found in users),
            evidence=(declared,) if declared else (),
        )

    def _edges(self, identity: str, users: list[Mounted], store: bool) -> Iterator[Edge]:
        by_service: dict[str, list[Mounted]] = defaultdict(list)
        for found in sorted(users, key=lambda found: (found.mount.read_only, found.location)):
            by_service[found.user].append(found)
        for service, mounts in sorted(by_service.items()):
            traits = {"read-only" if mounts[0].mount.read_only else "writable"}
            names = (identity, *(found.mount.target for found in mounts))
            memory = within(identity.rpartition(":")[2], MEMORY) or all(
                found.mount.kind == "memory" for found in mounts
            )
            traits |= {"memory"} if memory else set()
            traits |= {"socket-directory"} if any(_SOCKETS.search(name) for name in names) else set()
            traits |= {"store-files"} if store else set()
            evidence = [Evidence(found.location, _sentence(found)) for found in mounts]
            evidence += [found.declared for found in mounts if found.declared]
            reasons = tuple(dict.fromkeys(evidence))
            detail = mounts[0].mount.target
            yield Edge(service, identity, "mounts", reasons, "configured", traits=frozenset(traits), detail=detail)

    # --- mounts

    def _of(self, part: Service | Server) -> Iterator[Mounted]:
        for unit in part.units:
            for mount in unit.mounts:
                found = self._identified(part, unit, mount)
                if found:
                    yield found

    def _identified(self, part: Service | Server, unit: Unit, mount: Mount) -> Mounted | None:
        store = isinstance(part, Server)
        location = located(self._whose, unit, mount)
        if mount.kind in ("empty", "memory") and mount.source:
            pod = mount.workload if unit.platform in STACKS else f"{unit.location.path}:{mount.workload}"
            identity = f"volume:{pod}/{mount.source}"
            return Mounted(part.id, identity, mount, location, unit.name, "", False, store)
        if mount.kind == "volume" and not _CACHES.search(mount.target):
            identity, path, declared = self._volume(unit, mount)
            if mount.folder:
                path = posixpath.normpath(f"{path}/{mount.folder}") if path else ""
                identity = _host(path) if path else f"{identity}{_FOLDER}{mount.folder}"
            return Mounted(part.id, identity, mount, location, unit.name, path, False, store, declared)
        if mount.kind != "bind" or not mount.source:
            return None
        path = mount.source.rstrip("/") or "/"
        if "$" in path or "{" in path:
            path = f"{unit.project}:{path}"
        if self._is_dull(mount, path):
            return None
        roots = part.roots if isinstance(part, Service) else ()
        if any(path in (root, *ancestors(root)) for root in roots):
            return None
        own = any(within(path, root) for root in roots if root)
        return Mounted(part.id, _host(path), mount, location, unit.name, path, own, store, machines=unit.machines)

    def _volume(self, unit: Unit, mount: Mount) -> tuple[str, str, Evidence | None]:
        """Identity, path and declaration of a named volume or a claim."""
        if unit.platform in STACKS or _SERVER.match(mount.source):
            return *_behind(mount.source), None
        scope = unit.project.partition(":")[2] if unit.platform != "compose" else unit.project
        where, fact = self._named.get((unit.project, mount.source), ("", None))
        if fact is None:
            return f"volume:{mount.source if ':' in mount.source else f'{scope}/{mount.source}'}", "", None
        declared = Evidence(stands(where, fact), f"declares the volume {fact.key}")
        source = fact.source or (self._cluster[fact.name].source if fact.name in self._cluster else "")
        if source:
            return *_behind(source), declared
        if fact.platform == "nomad" and fact.external:  # of the cluster: jobs ask for it by its name
            return f"volume:nomad:{fact.namespace or 'default'}/{mount.source}", "", declared
        if unit.platform == "compose" and (fact.name or fact.external):
            return self._global(fact.name or fact.key), "", declared
        return f"volume:{scope}/{mount.source}", "", declared

    def _global(self, name: str) -> str:
        """A volume by the name that the machine knows it by; a project's own is known with the project in front."""
        for project, key in sorted(self._named):
            if name == f"{posixpath.basename(project)}_{key}":
                return f"volume:{project}/{key}"
        return f"volume:{name}"

    def _is_dull(self, mount: Mount, path: str) -> bool:
        """Whether a host path is mounted for something else than sharing files."""
        name = posixpath.basename(path)
        if _SOCKET.search(path) or _CACHES.search(path) or _CACHES.search(mount.target):
            return True
        if _AGENTS.search(path):
            return True
        if path == "/" or (not within(path, MEMORY) and any(within(path, system) for system in _SYSTEM)):
            return True
        if path in self._whose.files.by_path or (posixpath.splitext(name)[1] and path not in self._whose.files.folders):
            return not _DATA_FILE.search(name)
        if mount.target.startswith("/etc/") or _CONFIGURATION.search(name.lower()):
            return True
        # Libraries are laid over their copies in the images of all who ship them while somebody develops.
        return len(self._whose.of(path)) != 1 and any(is_code(one) for one in self._whose.files.below(path))


def _alone(found: Mounted, users: list[Mounted]) -> bool:
    """Whether everybody else has a folder of that name on other machines."""
    others = [other for other in users if other.user != found.user]
    return all(
        any(key == label and value != wanted for key, value in other.machines for label, wanted in found.machines)
        for other in others
    )


def _behind(source: str) -> tuple[str, str]:
    """Identity and path of what a volume really is: a folder of the machine or of a server, or a disk."""
    server = _SERVER.match(source)
    if server:
        source = SHARE + posixpath.normpath(f"{server[1]}/{source[server.end() :].strip('/')}")
    path = source.rstrip("/") if source.startswith("/") else ""
    return (_host(path) if path else f"volume:{source}"), path


def _host(path: str) -> str:
    return f"volume:host:{path}"


def _sentence(found: Mounted) -> str:
    how = "to read" if found.mount.read_only else "to read and write"
    return f"{found.unit} mounts {found.mount.source or found.id} at {found.mount.target} {how}"


def located(whose: Whose, unit: Unit, mount: Mount) -> Location:
    """Where a mount stands: in the unit's file, or in the one that an ``extends`` or an override took it from."""
    here = unit.location.path
    for path in (here, *(path for path in whose.files.paths(Mount) if path != here)):
        for fact in whose.files.of(path, Mount):
            if (fact.line, fact.target, fact.kind) == (mount.line, mount.target, mount.kind):
                return stands(path, mount)
    return Location(unit.location.path, mount.line) if unit.platform in STACKS else unit.location
