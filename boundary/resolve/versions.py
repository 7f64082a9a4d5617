"""Versions that a framework puts in front of the paths of controllers.

``route-version``
    is how a program does so: ``type`` says whether versions stand in paths at all, ``prefix`` what is written before
    the number, ``default`` the version of what names none.

Source: NestJS, "Versioning".
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from boundary.model import Operation, Value
from boundary.resolve import paths
from boundary.resolve.code.things import Effect, Known, Several, Thing
from boundary.resolve.context import Context


class Versions:
    """The versioning of each service's program."""

    def __init__(self, context: Context) -> None:
        self._told = {
            service: effect
            for effect in context.effects.get("route-version", ())
            for service in context.land.services_of(effect.site.path)
        }

    def of(self, service: str, effect: Effect, operation: Operation) -> Iterator[Operation]:
        """An operation at the paths of the versions that it is for; at its own where it has none."""
        told = self._told.get(service)
        named = effect.get("version")
        wanted = named if named is not None or told is None else told.get("default")
        if told is None or wanted is None or not _in_paths(told.get("type")):
            yield operation
            return
        prefix = told.get("prefix")
        before = "v" if not isinstance(prefix, Value) else "" if prefix.text == "false" else str(prefix)
        for one in wanted.items if isinstance(wanted, Several) else (wanted,):
            number = (one.text or "") if isinstance(one, Value) else ""
            path = paths.template(f"/{before}{number}{operation.path}").rstrip("/") if number else operation.path
            yield msgspec.structs.replace(operation, path=path)


def _in_paths(kind: Thing | None) -> bool:
    """Whether versions stand in paths, as they do where nothing else is said."""
    return not isinstance(kind, Known) or kind.name.endswith(".URI")
