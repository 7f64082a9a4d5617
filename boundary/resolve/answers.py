"""What routes answer with: whether a handler hands out a class that is kept in a store as it is.

Only where the type stands there: in the handler's result, or in ``response_model`` of FastAPI, which counts more.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.facts import Apply, Expr, Function
from boundary.model import Evidence
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import Effect, Instance, Site
from boundary.resolve.context import Context, at
from boundary.resolve.nature import is_stored


def entity(context: Context, effect: Effect) -> Evidence | None:
    """The class of a store that the handler of a route gives back, alone or in a list; None for none."""
    file = context.program.files.get(effect.site.path)
    handler = file.functions.get(effect.subject) if file else None
    if file is None or handler is None:
        return None
    frame = Frame(file, effect.subject.rpartition(".")[0], line=handler.line)
    thing = context.evaluator.annotated(next(_models(handler), handler.returns), frame)
    if not isinstance(thing, Instance):
        return None
    home = context.program.files[thing.of.path]
    made = home.classes.get(thing.of.name)
    if made is None or not (is_stored(made) or (thing.of.name, "__tablename__") in home.names):
        return None
    return Evidence(at(Site(thing.of.path, made.line)), f"class {made.name} is kept in a store")


def _models(handler: Function) -> Iterator[Expr]:
    for mark in handler.decorators:
        if isinstance(mark, Apply):
            yield from (value for name, value in mark.keywords if name == "response_model")
