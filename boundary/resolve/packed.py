"""Code of other services that functions are deployed with: LNK003.

A template may name the neighbour's folder as the code of its function, and a function may take in a layer that is made
from another service's folder. See https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html .
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from boundary.model import Edge, Evidence, Location
from boundary.resolve.context import Context
from boundary.resolve.files import Files, folder, inside, within
from boundary.resolve.nature import is_contract
from boundary.resolve.stacks import workloads
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, items
from boundary.resolve.whose import Whose, acts

_CODE = ("CodeUri", "Code", "filename", "ContentUri", "Content")
_LAYERS = ("Layers", "layers")


def resolve(context: Context, files: Files) -> None:
    """Add a ``links`` edge of trait ``image-copy`` for each function and each layer with somebody else's code."""
    stacks = context.land.stacks
    if stacks is not None:
        whose = Whose(context.files, context.land)
        sources = workloads.sources(stacks, files)
        context.found.edges += [*_functions(context, stacks, whose, sources), *_layers(context, stacks, whose, sources)]
        context.found.edges += _handlers(context, stacks, whose)


def _functions(context: Context, stacks: Stacks, whose: Whose, sources: dict[str, str]) -> Iterator[Edge]:
    """Functions of a service's own template that are made from the folder of another one."""
    services = {unit.key: service.id for service in context.land.services for unit in service.units}
    for resource in stacks.resources:
        path = sources.get(resource.uid)
        owners = context.land.services_of(resource.location.path) if path is not None else ()
        own = path is None or within(path, folder(resource.location.path))
        if path is not None and not own and len(owners) == 1 and services.get(resource.uid) == owners[0]:
            yield from _edge(whose, owners[0], path, _place(resource), f"{resource.label} is made from {path}")


def _handlers(context: Context, stacks: Stacks, whose: Whose) -> Iterator[Edge]:
    """Functions of the Serverless Framework whose handlers lie with another service: a bundler takes them in."""
    for resource in stacks.resources:
        written = resource.text("Handler") or ""
        place = inside(folder(resource.stack), posixpath.dirname(written)) if written.startswith("../") else None
        owners = context.land.services_of(resource.location.path) if place else ()
        if place and len(owners) == 1:
            what = f"{resource.label} is handled by {written}"
            yield from _edge(whose, owners[0], place, resource.place("Handler"), what)


def _layers(context: Context, stacks: Stacks, whose: Whose, sources: dict[str, str]) -> Iterator[Edge]:
    """Layers that the functions of a service take in."""
    services = {unit.key: service.id for service in context.land.services for unit in service.units}
    for function in stacks.resources:
        for name in _LAYERS if function.uid in services else ():
            for one in items(function.get(name)):
                layer = stacks.meant(as_text(one))
                path = sources.get(layer.uid) if layer is not None else None
                one_stack = layer is not None and layer.stack == function.stack
                if layer is not None and path is not None and (not one_stack or _is_owned(context, whose, path)):
                    what = f"{function.label} takes in the layer {layer.label}, which is made from {path}"
                    yield from _edge(whose, services[function.uid], path, function.place(name), what)


def _is_owned(context: Context, whose: Whose, path: str) -> bool:
    """Whether a team is known whose a folder is: without, what one stack is made of may be one owner's."""
    return any(context.land.service(one).party.team for one in whose.of(path))


def _place(resource: Resource) -> Location:
    return resource.place(next((name for name in _CODE if name in resource.body), ""))


def _edge(whose: Whose, service: str, path: str, place: Location, what: str) -> Iterator[Edge]:
    other = whose.other(path, service)
    if other and acts(whose.services[service]) and not is_contract(path, whose.below(path)):
        evidence = (Evidence(place, what), Evidence(Location(path), f"which is {whose.name(other)}'s"))
        yield Edge(service, other, "links", evidence, "configured", traits=frozenset({"image-copy"}), detail=path)
