"""Routes of gateways that stand among a program's settings: Zuul, Spring Cloud Gateway, YARP.

The rows ``[routes.…]`` of ``known/roles.toml`` say how they are written. A gateway that finds its targets in the
registry passes requests on to every service that registers there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.facts import Route, Setting
from boundary.model import Edge, EdgeKind, Evidence, NodeKind, Operation, Value
from boundary.resolve import paths, proxies
from boundary.resolve.context import Context
from boundary.resolve.files import fold
from boundary.resolve.landscape import Service
from boundary.resolve.located import values
from boundary.resolve.roles import RoutesRow, ServerRow, table

_PATH = re.compile(r"\s*Path=\s*([^,\s]+)")
_STRIPPED = re.compile(r"\s*StripPrefix=\s*(\d)\s*")

_WITHIN = re.compile(r"[\w+-]+:(?!//|\d+$)")

_ASKS: frozenset[EdgeKind] = frozenset(["http", "grpc", "graphql", "reads", "writes", "publishes"])
"""What a program does for an answer of its own."""

_Parts = dict[str, tuple[str, Setting]]
"""What stands below an entry of the routes, by its folded key, with its file."""


def resolve(context: Context, offered: dict[str, list[Operation]]) -> None:
    """Add an edge for each route, and for each registered service behind a gateway that serves all of them."""
    for row in table().routes.values():
        for service in context.land.services:
            entries = _entries(context, service, row)
            for name, parts in entries.items():
                _route(context, service, row, name, parts, offered)
            behind = _behind(context, row, offered)
            if service.id not in behind and _serves_all(context, service, row, bool(entries)):
                _all(context, service, row, behind)


def kind(context: Context, service: Service, row: ServerRow, operations: list[Operation]) -> NodeKind:
    """What a service is in the graph: a gateway that answers requests itself, for which it asks others or a store, is
    a service that also passes on the rest."""
    answers = any(
        one.source == "code" and not one.internal and not paths.asks_for_health(one.path) for one in operations
    )
    if row.kind != "gateway" or not answers:
        return row.kind
    asks = {edge.kind for edge in context.found.edges if edge.source == service.id and edge.grade == "coded"}
    return "service" if asks & _ASKS else row.kind


def _behind(context: Context, row: RoutesRow, offered: dict[str, list[Operation]]) -> set[str]:
    """Services that could be gateways, too, and serve something of their own: they stand behind one that does not."""
    playing = [one.id for one in context.land.services if row.role and context.roles.plays(one.id, row.role)]
    serving = {one for one in playing if offered.get(one)}
    return serving if len(serving) < len(playing) else set()


def _entries(context: Context, service: Service, row: RoutesRow) -> dict[str, _Parts]:
    """The routes of a service as its first deployment has them, by the key of the entry."""
    profiles = context.filler.profiles(service.id, next(iter(service.units), None))
    found: dict[str, _Parts] = defaultdict(dict)
    for key in context.filler.settings.keys(service.id):
        for rest in _below_root(row, key):
            setting = context.filler.settings.get(service.id, key, profiles)
            if setting:
                found[rest[0]][fold(".".join(rest[1:]))] = setting
    for path, told in _deployed(service):
        for rest in _below_root(row, told.key):
            known = next((name for name in found if fold(name) == fold(rest[0])), rest[0])
            found[known][fold(".".join(rest[1:]))] = path, told
    return found


def _below_root(row: RoutesRow, key: str) -> Iterator[list[str]]:
    """What of a key stands below the routes: the entry and the words within it."""
    words = key.split(".")
    for at in row.at.split():
        depth = at.count(".") + 1
        if words[depth:] and fold("".join(words[:depth])) == fold(at):
            yield words[depth:]


def _deployed(service: Service) -> Iterator[tuple[str, Setting]]:
    """What the first deployment sets by variables and options whose names are the keys of settings. Source: .NET,
    "Configuration", naming of environment variables (``A__B`` is ``A:B``)."""
    for unit in service.units[:1]:
        for one in (*unit.variables, *unit.options):
            key = re.sub("__|:", ".", one.name)
            if "." in key and one.evidence:
                place = one.evidence[0].location
                yield place.path, Setting("variable", key, one.value, line=place.line, column=place.column)


def _route(
    context: Context, service: Service, row: RoutesRow, name: str, parts: _Parts, offered: dict[str, list[Operation]]
) -> None:
    told = [parts[fold(key)] for key in row.target.split() if fold(key) in parts]
    targets = told or [found for key, found in parts.items() if any(_below(key, one) for one in row.targets.split())]
    for path, setting in targets or ([next(iter(parts.values()))] if row.named else []):
        begins, rewrite = _path(row, parts)
        target = _with_port(row, parts, setting) if targets else Value.of(name)
        if _WITHIN.match(str(target)):
            continue  # ``forward:/here`` stays within the gateway.
        route = Route(row.at.split(".")[0], target, begins, rewrite=rewrite, line=setting.line, column=setting.column)
        proxies.pass_on(context, service, path, route, target, offered)


def _with_port(row: RoutesRow, parts: _Parts, setting: Setting) -> Value:
    """A target with the port that stands beside it."""
    key = next((key for key, (_, one) in parts.items() if one is setting), "")
    port = parts.get(key.removesuffix("host") + fold(row.port)) if row.port and key.endswith("host") else None
    return Value.of(setting.value, ":", port[1].value) if port else setting.value


def _below(key: str, pattern: str) -> bool:
    """Whether a folded key fits a pattern in which ``*`` is anything."""
    first, _, last = pattern.partition("*")
    return key.startswith(fold(first)) and key.endswith(fold(last.rpartition("*")[2]))


def _path(row: RoutesRow, parts: _Parts) -> tuple[str, str | None]:
    """What the requests of a route begin with, and what stands there when they arrive."""
    texts = {key: setting.value.text or "" for key, (_, setting) in parts.items()}
    if row.begins:
        begins, rewrite = (texts.get(fold(key), "").partition("{")[0] for key in (row.begins, row.rewritten))
        return begins, None if begins == rewrite else rewrite
    begins = texts.get("path") or (texts.get("", "") if row.named else "")
    begins = begins or next((match[1] for text in texts.values() if (match := _PATH.match(text))), "")
    stripped = next((int(match[1]) for text in texts.values() if (match := _STRIPPED.fullmatch(text))), 0)
    if any(text.strip().startswith("RewritePath") for text in texts.values()):
        return begins, ""
    if row.named:
        return begins, None if texts.get("stripprefix") == "false" else ""
    segments = begins.strip("/").split("/")
    return begins, "/" + "/".join(segments[stripped:]) if stripped else None


def _serves_all(context: Context, service: Service, row: RoutesRow, routed: bool) -> bool:
    if row.everything and any(str(one.value) == "true" for one in values(context, service, row.everything)):
        return True
    if not row.role or routed or not context.roles.plays(service.id, row.role):
        return False
    return not any(str(one.value).strip("'\"") == "*" for one in values(context, service, row.nothing))


def _all(context: Context, gateway: Service, row: RoutesRow, behind: set[str]) -> None:
    """Edges to every service that registers, but those that only keep the system running; candidates where the settings
    of the gateway come from outside and may say otherwise."""
    configured = any(edge.source == gateway.id and edge.kind == "configures" for edge in context.found.edges)
    certain = not (configured and context.handed.hidden)
    registered: dict[str, Sequence[Evidence]] = {}
    for edge in context.found.edges:
        if edge.kind == "registers" and edge.source != gateway.id:
            registered.setdefault(edge.source, edge.evidence)
    proof = next(iter(_reasons(context, gateway, row)), None)
    for target, evidence in sorted(registered.items()):
        if context.roles.of(target) is None or target in behind:
            what = Evidence(gateway.location, f"{gateway.name} passes requests on to every registered service")
            chain = (*((proof,) if proof else ()), what, *evidence)
            context.found.edges.append(Edge(gateway.id, target, "routes", chain, "configured", certain))


def _reasons(context: Context, gateway: Service, row: RoutesRow) -> Iterator[Evidence]:
    place = context.roles.place(gateway.id, row.role)
    if place:
        yield Evidence(place[1], f"{gateway.name} has {place[0]}")
    for one in values(context, gateway, row.everything) if row.everything else ():
        yield from one.evidence
