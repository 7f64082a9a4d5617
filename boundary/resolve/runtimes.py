"""Services that run as one: in one task of a stack, in one pod of a cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Edge, Evidence
from boundary.resolve.landscape import STACKS, Landscape, Service, Unit
from boundary.resolve.whose import acts


def together(land: Landscape) -> Iterator[Edge]:
    """``joins`` edges of trait ``runtime``, from the service among whose files the task or pod is declared."""
    pods: dict[str, list[tuple[Service, Unit]]] = defaultdict(list)
    for service in land.services:
        for unit in service.units if acts(service) else ():
            if pod := _pod(unit):
                pods[pod].append((service, unit))
    for pod, members in sorted(pods.items()):
        around = land.services_of(members[0][1].location.path)
        first = min(members, key=lambda one: one[1].location)
        host = next((one for one in members if one[0].id in around), first)
        others = {service.id: (service, unit) for service, unit in members if service.id != host[0].id}
        for identity, (service, unit) in sorted(others.items()):
            name = pod.rpartition("/")[2].rpartition(":")[2]
            what = Evidence(
                unit.given or unit.location, f"{service.name} runs in {name}, a task or pod of {host[0].name}"
            )
            also = Evidence(host[1].location, f"with {host[0].name}")
            yield Edge(host[0].id, identity, "joins", (what, also), "configured", traits=frozenset({"runtime"}),
                       detail=name)  # fmt: skip


def _pod(unit: Unit) -> str:
    """What containers have in common that are placed, started and stopped together, "" for what has no such thing."""
    if unit.platform in STACKS:
        return unit.key.partition("/")[0] if unit.kind == "task" else ""
    if unit.platform == "kubernetes":
        path, _, rest = unit.key.rpartition(":")
        return f"{path}:{'/'.join(rest.split('/')[:2])}"
    return ""
