"""Compose projects: which files make one, and what their services are after ``extends``, ``include`` and overrides.

A folder with a default file (``compose.yaml``, ``docker-compose.yml``) is one project; the override file beside it
belongs to it. Another compose file beside it that only adds to services of the default file is laid over it and gives
further units; one that stands for itself is an alternative packaging. Merging follows
https://docs.docker.com/reference/compose-file/merge/ .
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from boundary.facts import Container, Deployment, Fact, Workload
from boundary.model import Value
from boundary.resolve.environment import Budget, Known, fill, settings, text
from boundary.resolve.files import Files, ancestors, folder, inside
from boundary.resolve.landscape import Binding

DEEPEST = 16
"""Services that are followed through ``extends``."""

_DEFAULT = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_OVERRIDE = re.compile(r"(docker-)?compose\.override\.ya?ml")
_OVERLAY = re.compile(r"(docker-)?compose\.[\w-]+(\.[\w-]+)*\.ya?ml")


class Draft(msgspec.Struct, frozen=True):
    """A service while it is put together. ``said`` are the facts about it with the files that state them, the last
    one counts; ``path`` is the file that names it first, ``context`` the folder and text of its build."""

    path: str
    workload: Workload
    said: tuple[tuple[str, Fact], ...]
    known: Known
    context: tuple[str, Value] | None = None
    dockerfile: Value | None = None


class Project(msgspec.Struct, frozen=True):
    """A project's services. ``path`` is its main file."""

    name: str
    path: str
    services: dict[str, Draft]


Table = Mapping[str, Draft]


class Reader:
    """Puts the projects of a workspace together."""

    def __init__(self, files: Files, budget: Budget) -> None:
        self.files = files
        self._budget = budget
        self._environments: dict[str, Known] = {}
        paths = [path for path, fact in files.all(Deployment) if fact.platform == "compose"]
        self.paths = sorted(set(paths) | {path for path, fact in files.all(Workload) if fact.platform == "compose"})
        self._templates = set(self._extended())

    def projects(self) -> Iterator[Project]:
        """All projects, each alternative for itself."""
        for base in sorted({folder(path) for path in self.paths}):
            mine = [path for path in self.paths if folder(path) == base]
            default = next((path for name in _DEFAULT if (path := posixpath.join(base, name)) in mine), None)
            extra = [path for path in mine if _OVERRIDE.fullmatch(_name(path)) and default]
            table: Table = {}
            if default:
                for path in (default, *extra):
                    table = merged(table, self._file(path, self._known(base), set()))
                yield Project(self._project(default), default, dict(table))
            for path in mine:
                if path != default and path not in extra and path not in self._included:
                    yield from self._alternative(path, table, default)

    def _alternative(self, path: str, table: Table, default: str | None) -> Iterator[Project]:
        own = self._file(path, self._known(folder(path)), set())
        added = any(name in table and _adds(draft) for name, draft in own.items())
        if added or (_OVERLAY.fullmatch(_name(path)) and any(name in table for name in own)):
            over = merged({name: table[name] for name in own if name in table}, own)
            yield Project(self._project(default or path), path, dict(over))
        else:
            kept = {name: draft for name, draft in own.items() if (path, name) not in self._templates}
            yield Project(self._project(path), path, kept)

    def _project(self, path: str) -> str:
        """The scope of host names: the declared project, else the folder (compose takes its name)."""
        declared = next((fact.name for fact in self.files.of(path, Deployment) if fact.name), "")
        known = self._known(folder(path)).get("COMPOSE_PROJECT_NAME")
        return declared or (known.value.text if known else None) or folder(path)

    def _known(self, base: str) -> Known:
        if base not in self._environments:
            path = posixpath.join(base, ".env")
            self._environments[base] = {
                "PWD": self._standing(base),
                **settings(self.files, path, "is set for interpolation"),
            }
        return self._environments[base]

    def _standing(self, base: str) -> Binding:
        """The folder that Compose is called in, relative to its files': that from which its builds are there."""
        mine = [workload.build for path, workload in self.files.all(Workload) if folder(path) == base]
        wanted = [str(build).partition("}")[2].strip("/") for build in mine if build and "{PWD}" in str(build)]
        above = (base, *ancestors(base))
        there = [one for one in above if any(posixpath.join(one, rest) in self.files.folders for rest in wanted)]
        return Binding("PWD", Value.of(posixpath.relpath((there or [base])[0] or ".", base or ".")), ())

    def _file(self, path: str, known: Known, seen: set[str]) -> Table:
        """The services of a file with those of the files it includes, each once; its own are laid over them."""
        table: Table = {}
        seen.add(path)
        for deployment in self.files.of(path, Deployment):
            for written in deployment.includes:
                other = inside(folder(path), text(written, known))
                if other and other not in seen and self.files.of(other, Workload):
                    table = merged(table, self._file(other, {**self._known(folder(other)), **known}, seen))
        own = {w.name: self._draft(path, w, known, 0) for w in self.files.of(path, Workload) if w.platform == "compose"}
        return merged(table, own)

    def _draft(self, path: str, workload: Workload, known: Known, depth: int) -> Draft:
        said = tuple((path, fact) for fact in self.files.about(path, workload.name))
        context = (folder(path), workload.build) if workload.build is not None else None
        draft = Draft(path, workload, said, known, context, workload.dockerfile)
        if workload.extends is None or depth > DEEPEST:
            return draft
        where, name = workload.extends
        other = inside(folder(path), text(where, known)) if where else path
        base = self._workloads.get((other or "", name))
        if base is None or base is workload or not self._budget.allows(len(self.files.about(other or "", name)) + 1):
            return draft
        return _over(self._draft(other or "", base, known, depth + 1), draft)

    @cached_property
    def _workloads(self) -> dict[tuple[str, str], Workload]:
        return {(path, one.name): one for path, one in self.files.all(Workload) if one.platform == "compose"}

    @cached_property
    def _included(self) -> set[str]:
        """Files that others take in and that do not run by themselves: they are a part of those."""
        written = ((folder(path), one) for path, fact in self.files.all(Deployment) for one in fact.includes)
        found = (inside(base, one) for base, one in written)
        return {path for path in found if path and _name(path) not in _DEFAULT}

    def _extended(self) -> Iterator[tuple[str, str]]:
        """Services that another file extends are templates, unless their file runs by itself."""
        for path, workload in self.files.all(Workload):
            if workload.extends and workload.extends[0]:
                other = inside(folder(path), workload.extends[0])
                if other and other != path and _name(other) not in _DEFAULT:
                    yield other, workload.extends[1]


def merged(lower: Table, upper: Table) -> Table:
    """Two files of one project, the second laid over the first."""
    table = dict(lower)
    for name, draft in upper.items():
        table[name] = _over(table[name], draft) if name in table else draft
    return table


def build_of(draft: Draft) -> tuple[str | None, str | None]:
    """The build context and the Dockerfile, relative to the workspace; None for what is outside of it."""
    if draft.context is None:
        return None, None
    base, written = draft.context
    path = fill(written, draft.known)[0].text
    context = None if path is None else inside(base, path)
    if context is None:
        return None, None
    name = fill(draft.dockerfile, draft.known)[0].text if draft.dockerfile else "Dockerfile"
    return context, inside(context, name) if name else None


def _over(lower: Draft, upper: Draft) -> Draft:
    one, two = lower.workload, upper.workload
    workload = msgspec.structs.replace(
        two,
        stage=two.stage or one.stage,
        kind=two.kind if two.kind != "service" else one.kind,
        machines=two.machines or one.machines,
        containers=_container(one.containers, two.containers),
        names=tuple(dict.fromkeys((*one.names, *two.names))),
        contexts=tuple({**dict(one.contexts), **dict(two.contexts)}.items()),
        labels=tuple({**dict(one.labels), **dict(two.labels)}.items()),
        profiles=tuple(dict.fromkeys((*one.profiles, *two.profiles))),
        networks=tuple(dict.fromkeys((*one.networks, *two.networks))),
        line=one.line if _adds(upper) and not two.extends else two.line,
    )
    stays = _adds(upper) and not two.extends
    return Draft(
        lower.path if stays else upper.path,
        workload,
        (*lower.said, *upper.said),
        {**lower.known, **upper.known},
        upper.context or lower.context,
        upper.dockerfile or lower.dockerfile,
    )


def _container(one: tuple[Container, ...], two: tuple[Container, ...]) -> tuple[Container, ...]:
    if not one or not two:
        return one or two
    low, high = one[0], two[0]
    image, command, folder = high.image or low.image, high.command or low.command, high.folder or low.folder
    return (msgspec.structs.replace(high, image=image, command=command, folder=folder),)


def _adds(draft: Draft) -> bool:
    """Whether it says nothing of what runs, so that it can only be an addition to another file's service."""
    images = [container.image for container in draft.workload.containers]
    return draft.context is None and not draft.workload.extends and not any(images)


def _name(path: str) -> str:
    return posixpath.basename(path)
