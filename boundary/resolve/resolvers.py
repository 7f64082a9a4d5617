"""Requests that a stack sends to other services by itself: resolvers of AppSync, and steps of state machines.

A data source tells the address, a resolver or a function the path and the method: by ``resourcePath`` and ``method`` of
what ``request`` gives back in JavaScript, or of a template. See
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-http-js.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.facts import Apply, Ref
from boundary.model import Hole, Value
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Effect, Pairs, Site, Thing
from boundary.resolve.context import Context
from boundary.resolve.files import folder, inside
from boundary.resolve.stacks import machines
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Null, Resource, text

_TYPES = frozenset({"AWS::AppSync::Resolver", "AWS::AppSync::FunctionConfiguration", "aws_appsync_resolver",
                    "aws_appsync_function"})  # fmt: skip
_SOURCES = frozenset({"AWS::AppSync::DataSource", "aws_appsync_datasource"})
_SOURCE = ("DataSourceName", "data_source", "data_source_name")
_ENDPOINT = (("HttpConfig", "Endpoint"), ("http_config", "endpoint"))
_FILES = ("CodeS3Location",)
_TEXTS = ("Code", "code", "RequestMappingTemplate", "request_template", "request_mapping_template")
_PATH = re.compile(r"""["']?resourcePath["']?\s*:\s*(["'`])(?P<path>.*?)\1""")
_METHOD = re.compile(r"""["']?method["']?\s*:\s*(["'`])(?P<method>\w+)\1""")
_FILLED = re.compile(r"\$\{[^{}]*\}|\$!?[\w.()]+")


def resolve(context: Context) -> None:
    """Add the requests to those of code."""
    stacks = context.land.stacks
    if stacks is not None:
        context.effects.setdefault("http", []).extend((*_requests(context, stacks), *_stepped(stacks)))


def _stepped(stacks: Stacks) -> Iterator[Effect]:
    """Requests of steps to an address."""
    for resource in stacks.resources:
        for step in machines.steps(stacks, resource) if resource.type in machines.TYPES else ():
            if step.service == machines.HTTP:
                place = step.evidence.location
                yield _request(resource, step.target, Value.of(step.method), Site(place.path, place.line))


def _request(resource: Resource, url: Value, method: Value, site: Site) -> Effect:
    """A request whose address is the configuration's, not the code's."""
    told: dict[str, Thing] = {"url": url, "method": method, "registered": Value()}
    return Effect("http", site, tuple(told.items()), call=resource.label)


def _requests(context: Context, stacks: Stacks) -> Iterator[Effect]:
    sources = [one for one in stacks.resources if one.type in _SOURCES]
    for resource in stacks.resources if sources else ():
        source = _source(resource, sources) if resource.type in _TYPES else None
        endpoint = _endpoint(source) if source is not None else None
        for path, method, site in _asked(context, resource) if endpoint is not None else ():
            yield _request(resource, Value.of(endpoint or "", path), method, site)


def _source(resource: Resource, sources: list[Resource]) -> Resource | None:
    """The data source of a resolver, by its name within the stack or by reference."""
    named = next(
        (one for name in _SOURCE if name in resource.body and (one := as_text(resource.get(name))).parts), None
    )
    if named is None:
        return None
    found = [one for one in sources if str(named) in (one.uid, one.name, one.text("Name"), one.text("name"))]
    near = [one for one in found if one.stack == resource.stack] or found
    return near[0] if len(near) == 1 else None


def _endpoint(source: Resource) -> Value | None:
    told = (as_text(source.get(*path)) for path in _ENDPOINT if not isinstance(source.get(*path), Null))
    return next((one for one in told if one.parts), None)


def _asked(context: Context, resource: Resource) -> Iterator[tuple[Value, Value, Site]]:
    """Path and method of what a resolver asks, and where that is said."""
    for name in _FILES:
        path = inside(folder(resource.location.path), text(resource.get(name)) or "")
        file = context.program.files.get(path or "")
        function = file.functions.get("request") if file is not None else None
        if file is not None and function is not None:
            line = function.line
            made = context.evaluator.quiet(Apply(Ref("request"), (), line=line), Frame(file, "", line=line))
            asked = made.get("resourcePath") if isinstance(made, Pairs) else None
            verb = made.get("method") if isinstance(made, Pairs) else None
            if isinstance(asked, Value):
                yield asked, verb if isinstance(verb, Value) else Value.of("GET"), Site(file.path, line)
    for name in _TEXTS:
        written = str(as_text(resource.get(name))) if name in resource.body else ""
        for found in _PATH.finditer(written):
            said = _METHOD.search(written)
            place = resource.place(name)
            told = Value.of(said["method"] if said else "GET")
            yield _filled(found["path"]), told, Site(place.path, place.line)


def _filled(path: str) -> Value:
    """A path with holes for what a query fills in."""
    pieces: list[str | Value] = []
    at = 0
    for one in _FILLED.finditer(path):
        pieces += [path[at : one.start()], Value((Hole("parameter", one[0].strip("${}!")),))]
        at = one.end()
    return Value.of(*pieces, path[at:])
