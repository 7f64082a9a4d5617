"""Operations that services offer: declared by contracts, and served by the routes of their code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from boundary.facts import Contract, ContractOperation
from boundary.model import Document, Location, Operation, Value
from boundary.resolve import answers, bases, claimed, copied, datarest, paths, placed, rails, viewsets
from boundary.resolve.code import members, texts
from boundary.resolve.code.things import ClassOf, Effect, FunctionOf, Made, Module, Pairs, Several, Site, Thing
from boundary.resolve.context import Context, at
from boundary.resolve.modulepaths import ModulePaths
from boundary.resolve.versions import Versions

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")

VIEWS = {
    "ListCreateAPIView": ("GET", "POST"),
    "ListAPIView": ("GET",),
    "CreateAPIView": ("POST",),
    "RetrieveAPIView": ("GET",),
    "UpdateAPIView": ("PUT", "PATCH"),
    "DestroyAPIView": ("DELETE",),
    "RetrieveUpdateAPIView": ("GET", "PUT", "PATCH"),
    "RetrieveDestroyAPIView": ("GET", "DELETE"),
    "RetrieveUpdateDestroyAPIView": ("GET", "PUT", "PATCH", "DELETE"),
    "ListView": ("GET",),
    "DetailView": ("GET",),
    "TemplateView": ("GET",),
}
"""What the generic views of Django and its REST framework answer to."""


def operations(context: Context, led: Iterable[tuple[str, Operation]] = ()) -> dict[str, list[Operation]]:
    """Service id → operations, declared ones first, each once; ``led`` are those that gateways of stacks lead to it."""
    found: dict[str, list[Operation]] = defaultdict(list)
    served = list(_served(context))
    more = list(told(context, led, frozenset(service for service, _ in served)))
    context.found.copies |= copied.copies(context, served)
    context.found.claimed |= claimed.claimed(context, [*served, *more])
    for service, operation in (*bases.placed(list(_declared(context)), served), *served):
        if operation not in found[service]:
            found[service].append(operation)
    offered = {service: sorted(ops, key=lambda o: (o.path, o.method, o.source)) for service, ops in found.items()}
    for service, operation in more:
        offered.setdefault(service, []).append(operation)
    return offered


def contracts(context: Context) -> dict[str, Location]:
    """Service id → where its contract stands."""
    found: dict[str, Location] = {}
    for file in context.files:
        for fact in file.facts:
            own = not file.mark and file.path not in context.found.copies
            if isinstance(fact, Contract) and fact.kind == "openapi" and own:
                for service in context.keepers_of(file.path):
                    found.setdefault(service, Location(file.path, fact.line))
    return found


def documents(context: Context) -> dict[str, list[Document]]:
    """Service id → the contracts among its files, its own and copies of others', by path; what belongs to several
    services is nobody's."""
    found: dict[str, list[Document]] = defaultdict(list)
    for file in context.files:
        owners = context.keepers_of(file.path) if not file.mark else ()
        for fact in file.facts if len(owners) == 1 else ():
            if isinstance(fact, Contract):
                place = Location(file.path, fact.line, fact.column)
                of = context.found.copies.get(file.path, "")
                found[owners[0]].append(
                    Document(fact.kind, fact.title, fact.version, place, fact.servers, fact.secured, of)
                )
    return found


def _declared(context: Context) -> Iterator[bases.Declared]:
    for file in context.files:
        base, kind = "", ""
        for fact in file.facts if not file.mark and file.path not in context.found.copies else ():
            if isinstance(fact, Contract):
                kind = fact.kind
                base = urlsplit(fact.servers[0]).path if fact.servers and "{" not in fact.servers[0] else ""
            if isinstance(fact, ContractOperation) and kind == "openapi":
                prefix = (base if fact.base is None else urlsplit(fact.base).path).rstrip("/")
                path = paths.template(prefix + fact.path)
                internal = fact.internal or paths.is_internal(path)
                place = Location(file.path, fact.line, fact.column)
                found = Operation(
                    fact.method, path, place, "contract", internal, fact.deprecated, fact.required,
                    sunset=fact.sunset, unbounded=fact.unbounded,
                )  # fmt: skip
                for service in context.keepers_of(file.path):
                    yield bases.Declared(service, found, file.path, paths.template(prefix) if prefix else "")


def _served(context: Context) -> Iterator[tuple[str, Operation]]:
    prefixes, versions, modules = _Prefixes(context), Versions(context), ModulePaths(context)
    routes = context.effects.get("route", ())
    globally = {
        service: (_text(effect.get("prefix")), _excepted(effect.get("except")))
        for effect in context.effects.get("route-prefix", ())
        for service in context.land.services_of(effect.site.path)
    }
    narrowed = {told.site for effect in routes if isinstance(told := effect.get("instead"), Made)}
    rooted = {effect.site for effect in routes if effect.get("rooted") is not None}
    for effect in routes:
        path, view = effect.get("path"), effect.get("view")
        mounts = isinstance(view, Made) and prefixes.knows(view)
        if not isinstance(path, Value) or mounts or effect.site in narrowed:
            continue
        if effect.site in rooted and effect.get("rooted") is None:
            continue
        base = effect.get("base")
        whole = texts.path_of((base, path)) if isinstance(base, Value) and path.parts else base or path
        method, text = _in_path(str(whole))
        if before := modules.before(effect):
            text = f"{before}/{text.lstrip('/')}"
        for prefix in prefixes.of(_group(effect)):
            for one in [method] if method else _methods(context, effect):
                between = "/" if prefix and text[:1] not in ("", "/") and prefix[-1:] != "/" else ""
                for service, operation in _operation(context, effect, one, prefix + between + text):
                    above, excepted = globally.get(service, ("", ())) if _is_mapped(effect) else ("", ())
                    above = "" if operation.path.strip("/") in excepted else above
                    yield from ((service, _below(each, above)) for each in versions.of(service, effect, operation))
    yield from _django(context)
    yield from placed.operations(context)
    rails_effects = [effect for kind in rails.KINDS for effect in context.effects.get(kind, ())]
    yield from ((service, _based(context, service, one)) for service, one in datarest.operations(context))
    for effect, verb, route in rails.routes(context.program, rails_effects):
        yield from _operation(context, effect, verb, route)


def _in_path(path: str) -> tuple[str, str]:
    """The method that a pattern begins with (``GET /orders/{id}``), "" for none, and the path.

    Source: Go, ``net/http.ServeMux``, "Patterns"; there ``{$}`` is the end and ``{rest...}`` whatever follows.
    """
    method, space, rest = path.partition(" ")
    plain = (rest.strip() if space and method.lower() in METHODS else path).replace("{$}", "").replace("...}", "}")
    return (method if space and method.lower() in METHODS else ""), plain


def _is_mapped(effect: Effect) -> bool:
    """Whether a route comes from a method of a controller, and from no router."""
    return _group(effect) is None and not isinstance(effect.receiver, Made)


def _below(operation: Operation, prefix: str) -> Operation:
    """An operation below the prefix that a program gives to all its controllers."""
    if not prefix:
        return operation
    return msgspec.structs.replace(operation, path=paths.template(f"/{prefix.strip('/')}{operation.path}"))


def _excepted(told: Thing | None) -> tuple[str, ...]:
    """The paths that are served without the prefix of all others, as texts or with a method."""
    items = told.items if isinstance(told, Several) else ()
    named = (one.get("path") if isinstance(one, Pairs) else one for one in items)
    return tuple(paths.template(text).strip("/") for one in named if (text := _text(one)))


def _group(effect: Effect) -> Site | None:
    """The router that a route belongs to."""
    router = effect.get("router") or effect.receiver
    return router.site if isinstance(router, Made) else None


def _operation(context: Context, effect: Effect, method: str, path: str) -> Iterator[tuple[str, Operation]]:
    if method.upper() == "WEBSOCKET":
        return
    clean = paths.template(path)
    entity = answers.entity(context, effect)
    takes, gives = context.bodies.of(effect, method.upper())
    found = Operation(
        method.upper(),
        clean,
        at(effect.site),
        "code",
        paths.is_internal(clean),
        entity=entity,
        takes=takes,
        gives=gives,
        below=effect.get("wide") is not None,
    )
    for service in context.land.services_of(effect.site.path):
        yield service, _based(context, service, found)


_EVERYTHING = re.compile(r"(?:/[\w.-]+)*/\{\w+\+\}")
"""Paths of gateways that stand for all below them."""


def told(
    context: Context, found: Iterable[tuple[str, Operation]], coded: Container[str] = ()
) -> Iterator[tuple[str, Operation]]:
    """Operations that stacks tell of, with whether their paths say that they are not for others. A gateway that passes
    on everything offers what the program behind it does: that of the services whose routes are ``coded`` is none."""
    for service, one in found:
        if service in coded and one.method == "*" and _EVERYTHING.fullmatch(one.path):
            continue
        own = {word for name in _called(context, service) for word in re.split(r"[-_.]", name.casefold())}
        yield service, msgspec.structs.replace(one, internal=paths.is_internal(one.path, own))


def _based(context: Context, service: str, found: Operation) -> Operation:
    """An operation below what the settings of a service put in front of all its paths."""
    if found.internal:
        own = {word for name in _called(context, service) for word in re.split(r"[-_.]", name.casefold())}
        found = msgspec.structs.replace(found, internal=paths.is_internal(found.path, own))
    base = context.base_paths[service]
    return msgspec.structs.replace(found, path=f"{base}{found.path}".rstrip("/") or "/") if base else found


def _called(context: Context, service: str) -> tuple[str, ...]:
    known = context.land.service(service)
    return known.name, *known.names


def _methods(context: Context, effect: Effect) -> list[str]:
    method, methods = effect.get("method"), effect.get("methods")
    if isinstance(method, Value) and method.text:
        return [method.text]
    if isinstance(methods, Several):
        return [item.text for item in methods.items if isinstance(item, Value) and item.text]
    view = effect.get("view")
    return _of_view(context, view) if view is not None else ["GET"]


def _of_view(context: Context, view: Thing) -> list[str]:
    """The methods that a class-based view answers to; ``*`` when nothing tells."""
    if not isinstance(view, ClassOf):
        return ["*"]
    own = [m.upper() for m in METHODS if members.find_method(context.evaluator, view, m)]
    generic = [base.rpartition(".")[2] for base in members.outside_bases(context.evaluator, view)]
    inherited = [method for base in generic for method in VIEWS.get(base, ())]
    return sorted({*own, *inherited}) or ["*"]


class _Prefixes:
    """Where routers are mounted: the prefixes under which the routes of a router are served."""

    def __init__(self, context: Context) -> None:
        self._parents: dict[Site | None, list[tuple[Site | None, str, bool]]] = defaultdict(list)
        self._own: dict[Site | None, str] = {}
        for effect in context.effects.get("route", ()):
            self._know(effect.get("router") or effect.receiver)
        for effect in context.effects.get("include", ()):
            child, parent = effect.get("child"), effect.receiver
            self._know(child)
            site = parent.site if isinstance(parent, Made) else None
            if isinstance(child, Made) and site == child.site:  # a router that is told its prefix later
                self._own[site] = _text(effect.get("prefix"))
            elif isinstance(child, Made):
                replaces = effect.call == "router.register_blueprint" and effect.get("prefix") is not None
                self._parents[child.site].append((site, _text(effect.get("prefix")), replaces))

    def _know(self, router: Thing | None) -> None:
        """Remember a router's prefix, and the router that it is a group of."""
        for _ in range(9):
            if not isinstance(router, Made) or router.site in self._own:
                return
            parent = router.field("parent")
            self._own[router.site] = _text(router.field("prefix"))
            if isinstance(parent, Made):
                self._parents[router.site].append((parent.site, "", False))
            router = parent

    def knows(self, router: Made) -> bool:
        """Whether something is a router with routes of its own."""
        return router.site is not None and router.site in self._own

    def of(self, router: Site | None, depth: int = 0) -> list[str]:
        """All prefixes of a router; a router that is mounted nowhere is taken to be served at its own prefix."""
        own = self._own.get(router, "")
        parents = self._parents.get(router, [])
        if not parents or depth > 8:
            return [own]
        return [
            above + prefix + ("" if replaces else own)
            for parent, prefix, replaces in parents
            for above in self.of(parent, depth + 1)
        ]


def _django(context: Context) -> Iterator[tuple[str, Operation]]:
    """Routes of ``urlpatterns``; a module that another one includes gets its prefix."""
    routes = [*context.effects.get("django-route", ()), *context.effects.get("django-resource", ())]
    mounted: dict[object, list[tuple[str, str]]] = defaultdict(list)
    for effect in routes:
        child = _included(context, effect)
        if child is not None:
            mounted[child].append((effect.site.path, _route(effect)))

    def prefixes(group: object, depth: int = 0) -> list[str]:
        if group not in mounted or depth > 8:
            return ["/"]
        return [above + prefix for parent, prefix in mounted[group] for above in prefixes(parent, depth + 1)]

    for effect in routes:
        if _included(context, effect) is not None:
            continue
        resource = effect.kind == "django-resource" and isinstance(effect.receiver, Made)
        group = effect.receiver.site if resource and isinstance(effect.receiver, Made) else effect.site.path
        for prefix in prefixes(group):
            for method, path in _django_operations(context, effect):
                yield from _operation(context, effect, method, prefix + path)


def _django_operations(context: Context, effect: Effect) -> Iterator[tuple[str, str]]:
    path = _route(effect)
    if effect.kind == "django-resource":
        yield from viewsets.operations(context, effect.get("view"), path)
        return
    view = effect.get("view")
    methods = _decorated(context, view) if isinstance(view, FunctionOf) else _of_view(context, view or Value())
    yield from ((method, path) for method in methods)


def _decorated(context: Context, view: FunctionOf) -> list[str]:
    """The methods of ``@api_view([...])`` on a function of the same file."""
    fact = context.program.files[view.path].functions[view.name]
    for effect in context.effects.get("api-view", ()):
        if effect.site.path == view.path and fact.line - 6 <= effect.site.line <= fact.line:
            methods = effect.get("methods")
            if isinstance(methods, Several):
                return [item.text for item in methods.items if isinstance(item, Value) and item.text]
    return ["*"]


def _included(context: Context, effect: Effect) -> object | None:
    view = effect.get("view")
    if not isinstance(view, Made) or view.type != "django-include":
        return None
    router, module = view.field("router"), view.field("module")
    if isinstance(router, Made):
        return router.site
    if isinstance(module, Made) and module.type == "django-include":
        inner = module.field("router")
        return inner.site if isinstance(inner, Made) else None
    if isinstance(module, Module):
        return module.path
    if isinstance(module, Value) and module.text:
        return context.program.locate(effect.site.path, module.text) or module.text
    return ""


def _route(effect: Effect) -> str:
    return _text(effect.get("path")).lstrip("^").rstrip("$")


def _text(thing: Thing | None) -> str:
    return str(thing) if isinstance(thing, Value) else ""
