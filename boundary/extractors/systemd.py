"""Units of systemd that run a program, and containers of Podman's Quadlet.

A unit's name is that of the program; what ``docker run`` or ``podman run`` starts is the image. Formats:
systemd.unit(5), systemd.service(5), systemd.exec(5), podman-systemd.unit(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from boundary.facts import Container, Deployment, Fact, Link, Mount, Port, Variable, VariableFile, Workload
from boundary.model import Value
from boundary.reading import shortforms
from boundary.reading.dockerrun import contained, split
from boundary.reading.interpolate import shell
from boundary.source import Source

FORMAT = "systemd"

_SECTION = re.compile(r"\[(\w+)\]\s*$")
_Line = tuple[int, str, str, str]
"""Line, section, key, value."""


def matches(path: str) -> bool:
    """Units of services, also as templates of a deployment tool, and containers."""
    name = path.rpartition("/")[2]
    return name.endswith((".service", ".service.j2", ".service.tmpl", ".service.template", ".container"))


def extract(source: Source) -> Iterator[Fact]:
    """The workload of a unit with what it is started with; nothing for a file of another kind."""
    lines = list(_lines(source.text))
    if not any(section in ("Service", "Container") for _, section, _, _ in lines):
        return
    name = PurePosixPath(source.path).name.partition(".service")[0].partition(".container")[0].rstrip("@")
    yield Deployment("systemd")
    yield from _unit(name, lines)


def _lines(text: str) -> Iterator[_Line]:
    section, held, first = "", "", 0
    for number, line in enumerate(text.split("\n"), 1):
        first = first if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole, held = (held + line).strip(), ""
        found = _SECTION.match(whole)
        if found:
            section = found[1]
        elif whole and whole[0] not in "#;" and "=" in whole:
            key, _, value = whole.partition("=")
            yield first, section, key.strip(), value.strip()


def _unit(name: str, lines: Sequence[_Line]) -> Iterator[Fact]:
    runs = next(((line, value.lstrip("-@:+!")) for line, _, key, value in lines if key == "ExecStart"), (1, ""))
    words = split(runs[1])
    image, command, options = contained(words)
    images = [value for _, section, key, value in lines if section == "Container" and key == "Image"]
    image = image or next(iter(images), "")
    container = Container(name, shell(image) if image else None, tuple(map(shell, command)), line=runs[0])
    yield Workload("systemd", "service", name, containers=(container,), names=_named(options), line=runs[0])
    given = [(runs[0], *one) for one in options]
    given += [(line, _KEYS[key], value) for line, _, key, value in lines if key in _KEYS]
    for line, option, value in given:
        yield from _said(name, line, option, value)
    for line, section, key, value in lines:
        if section == "Unit" and key in ("Requires", "Wants", "BindsTo"):
            for target in value.split():
                if target.endswith(".service"):
                    yield Link(name, target.removesuffix(".service"), line=line)


_KEYS = {"Environment": "environment", "EnvironmentFile": "--env-file", "PublishPort": "-p", "Volume": "-v"}


def _named(options: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(value for name, value in options if name in ("--name", "--hostname", "-h") and "%" not in value)


def _said(workload: str, line: int, option: str, value: str) -> Iterator[Fact]:
    if option == "environment":
        for one in split(value):
            yield from _said(workload, line, "-e", one)
    elif option in ("-e", "--env"):
        name, given, text = value.partition("=")
        yield Variable(workload, name, shell(text) if given else None, line=line)
    elif option == "--env-file":
        yield VariableFile(workload, Value.of(value.lstrip("-")), not value.startswith("-"), line=line)
    elif option in ("-p", "--publish"):
        for port in shortforms.port(value):
            published = Value.of(port.published) if port.published else None
            yield Port(workload, Value.of(port.target), published, port.host, line=line)
    elif option in ("-v", "--volume"):
        found = shortforms.mount(value)
        kind = "bind" if found.source.startswith("%") else found.kind
        yield Mount(workload, kind, found.source, found.target, found.read_only, line=line)
