"""Code of one service that is linked into another: the ``links`` edges of the clause *direct linking*.

Traits tell how: ``import`` (LNK001), ``dependency`` (LNK002), ``path-dependency``, ``submodule``, ``symlink``,
``image-copy``, ``vendored`` (LNK003). Contracts, generated clients, technical libraries, tests and whatever is nobody's
give no edge: taking over an interface is how the mandate is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from boundary.facts import FileFacts, Submodule, SymbolicLink
from boundary.model import Edge, Evidence, Location, Node
from boundary.resolve import beforehand
from boundary.resolve.copies import image_copies, vendored
from boundary.resolve.files import folder, inside
from boundary.resolve.imports import Imports, Load, confirmed
from boundary.resolve.landscape import Landscape
from boundary.resolve.manifests import Manifests, dependencies
from boundary.resolve.nature import is_contract
from boundary.resolve.whose import TAKEN_IN, Whose, acts

__all__ = ["Load", "resolve"]


def resolve(
    files: Sequence[FileFacts], land: Landscape, loads: Sequence[Load] = (), others: Sequence[Edge] = ()
) -> tuple[list[Node], list[Edge]]:
    """All ``links`` edges between services; there are no nodes besides those. ``loads`` are the evaluated calls that
    load code (see ``Load``), ``others`` the imports of other languages than Python; the first evidence of an edge is
    where it is made."""
    whose = Whose(files, land)
    manifests = Manifests(whose)
    imports = Imports(whose, manifests, loads)
    imported = [*imports.edges(), *others]
    found = imported + confirmed(imported, dependencies(whose, manifests))
    found += [*_submodules(whose), *_symlinks(whose, imports.linked), *image_copies(whose), *vendored(whose)]
    found += beforehand.edges(whose)
    return [], sorted(found, key=lambda edge: (edge.evidence, edge.source, edge.target))


def _submodules(whose: Whose) -> Iterator[Edge]:
    for path, fact in whose.files.all(Submodule):
        name = re.split(r"[/:]", fact.url.rstrip("/"))[-1].removesuffix(".git")
        other = whose.called(name) or whose.kept_in(name)
        laid = inside(folder(path), fact.path)
        owners = (laid is not None and whose.of(laid)) or whose.of(path)
        for service in owners if other and not whose.files.by_path[path].mark else ():
            first = Evidence(Location(path, fact.line), f"lays {fact.url} in {fact.path}")
            yield from _edge(whose, service, other, first, "submodule")


def _symlinks(whose: Whose, linked: Mapping[str, list[Evidence]]) -> Iterator[Edge]:
    for path, fact in whose.files.all(SymbolicLink):
        for service in whose.of(folder(path)) if whose.files.by_path[path].mark in TAKEN_IN else ():
            target = inside(folder(path), fact.target) or whose.located(fact.target, path, service) or ""
            other = whose.other(target, service)
            if other and not is_contract(target, whose.below(target)):
                first = Evidence(Location(path), f"is a symbolic link to {target}")
                yield from _edge(whose, service, other, first, "symlink", sorted(linked.get(path, ())))


def _edge(
    whose: Whose, service: str, other: str | None, first: Evidence, trait: str, more: Sequence[Evidence] = ()
) -> Iterator[Edge]:
    if other and other != service and acts(whose.services[service]):
        last = Evidence(whose.services[other].location, f"{whose.name(other)} is declared here")
        yield Edge(service, other, "links", (first, *more, last), traits=frozenset({trait}), detail=trait)
