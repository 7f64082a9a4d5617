"""Which declared dependency is another service: LNK002, and what makes an import of its code reachable."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass

from boundary.facts import Dependency, Package
from boundary.model import Edge, Evidence, Location
from boundary.resolve.files import fold, folder, inside, stands, within
from boundary.resolve.libraries import is_cloned
from boundary.resolve.nature import is_contract, is_contract_name
from boundary.resolve.whose import Whose, acts

_SUBFOLDER = re.compile(r"[#&?]subdirectory=([^&]+)")
_BUILT = re.compile(r"/(?:build|target|dist|out|(?:bin|obj)/(?:Debug|Release))/")
"""Folders that a build fills; what is in them comes from the folder around."""

_REVISION = re.compile(r"(?<=[\w-])@[\w.-]+$")
_SPECIFIC = re.compile(r"[-_/:@.]")


@dataclass(frozen=True, slots=True)
class Declared:
    """A dependency of a service, where it is declared, and the service that provides it (None: somebody outside)."""

    service: str
    fact: Dependency
    location: Location
    provider: str | None = None
    home: str = ""
    certain: bool = True


class Manifests:
    """The packages that services build and the dependencies that they declare, joined."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self._built: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path, package in whose.files.all(Package):
            if package.name and not whose.files.by_path[path].mark:
                self._built[package.ecosystem, fold(package.name)].append(path)
        self.of: dict[str, list[Declared]] = defaultdict(list)
        for path, fact in whose.files.all(Dependency):
            if fact.scope != "dev" and not whose.files.by_path[path].mark:
                for service in whose.of(path):
                    self.of[service].append(self._declared(fact, path, service))

    def _declared(self, fact: Dependency, path: str, mine: str) -> Declared:
        """What a manifest needs. What stands around it (the parent of a module) is built with it and no link of those
        who ship the module."""
        location = stands(path, fact)
        home, certain = self._home(fact, path, mine)
        provider = self._whose.other(home, mine) if home and not within(path, home) else None
        if provider and self._is_interface(fact.name, home, provider):
            provider = None
        return Declared(mine, fact, location, provider, home, certain)

    def _home(self, fact: Dependency, path: str, mine: str) -> tuple[str, bool]:
        """The folder of the workspace that a dependency comes from, "" for none, and whether that is certain."""
        target = re.sub(r"^(file:(//)?|link:|portal:|workspace:)", "", fact.target)
        if fact.origin == "path" or (fact.origin == "workspace" and "/" in target):
            found = self._folder(target, path, mine)
            return (found, True) if found else self._named(fact, path)
        if fact.origin == "git":
            root = self._cloned(fact.target)
            built, _ = self._named(fact, path)
            return (built if built and (within(built, root) if root else is_cloned(fact.target, built)) else root), True
        return self._named(fact, path)

    def _folder(self, target: str, path: str, mine: str) -> str:
        found = inside(folder(path), _BUILT.split(target.rstrip("/"))[0])
        if found is None or not self._whose.exists(found):
            found = self._whose.located(target, path, mine)
        return found or ""

    def _cloned(self, url: str) -> str:
        address = _REVISION.sub("", re.split("[#?]", url)[0].rstrip("/"))
        name = re.split("[/:]", address)[-1].removesuffix(".git")
        provider = self._whose.called(name) or self._whose.kept_in(name)
        if provider is None:
            return ""
        root = next(iter(self._whose.services[provider].roots), "")
        part = _SUBFOLDER.search(url)
        return inside(root, part[1]) or "" if part else root

    def _named(self, fact: Dependency, path: str) -> tuple[str, bool]:
        """A package of the workspace with the dependency's name. A single word may as well be a public package: then
        only its use by an import makes it certain (see ``boundary.resolve.imports``). Of Maven and Gradle, whose names
        keep the group unless it is their own, no single word is."""
        homes = {folder(built) for built in self._built.get((fact.ecosystem, fold(fact.name)), ())} - {folder(path)}
        if len(homes) != 1:
            return "", True
        own = fact.origin == "workspace" or fact.ecosystem == "maven"
        return homes.pop(), own or _SPECIFIC.search(fact.name) is not None

    def _is_interface(self, name: str, home: str, provider: str) -> bool:
        """Whether the package is a contract or a client: by its own name or by a folder inside the provider's root."""
        label = home[len(self._whose.root(provider, home)) :]
        return is_contract(f"{label}/client" if is_contract_name(name) else label, self._whose.below(home))


def dependencies(whose: Whose, manifests: Manifests) -> list[Edge]:
    """``links`` edges of trait ``dependency``, or ``path-dependency`` for what is taken in from a folder."""
    edges = []
    for service in sorted(manifests.of):
        for declared in manifests.of[service]:
            if declared.provider and acts(whose.services[service]):
                edges.append(_edge(whose, declared, declared.provider))
    return edges


def _edge(whose: Whose, declared: Declared, provider: str) -> Edge:
    fact = declared.fact
    how = {"path": "by path", "git": "from its git repository", "workspace": "as a workspace member"}.get(fact.origin)
    what = f"depends on {fact.name or posixpath.basename(declared.home)} {how or 'as a package'}"
    built = Evidence(_place(whose, declared.home), f"which {whose.name(provider)} builds")
    return Edge(
        declared.service,
        provider,
        "links",
        (Evidence(declared.location, what), *_entry(fact), built),
        "configured",
        certain=declared.certain,
        traits=frozenset({"path-dependency" if fact.origin == "path" else "dependency"}),
        detail=fact.name or declared.home,
    )


def _entry(fact: Dependency) -> tuple[Evidence, ...]:
    """The catalogue that tells what the manifest's alias means."""
    if fact.entry is None:
        return ()
    file, line = fact.entry
    return (Evidence(Location(file, line), f"names {fact.name} for all projects of the build"),)


def _place(whose: Whose, home: str) -> Location:
    """The manifest that builds what lies in a folder, or the folder."""
    built = ((path, package) for path in whose.files.folders.get(home, ()) for package in whose.files.of(path, Package))
    return next((Location(path, package.line) for path, package in built), Location(home))
