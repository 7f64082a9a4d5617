"""Ports on which a debugger or a management agent listens: whoever reaches one runs code in the service.

Sources: debugpy's command line and ``listen``; Node.js ``--inspect``; "JPDA Connection and Invocation" (``jdwp``);
"Monitoring and Management Using JMX". A debugger that listens to its own machine only is for who sits there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.model import Edge, Evidence, Location, Value
from boundary.resolve.code.things import Effect, Several
from boundary.resolve.context import Context, chain
from boundary.resolve.landscape import Unit

_EVERYWHERE = r"(?:0\.0\.0\.0|\*|\[?::\]?)"
_COMMANDS = (
    ("debugpy", re.compile(rf"debugpy\b.*--listen[ =]{_EVERYWHERE}:(\d+)")),
    ("the inspector of Node.js", re.compile(rf"--inspect(?:-brk)?={_EVERYWHERE}:(\d+)")),
    ("the Java debugger", re.compile(rf"-(?:agentlib:|X(?:run))jdwp\S*address={_EVERYWHERE}:(\d+)")),
    ("JMX", re.compile(r"-Dcom\.sun\.management\.jmxremote\.port=(\d+)")),
    ("delve", re.compile(r"\bdlv\b.*--listen[ =](?:0\.0\.0\.0)?:(\d+)")),
)
_OPTIONS = frozenset({
    "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JAVA_OPTS", "JDK_JAVA_OPTIONS", "CATALINA_OPTS", "JVM_OPTS", "JAVA_OPTIONS",
})  # fmt: skip
_FOR_DEVELOPERS = re.compile(r"(?i)(^|[./_-])(override|dev|devel|development|debug|local)([./_-]|$)")


def resolve(context: Context) -> None:
    """An edge from each service to itself for each debugger that others can reach: what is possible."""
    for service in context.land.services:
        for unit in service.units:
            for evidence in _of_unit(unit):
                _add(context, service.id, (evidence,))
    for effect in context.effects.get("debugger", ()):
        for service in context.services_at(effect.place):
            if _everywhere(effect):
                _add(context, service.id, chain(effect, "a debugger listens on all addresses"))


def _add(context: Context, service: str, evidence: tuple[Evidence, ...]) -> None:
    traits = frozenset({"debugger"})
    context.found.edges.append(Edge(service, service, "reaches", evidence, "permitted", traits=traits))


def _of_unit(unit: Unit) -> Iterator[Evidence]:
    if _FOR_DEVELOPERS.search(unit.location.path) or unit.platform == "process":
        return
    options = [str(binding.value) for binding in unit.variables if binding.name in _OPTIONS]
    for text in (" ".join(unit.command), *options):
        for name, pattern in _COMMANDS:
            found = pattern.search(text[:10_000])
            if found:
                yield Evidence(_place(unit, found[1]), f"{name} listens on port {found[1]} of {unit.name}")


def _place(unit: Unit, number: str) -> Location:
    """Where the port is published or declared, else the unit."""
    for port in unit.ports:
        if port.target.text == number and port.line > 1:
            return Location(unit.location.path, port.line, port.column)
    return unit.location


def _everywhere(effect: Effect) -> bool:
    address = effect.get("address")
    host = address.items[0] if isinstance(address, Several) and address.items else address
    return isinstance(host, Value) and (host.text or "-").partition(":")[0] in ("0.0.0.0", "", "*")
