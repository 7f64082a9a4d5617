"""Classes that are mapped to tables: SQLAlchemy and SQLModel declarations, models of Django and Active Record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from boundary.facts import Apply, Class, TableMode
from boundary.model import Evidence, Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import Arguments, ClassOf, Effect, Instance, Made, Pairs, Several, Site, Thing
from boundary.resolve.context import Context, at, chain
from boundary.resolve.declared_models import declared
from boundary.resolve.entities import entities
from boundary.resolve.named_models import named
from boundary.resolve.spelling import plural, snake

DJANGO_MODEL = "django.db.models.Model"
ACTIVE_RECORDS = {
    "ActiveRecord.Base": "table_name", "ApplicationRecord": "table_name", "Sequel.Model": "set_dataset",
    "Illuminate.Database.Eloquent.Model": "table", "Illuminate.Foundation.Auth.User": "table",
}  # fmt: skip
"""Bases of classes whose tables are called after them in the plural, and the attribute that says otherwise."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A class or migration that stands for a table, or for what stores of an ``engine`` without SQL have instead.
    ``generated`` is the setting by which its service creates it when it starts, ``record`` a class of Active Record."""

    site: Site
    table: str
    mode: TableMode
    evidence: tuple[Evidence, ...]
    schema: str = ""
    alias: str = ""
    engine: str = ""
    generated: str = ""
    record: ClassOf | None = None


def mapped(context: Context) -> Iterator[Mapped]:
    """All mapped classes and model migrations of the program, by path and line."""
    for _, file in sorted(context.program.files.items()):
        for name, fact in sorted(file.classes.items(), key=lambda item: item[1].line):
            found = (
                _declarative(context, file, name, fact)
                or _django(context, file, name, fact)
                or _active_record(context, file, name, fact)
            )
            if found:
                yield found
    for kept in entities(context):
        yield Mapped(kept.site, kept.table, kept.mode, kept.evidence, kept.schema)
    for each in declared(context):
        yield Mapped(each.site, each.table, "reads", each.evidence, each.schema, engine=each.engine)
    for one in named(context, {}):
        yield Mapped(one.effect.place, one.table, one.mode, one.evidence, one.schema, engine=one.engine)  # type: ignore[arg-type]
    for effect in context.effects.get("create-model", ()):
        yield from _migrated(effect)
    for effect in context.effects.get("entity", ()):
        yield from _entities(context, effect)


def _entities(context: Context, effect: Effect) -> Iterator[Mapped]:
    """The tables of the objects that a call is given, by a method ``TableName`` or by the names of their classes.

    Source: GORM, "Conventions": the plural of the name in snake case.
    """
    given, mode = effect.get("entity"), effect.get("mode")
    for thing in given.items if isinstance(given, Several) else (given,):
        if not isinstance(thing, Instance):
            continue
        method = members.find_method(context.evaluator, thing, "TableName")
        told = context.evaluator.apply(method, Arguments(), effect.site, 0) if method else None
        name = thing.of.name.rpartition(".")[2]
        table = (told.text or "") if isinstance(told, Value) else "" if method else plural(snake(name))
        if table and isinstance(mode, Value) and not name.startswith("<"):
            schema, _, plain = table.rpartition(".")
            evidence = chain(effect, f"{effect.call} {mode} table {table}, which {name} is kept in")
            yield Mapped(effect.place, plain, mode.text, evidence, schema)  # type: ignore[arg-type]


def _declarative(context: Context, file: CodeFile, name: str, fact: Class) -> Mapped | None:
    line, table = _class_text(context, file, name, "__tablename__")
    if not table:
        table = _implied(context, file, name, fact)
        line = fact.line
    if not table:
        return None
    arguments = _class_thing(context, file, name, "__table_args__")
    schema = _schema(arguments)
    alias = bind_key(context, file, name)
    what = f"class {name} is mapped to table {table}"
    site = Site(file.path, line)
    return Mapped(site, table, "reads", (Evidence(at(site), what),), schema, alias)


def bind_key(context: Context, file: CodeFile, name: str) -> str:
    """The database that Flask-SQLAlchemy keeps a class in, "" for the usual one."""
    return _class_text(context, file, name, "__bind_key__")[1]


def _implied(context: Context, file: CodeFile, name: str, fact: Class) -> str:
    """Flask-SQLAlchemy and SQLModel name the table after the class when it says nothing.

    Source: Flask-SQLAlchemy, "Generating __tablename__" (snake case); SQLModel, ``table=True`` (lower case).
    """
    if any(key == "table" for key, _ in fact.keywords):
        return name.rpartition(".")[2].lower()
    derived = members.bases(context.evaluator, ClassOf(file.path, name))
    if any(isinstance(base, Made) and base.type == "sql-framework" for base in derived):
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
    return ""


def _django(context: Context, file: CodeFile, name: str, fact: Class) -> Mapped | None:
    model = django_model(context, file, name, fact)
    if model is None:
        return None
    site = Site(file.path, model.line)
    table = f"{model.schema}.{model.table}" if model.schema else model.table
    return Mapped(site, model.table, "reads", (Evidence(at(site), f"model {name} is mapped to table {table}"),),
                  model.schema)  # fmt: skip


def _active_record(context: Context, file: CodeFile, name: str, fact: Class) -> Mapped | None:
    """A model of Active Record or of Laravel's Eloquent: the table that the class says, else its name in the plural.

    Sources: Rails Guides, "Active Record Basics", Convention over Configuration (``table_name``, ``abstract_class``);
    Laravel, "Eloquent: Table Names"; Sequel, "Model Basics".
    """
    cls = ClassOf(file.path, name)
    bases = members.outside_bases(context.evaluator, cls) if fact.kind == "class" else []
    attribute = next((ACTIVE_RECORDS[base] for base in bases if base in ACTIVE_RECORDS), "")
    told = any(isinstance(base, Apply) and base.args for base in fact.bases)  # ``Sequel::Model(:seats)`` says it itself
    if not attribute or told:
        return None
    kept = [one for one in members.ancestry(context.evaluator, cls) if not _is_abstract(context, one)]
    if cls not in kept:
        return None
    texts = (_class_text(context, context.program.files[one.path], one.name, attribute) for one in kept)
    line, table = next((found for found in texts if found[1]), (0, ""))
    if not table:
        import inflection

        above = cls if file.language.name == "php" else kept[-1]  # Rails keeps what derives from a model beside it
        table = inflection.tableize(above.name.rpartition(".")[2])
    site = Site(file.path, line if line and kept[0] == cls else fact.line)
    what = Evidence(at(site), f"model {name} is mapped to table {table}")
    aliases = (_class_text(context, context.program.files[one.path], one.name, "connection")[1] for one in kept)
    return Mapped(
        site, table, "reads", (what,), alias=next(filter(None, aliases), ""),
        record=cls if "ActiveRecord.Base" in bases or "ApplicationRecord" in bases else None,
    )  # fmt: skip


def _is_abstract(context: Context, cls: ClassOf) -> bool:
    """Whether a model has no table of its own: the base of an application's models, and a module."""
    file = context.program.files[cls.path]
    abstract = _class_text(context, file, cls.name, "abstract_class")[1] == "true"
    return abstract or cls.name == "ApplicationRecord" or file.classes[cls.name].kind == "object"


@dataclass(frozen=True, slots=True)
class Model:
    """A model of Django: its application, its table and the line that says so."""

    application: str
    schema: str
    table: str
    line: int


def django_model(context: Context, file: CodeFile, name: str, fact: Class) -> Model | None:
    """The model that a class is; None for a class that is none, or an abstract one.

    Source: Django, "Model Meta options" (``abstract``, ``app_label``, ``db_table``).
    """
    if DJANGO_MODEL not in members.outside_bases(context.evaluator, ClassOf(file.path, name)):
        return None
    meta = f"{name}.Meta"
    if _class_text(context, file, meta, "abstract")[1] == "True":
        return None
    line, given = _class_text(context, file, meta, "db_table")
    application = _class_text(context, file, meta, "app_label")[1] or application_of(file.path)
    table = given.replace('"', "") or f"{application}_{name.lower()}"
    schema, _, plain = table.rpartition(".")
    return Model(application, schema, plain, line or fact.line)


def _migrated(effect: Effect) -> Iterator[Mapped]:
    name = effect.get("name")
    if not isinstance(name, Value) or not name.text:
        return
    options = effect.get("options")
    given = options.get("db_table") if isinstance(options, Pairs) else None
    managed = options.get("managed") if isinstance(options, Pairs) else None
    if managed is not None and not (isinstance(managed, Value) and managed.text == "True"):
        return  # a table of another program; one that a setting says, for tests, is this one's only there
    application = application_of(effect.site.path)
    table = given.text if isinstance(given, Value) and given.text else f"{application}_{name.text.lower()}"
    what = f"the migration creates table {table}"
    yield Mapped(effect.site, table, "creates", (Evidence(at(effect.site), what),))


def application_of(path: str) -> str:
    """The Django application of a file: its folder, or the folder above a package of models or migrations."""
    folders = path.split("/")[:-1]
    while folders and folders[-1] in ("models", "migrations"):
        folders.pop()
    return folders[-1] if folders else ""


def _class_text(context: Context, file: CodeFile, name: str, attribute: str) -> tuple[int, str]:
    for assign in file.names.get((name, attribute), ()):
        thing = context.evaluator.quiet(assign.value, Frame(file, name)) if assign.value is not None else None
        if isinstance(thing, Value) and thing.text:
            return assign.line, thing.text
    return 0, ""


def _class_thing(context: Context, file: CodeFile, name: str, attribute: str) -> Thing | None:
    for assign in file.names.get((name, attribute), ()):
        if assign.value is not None:
            return context.evaluator.quiet(assign.value, Frame(file, name))
    return None


def _schema(arguments: Thing | None) -> str:
    for item in arguments.items if isinstance(arguments, Several) else (arguments,):
        found = item.get("schema") if isinstance(item, Pairs) else None
        if isinstance(found, Value) and found.text:
            return found.text
    return ""
