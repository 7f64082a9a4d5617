"""Python code of another service that is imported: LNK001, however the import is made to work.

An import is looked up as Python would: folders put in front of ``sys.path``, the service's own modules, the standard
library, folders put behind, installed packages. Only what that leads into another service's root is an edge. A name
that leads nowhere and that exactly one other service has is a candidate.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from boundary.facts import FileFacts, Import
from boundary.model import Edge, Evidence, Location, Value
from boundary.resolve.files import fold
from boundary.resolve.manifests import Manifests
from boundary.resolve.modules import Found, Modules
from boundary.resolve.nature import is_contract, is_infrastructure
from boundary.resolve.whose import Whose, acts


@dataclass(frozen=True, slots=True)
class Load:
    """A call that loads code or says where code is looked for, its argument evaluated.

    ``search`` puts a folder on ``sys.path`` (``first``: in front), ``file`` loads a file by its path, ``module`` a
    module by its name. In a path, ``//`` at the beginning stands for the workspace root (what ``__file__`` gives).
    """

    kind: Literal["search", "file", "module"]
    target: Value
    location: Location
    first: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Where an import leads, through what (``via``), and whether that is certain."""

    found: Found
    via: tuple[Evidence, ...] = ()
    certain: bool = True


class Imports:
    """The imports of all services. ``linked`` holds, once ``edges`` has run, those that go through a symbolic link, by
    the link's path."""

    def __init__(self, whose: Whose, manifests: Manifests, loads: Sequence[Load]) -> None:
        self._whose = whose
        self._manifests = manifests
        self._modules = Modules(whose)
        self.linked: dict[str, list[Evidence]] = defaultdict(list)
        self._loads: dict[str, list[Load]] = defaultdict(list)
        self._searched: dict[str, list[tuple[Load, str]]] = defaultdict(list)
        for load in loads:
            self._loads[load.location.path].append(load)
            for service in whose.of(load.location.path) if load.kind == "search" else ():
                folder = whose.located(load.target, load.location.path, service)
                if folder is not None:
                    self._searched[service].append((load, folder))

    def edges(self) -> list[Edge]:
        """``links`` edges of trait ``import``, one for each line that imports from a service."""
        found: dict[tuple[str, str, Location], Edge] = {}
        for file in self._whose.files.by_path.values():
            if file.mark or not file.path.endswith((".py", ".pyi")):
                continue
            for service in self._whose.of(file.path):
                if acts(self._whose.services[service]):
                    for edge in self._of_file(file, service):
                        found.setdefault((edge.source, edge.target, edge.location), edge)
        return list(found.values())

    def _of_file(self, file: FileFacts, service: str) -> Iterator[Edge]:
        for fact in file.facts:
            if isinstance(fact, Import):
                location = Location(file.path, fact.line, fact.column)
                yield from self._edge(service, location, fact, self._reach(fact, location, service))
        for load in self._loads[file.path]:
            text = load.target.text or ""
            if load.kind == "module" and text and not text.startswith("."):
                named = Import(text, line=load.location.line)
                yield from self._edge(service, load.location, named, self._reach(named, load.location, service))
            elif load.kind == "file":
                path = self._whose.located(load.target, file.path, service)
                named = Import(str(load.target).removeprefix("//"))
                yield from self._edge(service, load.location, named, Reached(Found(path)) if path else None)

    def _edge(self, service: str, location: Location, fact: Import, reached: Reached | None) -> Iterator[Edge]:
        if reached is None:
            return
        path, link = reached.found.path, reached.found.link
        if link:
            self.linked[link].append(Evidence(location, f"imports {fact.module} through it"))
            return
        other = self._whose.other(path, service)
        if other is None or is_contract(path[len(self._whose.root(other, path)) :], self._whose.below(path)):
            return
        imported = self._whose.files.by_path.get(path)
        if imported and is_infrastructure(imported):
            return
        shown = fact.module + (f".{fact.name}" if fact.name and fact.name != "*" else "")
        only = ", for type checkers only" if fact.typing else ""
        first = Evidence(location, f"imports {shown}{only}")
        last = Evidence(Location(path), f"which is code of {self._whose.name(other)}")
        yield Edge(
            service,
            other,
            "links",
            (first, *reached.via, last),
            certain=reached.certain,
            traits=frozenset({"import"}),
            detail=shown,
        )

    def _reach(self, fact: Import, location: Location, service: str) -> Reached | None:
        """Where an import leads; None for own modules, the standard library, installed packages and the unknown."""
        if fact.level:
            return self._relative(fact, location.path)
        if not self._modules.known(fact.module):
            return None
        for reached in self._ways(fact, location, service):
            if reached is None or service in self._whose.of(reached.found.path):
                return None
            return reached
        return None

    def _ways(self, fact: Import, location: Location, service: str) -> Iterator[Reached | None]:
        """What each way of finding the module gives, in Python's order; None where the search ends outside."""
        dotted, name = fact.module, fact.name
        here = [pair for pair in self._searched[service] if pair[0].location.path == location.path]
        elsewhere = [pair for pair in self._searched[service] if pair[0].location.path != location.path]
        yield from self._through([pair for pair in here if pair[0].first], fact)
        own = self._modules.mine(location.path, service, dotted, name)
        if own:
            yield Reached(own)
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            yield None
        yield from self._through([pair for pair in here if not pair[0].first] + elsewhere, fact)
        yield from self._installed(fact, service)
        yield from self._beside(fact, location, service)
        candidate = self._modules.only_in(dotted.partition(".")[0], service)
        found = self._modules.find(candidate, dotted, name) if candidate is not None else None
        if found and found.path.endswith((".py", ".pyi")):
            yield Reached(found, certain=False)

    def _through(self, searched: list[tuple[Load, str]], fact: Import) -> Iterator[Reached]:
        for load, folder in searched:
            found = self._modules.find(folder, fact.module, fact.name)
            if found:
                yield Reached(found, (Evidence(load.location, f"{folder or 'the workspace'} is put on sys.path"),))

    def _installed(self, fact: Import, service: str) -> Iterator[Reached | None]:
        top = fact.module.partition(".")[0]
        for declared in self._manifests.of.get(service, ()):
            if declared.provider:
                for folder in (declared.home, *self._modules.roots(declared.provider)):
                    found = self._modules.find(folder, fact.module, fact.name)
                    if found and self._whose.of(found.path) == (declared.provider,):
                        reason = Evidence(declared.location, f"declared as {declared.fact.name or 'a path'}")
                        yield Reached(found, (reason,), declared.certain or "." in fact.module)
            elif fold(declared.fact.name) == fold(top):
                yield None

    def _beside(self, fact: Import, location: Location, service: str) -> Iterator[Reached]:
        """A module of a neighbour in the same repository, as it is found when the program starts from their folder."""
        for folder in self._modules.around(location.path, service):
            found = self._modules.find(folder, fact.module, fact.name)
            if found and found.path.endswith((".py", ".pyi")):
                yield Reached(found, certain=self._in_image(found.path, service))

    def _in_image(self, path: str, service: str) -> bool:
        """Whether an image of the service can hold the file: one is built from a folder around it, or none is known."""
        contexts = [unit.build for unit in self._whose.services[service].units if unit.build is not None]
        return not contexts or any(not context or path.startswith(context + "/") for context in contexts)

    def _relative(self, fact: Import, path: str) -> Reached | None:
        folder = path
        for _ in range(fact.level):
            folder = folder.rpartition("/")[0]
        found = self._modules.find(folder, fact.module.lstrip("."), fact.name)
        return Reached(found) if found else None


def confirmed(edges: Sequence[Edge], dependencies: Sequence[Edge]) -> list[Edge]:
    """Dependency edges, those made certain that a certain import between the same services uses."""
    used = {(edge.source, edge.target) for edge in edges if edge.certain}
    sure = msgspec.structs.replace
    return [sure(edge, certain=True) if (edge.source, edge.target) in used else edge for edge in dependencies]
