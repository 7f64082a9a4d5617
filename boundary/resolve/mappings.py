"""What annotations make of methods: routes of controllers, and requests of declared clients.

``@GetMapping("/{id}")`` on a method means a route where its class is a controller, and a request where its class is a
client's interface (Feign, Retrofit, Refit, MicroProfile). The rows say which annotation is what, by their effects:

``mapping``
    on a method: ``path`` (a text or several), ``method`` or ``methods``; on a class: ``path``, in front of those.
``controller``
    on a class: its methods serve; ``path`` as above. Not needed where a mapping on the class says so (JAX-RS).
``http-interface``
    on an interface: its methods are requests to ``url``, or to the service called ``name``; ``path`` as above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.evaluator import Evaluator
from boundary.resolve.code.things import ClassOf, Effect, Several, Thing

KINDS = ("mapping", "controller", "http-interface")


def declared(evaluator: Evaluator, effects: Sequence[Effect]) -> Iterator[Effect]:
    """The ``route`` and ``http`` effects that follow from mappings."""
    classes: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    methods: list[Effect] = []
    for effect in effects:
        file = evaluator.program.files[effect.site.path]
        if effect.subject in file.functions:
            methods.append(effect)
        elif effect.subject in file.classes:
            classes[effect.site.path, effect.subject].append(effect)
    for effect in methods:
        if effect.kind == "mapping":
            yield from _of_method(evaluator, effect, classes)


def _of_method(evaluator: Evaluator, effect: Effect, classes: dict[tuple[str, str], list[Effect]]) -> Iterator[Effect]:
    cls = ClassOf(effect.site.path, effect.subject.rpartition(".")[0])
    for owner in _serving(evaluator, cls):
        about = [e for c in members.ancestry(evaluator, owner) for e in classes.get((c.path, c.name), ())]
        client = next((e for e in about if e.kind == "http-interface"), None)
        if client is None and owner != cls:
            effect = replace(effect, site=replace(effect.site, path=owner.path, line=_line(evaluator, owner)))
        for prefix in _texts(next((e.get("path") for e in about if e.get("path") is not None), None)):
            for path in _texts(effect.get("path")):
                joined = _joined(prefix, path)
                if client is not None:
                    values = (*_address(client), ("url", joined), *_given(effect, "method"))
                    yield replace(effect, kind="http", values=values, subject="")
                else:
                    values = (("path", joined), *_given(effect, "method"), *_given(effect, "methods"))
                    yield replace(effect, kind="route", values=values, subject="")


def _serving(evaluator: Evaluator, cls: ClassOf) -> list[ClassOf]:
    """The classes that a mapping of a class is served by: those that implement an interface, else itself."""
    file = evaluator.program.files[cls.path]
    fact = file.classes.get(cls.name)
    if fact is None or fact.kind != "interface":
        return [cls]
    made = [
        c for c in evaluator.derived().get(cls, ()) if evaluator.program.files[c.path].classes[c.name].kind == "class"
    ]
    return made or [cls]


def _line(evaluator: Evaluator, cls: ClassOf) -> int:
    return evaluator.program.files[cls.path].classes[cls.name].line


def _address(client: Effect) -> Iterator[tuple[str, Thing]]:
    """The base address of a declared client: its URL, else the name of the service."""
    url, name = client.get("url"), client.get("name")
    if isinstance(url, Value) and url.parts:
        scheme = "" if (url.holes and url.parts[0] in url.holes) or "://" in str(url) else "http://"
        yield "base", Value.of(scheme, url)
    elif isinstance(name, Value) and name.parts:
        yield "base", name if "://" in str(name) else Value.of("http://", name)


def _given(effect: Effect, name: str) -> Iterator[tuple[str, Thing]]:
    thing = effect.get(name)
    if thing is not None:
        yield name, thing


def _texts(thing: Thing | None) -> list[Value]:
    """A text, or each of several; nothing where none is given."""
    found = [item for item in (thing.items if isinstance(thing, Several) else (thing,)) if isinstance(item, Value)]
    return found or [Value()]


def _joined(prefix: Value, path: Value) -> Value:
    left, right = str(prefix).rstrip("/"), str(path)
    if not right:
        return prefix
    if not left:
        return path if right.startswith("/") else Value.of("/", path)
    ends = prefix.parts[-1]
    start = Value.of(*prefix.parts[:-1], ends.rstrip("/")) if isinstance(ends, str) else prefix
    return Value.of(start, "" if right.startswith("/") else "/", path)
