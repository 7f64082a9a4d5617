"""What stacks run, as units: tasks, functions and services of the clouds, with the variables that they are given.

Their forms are rows of ``known/workloads.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files as resources

import msgspec

from boundary.facts import Mount, Port
from boundary.model import Evidence, Location, Value
from boundary.resolve.files import Files, folder, inside
from boundary.resolve.images import known
from boundary.resolve.landscape import Binding, Unit
from boundary.resolve.ownership import Ownership
from boundary.resolve.spelling import generic
from boundary.resolve.stacks import mounts, scripts
from boundary.resolve.stacks.assets import Assets
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.places import Homes, Place
from boundary.resolve.stacks.secrets import referred, told
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import NULL, Null, Resource, Rows, Table, Thing, below, document, items, text


class Shape(msgspec.Struct, frozen=True):
    """A row of ``known/workloads.toml``; see there."""

    kind: str
    containers: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    settings: str = ""
    script: tuple[str, ...] = ()


_LAYER = Shape("layer", source=("ContentUri", "Content", "filename"))


@cache
def _shapes() -> dict[str, Shape]:
    written = tomllib.loads((resources("boundary.resolve") / "known" / "workloads.toml").read_text("utf-8"))
    return {name: msgspec.convert(one, Shape) for names, one in written.items() for name in names.split()}


def runs(resource: Resource) -> bool:
    """Whether a resource runs something."""
    return resource.declared and resource.type in _shapes()


def units(stacks: Stacks, files: Files, owners: Ownership) -> Iterator[Unit]:
    """The units of all workloads, in the order of their resources."""
    assets = Assets(files)
    running = [one for one in stacks.resources if runs(one)]
    # A graph is a service of its own only where nothing else runs beside it.
    others = {one.stack for one in running if not stacks.is_interface(one)}
    running = [one for one in running if not stacks.is_interface(one) or one.stack not in others]
    loads = [_Workload(stacks, assets, one, _shapes()[one.type]) for one in running]
    homes = Homes(stacks, files, owners, {one.uid: one.source() for one in loads})
    for load in loads:
        yield from load.units(homes)


def sources(stacks: Stacks, files: Files) -> dict[str, str]:
    """The folders and files that functions and layers of functions are made from, by the uid of these."""
    assets = Assets(files)
    found: dict[str, str] = {}
    for resource in stacks.resources:
        shape = _LAYER if "LayerVersion" in resource.type or "layer_version" in resource.type else None
        if shape is None and runs(resource) and stacks.is_function(resource):
            shape = _shapes()[resource.type]
        source = _Workload(stacks, assets, resource, shape).source() if shape is not None else None
        if source is not None:
            found[resource.uid] = source
    return found


def taken(stacks: Stacks) -> Iterator[tuple[Resource, str, Resource, Location]]:
    """What workloads are given of secrets and parameters: the workload, the variable, what holds it, and the place."""
    assets = Assets(Files(()))
    for resource in stacks.resources:
        if runs(resource):
            load = _Workload(stacks, assets, resource, _shapes()[resource.type])
            for name, held, line in load.taken():
                yield resource, name, held, resource.said(name, line)


def undeclared(stacks: Stacks) -> Iterator[tuple[Resource, str, str, Location]]:
    """What workloads are given of secrets that no stack makes: the workload, the variable, the secret, the place."""
    assets = Assets(Files(()))
    for resource in stacks.resources:
        if runs(resource):
            load = _Workload(stacks, assets, resource, _shapes()[resource.type])
            for name, secret, line in load.undeclared():
                yield resource, name, secret, resource.said(name, line)


class _Workload:
    """One workload. ``names`` are those that other workloads reach it by."""

    def __init__(self, stacks: Stacks, assets: Assets, resource: Resource, shape: Shape) -> None:
        self.uid = resource.uid
        self._stacks = stacks
        self._assets = assets
        self._resource = resource
        self._shape = shape

    def units(self, homes: Homes) -> Iterator[Unit]:
        """A unit for each container that is no agent; the first of one's own bears the workload's names."""
        found = list(self._containers())
        own = [one for one in found if known(self._image(one) or "") is None]
        place = homes.of(self._resource)
        for one in own or found[:1]:
            first = one is (own or found)[0]
            yield self._unit(one, place, main=first, alone=len(own) < 2)
        for one in found:
            image = known(self._image(one) or "")
            if one not in own and own and image is not None and image.kind in ("store", "broker"):
                yield self._unit(one, place, main=False, alone=False)

    def _containers(self) -> Iterator[Thing]:
        if self._shape.script:
            yield from scripts.containers(scripts.written(self._resource, self._shape.script))
            return
        if not self._shape.containers:
            yield Table()
            return
        found = document(self._said(self._shape.containers))
        if isinstance(found, Table) and found.entries and all(isinstance(one, Table) for one in found.entries.values()):
            found = Rows(tuple(_called(key, one, found.lines) for key, one in found.entries.items()))
        yield from (one for one in items(found) if isinstance(one, Table))

    def _unit(self, container: Thing, place: Place, main: bool, alone: bool) -> Unit:
        resource, stacks = self._resource, self._stacks
        called = _word(_either(container, ("name", "Name")))
        fronts = stacks.names_of(resource) if main else []
        tagged = dict(stacks.tags(resource)).get("Name", "") if self._shape.script else ""
        names = [*fronts, called, *(_word(self._said((path,))) for path in self._shape.name), tagged]
        name = place.service or self._name(names if alone else [called, *names])
        image = self._image(container)
        path = resource.location.path
        packed = self._assets.image(resource, image) if image else None
        build = packed if packed is not None or (image and place.root is None) else place.root
        further = [*names, resource.uid] if main else [called]
        return Unit(
            key=f"{resource.uid}/{called}" if called else resource.uid,
            platform=stacks.platform(resource),
            project=f"stack:{resource.stack}",
            name=name,
            location=Location(path, _line(container) or resource.location.line),
            names=tuple(
                one for one in dict.fromkeys((*further, *((resource.uid,) if main else ()))) if one and one != name
            ),
            kind=self._shape.kind,
            image=image if packed is None else None,
            build=build,
            command=tuple(str(as_text(word)) for word in items(_either(container, self._shape.command))),
            variables=tuple({one.name: one for one in self._variables(container)}.values()),
            ports=tuple(self._ports(container, name)),
            mounts=tuple(self._mounts(container)),
            namespaces=tuple(mounts.namespaces(resource)),
            labels=stacks.tags(resource),
        )

    def _name(self, names: Sequence[str]) -> str:
        """The first name that says something: names that others call it by come before those of its parts."""
        plain = [one for one in names if one and "." not in one]
        telling = (one for one in plain if not generic(one) and one not in _COMMON)
        return next(telling, (plain or [self._resource.label])[0])

    def _said(self, paths: Sequence[str]) -> Thing:
        for path in paths:
            found = self._resource.get(*path.split("."))
            if not isinstance(found, Null):
                return found
        return NULL

    def _of(self, container: Thing, paths: Sequence[str]) -> Thing:
        """What stands in a container, or in the resource where that is the container."""
        inside = self._shape.containers or self._shape.script
        return _either(container, paths) if inside else self._said(paths)

    def _image(self, container: Thing) -> str | None:
        found = self._of(container, self._shape.image)
        written = str(as_text(found)) if not isinstance(found, Null | Rows | Table) else ""
        return written or None

    def source(self) -> str | None:
        """The folder or file of the code, relative to the workspace."""
        found = self._said(self._shape.source)
        written = text(found) or (text(found.items[0]) if isinstance(found, Rows) and found.items else None)
        if isinstance(found, Rows) and found.items and isinstance(found.items[0], Table):
            written = text(found.items[0].get("path"))
        if written is None or "://" in written:
            return self._assets.source(self._resource)
        base = "" if self._stacks.platform(self._resource) == "terraform" else folder(self._resource.stack)
        return inside(base, written)

    # --- variables -------------------------------------------------------------------------------------------

    def _variables(self, container: Thing) -> Iterator[Binding]:
        for name, value, line, entry in self._pairs(container, self._shape.variables):
            secret = referred(self._resource, entry, value)
            kept, more = self._stacks.kept(secret) if secret is not None else (told(self._resource, entry, value), ())
            yield self._binding(name, kept, line, more)
        for name, value, line, _ in self._pairs(container, self._shape.secrets):
            kept, more = self._stacks.kept(value)
            yield self._binding(name, kept, line, more)
        given = (*items(self._resource.get("setting")), *items(self._resource.get("OptionSettings")))
        for one in given if self._shape.settings else ():
            key, space = text(_either(one, ("name", "OptionName"))), text(_either(one, ("namespace", "Namespace")))
            if key and space == self._shape.settings:
                yield self._binding(key, _either(one, ("value", "Value")), _line(one))

    def taken(self) -> Iterator[tuple[str, Resource, int]]:
        """The variables whose values secrets or parameters hold."""
        for container in self._containers():
            for name, value, line, entry in self._pairs(container, self._shape.variables):
                secret = referred(self._resource, entry, value)
                kept_in = self._stacks.holding(as_text(secret)) if secret is not None else None
                yield from ((name, one, line) for one in (kept_in,) if one is not None)
                yield from ((name, held, line) for held in self._stacks.secrets(as_text(value)))
            for name, value, line, _ in self._pairs(container, self._shape.secrets):
                held = self._stacks.meant(as_text(value))
                if held is not None:
                    yield name, held, line

    def undeclared(self) -> Iterator[tuple[str, str, int]]:
        """The variables whose values secrets hold that no stack makes."""
        for container in self._containers():
            for name, value, line, _ in self._pairs(container, self._shape.variables):
                yield from ((name, one, line) for one in self._stacks.undeclared(as_text(value)))
            for name, value, line, _ in self._pairs(container, self._shape.secrets):
                written = as_text(value).text or ""
                if written and self._stacks.meant(as_text(value)) is None:
                    yield name, written, line

    def _pairs(self, container: Thing, paths: Sequence[str]) -> Iterator[tuple[str, Thing, int, Thing]]:
        found = document(self._of(container, paths))
        if isinstance(found, Table) and not _names(found):
            for key, value in found.entries.items():
                yield key, value, found.lines.get(key, 0), NULL
            return
        for one in items(found):
            called = text(_either(one, ("name", "Name")))
            if isinstance(one, Table) and called:
                yield called, _either(one, _VALUES), _line(one), one

    def _binding(self, name: str, value: Thing, line: int, more: tuple[Evidence, ...] = ()) -> Binding:
        resource = self._resource
        place = resource.said(name, line)
        resolved, further = self._stacks.filled(as_text(value) if not isinstance(value, Table | Rows) else Value())
        what = f"{resource.label} is started with {name}"
        return Binding(name, resolved, (Evidence(place, what), *more, *further))

    def _mounts(self, container: Thing) -> Iterator[Mount]:
        shape = self._shape
        if shape.mounts:
            written = self._of(container, shape.mounts)
            yield from mounts.mounts(self._stacks, self._resource, self._said(shape.volumes), written)

    def _ports(self, container: Thing, name: str) -> Iterator[Port]:
        for path in self._shape.ports:
            inside = self._shape.containers or self._shape.script
            for inner in _every(container, path) if inside else (self._said((path,)),):
                number = text(inner)
                if number and number.isdigit():
                    yield Port(name, Value.of(number), line=self._resource.location.line)


_COMMON = frozenset(
    ("application", "container", "this", "default", "service", "task", "web", "api", "lambda", "function")
)
"""What everybody calls what a workload consists of."""

_VALUES = ("value", "Value", "valueFrom", "ValueFrom", "value_from", "value_source")
"""Where an entry of a list of variables has its value."""


_ENTRY = frozenset({"name", "value", "value_from", "value_source", "secret_name", "secretRef"})
"""All that one entry may have."""


def _called(key: str, one: Thing, lines: dict[str, int]) -> Thing:
    if not isinstance(one, Table) or "name" in one.entries:
        return one
    return Table({"name": Value.of(key), **one.entries}, {"name": lines.get(key, 0), **one.lines}, one.whole)


def _either(thing: Thing, paths: Sequence[str]) -> Thing:
    for path in paths:
        found = below(thing, *path.split("."))
        if not isinstance(found, Null):
            return found
    return NULL


def _every(thing: Thing, path: str) -> list[Thing]:
    found = [thing]
    for key in path.split("."):
        found = [inner for one in found for member_ in items(one) for inner in items(below(member_, key))]
    return found


def _names(table: Table) -> bool:
    """Whether a table is one entry of a list of variables rather than a map of them."""
    return set(table.entries) <= _ENTRY and "name" in table.entries


def _word(thing: Thing) -> str:
    """A name without what is not known of it."""
    value = as_text(thing)
    return "".join(part for part in value.parts if isinstance(part, str)).strip("-_. /")


def _line(thing: Thing) -> int:
    return min((line for line in thing.lines.values() if line), default=0) if isinstance(thing, Table) else 0
