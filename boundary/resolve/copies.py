"""Source of another service that is copied: into an image, or into the repository (LNK003)."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from boundary.facts import CopyOf, ImageBuild, ImageCopy, ImageSetting, ImageStage
from boundary.facts.parts import parts
from boundary.model import Edge, Evidence, Location
from boundary.resolve.files import ancestors, fold, folder, inside, place, within
from boundary.resolve.imagefolders import places_of
from boundary.resolve.landscape import Unit
from boundary.resolve.nature import has_data, has_statements, is_contract
from boundary.resolve.whose import TAKEN_IN, Whose, acts, is_generic

_SMALLEST = 3
"""Statements of a file's top level below which equal texts say nothing."""

_VENDORED = frozenset(
    {"vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "external", "copied", "copies"}
)
_FOR_NOW = frozenset({"legacy", "compat", "tmp", "temp", "old", "imported", "mirror", "mirrored", "copy"})
_GLOB = re.compile(r"[*?\[$]")
"""Where what is written stops to be a path: at a pattern, or at an argument of the build."""


_CLONE = re.compile(
    r"\bgit\s+(?:-\S+\s+\S+\s+)*clone\s+(?:-\S+(?:\s+\d+)?\s+|(?:-b|--branch)\s+\S+\s+)*((?:https?://|ssh://|git@)\S+)"
)
"""Matches the address of a repository that a command clones."""

_MANIFEST = re.compile(
    r"(^|/)([^/]*\.(?:cs|fs|vb|dc|es|sql)proj|[^/]*\.slnx?|package(?:-lock)?\*?\.json|npm-shrinkwrap\.json|yarn\.lock"
    r"|pnpm-lock\.yaml|go\.(?:mod|sum|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|Cargo\.(?:toml|lock)"
    r"|requirements[^/]*\.txt|pyproject\.toml|Directory\.[^/]*\.(?:props|targets)|nuget\.config)$",
    re.IGNORECASE,
)
"""Files that only say what is needed: an image takes those of all projects so that what they need is kept apart."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a ``COPY`` takes: the service it is of, where it lies, and what made that known."""

    service: str
    path: str
    via: tuple[Evidence, ...] = ()


def image_copies(whose: Whose) -> list[Edge]:
    """``links`` edges of trait ``image-copy``: ``COPY`` from another service's folder, build context or image."""
    found: dict[tuple[str, str, Location], Edge] = {}
    builders = _Builders(whose)
    for path, fact in whose.files.all(ImageCopy):
        for service, unit in builders.of(path) if not whose.files.by_path[path].mark else ():
            brought = builders.brought.get((path, fact.origin))
            all_taken = brought.take(whose, fact, service) if brought else _taken(whose, path, fact, service, unit)
            for taken in all_taken:
                edge = _image_edge(whose, path, fact, service, taken)
                found.setdefault((service, taken.service, edge.location), edge)
    for path, said in whose.files.all(ImageSetting):
        for service, _ in builders.of(path) if said.kind == "run" and not whose.files.by_path[path].mark else ():
            for edge in _cloned(whose, path, said, service):
                found.setdefault((service, edge.target, edge.location), edge)
    for path in sorted({path for path, _ in whose.files.all(ImageStage)}):
        for service, _ in builders.of(path) if not whose.files.by_path[path].mark else ():
            for edge in _based(whose, path, service, builders.acting):
                found.setdefault((service, edge.target, edge.location), edge)
    return list(found.values())


def _cloned(whose: Whose, path: str, fact: ImageSetting, mine: str) -> Iterator[Edge]:
    """The repositories of other services that the build of an image clones."""
    for url in _CLONE.findall(str(fact.value)):
        name = re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
        other = whose.called(name) or whose.kept_in(name)
        if other and other != mine and mine not in whose.of(whose.services[other].repository):
            what = f"clones {url} into the image of {whose.name(mine)}"
            evidence = (Evidence(Location(path, fact.line, fact.column), what),)
            yield Edge(mine, other, "links", evidence, "configured", traits=frozenset({"image-copy"}), detail=url)


def _based(whose: Whose, path: str, mine: str, acting: Collection[str]) -> Iterator[Edge]:
    """The image that the last stage begins with, where it is another service's: all that is in it comes along."""
    stages = {fact.index: fact for fact in whose.files.of(path, ImageStage)}
    names = {fact.name: fact for fact in stages.values() if fact.name}
    last = stages[max(stages)]
    while (before := names.get(last.base.text or "")) is not None and before.index < last.index:
        last = before
    other = whose.image(last.base.text or "")
    if other and other != mine and other in acting:
        here = f"builds the image of {whose.name(mine)} on that of {whose.name(other)}"
        evidence = (Evidence(Location(path, last.line, last.column), here),)
        yield Edge(mine, other, "links", evidence, "configured", traits=frozenset({"image-copy"}), detail=here)


@dataclass(frozen=True, slots=True)
class _Brought:
    """A folder that a tool brings to a build under a name."""

    folder: str
    why: Evidence

    def take(self, whose: Whose, fact: ImageCopy, mine: str) -> Iterator[_Taken]:
        """What a ``COPY`` takes of it."""
        yield from (_Taken(one.service, one.path, (self.why,)) for one in _from_folder(whose, self.folder, fact, mine))


class _Builders:
    """The services whose images a Dockerfile builds, with the deployments that build them."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self.acting = {one.id for one in whose.land.services if acts(one) and one.role != "gateway"}
        self._named: dict[str, list[tuple[str, Unit | None]]] = defaultdict(list)
        self.brought = dict(_brought(whose))
        for service in whose.land.services:
            for unit in service.units if service.id in self.acting else ():
                self._named[unit.dockerfile or ""].append((service.id, unit))

    def of(self, dockerfile: str) -> list[tuple[str, Unit | None]]:
        """Those that name it, else the one whose own it is, else those of one team that lie below it: it packs any."""
        if dockerfile in self._named:
            return self._named[dockerfile]
        owners, around = self._whose.of(dockerfile), folder(dockerfile)
        roots = self._whose.services[owners[0]].roots if len(owners) == 1 else ()
        if not around or len(owners) > 1 or any(within(dockerfile, root) for root in roots):
            return [(owners[0], None)] if len(owners) == 1 and owners[0] in self.acting else []
        services = (one for one in self._whose.land.services if one.id in self.acting)
        below = sorted(one.id for one in services if any(within(root, around) for root in one.roots))
        teams = {self._whose.services[one].party.team for one in below}
        if owners and owners[0] not in below:
            return [(owners[0], None)] if owners[0] in self.acting else []
        return [(one, None) for one in below] if len(teams) == 1 and None not in teams else []


def _brought(whose: Whose) -> Iterator[tuple[tuple[str, str], _Brought]]:
    """Dockerfile and name → the folder that a tool builds it with under that name."""
    for path, fact in whose.files.all(ImageBuild):
        where = next(places_of(whose.files, path, fact), None) if fact.contexts else None
        for name, written in fact.contexts if where else ():
            starts = (folder(path), *ancestors(folder(path)))
            found = (inside(start, written) for start in starts if "://" not in written)
            brought = next((one for one in found if one is not None and one in whose.files.folders), None)
            if where and brought:
                why = Evidence(Location(path, fact.line), f"build context {name} of {fact.image} is {brought}")
                yield (where[1] or place(where[0], "Dockerfile"), name), _Brought(brought, why)


def _taken(whose: Whose, path: str, fact: ImageCopy, mine: str, unit: Unit | None) -> Iterator[_Taken]:
    context = unit.build if unit and unit.build is not None else folder(path)
    if not fact.origin:
        yield from _from_folder(whose, context, fact, mine)
        return
    stage = next((f for f in whose.files.of(path, ImageStage) if fact.origin in (f.name, str(f.index))), None)
    named = dict(unit.contexts).get(fact.origin) if unit else None
    origin = (stage.base.text or "") if stage else fact.origin
    if unit and named is not None and not stage:
        via = (Evidence(unit.location, f"build context {fact.origin} of {unit.name} is {named}"),)
        kind, _, image = posixpath.basename(named).partition(":")
        if not image:
            yield from (_Taken(t.service, t.path, via) for t in _from_folder(whose, named, fact, mine))
            return
        origin = f"{unit.project}-{image}" if kind == "service" else ""
    other = whose.image(origin) if origin else None
    if other and other != mine:
        yield _Taken(other, "")


def _from_folder(whose: Whose, context: str, fact: ImageCopy, mine: str) -> Iterator[_Taken]:
    for source in fact.sources:
        if _MANIFEST.search(source):
            continue
        fixed = _GLOB.split(source)[0]
        path = inside(context, (fixed if fixed == source else folder(fixed)).lstrip("/"))
        if path is not None and any(path in ancestors(root) for root in whose.services[mine].roots):
            continue  # all that lies around the service itself, as the build of a workspace needs it
        other = whose.other(path, mine) if path is not None else None
        if (
            other
            and path is not None
            and not _around(whose, path, mine, other)
            and not _is_interface(whose, path, other)
        ):
            yield _Taken(other, path)


def _around(whose: Whose, path: str, mine: str, other: str) -> bool:
    """Whether a folder is that around one's own, which a service of the same team has a name for."""
    one = whose.services[mine]
    return one.party.team == whose.services[other].party.team and any(within(root, path) for root in one.roots)


def _is_interface(whose: Whose, path: str, other: str) -> bool:
    return is_contract(path[len(whose.root(other, path)) :], whose.below(path))


def _image_edge(whose: Whose, path: str, fact: ImageCopy, service: str, taken: _Taken) -> Edge:
    what = taken.path or f"of the image {fact.origin}"
    where = Evidence(Location(taken.path), f"which is {whose.name(taken.service)}'s") if taken.path else None
    here = f"copies {what} into the image of {whose.name(service)}"
    return Edge(
        service,
        taken.service,
        "links",
        (Evidence(Location(path, fact.line, fact.column), here), *taken.via, *((where,) if where else ())),
        "configured",
        traits=frozenset({"image-copy"}),
        detail=what,
    )


def vendored(whose: Whose) -> list[Edge]:
    """``links`` edges of trait ``vendored``, one a pair of services: files whose statements are the same.

    Only where it matters: the file holds statements, or it lies in a folder for other people's code, or it is called
    after another service and holds entities. Helpers, messages and entities that were copied are nobody's any more.
    """
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for copies in _equal(whose):
        named = _called(whose, {service for _, service in copies})
        ranked = sorted(
            (_is_copy(whose, path, service, named), _is_for_now(whose, path, service), -_given(whose, path, service),
             service, path)
            for path, service in copies
        )  # fmt: skip
        *_, owner, origin = ranked[0]
        for copied, *_, service, path in ranked[1:]:
            if service != owner and _matters(whose, path, service, copied):
                pairs[service, owner].append((path, origin))
    return [_vendored_edge(whose, service, owner, sorted(found)) for (service, owner), found in pairs.items()]


def _equal(whose: Whose) -> list[list[tuple[str, str]]]:
    """Files of the same text, with their services."""
    alike: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, fact in whose.files.all(CopyOf):
        file, owner = whose.files.by_path[path], _shipping(whose, path)
        counts = fact.size >= _SMALLEST and file.mark in TAKEN_IN and not whose.library(path)
        if counts and not is_contract(path, [file]) and owner:
            alike[fact.digest].append((path, owner))
    return [copies for copies in alike.values() if len({service for _, service in copies}) > 1]


def _shipping(whose: Whose, path: str) -> str:
    """The service that a file is of; of several of one team, as for a package of all their programs, the first."""
    acting = [one for one in whose.of(path) if acts(whose.services[one])]
    teams = {whose.services[one].party.team for one in acting}
    return acting[0] if len(acting) == 1 or (len(teams) == 1 and None not in teams) else ""


def _called(whose: Whose, services: set[str]) -> dict[str, set[str]]:
    """Folded name → the services that are called so."""
    named: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for name in _names(whose, service):
            named[fold(name)].add(service)
    return named


def _matters(whose: Whose, path: str, service: str, copied: bool) -> bool:
    file = whose.files.by_path[path]
    return has_statements(file) or (copied and (has_data(file) or _is_vendored(_parts(whose, path, service))))


def _parts(whose: Whose, path: str, service: str) -> list[str]:
    """The folders and the name of a file below the root of its service."""
    own = path[len(whose.root(service, path)) :].rpartition(".")[0]
    return [part.lower() for part in own.split("/") if part]


def _is_vendored(parts: list[str]) -> bool:
    return not _VENDORED.isdisjoint(parts)


def _is_for_now(whose: Whose, path: str, service: str) -> bool:
    """Whether a file lies where things are put that are to go: of two equal ones it is hardly the first."""
    return not _FOR_NOW.isdisjoint(_parts(whose, path, service))


def _given(whose: Whose, path: str, service: str) -> int:
    """How many of the names that stand in a file are those of variables which the service is started with: whoever
    copies code seldom has all that it asks for."""
    variables = {one.name for unit in whose.services[service].units for one in unit.variables}
    said = {one for fact in whose.files.by_path[path].facts for one in parts(fact) if isinstance(one, str)}
    return len(variables & said)


def _is_copy(whose: Whose, path: str, service: str, named: dict[str, set[str]]) -> bool:
    """Whether a file shows by its place that it came from elsewhere: a vendor folder, or another's name."""
    parts = _parts(whose, path, service)
    if _is_vendored(parts):
        return True
    words = {fold(word) for part in parts for word in (part, re.split("[-_.]", part)[0])}
    return any(named.get(word, set()) - {service} for word in words)


def _names(whose: Whose, service: str) -> set[str]:
    known = whose.services[service]
    names = {known.name, *known.names, *(posixpath.basename(root) for root in known.roots[:1])}
    names |= {name.removesuffix("-service") for name in names}
    names |= {name.removesuffix("s") for name in names}  # An entity is called by one (``Booking`` of ``bookings``).
    return {name for name in names if name and not is_generic(name)}


def _vendored_edge(whose: Whose, service: str, owner: str, files: list[tuple[str, str]]) -> Edge:
    evidence = []
    for copy, origin in files:
        evidence.append(Evidence(Location(copy), f"has the same statements as {origin} of {whose.name(owner)}"))
        evidence.append(Evidence(Location(origin), "the same statements"))
    return Edge(service, owner, "links", tuple(evidence), traits=frozenset({"vendored"}), detail=files[0][1])
