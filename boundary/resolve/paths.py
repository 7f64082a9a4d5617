"""URL paths and path templates: taking a URL apart, and matching a call's path with an operation's template."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from boundary.model import Hole, Operation, Value

INTERNAL = frozenset({"internal", "debug", "actuator", "private", "_internal", "_admin", "_debug", "chaos"})
"""Path segments by which services mark what is not meant for others."""
_RESERVED = frozenset({"admin"})
"""Those that do so at the beginning of a path alone: ``/orders/admin`` is what administrators may do with orders."""
_HEALTH = frozenset({"health", "healthz", "livez", "readyz", "up", "metrics", "ping", "status"})
"""Segments at the end of what tells others whether a service is well."""
_ASKED_OF_ALL = frozenset({"health", "healthz", "livez", "readyz", "liveness", "readiness", "info", "metrics",
                           "prometheus", "ping", "status"})  # fmt: skip
"""Segments right behind a mark that take it back: Spring Boot offers ``/actuator/health`` to everybody, and tools that
watch ask for the rest. See its reference, "Exposing Endpoints"."""
_PREFIX = re.compile(r"api|rest|v\d+")
"""Segments that stand before all paths."""

EXAMPLES = (".test", ".invalid", "example.com", "example.org", "example.net")
"""Ends of names that documents use and nobody has. See RFC 2606."""
_OUTSIDE = re.compile(r"(?:[\w-]+\.)+(?!(?:local|internal|svc|cluster|lan|test|example)$)[a-z]{2,}", re.IGNORECASE)
_CONVERTERS = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>|\{([^{}:]+)(?::[^{}]*)?\}|(?<=/):(\w+)")


_ASKED = re.compile(r"\{[?&]([\w.%*:,]+)\}")
"""Expressions of URI templates that stand for parts of the query: ``/berths{?quay,limit}``. See RFC 6570, 3.2.8."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in parts. ``path`` None: not known; holes in it are ``{}`` segments. ``query``: names of parameters;
    ``further``: there may be more, as something stands in the query that is not the value of one of them."""

    scheme: str
    host: Value
    port: int | None
    path: str | None
    query: frozenset[str] = frozenset()
    further: bool = False


_FURTHER = re.compile(r"(?<!=)\x00\d+\x00|\x00\d+\x00(?!&|$)")


def parse(value: Value) -> Url | None:
    """The parts of a URL; None when it does not start with a host."""
    marked = "".join(part if isinstance(part, str) else f"\x00{index}\x00" for index, part in enumerate(value.parts))
    marked = _ASKED.sub(_as_query, marked) if "{" in marked else marked
    found = re.match(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?//(?:[^/?#@]*@)?([^/?#:]+)(?::(\d*))?([^?#]*)(\?[^#]*)?", marked)
    if not found:
        return None
    scheme, host, port, path, query = found.groups()
    names = frozenset(re.findall(r"[?&]([^=&\x00]+)=", query or ""))
    number = int(port) if port and port.isdigit() and len(port) < 6 else None
    further = _FURTHER.search(query or "") is not None
    return Url((scheme or "").lower(), _restore(host, value), number, _path(path, value), names, further)


def _as_query(found: re.Match[str]) -> str:
    """The parameters that an expression of a URI template stands for, as they would be sent."""
    names = (name.partition(":")[0].rstrip("*") for name in found[1].split(","))
    return "".join(f"{'&' if at else '?'}{name}=" for at, name in enumerate(names))


def first_label(host: Value) -> str:
    """The first part of a host name whose domain is filled in from outside: ``orders.{namespace}.svc``, else ""."""
    first = host.parts[0] if host.parts else ""
    found = re.match(r"([A-Za-z][\w-]*)\.", first) if isinstance(first, str) and host.holes else None
    return found[1] if found else ""


def _restore(text: str, value: Value) -> Value:
    pieces = re.split("\x00(\\d+)\x00", text)
    parts: list[str | Hole] = [piece if index % 2 == 0 else "" for index, piece in enumerate(pieces)]
    for index in range(1, len(pieces), 2):
        hole = value.parts[int(pieces[index])]
        parts[index] = hole
    return Value.of(*parts)


def _path(text: str, value: Value) -> str | None:
    """A path whose holes are single segments (``{isbn}``); None when it begins with a hole that may be anything."""

    def shown(found: re.Match[str]) -> str:
        hole = value.parts[int(found[1])]
        return "{" + re.sub(r"\W", "_", hole.name if isinstance(hole, Hole) else "") + "}"

    path = re.sub("\x00(\\d+)\x00", shown, text)
    segments = [segment for segment in path.split("/") if segment]
    if segments and all("{" in segment for segment in segments):
        return None
    if path and not path.startswith("/"):
        return None
    return path or "/"


def template(path: str) -> str:
    """One spelling for the path templates of all frameworks: ``/orders/<int:id>`` and ``/orders/:id`` are
    ``/orders/{id}``. Slashes at both ends are made regular."""
    path = _ASKED.sub("", path)
    clean = _CONVERTERS.sub(lambda m: "{" + next(g for g in m.groups() if g) + "}", path)
    return re.sub("/+", "/", "/" + clean.strip())


def positional(path: str) -> str:
    """A template without the names of its variable segments, so that equal ones are equal texts."""
    return re.sub(r"\{[^}]*\}", "{}", template(path)).rstrip("/")


def matches(path: str, operation: str) -> bool:
    """Whether a call's path (holes are ``{}``) can mean an operation's template; a final slash is of no matter, and
    neither is the case of letters: ASP.NET makes none of it, and nobody tells two operations apart by it."""
    left, right = _segments(path), _segments(operation)
    return len(left) == len(right) and all(_segment(a, b) for a, b in zip(left, right, strict=True))


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _segment(given: str, declared: str) -> bool:
    if "{" not in given and "{" not in declared:
        return given.lower() == declared.lower()
    if "{" in given and "{" in declared:
        return True
    pattern, text = (declared, given) if "{" in declared else (given, declared)
    return re.fullmatch(re.sub(r"\\\{[^{}]*\\\}", ".+", re.escape(pattern)), text) is not None


def best(method: str, path: str, operations: list[Operation]) -> Operation | None:
    """The operation that a call means: the one that has its variable segments where the call has, else the fewest, a
    contract's before the code's."""
    found = [op for op in operations if op.method in (method, "*") and serves(op, path)]
    return min(found, key=lambda op: (op.below or is_greedy(op.path), guessed(path, op.path), op.path.count("{"),
                                      op.source != "contract", op.path), default=None)  # fmt: skip


def serves(operation: Operation, path: str) -> bool:
    """Whether a call of a path can mean an operation, or something below it where it answers to that as well."""
    if not operation.below and not is_greedy(operation.path):
        return matches(path, operation.path)
    known = _segments(operation.path)[: -1 if is_greedy(operation.path) else None]
    given = _segments(path)
    more = len(given) > len(known) or not is_greedy(operation.path)
    return more and matches("/".join(given[: len(known)]), "/".join(known))


def is_greedy(path: str) -> bool:
    """Whether the last variable of a template takes all that is left, as ``{proxy+}`` of Amazon's gateways does."""
    return path.endswith("+}")


def goes_on(method: str, path: str, operations: list[Operation]) -> bool:
    """Whether a call's path ends with what nobody knows, or is that of a proxy, and an operation lies deeper below what
    is known: a proxy passes on several segments at once, and any method."""
    given = _segments(path)
    first = given[:-1] if given[-1:] == ["{}"] else given
    if first == given and method != "*":
        return False
    known = "/".join(first)
    return any(
        "*" in (method, one.method) or method == one.method
        for one in operations
        if len(below := _segments(one.path)) > len(given) and matches(known, "/".join(below[: len(first)]))
    )


def guessed(path: str, operation: str) -> int:
    """How many segments are known in the operation and not in the call."""
    pairs = zip(_segments(path), _segments(operation), strict=False)
    return sum("{" in given and "{" not in declared for given, declared in pairs)


def nearest(name: str, operations: list[Operation]) -> Operation | None:
    """The operation whose name (``GET /orders/{id}``) is most like a name, for messages."""
    names = {operation.name: operation for operation in operations}
    close = get_close_matches(name, names, n=1, cutoff=0.4)
    return names[close[0]] if close else None


def is_internal(path: str, own: Collection[str] = ()) -> bool:
    """Whether a path says itself that it is not for others. Words of the service's ``own`` name say nothing: what
    ``shop-admin`` offers is called ``/admin``."""
    segments = _segments(path.casefold())
    if any(mark in INTERNAL and then in _ASKED_OF_ALL for mark, then in pairwise(segments)):
        return False
    first = next((one for one in segments if not _PREFIX.fullmatch(one)), "")
    return bool(INTERNAL.difference(own) & set(segments)) or first in _RESERVED.difference(own)


def asks_for_health(path: str) -> bool:
    """Whether a path is one by which others see whether a service is well."""
    return path.strip("/").rpartition("/")[2] in _HEALTH


def offered_by_frameworks(path: str) -> bool:
    """Whether frameworks offer a path by themselves, so that no code of a service does: ``/actuator/health`` of Spring
    Boot, ``/q/health/live`` of Quarkus (https://quarkus.io/guides/smallrye-health), ``/health`` of Micronaut."""
    segments = _segments(path.casefold())
    marked = any(mark in (*INTERNAL, "q") and then in _ASKED_OF_ALL for mark, then in pairwise(segments))
    return marked or segments[:1] in (["health"], ["healthz"], ["livez"], ["readyz"], ["metrics"])


def is_outside(host: str) -> bool:
    """Whether a host is the full name of something that is not here, when nobody here is called so."""
    return _OUTSIDE.fullmatch(host) is not None and not host.endswith(EXAMPLES)
