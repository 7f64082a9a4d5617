"""Services of ``.proto`` files: procedures, what they stream, and what HTTP gateways map them to.

The mapping is that of https://github.com/googleapis/googleapis/blob/master/google/api/http.proto .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.contracts.cursor import Cursor
from boundary.contracts.protobuf import options
from boundary.contracts.protobuf.declared import Method, Service

_HTTP = "(google.api.http)."
_VERBS = ("get", "put", "post", "delete", "patch")


def service(at: Cursor, package: str) -> Service:
    """The service that begins here."""
    line = at.take().line
    name = at.name().text
    own: dict[str, str] = {}
    methods: list[Method] = []
    at.open()
    while not at.close():
        if at.skip("option"):
            own |= options.statement(at)
        elif not at.skip(";"):
            methods.append(_method(at, f"{package}.{name}".lstrip(".")))
    return Service(name=name, scope=package, line=line, path=at.path, options=own, methods=tuple(methods))


def _method(at: Cursor, scope: str) -> Method:
    line = at.expect("rpc").line
    name = at.name().text
    request, streams_request = _side(at)
    at.expect("returns")
    response, streams_response = _side(at)
    own: list[tuple[str, str]] = []
    if at.sees("{"):
        at.open()
        while not at.close():
            if at.skip("option"):
                own += options.statement(at)
            else:
                at.expect(";")
    else:
        at.expect(";")
    return Method(
        name=name,
        scope=scope,
        line=line,
        path=at.path,
        options=dict(own),
        request=request,
        response=response,
        streams_request=streams_request,
        streams_response=streams_response,
        offered=tuple(_offered(own)),
    )


def _side(at: Cursor) -> tuple[str, bool]:
    """``(stream Order)``; a message may be called stream, too."""
    at.expect("(")
    streams = at.sees("stream") and at.after() != ")"
    if streams:
        at.take()
    name = at.name().text
    at.expect(")")
    return name, streams


def _offered(own: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The HTTP operations, additional bindings too."""
    for name, value in own:
        verb = name.rpartition(".")[2]
        if name.startswith(_HTTP) and verb in _VERBS:
            yield verb.upper(), value
