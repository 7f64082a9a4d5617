"""Ports on which a debugger or a management agent listens: whoever reaches one runs code in the service.

Sources: debugpy's command line and ``listen``; Node.js ``--inspect``; dotnet-monitor's ``collect``; Ruby's
``rdbg --help``; "JPDA Connection and Invocation" (``jdwp``); "Monitoring and Management Using JMX". A debugger that
listens to its own machine only is for who sits there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from boundary.facts import ImageSetting, Import
from boundary.model import Edge, Evidence, Location, Value
from boundary.resolve.code.things import Effect, Nothing, Several
from boundary.resolve.context import Context, chain
from boundary.resolve.files import stands
from boundary.resolve.landscape import Service, Unit

_EVERYWHERE = r"(?:0\.0\.0\.0|\*|\+|\[?::\]?)"
_COMMANDS = (
    ("the inspector of Node.js", re.compile(rf"\bnest\b.*\s(?:--debug|-d)[ =]{_EVERYWHERE}(?::(\d+))?(?!\S)")),
    ("debugpy", re.compile(rf"debugpy\b.*--listen[ =]{_EVERYWHERE}:(\d+)")),
    ("the inspector of Node.js", re.compile(rf"--inspect(?:-brk|-wait)?={_EVERYWHERE}(?::(\d+))?(?![\w.:])")),
    ("the Java debugger", re.compile(rf"-(?:agentlib:|X(?:run))jdwp\S*address={_EVERYWHERE}:(\d+)")),
    ("JMX", re.compile(r"-Dcom\.sun\.management\.jmxremote\.port=(\d+)")),
    ("the debugger of Ruby", re.compile(rf"\b(?:rdbg|rdebug-ide)\b.*--host[ =]{_EVERYWHERE}.*--port[ =](\d+)")),
    ("the monitor of .NET", re.compile(rf"\bcollect\b(?=.*--no-auth).*--urls[ =]['\"]?https?://{_EVERYWHERE}:(\d+)")),
    ("delve", re.compile(r"\bdlv\b.*--listen[ =](?:0\.0\.0\.0)?:(\d+)")),
)
_USUAL = {"the inspector of Node.js": "9229"}
"""Where each listens that may be told an address alone."""

_OPTIONS = re.compile(r"(?i)(?:OPT|OPTS|OPTIONS|ARGS|ARGUMENTS|FLAGS)(?:_APPEND|_EXTRA)?$")
"""Names of variables that hold options: ``NODE_OPTIONS``, ``JAVA_TOOL_OPTIONS``, and ``JAVA_OPTS_APPEND`` of the images
of Red Hat."""
_SWITCHES = {
    "BPL_DEBUG_ENABLED": ("the Java debugger", "BPL_DEBUG_PORT", "8000"),
    "BPL_JMX_ENABLED": ("JMX", "BPL_JMX_PORT", "5000"),
    "JAVA_DEBUG": ("the Java debugger", "JAVA_DEBUG_PORT", "5005"),
}
"""Variables by which images start a debugger for all addresses, with the one that tells its port: those of Paketo's
buildpacks (https://paketo.io/docs/howto/java/) and of ``run-java.sh``."""
_ADDRESSES = "DOTNETMONITOR_URLS"
"""The variable that stands for ``--urls``; the image of the monitor sets it to all addresses."""

_MONITOR = "dotnet/monitor"
_EXPOSED = "management.endpoints.web.exposure.include"
_MANAGED = dict.fromkeys(
    ("management.server.address", "management.address", "server.address"), ("127.0.0.1", "localhost", "::1", "[::1]")
) | {"management.server.port": ("-1",), "management.port": ("-1",)}
"""Settings with which the actuator answers to its own machine only, or to nobody."""
_TELLING = frozenset({"*", "heapdump", "env", "threaddump", "shutdown"})
"""Endpoints of an actuator that tell or do more than whether the service is well."""

_FOR_DEVELOPERS = re.compile(r"(?i)(^|[./_-])(override|dev|devel|development|debug|local)([./_-]|$)")


def resolve(context: Context) -> None:
    """An edge from each service to itself for each debugger that others can reach: what is possible."""
    images = _images(context)
    for service in context.land.services:
        for unit in service.units:
            for evidence in _of_unit(unit):
                _add(context, service.id, (evidence,))
        if any(not unit.command and unit.platform != "process" for unit in service.units):
            for evidence in _of_image(service, images.get(service.id, ())):
                _add(context, service.id, (evidence,))
    for effect in context.effects.get("debugger", ()):
        for service in context.actors(effect):
            if _everywhere(effect):
                _add(context, service.id, chain(effect, "a debugger listens on all addresses"))
    _profilers(context)
    _actuators(context)


def _profilers(context: Context) -> None:
    """Go's profiler, which an import hangs into the server that has no handler of its own (``net/http/pprof``)."""
    profiled = {
        service: Evidence(Location(file.path, fact.line, fact.column), "which this import hangs the profiler into")
        for file in context.files
        for fact in file.facts
        if isinstance(fact, Import) and fact.module == "net/http/pprof" and not file.mark
        for service in context.land.services_of(file.path)
    }
    for effect in context.effects.get("serve", ()) if profiled else ():
        port = effect.get("port")
        address = (port.text or "") if isinstance(port, Value) else ""
        for service in context.actors(effect):
            everywhere = address.rpartition(":")[0] in ("", "0.0.0.0", "[::]")
            if service.id in profiled and isinstance(effect.get("handler"), Nothing) and everywhere:
                what = chain(effect, f"a server listens on {address}")
                _add(context, service.id, (*what, profiled[service.id]))


def _actuators(context: Context) -> None:
    """Endpoints of Spring Boot that hand out the memory and the variables of a service
    (https://docs.spring.io/spring-boot/reference/actuator/endpoints.html )."""
    for service in context.land.services:
        open_ones, alone = [], set()
        for path, setting in context.filler.settings.all(service.id):
            if setting.key in _MANAGED and (setting.value.text or "").strip() in _MANAGED[setting.key]:
                alone.add(path)
            exposed = {word.strip() for word in str(setting.value).split(",")} & _TELLING
            if setting.key == _EXPOSED and exposed and not _FOR_DEVELOPERS.search(path):
                what = f"the endpoints {', '.join(sorted(exposed))} of the actuator are open"
                open_ones.append(Evidence(stands(path, setting), what))
        heard = tuple(one for one in open_ones if one.location.path not in alone)
        if heard:  # each profile says it again
            _add(context, service.id, heard)


def _add(context: Context, service: str, evidence: tuple[Evidence, ...]) -> None:
    traits = frozenset({"debugger"})
    context.found.edges.append(Edge(service, service, "reaches", evidence, "permitted", traits=traits))


def _of_unit(unit: Unit) -> Iterator[Evidence]:
    if _FOR_DEVELOPERS.search(unit.location.path) or unit.platform == "process":
        return
    set_here = [one for one in unit.variables if _OPTIONS.search(one.name)]
    told = [(str(one.value), one.evidence[0].location if one.evidence else unit.location) for one in set_here]
    for text, location in ((" ".join((*unit.command, *_addresses(unit))), unit.told or unit.location), *told):
        for name, number in _listening(text):
            yield Evidence(_place(unit, number, location), f"{name} listens on port {number} of {unit.name}")
    given = {one.name: one for one in unit.variables}
    for switch, (name, port, usual) in _SWITCHES.items():
        if switch in given and str(given[switch].value).lower() in ("true", "1", "yes"):
            number = str(given[port].value).rpartition(":")[2] if port in given else usual
            place = given[switch].evidence[0].location if given[switch].evidence else unit.location
            yield Evidence(_place(unit, number, place), f"{name} listens on port {number} of {unit.name}")


def _addresses(unit: Unit) -> Iterator[str]:
    """Where the monitor of .NET listens that is not told in its command."""
    told = [str(one.value) for one in unit.variables if one.name.upper() == _ADDRESSES]
    if told:
        yield f"--urls {told[-1]}"
    elif _MONITOR in (unit.image or "") and "--urls" not in unit.command:
        yield "--urls https://+:52323"


def _images(context: Context) -> dict[str, list[tuple[str, list[ImageSetting]]]]:
    """What the files say that build the image of each service, by the service's id."""
    found: dict[str, list[tuple[str, list[ImageSetting]]]] = defaultdict(list)
    for file in context.files:
        said = [fact for fact in file.facts if isinstance(fact, ImageSetting)] if not file.mark else []
        if said and not _FOR_DEVELOPERS.search(file.path):
            for service in context.land.services_of(file.path):
                found[service].append((file.path, said))
    return found


def _of_image(service: Service, images: Iterable[tuple[str, list[ImageSetting]]]) -> Iterator[Evidence]:
    """What the image of a service starts by itself, in its last stage."""
    for path, said in images:
        last = max(fact.stage for fact in said)
        for fact in said:
            starts = fact.kind in ("cmd", "entrypoint") or (
                fact.kind == "env" and _OPTIONS.search(fact.name or "") is not None
            )
            for name, number in _listening(str(fact.value)) if starts and fact.stage == last else ():
                place = stands(path, fact)
                yield Evidence(place, f"{name} listens on port {number} in the image of {service.name}")


def _listening(text: str) -> Iterator[tuple[str, str]]:
    """The debuggers that a command or its options start, with their ports."""
    for name, pattern in _COMMANDS:
        found = pattern.search(text[:10_000])
        if found:
            yield name, found[1] or _USUAL.get(name, "")


def _place(unit: Unit, number: str, told: Location) -> Location:
    """Where the port is published or declared, else where it is told that something listens."""
    for port in unit.ports:
        if port.target.text == number and port.line > 1:
            return stands(unit.location.path, port)
    return told


def _everywhere(effect: Effect) -> bool:
    address = effect.get("address")
    host = address.items[0] if isinstance(address, Several) and address.items else address
    return isinstance(host, Value) and (host.text or "-").partition(":")[0] in ("0.0.0.0", "", "*")
