"""What tools of telemetry fetch from and send to, in a layer of its own: what is lost without it is only sight.

The edges have the trait ``telemetry``, and are never called a connection to a database: whoever ships logs shares none.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Telemetry
from boundary.model import Edge, EdgeKind, Evidence, Location, Value
from boundary.reading.telemetry import of_text
from boundary.resolve.context import Context
from boundary.resolve.images import named
from boundary.resolve.landscape import Server, Service, Unit
from boundary.resolve.proxies import Homes, address_of, filled_for
from boundary.resolve.stores import LOOPBACK
from boundary.resolve.values import shown

_LONGEST = 10_000
"""Characters of a configuration on a command line."""

_TRAITS = frozenset({"telemetry"})


def resolve(context: Context) -> None:
    """Add an edge for each address whose host is known; the others say nothing of the system."""
    homes = Homes(context)
    for file in context.files:
        for fact in file.facts if not file.mark else ():
            if isinstance(fact, Telemetry):
                for owner in homes.of(file.path, fact.group):
                    _add(context, owner, Location(file.path, fact.line, fact.column), fact)
    everything: tuple[Service | Server, ...] = (*context.land.services, *context.land.servers)
    for one in everything:
        for unit in one.units:
            for fact in (*_of_command(unit), *_of_image(unit)):
                _add(context, one, unit.location, fact)


def _of_command(unit: Unit) -> Iterator[Telemetry]:
    """What a log shipper is told to send to by its command line: ``logstash -e 'input { … } output { … }'``."""
    for word in (str(one) for one in unit.command):
        if "output {" in word and len(word) <= _LONGEST:
            yield from of_text(word.replace("output {", "\noutput {"))


def _of_image(unit: Unit) -> Iterator[Telemetry]:
    """Where the image of Kibana looks for its data when nothing tells it
    (https://www.elastic.co/guide/en/kibana/current/docker.html )."""
    told = any(one.name.startswith("ELASTICSEARCH_") for one in unit.variables)
    if named(unit.image or "") == "kibana" and not told and not unit.mounts:
        yield Telemetry("kibana", Value.of("http://elasticsearch:9200"), line=unit.location.line)


def _add(context: Context, owner: Service | Server, place: Location, fact: Telemetry) -> None:
    near = owner if isinstance(owner, Service) else next(iter(owner.units), None)
    for filled in filled_for(context, owner, fact.target):
        host, port = address_of(filled.value)
        if fact.tool == "log-shipping" and host in LOOPBACK:
            continue  # The shipper runs on a machine of its own, and so does what it sends to.
        found = context.names.host(host, port, near) if host else None
        if found is None or found[0].id == owner.id:
            continue
        stores = isinstance(found[0], Server) and found[0].kind in ("store", "broker")
        kind: EdgeKind = "http" if stores and isinstance(owner, Service) else "connects"
        what = Evidence(place, f"{fact.tool} of {owner.name} reaches {shown(filled.value)}")
        evidence = (what, *filled.evidence, found[1])
        context.found.edges.append(Edge(owner.id, found[0].id, kind, evidence, "configured", traits=_TRAITS))
