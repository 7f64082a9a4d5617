"""Calls from service to service: HTTP requests → provider → operation."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from boundary.model import Edge, Evidence, Hole, Node, Operation, Unresolved, Value
from boundary.resolve import incomplete, paths, queries, sidecars
from boundary.resolve.code import texts
from boundary.resolve.code.things import Effect, Pairs, Several, Site, Thing
from boundary.resolve.context import Context, at, chain
from boundary.resolve.landscape import Server, Service
from boundary.resolve.management import manages
from boundary.resolve.names import Named
from boundary.resolve.published import Published
from boundary.resolve.stacks.attributes import FUNCTION_URL
from boundary.resolve.stores import LOOPBACK
from boundary.resolve.values import Filled, shown

_NEGOTIATED = frozenset({"api-version"})
"""Parameters that a client adds to all of its requests by itself, or sends as headers."""

_ADDED = _NEGOTIATED | frozenset({
    "accept", "authorization", "content-type", "content-length", "user-agent", "cookie", "host", "traceparent",
    "tracestate", "x-request-id", "x-correlation-id", "x-b3-traceid", "x-forwarded-for", "x-api-key", "idempotency-key",
})  # fmt: skip
"""Headers that libraries, agents and proxies add; OpenAPI leaves the first ones to them."""

_BARE = ("requests.", "httpx.", "fetch")
"""Calls that send the headers which they are given, and no others that a client would have of its own."""

_ONLY_NAMED = re.compile(r" is set to \{[\w.-]+\}$")
"""How it is told that a setting is what another one, or a variable, is."""
_OF_POD = re.compile(r"\d+-\d+-\d+-\d+\.[\w-]+\.pod(?:\.[\w.-]+)?")
"""The name of a pod's address. See https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pods ."""

_BY_ADDRESS = (".php", ".inc")
"""Ends of the names of files in whose language a URL opens like a file."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as one deployment makes it."""

    service: Service
    effect: Effect
    url: Value
    filled: Filled
    method: str


def resolve(context: Context, offered: dict[str, list[Operation]]) -> None:
    """Add an edge for each call whose provider is known; keep the others as unresolved."""
    by_site: dict[tuple[str, Site], list[_Call]] = defaultdict(list)
    schemas, published = queries.offered(context), Published(context, offered)
    for effect in (*context.effects.get("http", ()), *_opened(context)):
        idle = effect.get("client") is not None and context.is_idle(effect.site)
        for service in () if idle else context.actors(effect):
            url = sidecars.meant(effect, _url(effect))
            for filled in _absolute(context, effect, service) or context.filler.fill(url, service.id):
                call = _Call(service, effect, url, _whole(effect, filled), _method(effect))
                by_site[service.id, effect.site].append(call)
    for calls in by_site.values():
        told = [call for call in calls if _host(call.filled.value)]
        for call in told or calls[:1]:
            context.found.located[call.service.id] += 1
            _edge(context, call, offered, schemas, published)


def _opened(context: Context) -> Iterator[Effect]:
    """Files of other machines, which PHP opens by their URL as any file: the wrapper ``http://`` of its streams."""
    for effect in context.effects.get("file", ()):
        path = effect.get("path")
        if not effect.site.path.endswith(_BY_ADDRESS) or not isinstance(path, Value) or not path.parts:
            continue
        filled = [one for who in context.actors(effect) for one in context.filler.fill(path, who.id)]
        if any(str(one.value).startswith(("http://", "https://")) for one in filled):
            yield replace(effect, kind="http", values=(("url", path), ("method", Value.of("GET"))), body=None)


def _absolute(context: Context, effect: Effect, service: Service) -> list[Filled]:
    """A URL that turns out to be a whole one, of which a client's base is no part (RFC 3986, section 5.2)."""
    url = effect.get("url")
    if effect.get("base") is None or not isinstance(url, Value) or not isinstance(next(iter(url.parts), ""), Hole):
        return []
    found = list(context.filler.fill(url, service.id))
    return found if found and all("://" in str(one.value)[:13] for one in found) else []


def _whole(effect: Effect, filled: Filled) -> Filled:
    """An address with its scheme, where the client is made with a host alone (``Net::HTTP.new("orders", 8080)``)."""
    if effect.get("named") is None or "://" in str(filled.value)[:13] or not filled.value.parts:
        return filled
    return replace(filled, value=Value.of("http://", filled.value))


def _url(effect: Effect) -> Value:
    """The request's URL with the client's base in front of a relative one."""
    named = _named(effect)
    if named is not None:
        return Value.of("http://", named[0], "/", named[1])
    if effect.get("host") is not None and not isinstance(effect.get("url"), Value):
        whole = texts.address({"scheme": Value.of("http"), **dict(effect.values)})
        return Value.of(whole, "/", Hole("unknown")) if effect.get("rest") is not None else whole
    url, base = _value(effect.get("url")), effect.get("base")
    if isinstance(effect.get("url"), Several):
        url = Value((Hole("unknown"),))
    if effect.get("rest") is not None:
        return Value.of(url, "/", Hole("unknown"))
    left, right = _value(base), url
    if base is None or "://" in str(url)[:13] or (left.holes and left.parts[:1] == url.parts[:1]):
        return url  # whole as it is, or the address that the client was made for, with the path behind it
    head, tail = list(left.parts), list(right.parts)
    if head and isinstance(head[-1], str):
        head[-1] = head[-1].rstrip("/")
    if tail and isinstance(tail[0], str):
        tail[0] = tail[0].lstrip("/")
    return Value.of(*head, "/", *tail)


def _named(effect: Effect) -> tuple[Value, Value] | None:
    """The service and the path of a call by the name that a service registers with, or has with its sidecar. Where the
    method stands in front of both, what they are called is one place further (Dapr's ``InvokeMethodAsync``)."""
    given = [effect.get("service"), effect.get("path"), effect.get("rest")]
    if isinstance(given[0], Value) and (given[0].text or "").upper() in METHODS:
        del given[0]
    service, path = given[:2]
    if not isinstance(service, Value):
        return None
    return service, path if isinstance(path, Value) else Value((Hole("unknown"),))


def _value(thing: Thing | None) -> Value:
    return thing if isinstance(thing, Value) else Value((Hole("unknown"),))


def _method(effect: Effect) -> str:
    for found in (effect.get("service"), effect.get("method")):
        text = (found.text or "").upper() if isinstance(found, Value) else ""
        if text in METHODS:
            return text
    return "*"


def _host(value: Value) -> str:
    url = paths.parse(value)
    return (url.host.text or paths.first_label(url.host)) if url else ""


def _edge(
    context: Context, call: _Call, offered: dict[str, list[Operation]], schemas: Container[str], published: Published
) -> None:
    url = paths.parse(call.filled.value)
    host, place = _host(call.filled.value), at(call.effect.place)
    if not url or not host:
        _open(context, call, _why_open(call.filled.value))
        return
    host, path, led = context.names.led(host, url.path)
    url = replace(url, path=path or "/" if led and path is not None else path)
    known_here = context.names.host(host, url.port, call.service) or context.names.several(host)
    said = None if known_here else published.at(host, url.path)
    if said:
        url = replace(url, path=said[1])
    target, known = (said[0].id, (said[2],)) if said else _provider(context, call, host, url, offered)
    known = (*led, *known) if known else known
    if not target or target == call.service.id:
        return
    what = f"{call.effect.call} {call.method.replace('*', 'calls')} {shown(call.filled.value)}"
    told = chain(call.effect, what)
    traits = _traits(host, call)
    if _is_domain(host) and "literal-address" in traits and target.startswith("service:"):
        traits.add("coded-domain")
    provider = context.names.host(host, url.port, call.service)
    if provider and isinstance(provider[0], Server) and manages(provider[0], _path(call), url.port):
        traits.add("management")
    # An address that does not belong into the configuration is mended where it is written.
    by_address = "ip-address" in traits
    first = (*_written_first(call.filled.evidence), *told) if by_address else (*told, *call.filled.evidence)
    # A function's own address takes whatever is asked of it, and so does the endpoint of a schema; what is passed on
    # with all that stands below a path names no operation.
    asks = call.effect.get("below") is not None
    asks = asks or (target in schemas and queries.is_endpoint(call.method, url.path))
    listed = bool(known) and not host.endswith(FUNCTION_URL)
    found, operation, more = _operation(call, url, [] if asks else offered.get(target, []), listed)
    if found and (lost := incomplete.lacking(found, context.uses.sends(call.effect, place, url.query))):
        more.add("missing-field")
        known = (*known, incomplete.told(found, lost))
    if "dangling" in more:
        near = paths.nearest(operation, offered[target])
        known = (*known, Evidence(near.location, f"{near.name} is the nearest that is offered")) if near else known
    known = (*known, *_last_day(operation, offered.get(target, []) if "deprecated-operation" in more else []))
    edge = Edge(
        call.service.id,
        target,
        "http",
        tuple(dict.fromkeys((*first, *known))),
        operations=(operation,) if operation else (),
        traits=frozenset(traits | more),
        detail=f"{call.method} {url.path or '?'}",
        fields=context.uses.exchanged(call.effect, place, url.query),
    )
    context.found.edges.append(edge)


_REGISTRIES = frozenset({"stork", "lb"})
"""Schemes whose hosts are names in a registry (SmallRye Stork, Spring Cloud LoadBalancer)."""


def _provider(
    context: Context, call: _Call, host: str, url: paths.Url, offered: dict[str, list[Operation]]
) -> tuple[str, tuple[Evidence, ...]]:
    """The node that a host name means ("" for none), and why; without evidence it is outside the workspace."""
    found = context.names.host(host, url.port, call.service) or _listed(context, call, host, url.scheme)
    if found is None and len(sharing := context.names.several(host)) > 1:
        found = _routed(call, url, [each for each in sharing if isinstance(each[0], Service)], offered)
        if found is None:
            _open(context, call, "several services answer there, and the path does not tell them apart")
            return "", ()
    if found:
        port = url.port
        serves = not isinstance(found[0], Server) or found[0].kind == "service" or manages(found[0], _path(call), port)
        return (found[0].id, (found[1],)) if serves else ("", ())
    if not url.host.text:
        _open(context, call, _why_open(url.host))
        return "", ()
    if host in LOOPBACK or host.endswith(paths.EXAMPLES):
        _open(context, call, "points at the machine itself" if host in LOOPBACK else "an example host")
        return "", ()
    if "." not in host and (call.effect.get("registered") is not None or url.scheme in _REGISTRIES):
        _open(context, call, "nobody here registers by this name")
        return "", ()
    return context.found.add(Node(f"external:{host}", "external", host, location=at(call.effect.place))), ()


def _listed(context: Context, call: _Call, host: str, scheme: str) -> tuple[Named, Evidence] | None:
    """The service at the first address that settings list for a name (https://quarkus.io/guides/stork)."""
    if scheme != "stork":
        return None
    key = Value((Hole("config", f"quarkus.stork.{host}.service-discovery.address-list"),))
    for filled in context.filler.fill(key, call.service.id):
        name, _, port = (filled.value.text or "").partition(",")[0].strip().partition(":")
        found = context.names.host(name, int(port) if port.isdigit() else None, call.service) if name else None
        if found:
            return found
    return None


def _routed(
    call: _Call, url: paths.Url, sharing: list[tuple[Named, Evidence]], offered: dict[str, list[Operation]]
) -> tuple[Named, Evidence] | None:
    """The one service of several behind one gateway that offers what is asked for."""
    fit = [each for each in sharing if url.path and _match(call.method, url.path, offered.get(each[0].id, []))]
    return fit[0] if len(fit) == 1 else None


def _path(call: _Call) -> str:
    url = paths.parse(call.filled.value)
    return (url.path or "") if url else ""


def _open(context: Context, call: _Call, reason: str) -> None:
    place = at(call.effect.place)
    shows = shown(call.filled.value)
    context.found.unresolved.append(Unresolved(call.service.id, "http", shows, place, reason))


def _why_open(value: Value) -> str:
    holes = [hole for hole in value.holes if hole.name]
    if not holes:
        return "the URL is not known"
    kinds = {"env": "the variable {} has no value in any deployment", "config": "the setting {} has no value",
             "parameter": "nobody is seen to give {}", "variable": "{} is filled in from outside"}  # fmt: skip
    return kinds.get(holes[0].kind, "{} is not known").format(holes[0].name)


def _written_first(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """How an address was filled: first where it is written, then what only names another setting, or a variable."""
    return sorted(evidence, key=lambda one: _ONLY_NAMED.search(one.what) is not None)


def _traits(host: str, call: _Call) -> set[str]:
    traits = set()
    try:
        address = ipaddress.ip_address(host)
        if not address.is_loopback and not address.is_unspecified:
            traits.add("ip-address")
    except ValueError:
        traits |= {"ip-address"} if _OF_POD.fullmatch(host) else set()
    if host in LOOPBACK:
        traits.add("loopback")
    written = paths.parse(call.url)
    # A scheme of alternatives (``https+http``) is one of service discovery, whose names are no addresses.
    registered = call.effect.get("service") or call.effect.get("registered")
    if not registered and written and written.host.text and "+" not in written.scheme:
        traits.add("literal-address")
    return traits


def _is_domain(host: str) -> bool:
    """Whether a host is a full name, and neither an address nor the short name that a registry or a network knows."""
    return "." in host and not host.rpartition(".")[2].isdigit() and not _OF_POD.fullmatch(host)


def _last_day(name: str, offered: list[Operation]) -> tuple[Evidence, ...]:
    """Until when a deprecated operation is promised, as its owner says."""
    found = next((one for one in offered if one.name == name and one.deprecated), None)
    if found is None:
        return ()
    until = f"goes after {found.sunset}" if found.sunset else "no day is named for its end"
    return (Evidence(found.location, f"{name} is deprecated, and {until}"),)


def _operation(
    call: _Call, url: paths.Url, offered: list[Operation], known: bool
) -> tuple[Operation | None, str, set[str]]:
    """The operation that a call means, what it is called, and what is wrong with it."""
    if url.path is None or not known or not offered:
        shows = known and url.path is not None and call.method != "*"
        return None, (f"{call.method} {paths.template(url.path or '')}" if shows else ""), set()
    found = _match(call.method, url.path, offered)
    if (found is None or paths.guessed(url.path, found.path)) and paths.goes_on(call.method, url.path, offered):
        return None, "", set()
    if found is None:
        internal = {"internal-operation"} if paths.is_internal(url.path) else set()
        missing = set() if paths.offered_by_frameworks(url.path) else {"dangling"}
        return None, f"{call.method} {url.path}", missing | internal
    traits = set()
    declared = any(op.source == "contract" for op in offered)
    if found.internal:
        traits.add("internal-operation")
    elif declared and found.source == "code" and not paths.asks_for_health(found.path):
        traits.add("undeclared-operation")
    if found.deprecated:
        traits.add("deprecated-operation")
    if _missing(call, url, found) or _lacks_header(call, found):
        traits.add("missing-parameter")
    return found, found.name, traits


def _match(method: str, path: str, offered: list[Operation]) -> Operation | None:
    if method != "*":
        return paths.best(method, path, offered)
    fitting = (op for op in offered if paths.matches(path, op.path))
    return min(fitting, key=lambda op: (op.path.count("{"), op.source != "contract"), default=None)


def _lacks_header(call: _Call, operation: Operation) -> bool:
    """Whether a required header is surely not sent."""
    wanted = {name.partition(":")[2].lower() for name in operation.required if name.startswith("header:")} - _ADDED
    given = call.effect.get("headers")
    if not wanted or not call.effect.call.startswith(_BARE) or not (given is None or isinstance(given, Pairs)):
        return False
    keys = [key.text if isinstance(key, Value) else None for key, _ in given.entries] if given else []
    return None not in keys and not wanted <= {(key or "").lower() for key in keys}


def _missing(call: _Call, url: paths.Url, operation: Operation) -> bool:
    """Whether a required query parameter is surely not sent."""
    wanted = {name.partition(":")[2] for name in operation.required if name.startswith("query:")} - _NEGOTIATED
    sent = call.effect.get("params")
    if not wanted or (sent is not None and not isinstance(sent, Pairs)):
        return False
    keys = [key.text if isinstance(key, Value) else None for key, _ in sent.entries] if isinstance(sent, Pairs) else []
    if None in keys or url.further:
        return False
    return not wanted <= {*url.query, *(key for key in keys if key)}
