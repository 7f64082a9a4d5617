"""The parts of a Compose service that have a short and a long form: ports, mounts, namespaces, links.

Specification: https://docs.docker.com/reference/compose-file/services/ .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from boundary.facts import Link, Mount, Port, SharedNamespace
from boundary.model import Hole, Value
from boundary.reading import shortforms
from boundary.reading.interpolate import compose
from boundary.reading.yaml import Node

_MOUNT_KINDS: dict[str, Literal["volume", "bind", "memory"]] = {
    "volume": "volume",
    "cluster": "volume",
    "bind": "bind",
    "npipe": "bind",
    "tmpfs": "memory",
}
_NAMESPACES: dict[str, Literal["network", "pid", "ipc"]] = {"network_mode": "network", "pid": "pid", "ipc": "ipc"}
_FILES: tuple[tuple[str, Literal["config", "secret"], str], ...] = (
    ("configs", "config", "/"),
    ("secrets", "secret", "/run/secrets/"),
)
_EPHEMERAL = Value((Hole("unknown"),))


def entries(node: Node) -> Iterator[tuple[Node, str, str | None]]:
    """Place, name and value of each entry of ``KEY: value`` or ``- KEY=value``; None where no value is given."""
    for key, value in node.pairs:
        yield key, key.text, None if value.null else value.text
    for item in node.items:
        name, given, text = item.text.partition("=")
        if name:
            yield item, name, text if given else None


def ports(workload: str, service: Node) -> Iterator[Port]:
    """Published ports (on a number that Docker picks where none is given) and those that are only exposed."""
    for item in service.get("ports").items:
        text, host, name = item.text, "", ""
        if item.kind == "mapping":
            text = f"{item.get('published').string}:{item.get('target').string}"
            host, name = item.get("host_ip").string, item.get("name").string
        for port in shortforms.port(text):
            published = _EPHEMERAL if port.published is None else compose(port.published)
            target, address = compose(port.target), host or port.host
            yield Port(workload, target, published, address, name, line=item.line, column=item.column)
    for item in service.get("expose").items:
        for number in shortforms.ports_of(item.text.partition("/")[0]):
            yield Port(workload, compose(number), line=item.line, column=item.column)


def mounts(workload: str, service: Node) -> Iterator[Mount]:
    """Volumes, host paths, memory, configs and secrets that are laid into a service."""
    for item in service.get("volumes").items:
        mount = _long_mount(workload, item) if item.kind == "mapping" else _short_mount(workload, item)
        if mount is not None:
            yield mount
    memory = service.get("tmpfs")
    for item in memory.items or ((memory,) if memory else ()):
        target = shortforms.split(item.text)[0]
        yield Mount(workload, "memory", "", target, line=item.line, column=item.column)
    for key, kind, folder in _FILES:
        for item in service.get(key).items:
            source = item.get("source").string if item.kind == "mapping" else item.text
            target = item.get("target").string or source
            path = target if target.startswith("/") else folder + target
            yield Mount(workload, kind, source, path, read_only=True, line=item.line, column=item.column)


def _short_mount(workload: str, item: Node) -> Mount | None:
    mount = shortforms.mount(item.text)
    if not mount.target:
        return None
    return Mount(workload, mount.kind, mount.source, mount.target, mount.read_only, line=item.line, column=item.column)


def _long_mount(workload: str, item: Node) -> Mount | None:
    kind = _MOUNT_KINDS.get(item.get("type").string or "volume")
    source, target = item.get("source").string or item.get("src").string, item.get("target").string
    if kind is None or not target:
        return None
    return Mount(
        workload,
        "anonymous" if kind == "volume" and not source else kind,
        source,
        target,
        item.get("read_only").flag,
        folder=item.get("volume", "subpath").string,
        line=item.line,
        column=item.column,
    )


def namespaces(workload: str, service: Node) -> Iterator[SharedNamespace]:
    """Namespaces that a service shares with its host or with another container, and privileged ones."""
    for key, which in _NAMESPACES.items():
        node = service.get(key)
        if node.text in ("host", "shareable") or node.text.startswith(("service:", "container:")):
            yield SharedNamespace(workload, which, node.text, line=node.line, column=node.column)
    privileged = service.get("privileged")
    if privileged.flag:
        yield SharedNamespace(workload, "privileged", "true", line=privileged.line, column=privileged.column)


def links(workload: str, service: Node) -> Iterator[Link]:
    """What a service starts after, and what it has a name of its own for."""
    depends = service.get("depends_on")
    for node in (*depends.items, *(key for key, _ in depends.pairs)):
        yield Link(workload, node.text, line=node.line, column=node.column)
    for node in (*service.get("links").items, *service.get("external_links").items):
        target, _, alias = node.text.partition(":")
        yield Link(workload, target, alias, "links", line=node.line, column=node.column)
    for node in service.get("volumes_from").items:
        container, _, rest = node.text.partition(":")
        target, _, mode = rest.partition(":") if container == "container" else (container, "", rest)
        yield Link(workload, target, mode, "volumes", line=node.line, column=node.column)


def machines(service: Node) -> Iterator[tuple[str, str]]:
    """The labels that the machines of a service must have: ``node.labels.disk == ssd``."""
    for item in service.get("deploy", "placement", "constraints").strings:
        label, equal, value = item.partition("==")
        if equal:
            yield label.strip(), value.strip()
