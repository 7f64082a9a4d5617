"""Files that one service writes and another one reads: on a volume that both mount, or on the machine of both.

What only lies in a container is its own. The same path is the same file where both mount the same volume, at whatever
place, and for programs that run on one machine without containers. The folders of the system and of what is temporary
hand over nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Edge, Evidence, Node, Value
from boundary.resolve.code.things import Effect
from boundary.resolve.context import Context, chain
from boundary.resolve.files import within
from boundary.resolve.landscape import Service

_SYSTEM = ("/proc", "/sys", "/etc", "/dev", "/boot", "/usr", "/lib", "/bin", "/tmp", "/var/tmp", "/run/secrets")
_File = tuple[str, str]
"""The volume that a file is on ("" for the machine itself), and its path there."""


def resolve(context: Context) -> None:
    """Add a node for each file that is handed over, and ``mounts`` edges of those who write and read it."""
    mounted = _mounted(context)
    found: dict[_File, dict[tuple[str, bool], tuple[Evidence, ...]]] = defaultdict(dict)
    for effect in context.effects.get("file", ()):
        written = effect.get("path")
        for service in context.actors(effect) if isinstance(written, Value) else ():
            for filled in context.filler.fill(written, service.id) if isinstance(written, Value) else ():
                path = filled.value.text or ""
                for file in _files(service, path, mounted[service.id]):
                    does = "writes" if _writes(effect) else "reads"
                    what = chain(effect, f"{effect.call} {does} {path}")
                    found[file].setdefault((service.id, _writes(effect)), (*what, *filled.evidence))
    for file, uses in sorted(found.items()):
        writers = {service for service, writes in uses if writes}
        if writers and {service for service, _ in uses} - writers:
            _add(context, file, uses)


def _add(context: Context, file: _File, uses: dict[tuple[str, bool], tuple[Evidence, ...]]) -> None:
    volume, path = file
    name = f"{volume.removeprefix('volume:').removeprefix('host:')}{path}" if volume else path
    first = min(evidence[0].location for evidence in uses.values())
    node = context.found.add(Node(f"volume:file:{name}", "volume", name, technology="file", location=first))
    for (service, writes), evidence in sorted(uses.items()):
        if writes or (service, True) not in uses:
            traits = frozenset({"writable" if writes else "read-only"})
            context.found.edges.append(Edge(service, node, "mounts", evidence, traits=traits, detail=path))


def _mounted(context: Context) -> dict[str, list[tuple[str, str]]]:
    """The volumes of each service that others have as well, and where it mounts them."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for edge in context.found.edges:
        if edge.kind == "mounts" and edge.grade == "configured":
            found[edge.source].append((edge.target, edge.detail.rstrip("/")))
    return found


def _files(service: Service, path: str, mounted: list[tuple[str, str]]) -> Iterator[_File]:
    if not path.startswith("/") or any(within(path, system) for system in _SYSTEM):
        return
    for volume, target in mounted:
        if within(path, target):
            yield volume, path[len(target) :]
    if service.units and all(unit.platform in ("process", "systemd") for unit in service.units):
        yield "", path


def _writes(effect: Effect) -> bool:
    mode = effect.get("mode")
    return isinstance(mode, Value) and bool(set(mode.text or "") & set("wax+"))
