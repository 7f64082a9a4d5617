"""What somebody takes from another service through the interface of a cluster: its secrets, what its pods log.

``kubectl logs deploy/orders -n shop``, ``client.secrets().inNamespace("shop").withName("orders-db")``. A pod, or what
runs it, is called as its service is found in the namespace, or chosen by labels; a secret is the one service's whose
pods take it, where they are found in that namespace. What is in a namespace that is not named is nobody else's for
sure. The edges are ``grants``, as in ``boundary.resolve.kept``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from boundary.model import Edge, Evidence, Value
from boundary.resolve.context import Context, chain
from boundary.resolve.landscape import Landscape, Service, Unit
from boundary.resolve.names import Names

INSTANCE = re.compile(r"-(\d+|[a-z0-9]{6,10}(-[a-z0-9]{4,5})?)$")
"""What is added to the name of a Deployment, or of a StatefulSet, for each of its pods."""


class Asked(NamedTuple):
    """What is asked of a cluster: a ``secret``, or ``logs`` of a pod, by name in a namespace."""

    kind: str
    name: str
    space: str

    def __str__(self) -> str:
        return f"{'the secret' if self.kind == 'secret' else 'the log of'} {self.name} in the namespace {self.space}"


def resolve(context: Context) -> None:
    """Add the edges of all calls that take something from a cluster."""
    for effect in context.effects.get("cluster", ()):
        told = {key: thing.text or "" for key, thing in effect.values if isinstance(thing, Value)}
        asked = Asked(told.get("kind", ""), told.get("name", ""), told.get("space", ""))
        for owner in context.actors(effect):
            target = whose(context.land, context.names, asked, owner)
            if target:
                reasons = chain(effect, f"{effect.call} takes {asked}")
                context.found.edges.append(edge(asked, owner.id, target, reasons))


def edge(asked: Asked, source: str, target: str, reasons: tuple[Evidence, ...]) -> Edge:
    """The edge from who takes something to whose it is."""
    return Edge(source, target, "grants", reasons, traits=frozenset({asked.kind}), detail=asked.name)


def whose(land: Landscape, names: Names, asked: Asked, taker: Service) -> str:
    """The id of the service that something belongs to; "" for nobody else's, and for nobody's that is known."""
    if not asked.name or not asked.space:
        return ""
    if asked.kind == "secret":
        found = [one for one in land.services if any(_takes(unit, asked.name) for unit in one.units)]
        if taker in found or len(found) != 1:
            return ""
        return found[0].id if any(_is_at(names, unit.name, asked.space, found[0]) for unit in found[0].units) else ""
    if "=" in asked.name:
        return labelled(land, asked.name).replace(taker.id, "")
    for spelled in (asked.name, INSTANCE.sub("", asked.name)):
        told = names.host(f"{spelled}.{asked.space}", None, None)
        if told is not None and isinstance(told[0], Service):
            return told[0].id if told[0].id != taker.id else ""
    return ""


def labelled(land: Landscape, selector: str) -> str:
    """The one service whose pods have all the labels of a selector (``app=orders,tier=web``), "" for none."""
    wanted = {tuple(re.split("==?", pair.strip(), maxsplit=1)) for pair in selector.split(",")}
    found = {one.id for one in land.services for unit in one.units if wanted <= set(unit.labels)}
    return found.pop() if len(found) == 1 else ""


def _takes(unit: Unit, secret: str) -> bool:
    """Whether the pods of a unit take a value from a secret, or have it among their files."""
    holes = (hole.name for one in unit.variables for hole in one.value.holes)
    mounts = (mount.source for mount in unit.mounts if mount.kind == "secret")
    return any(name.startswith(f"{secret}.") for name in holes) or secret in mounts


def _is_at(names: Names, name: str, space: str, service: Service) -> bool:
    found = names.host(f"{name}.{space}", None, None)
    return found is not None and isinstance(found[0], Service) and found[0].id == service.id
