"""Where programs listen by their own configuration: at which port, which tells who is meant where every host is the
developer's machine, and below which path.

Spring Boot reference, "Server Properties"; Quarkus, "HTTP Reference"; Micronaut, "Server Configuration".
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Evidence, Hole, Value
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.values import Filler

_KEYS = ("server.port", "quarkus.http.port", "micronaut.server.port")
_BASES = (
    "server.servlet.context-path", "server.context-path", "spring.webflux.base-path", "spring.mvc.servlet.path",
    "quarkus.http.root-path", "micronaut.server.context-path",
)  # fmt: skip


def base_path(filler: Filler, service: str) -> str:
    """What stands in front of all paths of a service by its settings, "" for nothing."""
    files = {path for path, _ in filler.settings.all(service)}
    for key in _BASES if files else ():
        filled = filler.fill(Value((Hole("config", key),)), service)[0]
        # What only one command line says is not what others call.
        told = filled.evidence and filled.evidence[0].location.path in files
        text = (filled.value.text or "").strip("/") if told else ""
        if text:
            return f"/{text}"
    return ""


def ports(land: Landscape, filler: Filler) -> Iterator[tuple[Service, int, Evidence]]:
    """Each service with the ports that its configuration says, and where."""
    for service in land.services:
        for key in _KEYS:
            for filled in filler.fill(Value((Hole("config", key),)), service.id):
                text = filled.value.text or ""
                if text.isdecimal() and 0 < len(text) <= 5 and filled.evidence:
                    place = filled.evidence[0].location
                    yield service, int(text), Evidence(place, f"{service.name} serves port {text}")
