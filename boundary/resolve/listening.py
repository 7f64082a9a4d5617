"""Where programs listen by what they say themselves: at which port, which tells who is meant where every host is the
developer's machine, below which path, and under which host name.

Spring Boot reference, "Server Properties"; Quarkus, "HTTP Reference"; Micronaut, "Server Configuration".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from boundary.facts import Contract, FileFacts
from boundary.model import Evidence, Hole, Location, Value
from boundary.resolve.landscape import Landscape, Service
from boundary.resolve.values import Filler, fold

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


def hosts(land: Landscape, files: Sequence[FileFacts]) -> Iterator[tuple[Service, str, Evidence]]:
    """The host names under which services' own contracts say that they are served.

    A consumer may keep a copy of a contract, and all may be behind one gateway: the name has to begin with the
    service's as well.
    """
    for source in files:
        for fact in source.facts:
            owners = land.services_of(source.path) if isinstance(fact, Contract) and not source.mark else ()
            if isinstance(fact, Contract) and len(owners) == 1:
                service = land.service(owners[0])
                named = {fold(name) for name in (service.name, *service.names)}
                for host in dict.fromkeys(map(host_of, fact.servers)):
                    if "." in host and fold(host.partition(".")[0]) in named:
                        place = Location(source.path, fact.line)
                        yield service, host, Evidence(place, f"{service.name} says that it is served at {host}")


def host_of(url: str) -> str:
    """The host of a URL, "" for none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
