"""How a service's interface is known: its language is read, a contract lies beside it, or its framework makes one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files as resources

from boundary.resolve.context import Context
from boundary.resolve.landscape import Service, Unit

READ = frozenset({
    "cpp", "csharp", "go", "java", "javascript", "kotlin", "php", "python", "ruby", "rust", "typescript",
})  # fmt: skip
"""Languages whose routes and calls are read: of the others it is not known what they offer."""


def traits(context: Context, service: Service, declared: bool) -> Iterator[str]:
    """``contract``, ``exported-contract`` (made from the code), ``unread``, and ``entry``: the outside may reach it."""
    if declared:
        yield "contract"
    if _exports(context, service):
        yield "exported-contract"
    if service.language not in READ:
        yield "unread"
    if not service.units or any(unit.platform != "compose" or _is_published(unit) for unit in service.units):
        yield "entry"


def _exports(context: Context, service: Service) -> bool:
    if context.roles.has(service.id, _libraries()):
        return True
    return any(
        effect.call == "fastapi.FastAPI"
        and effect.get("document") is None
        and service.id in context.land.services_of(effect.site.path)
        for effect in context.effects.get("server", ())
    )


@cache
def _libraries() -> frozenset[str]:
    """The table ``known/exports.toml``."""
    text = (resources("boundary") / "resolve" / "known" / "exports.toml").read_text("utf-8")
    return frozenset(word for words in tomllib.loads(text).values() for word in words.split())


def _is_published(unit: Unit) -> bool:
    return any(port.published is not None for port in unit.ports)
