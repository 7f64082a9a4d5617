"""Definitions of containers in JSON: tasks of Amazon's container service, and ``Dockerrun.aws.json`` of Beanstalk.

Every container of a task is a workload, whose names are those that the others link to. Formats:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html and
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.facts import Container, Deployment, Fact, Link, Mount, Port, Variable, Workload
from boundary.model import Hole, Value
from boundary.reading.interpolate import shell
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "containers"

_MARK = re.compile(r"[\"']?(?:containerDefinitions|AWSEBDockerrunVersion)[\"']?\s*:")


def matches(path: str) -> bool:
    """JSON and YAML files: content decides."""
    return path.endswith((".json", ".yaml", ".yml"))


def extract(source: Source) -> Iterator[Fact]:
    """The workloads of a definition, nothing for another file."""
    if not _MARK.search(peek(source)):
        return
    for document in documents(source, certain=False):
        task = document.get("taskDefinition") or document
        if task.get("containerDefinitions").kind == "sequence":
            yield Deployment("ecs", task.get("family").string, line=document.line)
            yield from _task(task)
        elif document.get("AWSEBDockerrunVersion").text == "1":
            yield from _single(document)


def _task(task: Node) -> Iterator[Fact]:
    volumes = {one.get("name").string: one for one in task.get("volumes").items}
    containers = task.get("containerDefinitions").items
    main = next((one for one in containers if one.get("essential").text.lower() != "false"), None)
    for one in containers:
        name = one.get("name").string
        if not name:
            continue
        family = task.get("family").string
        names = tuple(word for word in (family if one is main else "", one.get("hostname").string) if word)
        yield _workload(name, one.get("image"), (*one.get("entryPoint").strings, *one.get("command").strings), names)
        yield from _environment(name, one)
        for port in one.get("portMappings").items:
            published = port.get("hostPort").string
            target = Value.of(port.get("containerPort").string)
            yield Port(name, target, Value.of(published) if published not in ("", "0") else None, line=port.line)
        for mount in one.get("mountPoints").items:
            yield from _mount(name, mount, volumes)
        for link in one.get("links").strings:
            target_name, _, alias = link.partition(":")
            yield Link(name, target_name, alias, "links", line=one.get("links").line)
        for depends in one.get("dependsOn").items:
            yield Link(name, depends.get("containerName").string, line=depends.line)


def _workload(name: str, image: Node, command: tuple[str, ...], names: tuple[str, ...]) -> Workload:
    container = Container(name, shell(image.text), tuple(map(shell, command)), line=image.line)
    return Workload("ecs", "task", name, containers=(container,), names=names, line=image.line or 1)


def _environment(name: str, one: Node) -> Iterator[Variable]:
    for entry in one.get("environment").items:
        key = entry.get("name")
        yield Variable(name, key.string, shell(entry.get("value").text), line=key.line)
    for entry in one.get("secrets").items:
        key, origin = entry.get("name"), entry.get("valueFrom").string
        yield Variable(name, key.string, Value((Hole("attribute", origin),)), line=key.line)


def _mount(name: str, mount: Node, volumes: dict[str, Node]) -> Iterator[Mount]:
    source = mount.get("sourceVolume").string
    volume = volumes.get(source)
    host = volume.get("host", "sourcePath").string if volume is not None else ""
    shared = volume.get("efsVolumeConfiguration", "fileSystemId").string if volume is not None else ""
    target, fixed = mount.get("containerPath").string, mount.get("readOnly").flag
    yield Mount(name, "bind" if host else "volume", host or shared or source, target, fixed, line=mount.line)


def _single(document: Node) -> Iterator[Fact]:
    """The first version of the format: one container, called after its image."""
    image = document.get("Image", "Name")
    name = image.string.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if not name:
        return
    yield Deployment("ecs", line=document.line)
    yield _workload(name, image, (document.get("Command").string,) if document.get("Command") else (), ())
    for port in document.get("Ports").items:
        yield Port(name, Value.of(port.get("ContainerPort").string), line=port.line)
    for volume in document.get("Volumes").items:
        source, target = volume.get("HostDirectory").string, volume.get("ContainerDirectory").string
        yield Mount(name, "bind" if source else "anonymous", source, target, line=volume.line)
