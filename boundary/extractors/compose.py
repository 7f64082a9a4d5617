"""Docker Compose files: services, what they are started with, and what they share.

Reads every YAML file that is one by its name or by its content, the first version of the format (no ``services:``)
included. Files are not merged here, ``extends`` and ``include`` are not followed, and variables are not filled.
Specification: https://docs.docker.com/reference/compose-file/ .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors import _compose_parts as parts
from boundary.extractors._documents import documents, peek
from boundary.facts import Container, Deployment, Fact, Variable, VariableFile, VolumeDefinition, Workload
from boundary.model import Value
from boundary.reading.interpolate import compose, words
from boundary.reading.kinds import compose_services, is_yaml, kind, named_compose
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "compose"

_MODES = ("global", "global-job", "replicated-job")
"""What Swarm calls a service that is not simply some copies of a program."""


def matches(path: str) -> bool:
    """Every YAML file: content decides."""
    return is_yaml(path)


def extract(source: Source) -> Iterator[Fact]:
    """The facts of a Compose file, nothing for another one."""
    certain = named_compose(source.path)
    if not certain and "services" not in peek(source):
        return
    for document in documents(source, certain):
        if kind(source.path, document) == "compose":
            yield from _project(document, compose_services(source.path, document))


def _project(document: Node, services: tuple[tuple[Node, Node], ...]) -> Iterator[Fact]:
    yield Deployment("compose", document.get("name").string, _includes(document), line=document.line)
    for key, service in services:
        yield from _service(key, service)
    for key, volume in document.get("volumes").pairs:
        yield _volume(key, volume)


def _includes(document: Node) -> tuple[str, ...]:
    found: list[str] = []
    for item in document.get("include").items:
        found += (item.get("path") if item.kind == "mapping" else item).strings
    return tuple(found)


def _service(key: Node, service: Node) -> Iterator[Fact]:
    name = key.text
    yield _workload(key, service)
    for line, variable, value in parts.entries(service.get("environment")):
        given = None if value is None else compose(value)
        yield Variable(name, variable, given, line=line.line, column=line.column)
    yield from _variable_files(name, service.get("env_file"))
    yield from parts.ports(name, service)
    yield from parts.mounts(name, service)
    yield from parts.namespaces(name, service)
    yield from parts.links(name, service)


def _workload(key: Node, service: Node) -> Workload:
    image = service.get("image")
    command = (*_command(service.get("entrypoint")), *_command(service.get("command")))
    container = Container(
        key.text,
        compose(image.text) if image else None,
        command,
        line=image.line or key.line,
        folder=service.get("working_dir").string,
    )
    build, dockerfile, contexts = _build(service.get("build"))
    labels = (*parts.entries(service.get("labels")), *parts.entries(service.get("deploy", "labels")))
    return Workload(
        platform="compose",
        kind=mode if (mode := service.get("deploy", "mode").string) in _MODES else "service",
        name=key.text,
        containers=(container,),
        names=_names(service),
        build=build,
        dockerfile=dockerfile,
        stage=service.get("build", "target").string,
        contexts=contexts,
        labels=tuple((name, value or "") for _, name, value in labels),
        extends=_base(service.get("extends")),
        profiles=service.get("profiles").strings,
        networks=_networks(service.get("networks")),
        machines=tuple(parts.machines(service)),
        line=key.line,
        column=key.column,
    )


def _command(node: Node) -> tuple[Value, ...]:
    if node.kind == "sequence":
        return tuple(compose(item) for item in node.strings)
    return words(compose(node.string))


def _build(node: Node) -> tuple[Value | None, Value | None, tuple[tuple[str, str], ...]]:
    """Context, Dockerfile and additional contexts; a build without a context builds the file's own folder."""
    if not node:
        return None, None, ()
    if node.kind == "scalar":
        return compose(node.text), None, ()
    contexts = tuple((name, value or "") for _, name, value in parts.entries(node.get("additional_contexts")))
    dockerfile = node.get("dockerfile")
    return compose(node.get("context").string or "."), compose(dockerfile.text) if dockerfile else None, contexts


def _names(service: Node) -> tuple[str, ...]:
    names = [service.get("container_name").string, service.get("hostname").string]
    for _, network in service.get("networks").pairs:
        names += network.get("aliases").strings
        names += network.get("ipv4_address").strings  # it has that alone in the network, as a name is
    return tuple(dict.fromkeys(name for name in names if name))


def _networks(node: Node) -> tuple[str, ...]:
    return tuple(key.text for key, _ in node.pairs) or node.strings


def _base(node: Node) -> tuple[str, str] | None:
    if node.kind == "mapping":
        return node.get("file").string, node.get("service").string
    return ("", node.text) if node else None


def _variable_files(workload: str, node: Node) -> Iterator[VariableFile]:
    for item in node.items or (node,):
        path = item.get("path") if item.kind == "mapping" else item
        required = not item.get("required") or item.get("required").flag
        if path.string:
            yield VariableFile(workload, compose(path.text), required, line=path.line, column=path.column)


def _volume(key: Node, node: Node) -> VolumeDefinition:
    external = node.get("external")
    return VolumeDefinition(
        platform="compose",
        key=key.text,
        name=node.get("name").string or external.get("name").string,
        external=external.kind == "mapping" or external.flag,
        source=_behind(node.get("driver_opts")),
        line=key.line,
        column=key.column,
    )


def _behind(options: Node) -> str:
    """The host path or ``server:path`` that a volume of the local driver really is."""
    device = options.get("device").string
    if not options.get("type").string.startswith("nfs"):
        return device
    settings = [option.partition("=") for option in options.get("o").string.split(",")]
    return next((f"{value}:{device.removeprefix(':')}" for name, _, value in settings if name == "addr"), device)
