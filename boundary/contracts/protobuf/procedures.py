"""Services compared: procedures, what they take, give and stream, and what HTTP gateways offer them as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from boundary.contracts.protobuf.declared import Method, Service
from boundary.contracts.protobuf.sides import Found, Sides
from boundary.contracts.protobuf.wire import Harm

_VARIABLE = re.compile(r"\{[^{}=]*(=[^{}]*)?\}")
_SAFE = "NO_SIDE_EFFECTS"
_NOTHING = "IDEMPOTENCY_UNKNOWN"
"""Promises nothing, so that a promise instead is no break."""

_ROWS: Mapping[Harm, str] = {"source": "renamed", "json": "type", "wire": "type"}


def service(sides: Sides, old: Service, new: Service) -> Iterator[Found]:
    """The differences of two services' procedures."""
    after = {method.name: method for method in new.methods}
    for method in old.methods:
        if method.name in after:
            yield from _method(sides, method, after[method.name])
        else:
            yield Found("rpc-no-delete", method, None)
    known = {method.name for method in old.methods}
    yield from (Found("rpc-added", None, method) for method in new.methods if method.name not in known)


def _method(sides: Sides, old: Method, new: Method) -> Iterator[Found]:
    types = zip(("request", "response"), sides.old.sides(old), sides.new.sides(new), strict=True)
    for side, one, two in types:
        harm = sides.named(one, two)
        if harm:
            yield Found(f"rpc-same-{side}-{_ROWS[harm]}", old, new, {"one": one, "two": two})
    if old.streams_request != new.streams_request:
        yield Found("rpc-same-client-streaming", old, new, {"what": _streams(new.streams_request)})
    if old.streams_response != new.streams_response:
        yield Found("rpc-same-server-streaming", old, new, {"what": _streams(new.streams_response)})
    one, two = (method.options.get("idempotency_level", _NOTHING) for method in (old, new))
    if one != two:
        told = {"one": one, "two": two}
        yield Found("rpc-same-idempotency-level", old, new, told, minor=one == _NOTHING, severe=one == _SAFE)
    offered = {_neutral(path) for path in new.offered}
    for binding in old.offered:
        if _neutral(binding) not in offered:
            yield Found("rpc-same-http-binding", old, new, {"one": " ".join(binding)}, part=" ".join(binding))


def _streams(streams: bool) -> str:
    return "a stream" if streams else "one message"


def _neutral(binding: tuple[str, str]) -> tuple[str, str]:
    """A binding without the names of its variables: ``{name}`` stands for one segment, as ``{name=*}`` does."""
    verb, path = binding
    return verb, _VARIABLE.sub(lambda found: f"{{{(found[1] or '=*')[1:]}}}", path)
