"""What the view sets of Django's REST framework answer to, behind a router.

Source: https://www.django-rest-framework.org/api-guide/viewsets/ and .../routers/ .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Value
from boundary.resolve.code import members
from boundary.resolve.code.things import ClassOf, Effect, Several, Thing
from boundary.resolve.context import Context

HANDLERS = {
    "list": ("GET", False), "create": ("POST", False), "retrieve": ("GET", True), "update": ("PUT", True),
    "partial_update": ("PATCH", True), "destroy": ("DELETE", True),
}  # fmt: skip
"""Method of a view set: what it answers to, and whether that is one thing of the collection."""

MIXINS = {
    "ModelViewSet": tuple(HANDLERS), "ReadOnlyModelViewSet": ("list", "retrieve"), "ListModelMixin": ("list",),
    "CreateModelMixin": ("create",), "RetrieveModelMixin": ("retrieve",), "DestroyModelMixin": ("destroy",),
    "UpdateModelMixin": ("update", "partial_update"),
}  # fmt: skip
"""The methods that the framework's own classes bring."""


def operations(context: Context, view: Thing | None, path: str) -> Iterator[tuple[str, str]]:
    """Methods and paths of a view set that is registered at a path; all of them when its class tells nothing."""
    known = list(_handlers(context, view)) if isinstance(view, ClassOf) else []
    for method, single in known or HANDLERS.values():
        yield method, f"{path}/{{pk}}/" if single else f"{path}/"
    if isinstance(view, ClassOf):
        for effect, name in _actions(context, view):
            told = effect.get("path")
            whose = f"{path}/{{pk}}" if _text(effect.get("detail")) == "True" else path
            for method in _listed(effect.get("methods")):
                yield method.upper(), f"{whose}/{told if isinstance(told, Value) else name}/"


def _handlers(context: Context, view: ClassOf) -> Iterator[tuple[str, bool]]:
    bases = [base.rpartition(".")[2] for base in members.outside_bases(context.evaluator, view)]
    brought = {name for base in bases for name in MIXINS.get(base, ())}
    for name, answer in HANDLERS.items():
        if name in brought or members.find_method(context.evaluator, view, name):
            yield answer


def _actions(context: Context, view: ClassOf) -> Iterator[tuple[Effect, str]]:
    """Every ``@action`` of a view set with the name of the method below it."""
    effects = context.effects.get("api-action", ())
    for cls in members.ancestry(context.evaluator, view):
        functions = context.program.files[cls.path].functions.values()
        lines = sorted((fact.line, fact.name) for fact in functions if fact.scope == cls.name)
        if not lines:
            continue
        first = context.program.files[cls.path].classes[cls.name].line
        for effect in effects:
            if effect.site.path == cls.path and first < effect.site.line <= lines[-1][0]:
                yield effect, next(name for line, name in lines if line >= effect.site.line)


def _listed(methods: Thing | None) -> list[str]:
    items = methods.items if isinstance(methods, Several) else ()
    return [item.text for item in items if isinstance(item, Value) and item.text] or ["GET"]


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
