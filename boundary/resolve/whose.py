"""Whose a path, a name or an image is: what every resolver of code and commands has to ask.

A path in code, in a manifest or in a command is written for another machine (``/srv/catalog-service/app``,
``../orders``): here it is brought back to the workspace, by the folders that it goes through and by the names of the
services' roots.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from boundary.facts import FileFacts, Package
from boundary.model import Value
from boundary.resolve.files import Files, fold, folder, inside, within
from boundary.resolve.landscape import Landscape, Service

_OUTPUT = re.compile(r"/(?:bin|obj)/(?:Debug|Release)/")
"""Folders that the build of a .NET project fills; what is in them comes from the project around."""

_BUILT = re.compile(r"/(?:dist|build|lib|out|output|target|\.next|\.output)(?:/|$)")
"""Folders that the build of a program fills: they are no part of what is kept of it."""

ANCHOR = "//"
"""How a path begins that is known from the workspace root on (what ``__file__`` gives): ``//orders/app/main.py``."""

TAKEN_IN = ("", "vendored")
"""Marks of files that a service may have taken from elsewhere; a vendored tree is where such files are kept."""

_GENERIC = frozenset({
    "api", "app", "application", "backend", "bin", "build", "code", "common", "config", "core", "data", "dist", "etc",
    "frontend", "home", "lib", "local", "main", "opt", "out", "package", "project", "repo", "root", "run", "server",
    "service", "services", "share", "site", "src", "srv", "test", "tests", "tmp", "usr", "var", "web", "work",
    "workspace",
})  # fmt: skip
_MACHINES = frozenset({"AWS::EC2::Instance", "aws_instance", "aws_spot_instance_request"})
"""Types of machines, to which commands are sent by their tags."""

_ACTING = frozenset({"application", "gateway", "job"})
_HOLE = "\0"


def is_generic(name: str) -> bool:
    """Whether a folder's name says nothing about whose it is (``app``, ``src``)."""
    return fold(name) in _GENERIC


def acts(service: Service) -> bool:
    """Whether rules about code and commands concern a service: load generators and infrastructure touch everything."""
    return service.role in _ACTING


class Whose:
    """An index over the files and services of a workspace; see the module."""

    def __init__(self, files: Sequence[FileFacts], land: Landscape) -> None:
        self.files = Files(files)
        self.land = land
        self.services = {service.id: service for service in land.services}
        self._places: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._images: dict[str, set[str]] = defaultdict(set)
        self._together = Counter(service.repository for service in land.services)
        for service in land.services:
            self._index(service)
        for path, package in self.files.all(Package):
            owners = self.of(path)
            if len(owners) == 1 and folder(path) in self.services[owners[0]].roots:
                self._names[fold(package.name)].add(owners[0])

    def _index(self, service: Service) -> None:
        alone = self._together[service.repository] == 1
        places = [root for root in service.roots if root in self.files.folders]
        named = [*places[:1], *([service.repository] if alone and service.repository else [])]
        for name in (service.name, *map(posixpath.basename, named)):
            self._names[fold(name)].add(service.id)
        for place in {*places, service.repository} - {""}:
            self._places[fold(posixpath.basename(place))].add(place)
        names = {fold(name) for name in (service.name, *service.names, *map(posixpath.basename, places))}
        for unit in service.units if places else ():
            image = _repository_of(unit.image or "")
            # A foreign image that runs mounted code (python, node) is not the service's own.
            if unit.build is not None or fold(posixpath.basename(image)) in names:
                for name in (image, f"{unit.project}-{unit.name}", f"{unit.project}_{unit.name}"):
                    self._images[name].add(service.id)

    def of(self, path: str) -> tuple[str, ...]:
        """Ids of the services that a file or folder belongs to."""
        return self.land.services_of(path)

    def other(self, path: str, mine: str) -> str | None:
        """The other service whose own a path is, or the first of those of another team that ship it; None for mine, for
        nobody's, and for what several teams ship."""
        owners = self.of(path)
        if not owners or mine in owners or self.library(path):
            return None
        teams = {self.services[one].party.team for one in owners}
        foreign = len(teams) == 1 and None not in teams and self.services[mine].party.team not in {None, *teams}
        return owners[0] if len(owners) == 1 or foreign else None

    def together(self, one: str, other: str, path: str) -> bool:
        """Whether a file is of a program that is started as either of two services: both run the image with it."""
        images = [
            {(unit.build, unit.dockerfile) for unit in self.services[each].units if unit.build is not None}
            for each in (one, other)
        ]
        return {one, other} <= set(self.of(path)) and not images[0].isdisjoint(images[1])

    def library(self, path: str) -> bool:
        """Whether a path lies in a library that anybody may use: messages and stubs, or technical code."""
        return any(within(path, library.root) and library.nature != "domain" for library in self.land.libraries)

    def exists(self, path: str) -> bool:
        """Whether a file or folder of the workspace has this path."""
        return path in self.files.by_path or path in self.files.folders

    def _is_built(self, path: str) -> bool:
        """Whether a path is one of what is built from a service."""
        home, *rest = _BUILT.split(path, maxsplit=1)
        return bool(rest) and any(home in self.services[one].roots for one in self.of(home))

    def below(self, path: str) -> list[FileFacts]:
        """The files in a folder and in what is below it, or the file itself."""
        return [self.files.by_path[found] for found in self.files.below(path)]

    def name(self, service: str) -> str:
        """What a service is called in sentences."""
        return self.services[service].name

    def root(self, service: str, path: str) -> str:
        """The innermost root of a service that a path lies in, "" for none."""
        return max((root for root in self.services[service].roots if within(path, root)), key=len, default="")

    def called(self, name: str) -> str | None:
        """The service whose repository, root folder, package or own name this is; None for nobody's or several's."""
        return _only(self._names.get(fold(name), ()))

    def kept_in(self, name: str) -> str | None:
        """The one service that a repository of a name is of as a whole; of several of one team the first."""
        repositories = {one.repository for one in self.services.values()}
        named = [one for one in repositories if one and fold(posixpath.basename(one)) == fold(name)]
        if len(named) != 1 or (whole := _only(self.of(named[0]))):
            return whole if len(named) == 1 else None
        inside = sorted(one.id for one in self.services.values() if one.repository == named[0] and acts(one))
        teams = {self.services[one].party.team for one in inside}
        return inside[0] if inside and len(teams) == 1 and not teams & {None, ""} else None

    def machine(self, name: str) -> str:
        """The one service whose stack makes the machines that are tagged by a name, "" for nobody's."""
        stacks = self.land.stacks
        tagged = (one for one in (stacks.resources if stacks is not None else ()) if one.type in _MACHINES)
        found = {
            self.land.declaring(one.location.path, one.stack) for one in tagged
            if stacks is not None and name in dict(stacks.tags(one)).values()
        }  # fmt: skip
        only = next(iter(found)) if len(found) == 1 else ()
        return only[0] if len(only) == 1 else ""

    def image(self, reference: str) -> str | None:
        """The service with code here whose image a reference names: as the deployment names it, or by its last part."""
        repository = _repository_of(reference)
        if not repository:
            return None  # one that only an argument of the build says: no deployment's image is called ""
        found = _only(self._images.get(repository, ()))
        return found or (self.called(posixpath.basename(repository)) if "/" in repository else None)

    def located(self, written: Value | str, near: str, mine: str) -> str | None:
        """Where in the workspace a path is that the file ``near`` of the service ``mine`` writes; None when unknown.

        Relative paths are tried from the file's folder, from the service's roots and from its repository; absolute
        ones, and those whose beginning is not known, by what the service mounts there and by the name of a root on
        the way.
        """
        parts = (written,) if isinstance(written, str) else written.parts
        text = "".join(part if isinstance(part, str) else _HOLE for part in parts)
        text = _OUTPUT.split(re.sub("^file:(//)?", "", text))[0]
        if text.startswith(ANCHOR):
            return inside("", text.lstrip("/"))
        service = self.services[mine]
        if text and not text.startswith(("/", "~", _HOLE)):
            places = [inside(base, text) for base in (folder(near), *service.roots, service.repository)]
            if found := self._best(places):
                return found
            if not text.startswith("../"):
                return None
        return self._mounted(text, service) or self._by_parts(text)

    def _mounted(self, text: str, service: Service) -> str | None:
        for mount in (mount for unit in service.units for mount in unit.mounts):
            if mount.kind == "bind" and within(text, mount.target.rstrip("/")):
                path = inside(mount.source, text[len(mount.target.rstrip("/")) :].lstrip("/"))
                if path is not None and self.exists(path):
                    return path
        return None

    def _by_parts(self, text: str) -> str | None:
        parts = [part for part in text.split("/") if part not in ("", ".", "..", "~")]
        for number, part in enumerate(parts):
            if _HOLE not in part and not is_generic(part):
                rest = "/".join(parts[number + 1 :])
                if found := self._best([inside(place, rest) for place in sorted(self._places.get(fold(part), ()))]):
                    return found
        return None

    def _best(self, paths: Iterable[str | None]) -> str | None:
        """The first of some paths that is there, else the first that a build makes."""
        known = [path for path in paths if path is not None]
        return next((path for here in (self.exists, self._is_built) for path in known if here(path)), None)


def _repository_of(image: str) -> str:
    """An image's name without digest and tag (a port of the registry is no tag)."""
    above, slash, last = image.partition("@")[0].rpartition("/")
    return above + slash + last.partition(":")[0]


def _only(among: Iterable[str]) -> str | None:
    found = sorted(among)
    return found[0] if len(found) == 1 else None
