"""Models whose tables frameworks name by a style of their own: TypeORM, MikroORM, Sequelize, Mongoose, Prisma.

``model``
    a class (the effect's ``subject``) or the model called ``name`` is kept in ``table``, or in the one that ``style``
    makes of its name.
``model-use``
    the model called ``name`` is read or written (``mode``).

Sources: TypeORM, "Naming strategy" (snake case); MikroORM, "Naming Strategy"; Sequelize, "Table name inference" (the
plural); Mongoose, "Models" (the plural in lower case); Prisma, "Models" (the name itself).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from boundary.model import Evidence, Value
from boundary.resolve.code.things import Effect, Thing
from boundary.resolve.context import Context, chain
from boundary.resolve.files import fold
from boundary.resolve.spelling import plural, snake


class Named(NamedTuple):
    """A model's table as one effect tells it: what the service does to it, and why that is known."""

    effect: Effect
    table: str
    schema: str
    mode: str
    evidence: tuple[Evidence, ...]
    engine: str = ""


def named(context: Context, tables: dict[str, str]) -> Iterator[Named]:
    """All models, then their uses. ``tables`` takes in the folded names of the models with their tables."""
    for effect in context.effects.get("model", ()):
        name = _text(effect.get("name")) or effect.subject.rpartition(".")[2]
        table = _text(effect.get("table")) or _styled(name or _text(effect.get("table")), _text(effect.get("style")))
        if table:
            what = f"model {name or table} is kept in table {table}"
            tables[_key(context, effect, name)] = table
            engine = "mongodb" if _text(effect.get("style")) == "mongoose" else ""
            yield Named(effect, table, _text(effect.get("schema")), "reads", chain(effect, what), engine)
    for effect in context.effects.get("model-use", ()):
        name, mode = _text(effect.get("name")), _text(effect.get("mode"))
        found = tables.get(_key(context, effect, name))
        if found and mode:
            yield Named(effect, found, "", mode, chain(effect, f"{effect.call} {mode} table {found}"))


def _key(context: Context, effect: Effect, name: str) -> str:
    """A model's name within the services that its code belongs to."""
    return "\n".join((*context.land.services_of(effect.site.path), fold(name)))


def _styled(name: str, style: str) -> str:
    if not name or name == "default":
        return ""
    match style:
        case "snake":
            return snake(name)
        case "plural":
            return plural(name)
        case "mongoose":
            return plural(name.lower())
    return name


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
