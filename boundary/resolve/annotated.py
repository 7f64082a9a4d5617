"""Classes that annotations map to tables and collections: JPA, Spring Data, MyBatis-Plus and their like.

Rows with the effect ``mapped`` say that a class is an entity (``name``: what it is called in queries, ``table``: where
it is kept), those with ``mapped-table`` name a table of it, or one beside it (``@JoinTable``). ``engine`` is set for
stores without SQL. Sources: Jakarta Persistence, "Entity" and "Table"; Spring Boot, "Configure Hibernate Naming
Strategy" (``OrderLine`` and ``orderLine`` are ``order_line``); Spring Data MongoDB, "Mapping Annotation Overview".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from boundary.model import Evidence
from boundary.resolve.code import members
from boundary.resolve.code.things import ClassOf, Effect, Instance, Several, Thing, value_of
from boundary.resolve.context import Context, at, chain
from boundary.resolve.models import Mapped

GENERATED = "spring.jpa.hibernate.ddl-auto"
"""The setting by which a service creates the tables of its entities when it starts."""


def annotated(context: Context) -> Iterator[Mapped]:
    """All tables of annotated classes, by path and line."""
    classes: dict[ClassOf, list[Effect]] = defaultdict(list)
    for effect in (*context.effects.get("mapped", ()), *context.effects.get("mapped-table", ())):
        if effect.subject in context.program.files[effect.site.path].classes:
            classes[ClassOf(effect.site.path, effect.subject)].append(effect)
        elif effect.kind == "mapped-table" and _text(effect.get("table")):
            yield _mapped(effect, _spelled(context, effect, _text(effect.get("table"))), effect.subject)
    tables: dict[ClassOf, Mapped] = {}
    for cls, about in classes.items():
        for found in _of_class(context, cls, about, classes):
            tables.setdefault(cls, found)
            yield found
    yield from _of_objects(context, tables)


def _of_objects(context: Context, tables: dict[ClassOf, Mapped]) -> Iterator[Mapped]:
    """What calls do to the tables of classes that they are given, or made on: ``Berths.insert { … }``."""
    for effect in context.effects.get("object-table", ()):
        given = effect.get("of")
        for thing in given.items if isinstance(given, Several) else (given,):
            cls = thing.of if isinstance(thing, Instance) else thing
            found = tables.get(cls) if isinstance(cls, ClassOf) else None
            if found is not None:
                mode = _text(effect.get("mode"))
                evidence = chain(effect, f"{effect.call.rpartition('.')[2]} {mode} table {found.table}")
                yield replace(found, site=effect.place, mode=mode, evidence=evidence, generated="")  # type: ignore[arg-type]


def _of_class(
    context: Context, cls: ClassOf, about: list[Effect], classes: dict[ClassOf, list[Effect]]
) -> Iterator[Mapped]:
    entity = next((e for e in about if e.kind == "mapped" or e.get("entity") is not None), None)
    named = [e for e in about if _text(e.get("table"))]
    for effect in named if entity else ():
        yield _mapped(effect, _spelled(context, effect, _text(effect.get("table"))), cls.name)
    if entity is None or any(e.call.rpartition(".")[2] != "SecondaryTable" for e in named):
        return
    above = members.ancestry(context.evaluator, cls)[1:]
    if not any(e.kind == "mapped" for one in above for e in classes.get(one, ())):
        name = _text(entity.get("name")) or cls.name.rpartition(".")[2]
        camel = entity.get("naming") is not None
        yield _mapped(entity, name[:1].lower() + name[1:] if camel else _spelled(context, entity, name), cls.name)


def _mapped(effect: Effect, table: str, name: str) -> Mapped:
    schema = _text(effect.get("schema"))
    if not schema and table.count(".") == 1:
        schema, _, table = table.partition(".")
    engine = _text(effect.get("engine"))
    what = f"{name} is mapped to {'collection' if engine else 'table'} {table}"
    generated = "" if engine else GENERATED
    return Mapped(effect.site, table, "reads", (Evidence(at(effect.site), what),), schema, "", engine, generated)


def _spelled(context: Context, effect: Effect, name: str) -> str:
    """A table's name as it is in the database: Spring Boot's strategy makes it snake case, where it is used."""
    name = name.replace('"', "").replace("`", "")
    if effect.get("engine") is not None or not _is_spring(context, effect.site.path):
        return name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _is_spring(context: Context, path: str) -> bool:
    """Whether a service of a file is written with Spring."""
    services = set(context.land.services_of(path))
    return any(
        found.module.startswith("org.springframework")
        for other, file in context.program.files.items()
        if file.language.implicit and services & set(context.land.services_of(other))
        for found in (*file.imports.values(), *file.stars)
    )


def _text(thing: Thing | None) -> str:
    return value_of(thing).text or "" if thing is not None else ""
