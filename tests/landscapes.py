"""Small workspaces made by hand: services with their roots and units, and facts of files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from boundary.facts import AnyFact, FileFacts
from boundary.model import Location
from boundary.resolve.landscape import Landscape, Library, Server, Service, Unit


def unit(name: str, *, file: str = "compose.yaml", project: str = "shop", **more: Any) -> Unit:
    """A compose service; ``more`` are further fields of the unit."""
    given = {"platform": "compose", "location": Location(file, 1), **more}
    return Unit(key=f"{file}:{name}", project=project, name=name, **given)


def service(name: str, *units: Unit, root: str | None = None, **more: Any) -> Service:
    """A service whose root is the folder of its name, and whose repository is that folder too."""
    folder = name if root is None else root
    given = {"roots": (folder,), "repository": folder, **more}
    return Service(f"service:{name}", name, Location(f"{folder}/Dockerfile"), units=tuple(units), **given)


def store(name: str, *units: Unit, technology: str = "postgres", **more: Any) -> Server:
    """A store's server."""
    given = {"kind": "store", **more}
    return Server(f"store:{name}", name=name, technology=technology, location=Location("compose.yaml"),
                  units=tuple(units), **given)  # fmt: skip


def land(*parts: Service | Server | Library, **homes: tuple[str, ...]) -> Landscape:
    """A landscape; every service's roots are its homes, a library's root is home of its users."""
    services = [part for part in parts if isinstance(part, Service)]
    libraries = [part for part in parts if isinstance(part, Library)]
    known: dict[str, tuple[str, ...]] = {root: (one.id,) for one in services for root in one.roots}
    known |= {library.root: library.users for library in libraries}
    servers = tuple(part for part in parts if isinstance(part, Server))
    return Landscape(tuple(services), servers, tuple(libraries), {**known, **homes})


@dataclass
class Workspace:
    """Files with their facts, in the order in which they are added."""

    files: list[FileFacts] = field(default_factory=list)

    def add(self, path: str, *facts: AnyFact, mark: str = "") -> Workspace:
        """Add a file."""
        self.files.append(FileFacts(path, tuple(facts), mark=mark))
        return self

    def has(self, *paths: str) -> Workspace:
        """Add files without any facts."""
        for path in paths:
            self.add(path)
        return self


def shown(edges: Iterable[Any]) -> list[str]:
    """Edges as short sentences: ``orders -> catalog import orders/app.py:3``; a candidate has a question mark."""
    return [
        f"{edge.source.partition(':')[2]} -> {edge.target.partition(':')[2]} {'+'.join(sorted(edge.traits))}"
        f" {edge.location}{'' if edge.certain else ' ?'}"
        for edge in edges
    ]


def reasons(edge: Any) -> Sequence[str]:
    """The chain of an edge: place and sentence."""
    return [f"{step.location} {step.what}" for step in edge.evidence]
