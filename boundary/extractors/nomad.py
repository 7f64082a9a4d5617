"""Job specifications of Nomad: tasks, their services in Consul, environment, templates, volumes and upstreams.

A task answers to the names of the services that its group and it itself register (``orders``,
``orders.service.consul``). What a template fills in from the catalogue (``range service "db"``) is that service, and so
is an upstream that a sidecar serves on a port of the machine. Specification:
https://developer.hashicorp.com/nomad/docs/job-specification .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import peek
from boundary.extractors._external_secrets import asked
from boundary.extractors._hcl import TooDeep
from boundary.extractors._parsing import parsed
from boundary.extractors.terraform import Blocks, grammar
from boundary.facts import (
    Container,
    Deployment,
    Expr,
    Fact,
    Join,
    Listing,
    Member,
    Mount,
    Port,
    Record,
    Ref,
    SharedNamespace,
    Text,
    Variable,
    VolumeDefinition,
    Workload,
)
from boundary.model import Hole, Value
from boundary.reading import shortforms
from boundary.source import Source

FORMAT = "nomad"

_PLAIN = frozenset({"web", "app", "application", "api", "server", "service", "worker", "main", "task", "consumer"})
_MARK = re.compile(r'^[ \t]*job[ \t]+"', re.MULTILINE)
_GROUP = re.compile(r'^[ \t]*(?:group|task)[ \t]+"', re.MULTILINE)
_ASSIGNED = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=([^\n]*)$", re.MULTILINE)
_LOOKED_UP = re.compile(
    r"\{\{-?\s*(?:with|range)\s+(?:\$?\w+\s*:=\s*)?(?:nomadService|service|connect)\s+\"(?:[\w.-]*\.)?([\w-]+)\"\s*-?\}\}"
)
_ADDRESS = re.compile(r"\{\{-?\s*(?:\(index \. 0\))?\.?(?:Address|Node)\s*-?\}\}")
_ACTION = re.compile(r"\{\{[^{}]*\}\}")
_MACHINE = "attr.unique.network.ip-address"
"""The machine that a task runs on, whose static ports are those of the tasks there."""
_HERE = Member(Member(Member(Ref("attr"), "unique"), "network"), "ip-address")
_UPSTREAM = re.compile(r"NOMAD_UPSTREAM_(?:ADDR|IP|PORT)[_-](\w+)")
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1):(\d+)")


def matches(path: str) -> bool:
    """Files of Nomad by their endings, and other ones in HCL: content decides."""
    return path.endswith((".nomad", ".nomad.hcl", ".hcl", ".nomad.tpl"))


def extract(source: Source) -> Iterator[Fact]:
    """The workloads of a job, nothing for another file."""
    text = peek(source)
    if not _MARK.search(text) or not _GROUP.search(text):
        return
    data = text.encode("utf-8", "replace")
    root = parsed(grammar(), data)
    reader = Blocks(data)
    try:
        for body in (one for one in root.named_children if one.type == "body"):
            entries = Record(tuple(reader.entries(body, 0)))
            for name, job, line in _blocks(entries, "job"):
                yield Deployment("nomad", name, line=line)
                groups = [inner for _, inner, _ in _blocks(job, "group")]
                several = sum(len(list(_blocks(one, "task"))) for one in (*groups, job)) > 1
                for inner in groups:
                    yield from _group(inner, _text(_of(job, "namespace")), name, several)
                for task, inner, at in _blocks(job, "task"):
                    yield from _task(_named(name, task, several), task, inner, Record(()), at)
    except TooDeep:
        pass
    yield from reader.deep


def _named(job: str, task: str, several: bool) -> str:
    """What a task is called without a service: after its job, where it is the only one or has a name that says no more
    than what it does there."""
    return job if not several else f"{job}-{task}" if task.lower() in _PLAIN else task


def _group(group: Record, space: str, job: str, several: bool) -> Iterator[Fact]:
    for key, volume, line in _blocks(group, "volume"):
        source = _text(_of(volume, "source"))
        modes = () if "single" in _text(_of(volume, "access_mode")) else ("ReadWriteMany",)
        yield VolumeDefinition("nomad", source or key, namespace=space, external=True, modes=modes, line=line)
    for task, inner, line in _blocks(group, "task"):
        yield from _task(_named(job, task, several), task, inner, group, line)


def _task(usual: str, name: str, task: Record, group: Record, line: int) -> Iterator[Fact]:
    config = _first(task, "config")
    upstreams = dict(_upstreams(group))
    alone = len(list(_blocks(group, "task"))) < 2
    services = [*_services(task), *(_services(group) if alone or not _of(task, "lifecycle") else ())]
    names = [one for service in services for one in _spelled(service)]
    image = _of(config, "image")
    command = tuple(_value(one, upstreams) for key in ("command", "args") for one in _items(_of(config, key)))
    container = Container(name, _value(image, {}) if image else None, command, line=line)
    called = services[0] if services and alone else usual
    yield Workload("nomad", "task", called, containers=(container,),
                   names=tuple(dict.fromkeys(one for one in (name, *names) if one != called)), line=line)  # fmt: skip
    for key, value in _first(task, "env").entries:
        yield Variable(called, _text(key), _value(value, upstreams), line=_line(key, line))
    for template in _all(task, "template"):
        yield from asked(_of(template, "data"))
        if _text(_of(template, "env")) == "true":
            yield from _template(called, _of(template, "data"), upstreams)
    yield from _ports(called, group)
    yield from _mounts(called, task, group, config)
    if _text(_of(config, "network_mode")) == "host":
        yield SharedNamespace(called, "network", "host", line=line)


def _services(block: Record) -> Iterator[str]:
    for service in _all(block, "service"):
        if found := _text(_of(service, "name")):
            yield found


def _spelled(service: str) -> tuple[str, ...]:
    return service, f"{service}.service.consul", f"{service}.virtual.consul", f"{service}.service.nomad"


def _upstreams(group: Record) -> Iterator[tuple[str, str]]:
    """The ports of the machine on which a sidecar serves other services."""
    for service in _all(group, "service"):
        proxy = _first(_first(_first(service, "connect"), "sidecar_service"), "proxy")
        for one in _all(proxy, "upstreams"):
            yield _text(_of(one, "local_bind_port")), _text(_of(one, "destination_name"))


def _template(workload: str, data: Expr | None, upstreams: dict[str, str]) -> Iterator[Variable]:
    """The variables of a template; see https://developer.hashicorp.com/nomad/docs/job-specification/template ."""
    texts = [part for part in (data.parts if isinstance(data, Join) else (data,)) if isinstance(part, Text)]
    written, first = "".join(part.text for part in texts), texts[0].line if texts else 1
    meant = ""
    for number, line in enumerate(written.split("\n")):
        found = _LOOKED_UP.search(line)
        meant = found[1] if found else meant
        one = _ASSIGNED.match(_LOOKED_UP.sub("", line).strip())
        if one:
            given = one[2].strip().strip("\"'")
            filled = _ADDRESS.sub(meant, given) if meant else given
            pieces = _ACTION.split(filled)
            parts = [piece for text in pieces for piece in (Hole("unknown"), _local(text, upstreams))][1:]
            yield Variable(workload, one[1], Value.of(*parts), line=first + number)
        if "end" in line and not found:
            meant = ""


def _ports(workload: str, group: Record) -> Iterator[Port]:
    for network in _all(group, "network"):
        for name, port, line in _blocks(network, "port"):
            target, static = _text(_of(port, "to")), _text(_of(port, "static"))
            if target or static:
                published = Value.of(static) if static else None
                yield Port(workload, Value.of(target or static), published, "", name, line=line)


def _mounts(workload: str, task: Record, group: Record, config: Record) -> Iterator[Mount]:
    sources = {key: _text(_of(volume, "source")) or key for key, volume, _ in _blocks(group, "volume")}
    fixed = {key for key, volume, _ in _blocks(group, "volume") if _text(_of(volume, "read_only")) == "true"}
    for name, mount in task.entries:
        if isinstance(name, Text) and name.text == "volume_mount" and isinstance(mount, Record):
            key = _text(_of(mount, "volume"))
            read_only = key in fixed or _text(_of(mount, "read_only")) == "true"
            where = _text(_of(mount, "destination"))
            yield Mount(workload, "volume", sources.get(key, key), where, read_only, line=name.line or 1)
    for one in _items(_of(config, "volumes")):
        found = shortforms.mount(_text(one))
        inside = found.source.startswith(("local/", "secrets/", "..", "alloc/"))
        if found.source and found.target and not inside:
            yield Mount(workload, found.kind, found.source, found.target, found.read_only, line=_line(one, 1))


# --- reading records ----------------------------------------------------------------------------------------


def _all(block: Record, name: str) -> Iterator[Record]:
    """The blocks of a name, also those with a label."""
    for key, value in block.entries:
        if isinstance(key, Text) and key.text == name and isinstance(value, Record):
            yield value


def _blocks(block: Record, name: str) -> Iterator[tuple[str, Record, int]]:
    """The blocks of a name with one label: the label, what is in it, and the line."""
    for key, value in block.entries:
        if isinstance(key, Text) and key.text == name and isinstance(value, Record):
            for label, inner in value.entries:
                if isinstance(label, Text) and isinstance(inner, Record):
                    yield label.text, inner, label.line


def _first(block: Record, name: str) -> Record:
    return next(_all(block, name), Record(()))


def _of(block: Record, name: str) -> Expr | None:
    return next((value for key, value in block.entries if isinstance(key, Text) and key.text == name), None)


def _items(expr: Expr | None) -> tuple[Expr, ...]:
    return expr.items if isinstance(expr, Listing) else () if expr is None else (expr,)


def _text(expr: Expr | None) -> str:
    return expr.text if isinstance(expr, Text) else ""


def _line(expr: Expr, other: int) -> int:
    return expr.line if isinstance(expr, Text) and expr.line else other


def _value(expr: Expr, upstreams: dict[str, str]) -> Value:
    match expr:
        case Text(text):
            return Value.of(_local(text, upstreams))
        case Join(parts):
            return Value.of(*(_value(part, upstreams) for part in parts))
        case Ref(name) if found := _UPSTREAM.match(name):
            return Value.of(found[1].replace("_", "-"))
        case Ref(name):
            return Value((Hole("variable", name),))
        case Member(_, name):
            return Value.of(_MACHINE) if expr == _HERE else Value((Hole("variable", name),))
    return Value((Hole("unknown"),))


def _local(text: str, upstreams: dict[str, str]) -> str:
    return _LOCAL.sub(lambda found: upstreams.get(found[1], found[0]), text) if upstreams else text
