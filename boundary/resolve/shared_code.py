"""Libraries with entities, statements or business rules that several services ship: ``links`` edges to the package.

The classification of a library is ``Library.nature``; what only carries messages, or is technical, gives no edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundary.facts import FileFacts
from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve.files import Files, ancestors, folder
from boundary.resolve.landscape import Landscape, Library
from boundary.resolve.manifests import Manifests
from boundary.resolve.nature import data_line, has_data
from boundary.resolve.whose import Whose, acts

TRAIT = "domain-library"


def resolve(files: Sequence[FileFacts], land: Landscape) -> tuple[list[Node], list[Edge]]:
    """A node for each such library, and an edge from each service that ships it."""
    libraries = [one for one in land.libraries if one.nature == "domain" and len(one.users) > 1]
    if not libraries:
        return [], []
    whose = Whose(files, land)
    manifests = Manifests(whose)
    nodes, edges = [], []
    for library in libraries:
        users = [one for one in library.users if acts(whose.services[one])]
        business = _business(whose.files, library)
        if len(users) < 2 or business is None:
            continue
        keeper = _nearest(whose, users, library)
        nodes.append(
            Node(library.id, "package", library.name, root=library.root, location=library.location, keeper=keeper)
        )
        for service in users:
            declared = next(_declared(manifests, service, library), None)
            ships = Evidence(whose.services[service].location, f"{whose.name(service)} ships {library.name}")
            evidence = (declared or ships, business)
            edges.append(Edge(service, library.id, "links", evidence, traits=frozenset({TRAIT}), detail=library.name))
    return nodes, edges


def _nearest(whose: Whose, users: Sequence[str], library: Library) -> str | None:
    """The one in whose repository the library lies, so that the others reach over to it; None where it lies as near to
    all of them."""
    around = ("", *ancestors(library.root))
    near = {
        one: max(
            (len(place) for root in whose.services[one].roots for place in ancestors(root) if place in around),
            default=0,
        )
        for one in users
    }
    nearest = max(near.values())
    return min(one for one in users if near[one] == nearest) if min(near.values()) < nearest else None


def _declared(manifests: Manifests, service: str, library: Library) -> Iterator[Evidence]:
    for one in manifests.of.get(service, ()):
        if library.root in (one.home, folder(one.home)):  # a path may lead to the project's file
            yield Evidence(one.location, f"depends on {library.name}")


def _business(files: Files, library: Library) -> Evidence | None:
    """Where the library keeps business: its first entity or statement."""
    for path in files.below(library.root):
        file = files.by_path[path]
        if not file.mark and has_data(file):
            return Evidence(Location(path, data_line(file)), f"{library.name} holds an entity or a statement")
    return None
