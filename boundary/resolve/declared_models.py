"""Classes of Python that derive from the model of a mapper, which says itself where it is kept.

Sources: peewee, "Model options and table metadata" (the name in lower case); Tortoise ORM, "Models", Meta; MongoEngine,
"Document collections" (the name in snake case; a derived document is kept with its parent); Beanie, "Defining a
document", Settings; ODMantic, "Collection"; elasticsearch-dsl, "Persistence".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from boundary.model import Evidence, Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.things import ClassOf, Effect, Pairs, Site, Thing
from boundary.resolve.context import Context, at
from boundary.resolve.spelling import snake


class Mapper(NamedTuple):
    """Where the classes of a mapper say their table (an attribute, an attribute of an inner class, or an entry of a
    dictionary), how it is called otherwise, and what kind of store it is in."""

    told: tuple[tuple[str, str], ...]
    abstract: tuple[str, str]
    style: str
    engine: str


_PEEWEE = Mapper((("Meta", "table_name"), ("Meta", "db_table")), ("", ""), "lower", "")
_TORTOISE = Mapper((("Meta", "table"),), ("Meta", "abstract"), "lower", "")
_MONGOENGINE = Mapper((("meta", "collection"),), ("meta", "abstract"), "snake", "mongodb")
_BEANIE = Mapper((("Settings", "name"), ("Collection", "name")), ("", ""), "same", "mongodb")
_ODMANTIC = Mapper((("", "__collection__"), ("model_config", "collection")), ("", ""), "snake", "mongodb")
_SEARCH = Mapper((("Index", "name"),), ("", ""), "", "elasticsearch")

_PYNAMO = Mapper((("Meta", "table_name"),), ("", ""), "", "dynamodb")

MAPPERS = {
    "peewee.Model": _PEEWEE,
    "pynamodb.models.Model": _PYNAMO,
    "tortoise.Model": _TORTOISE, "tortoise.models.Model": _TORTOISE,
    "mongoengine.Document": _MONGOENGINE, "mongoengine.DynamicDocument": _MONGOENGINE,
    "mongoengine.document.Document": _MONGOENGINE, "mongoengine.document.DynamicDocument": _MONGOENGINE,
    "beanie.Document": _BEANIE, "odmantic.Model": _ODMANTIC,
    "elasticsearch_dsl.Document": _SEARCH, "elasticsearch.dsl.Document": _SEARCH, "opensearchpy.Document": _SEARCH,
}  # fmt: skip
"""Bases by their dotted names."""


class Declared(NamedTuple):
    """A class and the table or collection that it is kept in."""

    site: Site
    table: str
    schema: str
    engine: str
    evidence: tuple[Evidence, ...]


def declared(context: Context) -> Iterator[Declared]:
    """All such classes, by path and line. A class that others derive from and that names no table is only their base,
    where it is not what they are kept with."""
    found = dict(_classes(context))
    bases = {base for cls in found for base in members.bases(context.evaluator, cls)}
    for cls, mapper in found.items():
        line, table = _table(context, cls, mapper, cls in bases)
        if table and mapper is not _PYNAMO:
            site = Site(cls.path, line or context.program.files[cls.path].classes[cls.name].line)
            schema = _text(_said(context, cls, "Meta", "schema")[1])
            what = f"class {cls.name} is kept in {table}"
            yield Declared(site, table, schema, mapper.engine, (Evidence(at(site), what),))


def resolve(context: Context) -> None:
    """Tell of the models of PynamoDB, whose tables a deployment may name, as what calls of the cloud say.

    Source: PynamoDB, "Defining Models": ``table_name`` of the inner class ``Meta``.
    """
    made = []
    for cls, mapper in _classes(context):
        for one in members.ancestry(context.evaluator, cls) if mapper is _PYNAMO else ():
            line, thing = _said(context, one, "Meta", "table_name")
            if isinstance(thing, Value):
                values = (("service", Value.of("dynamodb")), ("resource", thing), ("mode", Value.of("reads")))
                made.append(Effect("cloud", Site(one.path, line), values, call=f"model {cls.name}"))
                break
    context.effects.setdefault("cloud", []).extend(dict.fromkeys(made))


def _classes(context: Context) -> Iterator[tuple[ClassOf, Mapper]]:
    for path, file in sorted(context.program.files.items()):
        python = file.language.names == "modules"
        for name, fact in sorted(file.classes.items(), key=lambda item: item[1].line) if python else ():
            cls = ClassOf(path, name)
            outside = members.outside_bases(context.evaluator, cls) if fact.bases else ()
            mapper = next((MAPPERS[base] for base in outside if base in MAPPERS), None)
            if mapper is not None:
                yield cls, mapper


def _table(context: Context, cls: ClassOf, mapper: Mapper, is_base: bool) -> tuple[int, str]:
    """The line that names the table of a class, and the table; none for one that is abstract."""
    if _text(_said(context, cls, *mapper.abstract)[1]) == "True":
        return 0, ""
    for owner, name in mapper.told:
        line, thing = _said(context, cls, owner, name)
        if thing is not None:
            return line, _text(thing)
    if is_base and mapper is not _MONGOENGINE:
        return 0, ""
    kept = [
        one for one in members.ancestry(context.evaluator, cls)
        if _text(_said(context, one, *mapper.abstract)[1]) != "True"
    ]  # fmt: skip
    if mapper is _MONGOENGINE and kept and kept[-1] != cls:
        return 0, _table(context, kept[-1], mapper, is_base)[1]
    return 0, _styled(cls.name.rpartition(".")[2], mapper.style)


def _said(context: Context, cls: ClassOf, owner: str, name: str) -> tuple[int, Thing | None]:
    """The line and value of an attribute of a class, of an inner class, or of a dictionary in it."""
    file = context.program.files[cls.path]
    inner = f"{cls.name}.{owner}" if owner else cls.name
    for assign in file.names.get((inner, name), ()):
        if assign.value is not None:
            return assign.line, context.evaluator.quiet(assign.value, Frame(file, inner))
    for assign in file.names.get((cls.name, owner), ()) if owner else ():
        thing = context.evaluator.quiet(assign.value, Frame(file, cls.name)) if assign.value is not None else None
        found = thing.get(name) if isinstance(thing, Pairs) else None
        if found is not None:
            return assign.line, found
    return 0, None


def _styled(name: str, style: str) -> str:
    match style:
        case "lower":
            return name.lower()
        case "snake":
            return snake(name)
        case "same":
            return name
    return ""


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
