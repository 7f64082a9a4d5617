"""Containers that run in a pod before its own: what they copy out of another service's image becomes the pod's code,
and any other command of theirs is a program of that service."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator

from boundary.facts import Container, Workload
from boundary.model import Edge, Evidence, Location
from boundary.resolve.whose import Whose, acts

_COPIES = frozenset({"cp", "mv", "rsync", "tar", "install", "ln"})
"""Programs that put files elsewhere."""

_MOST_WORDS = 2_000


def edges(whose: Whose) -> list[Edge]:
    """``links`` edges of trait ``image-copy``, and ``executes`` edges of trait ``local``."""
    running: dict[str, list[str]] = defaultdict(list)
    for service in whose.land.services:
        for unit in service.units if acts(service) and service.role != "gateway" else ():
            running[unit.key].append(service.id)
    found: list[Edge] = []
    for path, pod in whose.files.all(Workload):
        for mine in running.get(f"{path}:{pod.kind}/{pod.name}", ()):
            for container in pod.containers:
                if container.init:
                    found += _of(whose, path, container, mine)
    return found


def _of(whose: Whose, path: str, one: Container, mine: str) -> Iterator[Edge]:
    image = str(one.image or "")
    other = whose.image(image)
    if not other or other == mine or not acts(whose.services[other]):
        return
    place = Location(one.file or path, one.line)
    if not _COPIES.isdisjoint(_programs(one)):
        why = Evidence(place, f"copies out of the image {image} before {whose.name(mine)} starts")
        yield Edge(mine, other, "links", (why,), "configured", traits=frozenset({"image-copy"}), detail=image)
    else:
        why = Evidence(place, f"runs the image {image} before {whose.name(mine)} starts")
        yield Edge(mine, other, "executes", (why,), "configured", traits=frozenset({"local"}), detail=image)


def _programs(one: Container) -> set[str]:
    """The words of a command that may be programs, also those of a script for a shell."""
    text = " ".join(str(word) for word in one.command)
    words = re.findall(r"[^\s;|&()'\"]+", text[: _MOST_WORDS * 10])
    return {posixpath.basename(word) for word in words[:_MOST_WORDS]}
