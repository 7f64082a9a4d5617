"""Kamal's ``config/deploy.yml``: the roles of an application and the accessories that are started beside it.

A role runs the application's image on its hosts; the proxy in front of it answers to the hosts that it names. An
accessory is a container called ``<service>-<accessory>``. Roles are named as their containers are, ``web`` as the
service; with the name of a machine and a port that it publishes there, others reach it. Docker knows nothing of
projects here: a volume or a folder is the host's on which it is mounted. Format:
https://kamal-deploy.org/docs/configuration/overview/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from boundary.extractors._compose_parts import entries
from boundary.extractors._documents import documents, peek
from boundary.facts import Container, Deployment, Fact, Mount, Port, Variable, Workload
from boundary.model import Value
from boundary.reading import shortforms
from boundary.reading.interpolate import application, words
from boundary.reading.kinds import is_kamal
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "kamal"

_NAMED = re.compile(r"(?:^|/)config/deploy(?:\.[\w-]+)?\.ya?ml$")
_DOCKERS = "/var/lib/docker/volumes/"
"""Where named volumes lie on a host."""
_SHARE = re.compile(r"/(nfs|efs|cifs|smb|samba|cephfs|gluster(fs)?|lustre|gpfs)\d*(/|$)", re.IGNORECASE)
"""A folder that is called after the file system of the network that is mounted there, on each host."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOSTS = 8
"""Hosts of a role whose folders are told; a larger fleet has the same on all of them."""


def matches(path: str) -> bool:
    """``config/deploy.yml`` and those of its destinations (``config/deploy.staging.yml``)."""
    return _NAMED.search(path) is not None


def extract(source: Source) -> Iterator[Fact]:
    """The facts of a configuration of Kamal, nothing for another file."""
    text = peek(source)
    if "servers" not in text:
        return
    told = all(re.search(rf"^{key}:", text, re.MULTILINE) for key in ("service", "image", "servers"))
    for document in documents(source, certain=told):
        if is_kamal(document):
            yield from _application(document)


def _application(document: Node) -> Iterator[Fact]:
    service = document.get("service").string
    yield Deployment("kamal", service, line=document.line)
    for name, role, line in _roles(document.get("servers")):
        called = service if name == "web" else f"{service}-{name}"
        hosts = _hosts(role)
        yield _workload(document, service, name, called, role, line)
        yield from _variables(called, document.get("env"))
        yield from _variables(called, role.get("env"))
        if name == "web":
            port = document.get("proxy", "app_port")
            yield Port(called, Value.of(port.string or "80"), line=port.line if port else line)
        yield from _ports(called, role)
        yield from _mounts(called, document.get("volumes"), hosts)
    for key, accessory in document.get("accessories").pairs:
        yield from _accessory(service, key, accessory)


def _roles(servers: Node) -> Iterator[tuple[str, Node, int]]:
    """Name, configuration and line of each role; a bare list of hosts is the role ``web``."""
    if servers.items:
        yield "web", servers, servers.line
    for key, role in servers.pairs:
        yield key.text, role, key.line


def _hosts(node: Node) -> tuple[str, ...]:
    """The hosts of a role or accessory: a list, or under ``host``, ``hosts``; a host may have tags behind it."""
    listed = node if node.kind == "sequence" else node.get("hosts")
    found = [node.get("host").string, *listed.strings]
    found += [item.pairs[0][0].text for item in listed.items if item.pairs]
    return tuple(dict.fromkeys(host for host in found if host))[:_HOSTS]


def _workload(document: Node, service: str, name: str, called: str, role: Node, line: int) -> Workload:
    command = words(application(role.get("cmd").string))
    container = Container(called, application(document.get("image").string), command, line=line)
    proxy = document.get("proxy") if name == "web" else role.get("proxy")
    reached = _reached(_ports(called, role), _hosts(role))
    names = (f"{service}-{name}", *reached, proxy.get("host").string, *proxy.get("hosts").strings)
    builder = document.get("builder")
    dockerfile = builder.get("dockerfile").string
    return Workload(
        platform="kamal",
        kind="role",
        name=called,
        containers=(container,),
        names=tuple(dict.fromkeys(one for one in names if one and one != called)),
        build=Value.of(_beside(builder.get("context").string)),
        dockerfile=Value.of(_beside(dockerfile)) if dockerfile else None,
        line=line,
    )


def _beside(written: str) -> str:
    """A path that Kamal reads from the application's folder, as seen from the configuration."""
    return f"../{written.removeprefix('./')}".rstrip("/.") or ".."


def _variables(workload: str, env: Node) -> Iterator[Variable]:
    """What is written out: all of ``env`` in its short form, else below ``clear``. Secrets are only named."""
    clear = env.get("clear")
    for place, name, value in entries(clear or env):
        if clear or name not in ("secret", "tags"):
            given = None if value is None else application(value)
            yield Variable(workload, name, given, line=place.line, column=place.column)
    for secret in env.get("secret").items:
        yield Variable(workload, secret.text.partition(":")[0], None, line=secret.line, column=secret.column)


def _ports(workload: str, started: Node) -> Iterator[Port]:
    """What is published: ``port`` of an accessory, and the option of ``docker run``."""
    port, published = started.get("port"), started.get("options", "publish")
    for one in shortforms.port(port.string) if port else ():
        yield Port(workload, Value.of(one.target), Value.of(one.published or one.target), one.host, line=port.line)
    for text in published.strings:
        for one in shortforms.port(text):
            host = Value.of(one.published) if one.published else None
            yield Port(workload, Value.of(one.target), host, one.host, line=published.line)


def _reached(ports: Iterable[Port], hosts: Iterable[str]) -> tuple[str, ...]:
    """Names with ports under which a container answers on its machines to others."""
    numbers = (one.published.text for one in ports if one.published is not None and one.host not in _LOOPBACK)
    found = [number for number in numbers if number]
    return tuple(f"{host}:{number}" for host in hosts for number in found)


def _accessory(service: str, key: Node, accessory: Node) -> Iterator[Fact]:
    called = accessory.get("service").string or f"{service}-{key.text}"
    image = application(accessory.get("image").string)
    container = Container(called, image, words(application(accessory.get("cmd").string)), line=key.line)
    hosts, ports = _hosts(accessory), tuple(_ports(called, accessory))
    names = _reached(ports, hosts)
    yield Workload("kamal", "accessory", called, containers=(container,), names=names, line=key.line)
    yield from _variables(called, accessory.get("env"))
    yield from ports
    yield from _mounts(called, accessory.get("volumes"), hosts)
    for item in accessory.get("directories").items:
        mount = shortforms.mount(item.text)
        if mount.source and not mount.source.startswith("/"):  # below the home of who deploys
            yield Mount(called, "bind", f"~/{called}/{mount.source}", mount.target, line=item.line)


def _mounts(workload: str, volumes: Node, hosts: tuple[str, ...]) -> Iterator[Mount]:
    """Volumes and folders of each host that a container runs on."""
    for item in volumes.items:
        one = shortforms.mount(item.text)
        for host in hosts if one.source else ():
            folder = one.source if one.kind == "bind" else _DOCKERS + one.source
            if _SHARE.search(folder):
                yield Mount(workload, "bind", folder, one.target, one.read_only, line=item.line, column=item.column)
                break
            if folder.startswith("/"):
                source = f"{host}:{folder}"
                yield Mount(workload, "volume", source, one.target, one.read_only, line=item.line, column=item.column)
