"""Paths that a program of Nest gives to all controllers of a module, and to those of the modules below it.

See https://docs.nestjs.com/recipes/router-module .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.model import Value
from boundary.resolve.code.things import ClassOf, Effect, Pairs, Several, Thing
from boundary.resolve.context import Context

_DEEPEST = 10


class ModulePaths:
    """What stands in front of the paths of each controller."""

    def __init__(self, context: Context) -> None:
        given: dict[ClassOf, str] = {}
        for effect in context.effects.get("module-paths", ()):
            given |= dict(_entries(effect.get("entries"), "", 0))
        self._of: dict[ClassOf, str] = {}
        for effect in context.effects.get("module", ()) if given else ():
            path = given.get(ClassOf(effect.site.path, effect.subject))
            controllers = effect.get("controllers")
            for one in controllers.items if path and isinstance(controllers, Several) else ():
                if isinstance(one, ClassOf):
                    self._of[one] = path or ""

    def before(self, effect: Effect) -> str:
        """The path in front of that of a controller's method, "" for none and for every other route."""
        return self._of.get(ClassOf(effect.site.path, effect.subject.rpartition(".")[0]), "")


def _entries(told: Thing | None, above: str, depth: int) -> Iterator[tuple[ClassOf, str]]:
    for one in told.items if isinstance(told, Several) and depth < _DEEPEST else ():
        if isinstance(one, ClassOf):  # a module among children that adds nothing
            yield one, above
        if not isinstance(one, Pairs):
            continue
        written, module = one.get("path"), one.get("module")
        last = (written.text or "").strip("/") if isinstance(written, Value) else ""
        path = f"{above}/{last}" if last else above
        if isinstance(module, ClassOf):
            yield module, path
        yield from _entries(one.get("children"), path, depth + 1)
