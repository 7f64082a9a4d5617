"""Ports that programs listen on by their own configuration: where every host is the developer's machine, they tell who
is meant (``server.port``; ``quarkus.http.port``; ``micronaut.server.port``)."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Evidence, Hole, Value
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.values import Filler

_KEYS = ("server.port", "quarkus.http.port", "micronaut.server.port")


def ports(land: Landscape, filler: Filler) -> Iterator[tuple[Service, int, Evidence]]:
    """Each service with the ports that its configuration says, and where."""
    for service in land.services:
        for key in _KEYS:
            for filled in filler.fill(Value((Hole("config", key),)), service.id):
                text = filled.value.text or ""
                if text.isdecimal() and 0 < len(text) <= 5 and filled.evidence:
                    place = filled.evidence[0].location
                    yield service, int(text), Evidence(place, f"{service.name} serves port {text}")
