"""What annotations make of methods: routes of controllers, and requests of declared clients.

``@GetMapping("/{id}")`` on a method means a route where its class is a controller, and a request where its class is a
client's interface (Feign, Retrofit, Refit, MicroProfile). The rows say which annotation is what, by their effects:

``mapping``
    on a method: ``path`` (a text or several), ``method`` or ``methods``, or both in one ``line`` (``GET /orders``); on
    a class: ``path``, in front of those.
``mapping-path``
    the same, where another annotation of the method tells the path (JAX-RS).
``mapping-version``
    on a method: the ``version`` of the interface that it is for (NestJS).
``controller``
    on a class: its methods serve; ``path`` and ``version`` as above. Not needed where a mapping on the class says so
    (JAX-RS).
``http-interface``
    on an interface, or a call that makes an ``interface`` a client: its methods are requests to ``url``, or to the
    service called ``name``, or to what a setting of ``key`` says (``keys``: how such settings are called); ``path`` as
    above.

An interface with mappings is served by the classes that implement it, and called by the clients that extend it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from boundary.facts import Apply, Expr, Function, Ref, Text
from boundary.model import Hole, Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.injection import last
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import NOTHING, ClassOf, Effect, FunctionOf, Instance, Pairs, Several, Thing
from boundary.resolve.fieldmarks import table

KINDS = ("mapping", "mapping-path", "mapping-version", "controller", "http-interface")

_NAMING = frozenset({"RequestParam", "QueryParam", "QueryValue", "Query", "RestQuery", "RequestHeader", "Header"})
"""Annotations whose text is the name under which a parameter is sent, instead of its own."""

_PLAIN = frozenset({
    "string", "int", "integer", "long", "short", "double", "float", "bool", "boolean", "uuid", "guid", "char",
    "decimal", "bigdecimal",
})  # fmt: skip
"""Types of parameters that are sent as they are, in lower case."""

_STEREOTYPES = frozenset({"Component", "Service", "Repository"})
"""Annotations of classes whose methods answer no requests by themselves."""

_MOST = 50
"""Classes that an interface is looked for in."""


def declared(evaluator: Evaluator, effects: Sequence[Effect]) -> Iterator[Effect]:
    """The ``route`` and ``http`` effects that follow from mappings."""
    classes: dict[ClassOf, list[Effect]] = defaultdict(list)
    methods: list[Effect] = []
    told: dict[tuple[str, str], tuple[tuple[str, Thing], ...]] = defaultdict(tuple)
    for effect in effects:
        file = evaluator.program.files[effect.site.path]
        made = effect.get("interface")
        if isinstance(made, ClassOf):
            classes[made].append(effect)
        elif effect.subject in file.classes and effect.get("method") is not None:
            yield replace(effect, kind="route")  # A class that is one endpoint.
        elif effect.subject in file.classes:
            classes[ClassOf(effect.site.path, effect.subject)].append(effect)
        elif effect.subject in file.functions and effect.kind == "mapping":
            methods.append(effect)
        elif effect.subject in file.functions:
            told[effect.site.path, effect.subject] += effect.values
    own = {(effect.site.path, _plain(effect.subject)) for effect in methods}
    for effect in methods:
        more = told[effect.site.path, effect.subject]
        yield from _of_method(evaluator, _in_line(replace(effect, values=(*effect.values, *more))), classes, own)


def _plain(method: str) -> str:
    """A method's dotted name without what tells it from others of the name."""
    return method.partition("#")[0]


def _in_line(effect: Effect) -> Effect:
    """``GET /orders`` in two."""
    line = effect.get("line")
    if not isinstance(line, Value) or not line.parts or not isinstance(line.parts[0], str):
        return effect
    method, _, path = line.parts[0].partition(" ")
    values = (("method", Value.of(method)), ("path", Value.of(path.strip(), *line.parts[1:])))
    return replace(effect, values=values)


def _of_method(
    evaluator: Evaluator, effect: Effect, classes: dict[ClassOf, list[Effect]], own: set[tuple[str, str]]
) -> Iterator[Effect]:
    cls = ClassOf(effect.site.path, effect.subject.rpartition(".")[0])
    name = _plain(effect.subject).rpartition(".")[2]
    for owner in _owners(evaluator, cls, classes):
        if owner != cls and (owner.path, f"{owner.name}.{name}") in own:
            continue  # The method is overridden with a mapping of its own.
        about = [e for c in members.ancestry(evaluator, owner) for e in classes.get(c, ())]
        if owner != cls and not _is_interface(evaluator, owner) and _is_client(classes.get(cls, ())):
            # What implements a client's interface itself stands in for the client, unless it is a controller.
            if not classes.get(owner):
                continue
            about = [e for e in about if e.kind != "http-interface"]
        if owner != cls and _only_works(evaluator, effect, owner, about):
            continue
        clients: list[Effect | None] = [e for e in about if e.kind == "http-interface"]
        if owner != cls:
            effect = replace(effect, site=replace(effect.site, path=owner.path, line=_line(evaluator, owner)))
        for client in clients or [None]:
            for prefix in _prefixes(about, client):
                for path in _texts(effect.get("path")):
                    base = effect.get("base")
                    rooted = client is None and _from_root(evaluator, effect, path)
                    joined = _named(_rooted(path) if rooted else _joined(prefix, path), owner, effect)
                    joined = _joined(base, joined) if isinstance(base, Value) else joined
                    if client is not None:
                        file = evaluator.program.files[cls.path]
                        sent = _sent(file.functions[effect.subject])
                        request = _request(effect, FunctionOf(cls.path, effect.subject), client, owner, joined, sent)
                        yield replace(request, body=_body(evaluator, file, effect.subject, client))
                    else:
                        values = (("path", joined), *_methods(effect), *_version(effect, about))
                        subject = effect.subject if owner == cls else ""
                        yield replace(effect, kind="route", values=values, subject=subject)


def _only_works(evaluator: Evaluator, effect: Effect, owner: ClassOf, about: list[Effect]) -> bool:
    """Whether Spring makes an object of a class that serves nothing: a hand-written client that has the interface of
    what it calls. Source: Spring Framework, "Annotated Controllers", "Declaration"."""
    if not effect.call.startswith("org.springframework.") or any(e.kind == "controller" for e in about):
        return False
    fact = evaluator.program.files[owner.path].classes.get(owner.name)
    return fact is not None and not _STEREOTYPES.isdisjoint(last(mark) for mark in fact.decorators)


def _from_root(evaluator: Evaluator, effect: Effect, path: Value) -> bool:
    """Whether a path of ASP.NET takes no heed of what stands on the class. See https://learn.microsoft.com/aspnet/core/
    mvc/controllers/routing , "Combining attribute routes"."""
    language = evaluator.program.files[effect.site.path].language
    return language.name == "csharp" and str(path).startswith(("/", "~/"))


def _rooted(path: Value) -> Value:
    first = path.parts[0]
    return Value.of(first.removeprefix("~"), *path.parts[1:]) if isinstance(first, str) else path


def _prefixes(about: list[Effect], client: Effect | None) -> list[Value]:
    """What stands in front of the paths of a class: that of the client, then that of the mapping on the class."""
    mapped = next((e.get("path") for e in about if e is not client and e.get("path") is not None), None)
    own = client.get("path") if client is not None else None
    if own is not None:
        return [_joined(first, second) for first in _texts(own) for second in _texts(mapped)]
    return _texts(mapped)


def _request(effect: Effect, method: FunctionOf, client: Effect, owner: ClassOf, url: Value, sent: Pairs) -> Effect:
    """The request that a method of a client's interface stands for; where it is made a client, is how it is reached."""
    values = (
        *_address(client, owner), ("url", url), ("params", sent), *_method(effect), ("client", method),
    )  # fmt: skip
    call = client.call if client.get("interface") is None else effect.call
    return replace(effect, kind="http", values=values, subject="", call=call)


def _sent(method: Function) -> Pairs:
    """Whatever a method of a client's interface takes, under each name that it may be sent by; an object may be sent as
    its fields, which are not known."""
    names: list[Thing] = []
    for parameter in method.parameters:
        if table()["body"] & {last(mark) for mark in parameter.decorators}:
            continue
        told = [
            text for mark in parameter.decorators if last(mark) in _NAMING for text in _marked(mark, ("value", "name"))
        ]
        others = [text for mark in parameter.decorators if last(mark) not in _NAMING for text in _marked(mark)]
        names += [Value.of(text) for text in (*(told or [parameter.name]), *others)]
        if not (isinstance(parameter.annotation, Ref) and parameter.annotation.name.lower() in _PLAIN):
            names.append(Value((Hole("parameter", parameter.name),)))
    return Pairs(tuple((name, Value()) for name in names))


def _body(evaluator: Evaluator, file: CodeFile, name: str, client: Effect) -> Thing:
    """What a method of a client's interface takes as the body, by its class: the parameter that is marked so, or the
    only one without a mark where the library says that it is. Unknown where more may be sent than the class tells."""
    method = file.functions[name]
    marks = [({last(mark) for mark in one.decorators}, one) for one in method.parameters if one.name != "self"]
    found = [one for told, one in marks if told & table()["body"]]
    if not found and client.get("plain") is not None:
        found = [one for told, one in marks if not told and one.annotation is not None]
    if len(found) != 1:
        return NOTHING
    thing = evaluator.annotated(found[0].annotation, Frame(file, method.scope, line=method.line))
    known = isinstance(thing, Instance) and not members.outside_bases(evaluator, thing.of)
    return thing if known else NOTHING


def _marked(mark: Expr, names: tuple[str, ...] = ()) -> list[str]:
    """The texts that an annotation is given, by name only under some names."""
    named = (value for name, value in mark.keywords if not names or name in names) if isinstance(mark, Apply) else ()
    given = (*mark.args, *named) if isinstance(mark, Apply) else ()
    return [text.text for text in given if isinstance(text, Text)]


def _owners(evaluator: Evaluator, cls: ClassOf, classes: dict[ClassOf, list[Effect]]) -> list[ClassOf]:
    """The classes that a mapping of a class is about: it, or those that implement an interface or call through it."""
    fact = evaluator.program.files[cls.path].classes.get(cls.name)
    if fact is None or fact.kind != "interface":
        return [cls]
    found: list[ClassOf] = []
    waiting = [cls]
    while waiting and len(found) < _MOST:
        one = waiting.pop(0)
        if one not in found:
            found.append(one)
            waiting += evaluator.derived().get(one, ())
    kept = [one for one in found if _acts(evaluator, one, classes)]
    return kept or ([cls] if classes.get(cls) else [])


def _acts(evaluator: Evaluator, cls: ClassOf, classes: dict[ClassOf, list[Effect]]) -> bool:
    return _is_client(classes.get(cls, ())) or not _is_interface(evaluator, cls)


def _is_client(about: Sequence[Effect]) -> bool:
    return any(effect.kind == "http-interface" for effect in about)


def _is_interface(evaluator: Evaluator, cls: ClassOf) -> bool:
    return evaluator.program.files[cls.path].classes[cls.name].kind == "interface"


def _line(evaluator: Evaluator, cls: ClassOf) -> int:
    return evaluator.program.files[cls.path].classes[cls.name].line


def _address(client: Effect, owner: ClassOf) -> Iterator[tuple[str, Thing]]:
    """The base address of a declared client: its URL, else the name of the service, else what a setting says."""
    url, name, keys = client.get("url"), client.get("name"), client.get("keys")
    if isinstance(url, Value) and url.parts:
        scheme = "" if (url.holes and url.parts[0] in url.holes) or "://" in str(url) else "http://"
        yield "base", Value.of(scheme, url)
    elif isinstance(name, Value) and name.parts:
        plain = "://" in str(name) or (len(name.holes) == len(name.parts) == 1 and _is_address(name.holes[0]))
        called = name if plain else Value.of("http://", name)
        told = isinstance(keys, Value) and not plain and name.text
        yield "base", _setting(str(keys), name.text, called) if told and name.text else called
        yield "registered", name
    elif isinstance(keys, Value):
        key = client.get("key")
        yield "base", _setting(str(keys), key.text if isinstance(key, Value) and key.text else owner.name, None)


def _setting(keys: str, name: str, default: Value | None) -> Value:
    """What the first of some settings says of a client that they call by its name."""
    for pattern in reversed(keys.split()):
        default = Value((Hole("config", pattern.replace("{}", name), default),))
    return default or Value()


def _is_address(hole: Hole) -> bool:
    """Whether a setting that stands for the name of a service holds a URL, by its own name."""
    return hole.name.lower().rpartition(".")[2].endswith(("url", "uri", "address", "endpoint"))


def _version(effect: Effect, about: Sequence[Effect]) -> Iterator[tuple[str, Thing]]:
    """The version that a method is for, by itself or by its class."""
    for one in (effect, *about):
        version = one.get("version")
        if version is not None:
            yield "version", version
            return


def _method(effect: Effect) -> Iterator[tuple[str, Thing]]:
    """The method of a request: the one that its mapping names."""
    named = effect.get("methods")
    only = named.items[0] if isinstance(named, Several) and len(named.items) == 1 else named
    yield from (("method", only),) if isinstance(only, Value) else _given(effect, "method")


def _methods(effect: Effect) -> Iterator[tuple[str, Thing]]:
    """The methods that a mapping answers to: any, where it names none, or one that nothing tells."""
    given = [one for name in ("method", "methods") for one in _given(effect, name) if _told(one[1])]
    yield from given or (("method", Value.of("*")),)


def _told(thing: Thing) -> bool:
    """Whether a thing is a text, or several of which each is one."""
    items = thing.items if isinstance(thing, Several) else (thing,)
    return all(isinstance(item, Value) and item.text for item in items)


def _given(effect: Effect, name: str) -> Iterator[tuple[str, Thing]]:
    thing = effect.get(name)
    if isinstance(thing, Value) and name == "methods":
        thing = Several((thing,))
    if thing is not None:
        yield name, thing


def _texts(thing: Thing | None) -> list[Value]:
    """A text, or each of several; nothing where none is given."""
    found = [item for item in (thing.items if isinstance(thing, Several) else (thing,)) if isinstance(item, Value)]
    return found or [Value()]


def _named(path: Value, cls: ClassOf, effect: Effect) -> Value:
    """A path in which ``[controller]`` is the name of the class, and ``[action]`` that of the method.

    Source: https://learn.microsoft.com/aspnet/core/mvc/controllers/routing , "Token replacement in route templates".
    """
    names = {
        "[controller]": cls.name.rpartition(".")[2].removesuffix("Controller"),
        "[action]": effect.subject.rpartition(".")[2].partition("#")[0].removesuffix("Async"),
    }
    parts = list(path.parts)
    for token, name in names.items():
        parts = [part.replace(token, name) if isinstance(part, str) else part for part in parts]
    return Value.of(*parts)


def _joined(prefix: Value, path: Value) -> Value:
    left, right = str(prefix).rstrip("/"), str(path)
    if not right:
        return prefix
    if not left:
        return path if right.startswith("/") else Value.of("/", path)
    ends = prefix.parts[-1]
    start = Value.of(*prefix.parts[:-1], ends.rstrip("/")) if isinstance(ends, str) else prefix
    return Value.of(start, "" if right.startswith("/") else "/", path)
