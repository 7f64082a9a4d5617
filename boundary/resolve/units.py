"""Units: everything that runs, with its variables, out of all packagings of a workspace."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from boundary.facts import Fact, ImageStage, Link, Mount, Port, SharedNamespace, Variable, VariableFile
from boundary.model import Evidence, Location
from boundary.resolve.cluster import Cluster
from boundary.resolve.compose import Draft, Project, Reader, build_of
from boundary.resolve.environment import Budget, Known, bound, fill, settings, text
from boundary.resolve.files import Files, folder, inside, place, stands, within
from boundary.resolve.forwarders import forwards, is_forwarder
from boundary.resolve.imagefolders import built
from boundary.resolve.landscape import Binding, Unit

_LABELS = frozenset((
    "", "latest", "stable", "main", "master", "dev", "develop", "edge", "nightly", "prod", "test", "staging",
    "slim", "alpine", "release", "rc", "beta", "alpha", "snapshot", "canary", "next", "pr", "feature", "hotfix",
    "debian", "ubuntu", "bookworm", "bullseye", "buster", "jammy", "focal", "noble", "centos", "ubi",
    "distroless", "scratch", "fpm", "cli", "apache", "management", "jre", "jdk", "arm", "amd", "linux", "windows",
    "cpu", "gpu", "cuda", "full", "lite", "minimal",
))  # fmt: skip
"""Words of tags that tell versions and variants."""


def units(files: Files) -> list[Unit]:
    """All units, compose services first, in the order of their files and lines; no two have one key."""
    budget = Budget()
    count: Counter[str] = Counter()
    found: list[Unit] = []
    for unit in (*_Composer(files, budget).units(), *Cluster(files, budget).units()):
        count[unit.key] += 1
        times = count[unit.key]
        found.append(unit if times == 1 else msgspec.structs.replace(unit, key=f"{unit.key}#{times}"))
    return _with_applications(_untagged(_alone(files, built(files, found))))


def _alone(files: Files, found: list[Unit]) -> list[Unit]:
    """Units without processes of a folder in which others have folders of their own: those are started there together,
    for developers."""
    homes = {folder(path) for path in files.paths(ImageStage)} | {unit.build for unit in found if unit.build}
    return [
        unit
        for unit in found
        if unit.platform != "process" or not any(within(one, unit.build or "") and one != unit.build for one in homes)
    ]


def _with_applications(units: list[Unit]) -> list[Unit]:
    """Units with what Dapr calls them, where its process runs beside them and shares their network."""
    beside: dict[tuple[str, str], str] = {}
    for unit in units:
        shared = next((one.mode for one in unit.namespaces if one.which == "network"), "")
        words = [part for word in unit.command for part in word.replace("=", " ").split()]
        at = next((at for at, word in enumerate(words[:-1]) if word in ("--app-id", "-app-id")), None)
        if at is not None and shared.startswith("service:"):
            beside[unit.project, shared.removeprefix("service:")] = words[at + 1]
    named = [(unit, beside.get((unit.project, unit.name), unit.name)) for unit in units]
    return [
        unit if name in (unit.name, *unit.names) else msgspec.structs.replace(unit, names=(*unit.names, name))
        for unit, name in named
    ]


def _untagged(found: list[Unit]) -> list[Unit]:
    """Units whose images are told apart by nothing but tags (``registry/acme:orders``, ``acme:orders-1.4``): the tag is
    the name."""
    tags: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for unit in found:
        place, tag = _tag(unit.image)
        if tag:
            tags[unit.project, place] |= {_name(tag): None}
    names = {place for (_, place), several in tags.items() if len(several) > 1 and "" not in several}
    return [
        msgspec.structs.replace(unit, image=f"{place.rpartition('/')[0]}/{_name(tag)}")
        if place in names and _name(tag)
        else unit
        for unit in found
        for place, tag in (_tag(unit.image),)
    ]


def _tag(image: str | None) -> tuple[str, str]:
    before, colon, tag = (image or "").partition("@")[0].rpartition(":")
    return (before, tag) if colon and "/" in before and "/" not in tag else (image or "", "")


def _name(tag: str) -> str:
    """A tag without the version at its end; "" for one that is told apart by versions alone."""
    words = re.split(r"([-_.])", tag)
    end = len(words)
    while end > 0 and _is_version(words[end - 1]):
        end -= 2
    return "" if any(map(_is_version, words[: max(end, 0) : 2])) else "".join(words[: max(end, 0)])


def _is_version(word: str) -> bool:
    return word.lower() in _LABELS or word[:1] in "{$" or any(map(str.isdigit, word))


class _Composer:
    """Compose services as units."""

    def __init__(self, files: Files, budget: Budget) -> None:
        self._files = files
        self._budget = budget
        self._read: dict[str, dict[str, Binding]] = {}

    def units(self) -> Iterator[Unit]:
        """The services of all projects."""
        for project in Reader(self._files, self._budget).projects():
            for draft in project.services.values():
                yield self._unit(project, draft)

    def _unit(self, project: Project, draft: Draft) -> Unit:
        workload, known = draft.workload, draft.known
        build, dockerfile = build_of(draft)
        container = workload.containers[0] if workload.containers else None
        image = fill(container.image, known)[0] if container and container.image else None
        facts = [fact for _, fact in draft.said]
        links = {f.target: (f.target, stands(path, f)) for path, f in draft.said if isinstance(f, Link)}
        command = tuple(str(fill(word, known)[0]) for word in container.command) if container else ()
        place = Location(draft.path, workload.line, workload.column)
        led = forwards(command) if is_forwarder(str(image or "")) else ()
        return Unit(
            key=f"{project.path}:{workload.name}",
            platform="compose",
            project=project.name,
            name=workload.name,
            kind=workload.kind,
            location=place,
            names=tuple(text(name, known) for name in workload.names if name != workload.name),
            image=str(image) if image else None,
            build=build,
            dockerfile=dockerfile,
            stage=text(workload.stage, known),
            contexts=_contexts(draft),
            command=command,
            folder=text(container.folder, known) if container else "",
            variables=self._variables(draft),
            ports=_ports(facts, known),
            mounts=(*_mounts(draft), *_taken(project, draft)),
            namespaces=tuple({fact.which: fact for fact in facts if isinstance(fact, SharedNamespace)}.values()),
            depends=tuple(links.values()),
            aliases=tuple((f.alias, f.target) for f in facts if isinstance(f, Link) and f.alias and f.kind == "links"),
            labels=tuple((key, text(value, known)) for key, value in workload.labels),
            networks=workload.networks,
            machines=workload.machines,
            forwards=tuple((port, name, place) for port, name in led),
        )

    def _variables(self, draft: Draft) -> tuple[Binding, ...]:
        """Variables of files first: what the service itself says wins."""
        found: dict[str, Binding] = {}
        for path, fact in draft.said:
            if isinstance(fact, VariableFile):
                found |= {one.name: one for one in self._of_file(draft, path, fact)}
        for path, fact in draft.said:
            if isinstance(fact, Variable):
                found[fact.name] = bound(path, fact, draft.known)
        return tuple(found.values())

    def _of_file(self, draft: Draft, path: str, fact: VariableFile) -> Iterator[Binding]:
        written = fill(fact.path, draft.known)[0].text
        other = inside(folder(path), written) if written else None
        if other is None:
            return
        if other not in self._read:
            self._read[other] = settings(self._files, other, "is set in a file of variables")
        what = f"{draft.workload.name} reads its variables from {written}"
        reads = Evidence(stands(path, fact), what)
        for key, one in self._read[other].items() if self._budget.allows(len(self._read[other])) else ():
            value, more = fill(one.value, draft.known)
            yield Binding(key, value, (*one.evidence, reads, *more))


def _contexts(draft: Draft) -> tuple[tuple[str, str], ...]:
    written = ((name, text(path, draft.known)) for name, path in draft.workload.contexts)
    placed = ((name, inside(draft.context[0] if draft.context else "", path)) for name, path in written)
    return tuple((name, path) for name, path in placed if path is not None)


def _ports(facts: Iterable[Fact], known: Known) -> tuple[Port, ...]:
    found = {}
    for fact in facts:
        if isinstance(fact, Port):
            published = fill(fact.published, known)[0] if fact.published is not None else None
            port = msgspec.structs.replace(fact, target=fill(fact.target, known)[0], published=published)
            found[port.target, port.published, port.host] = port
    return tuple(found.values())


def _mounts(draft: Draft) -> tuple[Mount, ...]:
    found = {}
    for path, fact in draft.said:
        if isinstance(fact, Mount):
            source = text(fact.source, draft.known)
            if fact.kind == "bind" and not source.startswith(("/", "~", "$")):
                source = place(folder(path), source)
            found[fact.target] = msgspec.structs.replace(fact, source=source)
    return tuple(found.values())


def _taken(project: Project, draft: Draft) -> Iterator[Mount]:
    """The mounts that a service takes from others."""
    for link in (fact for _, fact in draft.said if isinstance(fact, Link) and fact.kind == "volumes"):
        for mount in _mounts(project.services[link.target]) if link.target in project.services else ():
            read_only = mount.read_only or link.alias == "ro"
            yield msgspec.structs.replace(mount, workload=draft.workload.name, read_only=read_only)
