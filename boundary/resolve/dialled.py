"""Connectors of clouds: what dials a database for a driver that is told of no host.

The program gives the driver the name of the database, and beside it a function that dials the instance
(https://pkg.go.dev/cloud.google.com/go/cloudsqlconn , https://pypi.org/project/cloud-sql-python-connector/ ,
https://www.npmjs.com/package/@google-cloud/cloud-sql-connector ). Both stand in one file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from boundary.resolve.code.things import Effect, Thing

KIND = "dial"


def joined(connecting: Sequence[Effect], dialling: Sequence[Effect]) -> Iterator[Effect]:
    """The connections of code; those to which a connector in their file belongs have the ``instance`` that it dials.
    A connector that no driver uses connects by itself."""
    instances: dict[str, dict[Thing, Effect]] = defaultdict(dict)
    for effect in dialling:
        instance = effect.get("instance")
        if instance is not None:
            instances[effect.site.path].setdefault(instance, effect)
    used = set()
    for effect in connecting:
        near = instances.get(effect.site.path, {})
        if len(near) == 1 and effect.get("host") is None and effect.get("instance") is None:
            used.add(effect.site.path)
            yield replace(effect, values=(*effect.values, ("instance", next(iter(near)))))
        else:
            yield effect
    for path, several in instances.items():
        if path not in used:
            yield from several.values()
