"""Remote procedures: who calls which service over gRPC, Thrift, Connect and their like, or by a registered name.

Rows tell a stub (``rpc-client``: ``service``, and ``channel`` or ``address``), a call on it (``rpc-call``: ``method``,
or ``path`` as ``/package.Service/Method``) and who implements a service (``rpc-server``: ``service``, or
``implementer``, a class that derives from the generated base, or ``bases``, where an interface is called after the
service). A client that is ``typed`` is a field of the stub's type. A stub leads to the address that its channel is
opened to; where that is not known, to the one service of the workspace that implements what the stub is for. ``rpc`` is
a call by the name under which a service registers itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from dataclasses import dataclass

from boundary.model import Edge, Evidence, Hole, Unresolved, Value
from boundary.resolve import codefirst, paths
from boundary.resolve.code.things import ClassOf, Effect, Made, Site, Thing
from boundary.resolve.context import Context, at, chain
from boundary.resolve.landscape import Server, Service
from boundary.resolve.procedures import Procedures, key, method_of, stub_of
from boundary.resolve.stores import LOOPBACK
from boundary.resolve.values import Filled, fold, shown

_TARGET = re.compile(r"(?:(?:dns|xds|passthrough|consul|etcd|discovery|static|ipv[46])://[^/]*/+|(?:dns|ipv[46]):)")
"""How a target of gRPC begins: https://github.com/grpc/grpc/blob/master/doc/naming.md ."""

_OF_STUBS = re.compile(r"with[A-Z_]|get(Channel|CallOptions)$|close$|__")
"""Methods that stubs have by themselves."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a stub leads to, or why that is not known."""

    service: str = ""
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    traits: frozenset[str] = frozenset()


def resolve(context: Context, procedures: Procedures) -> None:
    """Add an edge for each stub and call whose provider is known; keep the others as unresolved."""
    by_site: dict[tuple[str, Site], list[tuple[Effect, _Target, str]]] = defaultdict(list)
    told = (*context.effects.get("rpc-client", ()), *context.effects.get("rpc-call", ()))
    for effect in (*told, *codefirst.calls(context, procedures)):
        name, where = stub_of(effect)
        name = name or (procedures.of_field(effect) if effect.get("typed") is not None else "")
        stub = effect.get("stub")
        name = procedures.interfaces.get(stub, name) if isinstance(stub, ClassOf) else name
        name = procedures.called(name) if name else name
        opened = isinstance(where, Made) and where.type == "grpc-channel"
        if not name or not (procedures.known(name) or (opened and effect.kind == "rpc-client")):
            continue
        for service in context.actors(effect):
            for target in _targets(context, procedures, service, name, where):
                by_site[service.id, effect.site].append((effect, target, name))
    for (service_id, _), found in by_site.items():
        context.found.located[service_id] += 1
        for effect, target, name in [each for each in found if each[1].service] or found[:1]:
            _edge(context, procedures, service_id, effect, target, name)
    for effect in context.effects.get("rpc", ()):
        _by_name(context, effect)


def _edge(context: Context, procedures: Procedures, service: str, effect: Effect, target: _Target, name: str) -> None:
    if not target.service:
        if not target.reason:
            return
        place = at(effect.place)
        context.found.unresolved.append(Unresolved(service, "grpc", name, place, target.reason))
        return
    if target.service == service:
        return
    written = method_of(effect)
    declared = procedures.declared(name, target.service)
    known = declared.find(written) if declared and written else None
    operation = known.name if known else f"{name.rpartition('.')[2]}.{written}" if written else ""
    if effect.kind == "rpc-call" and known is None and (not written or _OF_STUBS.match(written)):
        return
    dangling = bool(declared and written and known is None)
    what = f"{effect.call} calls {operation}" if operation else f"{effect.call} is a client of {name}"
    first = chain(effect, what)
    more = (Evidence(known.location, f"{operation} is declared here"),) if known else ()
    # As in ``calls``: the address of one instance is mended where it is written.
    told = (*target.evidence, *first) if "ip-address" in target.traits else (*first, *target.evidence)
    evidence = tuple(dict.fromkeys((*told, *more)))
    context.found.edges.append(
        Edge(
            service, target.service, "grpc", evidence,
            operations=(operation,) if operation else (),
            traits=target.traits | ({"dangling"} if dangling else frozenset()),
            detail=f"RPC {known.path if known else operation}" if operation else "",
            fields=context.uses.called(effect, at(effect.place)) if effect.kind == "rpc-call" else None,
        )
    )  # fmt: skip


def _targets(
    context: Context, procedures: Procedures, service: Service, name: str, where: Thing | None
) -> list[_Target]:
    """Where a stub leads to: by each address that deployments give, else by the one who implements the service."""
    filled = context.filler.fill(_address(where), service.id)
    found = [target for each in filled if (target := _addressed(context, service, each)) is not None]
    return found or [_implemented(context, procedures, service, name, filled)]


def _address(where: Thing | None) -> Value:
    """The address of a channel: its target, or host and port given apart."""
    if isinstance(where, Value):
        return where
    if isinstance(where, Made):
        target = where.field("address") or where.field("target")
        host, port = where.field("host"), where.field("port")
        if isinstance(target, Value):
            return target
        if isinstance(host, Value):
            return Value.of(host, ":", port) if isinstance(port, Value) else host
    return Value((Hole("unknown"),))


def _addressed(context: Context, service: Service, filled: Filled) -> _Target | None:
    parts = list(filled.value.parts)
    if parts and isinstance(parts[0], str):
        parts[0] = _TARGET.sub("", parts[0], count=1)
    value = Value.of(*parts)
    url = paths.parse(value if "://" in str(value) else Value.of("//", value))
    host = (url.host.text or "") if url else ""
    found = context.names.host(host, url.port, service) if url and host else None
    if not found or (isinstance(found[0], Server) and found[0].kind not in ("service", "gateway")):
        return None
    what = Evidence(found[1].location, f"{shown(filled.value)}: {found[1].what}")
    return _Target(found[0].id, (*filled.evidence, what))


def _implemented(
    context: Context, procedures: Procedures, service: Service, name: str, filled: list[Filled]
) -> _Target:
    """The one service that implements what a stub is for."""
    implementers = procedures.implementers.get(key(name), {})
    if set(implementers) == {service.id}:
        return _Target()
    others = {identity: why for identity, why in implementers.items() if identity != service.id}
    if len(others) == 1 and not _is_foreign(filled):
        identity, why = next(iter(others.items()))
        only = Evidence(why[0].location, f"{context.land.service(identity).name} alone implements {name}")
        evidence = (*(e for each in filled for e in each.evidence), only, *why[1:])
        single = any(_is_address(host) for host in _hosts(filled))
        return _Target(identity, evidence, traits=frozenset({"ip-address"} if single else ()))
    reason = f"several services implement {name}" if len(others) > 1 else f"nobody here implements {name}"
    return _Target(reason=f"the address is not known, and {reason}")


def _is_foreign(filled: list[Filled]) -> bool:
    """Whether an address is known and is one of the outside world: it has a domain."""
    return any(
        "." in host and host not in LOOPBACK and not host.endswith((".local", ".internal")) and not _is_address(host)
        for host in _hosts(filled)
    )


def _hosts(filled: list[Filled]) -> list[str]:
    texts = [each.value.text or "" for each in filled]
    return [text.rstrip("/").rpartition("/")[2].partition(":")[0] for text in texts]


def _is_address(host: str) -> bool:
    """Whether a host is the address of one machine of a private network."""
    try:
        return ipaddress.ip_address(host).is_private and host not in LOOPBACK
    except ValueError:
        return False


def _by_name(context: Context, effect: Effect) -> None:
    """``RpcProxy("orders")``: nameko finds the service by the name that its class declares."""
    name = effect.get("service")
    written = (name.text or "") if isinstance(name, Value) else ""
    wanted = fold(written)
    method = effect.get("method")
    operation = f"{written}.{method.text}" if isinstance(method, Value) and method.text else ""
    shows = shown(name) if isinstance(name, Value) else "?"
    for service in context.actors(effect):
        context.found.located[service.id] += 1
        targets = [s for s in context.land.services if wanted and wanted in {fold(n) for n in (s.name, *s.names)}]
        evidence = chain(effect, f"{effect.call} calls {operation or shows}")
        if len(targets) != 1:
            reason = "no service of this name" if not targets else "several services of this name"
            place = evidence[0].location
            context.found.unresolved.append(Unresolved(service.id, "invoke", shows, place, reason))
        elif targets[0].id != service.id:
            named = Evidence(targets[0].location, f"{targets[0].name} is declared here")
            operations = (operation,) if operation else ()
            edge = Edge(service.id, targets[0].id, "invoke", (*evidence, named), operations=operations)
            context.found.edges.append(edge)
