"""Classes that Entity Framework keeps in tables.

A context (a class that derives from ``DbContext``) has a set for each kind of entity. The table is called as
``ToTable`` says, else as ``[Table]`` on the entity's class, else as the set; ``HasDefaultSchema`` gives the schema of
those that name none. Who has the database made (``EnsureCreated``, ``Migrate``) creates the tables.

Source: https://learn.microsoft.com/ef/core/modeling/entity-types , "Table name", "Table schema".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from boundary.facts import Expr, Item, Listing, TableMode
from boundary.model import Evidence, Value
from boundary.resolve.code import members
from boundary.resolve.code.frames import Frame
from boundary.resolve.code.program import CodeFile
from boundary.resolve.code.things import ClassOf, Effect, Instance, Known, Made, Site, Thing
from boundary.resolve.context import Context, at

_SETS = frozenset({"DbSet", "IDbSet"})


class _Said(NamedTuple):
    """A table as a call or an attribute names it."""

    site: Site
    table: str
    schema: str


class Entity(NamedTuple):
    """An entity of a context: where its table is told, the table, and what the context does to it."""

    site: Site
    table: str
    schema: str
    mode: TableMode
    evidence: tuple[Evidence, ...]


def entities(context: Context) -> Iterator[Entity]:
    """The tables of all contexts."""
    called = _called(context)
    schemas = {effect.site.path: _text(effect.get("schema")) for effect in context.effects.get("default-schema", ())}
    makers = {
        service.id for effect in context.effects.get("make-database", ())
        for service in context.actors(effect)
    }  # fmt: skip
    for path, file in sorted(context.program.files.items()):
        for name in sorted(file.classes) if file.language.names == "namespaces" else ():
            if not _is_context(context, ClassOf(path, name)):
                continue
            mine = {service.id for service in context.services_at(Site(path, 1))}
            mode: TableMode = "creates" if mine and mine <= makers else "reads"
            for line, label, kind in _sets(file, name):
                entity = context.evaluator.annotated(kind, Frame(file, name, line=line))
                said = _table(context, entity, called) or _Said(Site(path, line), label, "")
                schema = said.schema or schemas.get(path, "")
                what = f"{name} keeps {label} in table {said.table}"
                yield Entity(said.site, said.table, schema, mode, (Evidence(at(said.site), what),))


def _is_context(context: Context, cls: ClassOf) -> bool:
    bases = members.outside_bases(context.evaluator, cls)
    bases += [base.type for base in members.bases(context.evaluator, cls) if isinstance(base, Made)]
    return any(base.rpartition(".")[2].endswith("DbContext") for base in bases)


def _sets(file: CodeFile, cls: str) -> Iterator[tuple[int, str, Expr]]:
    """The sets of a context: line, name and the type of what is in them."""
    for assign in file.assigns.get(cls, ()):
        kind = _element(assign.annotation)
        if kind is not None:
            yield assign.line, getattr(assign.target, "name", ""), kind
    for fact in file.within.get(cls, ()):
        kind = _element(getattr(fact, "returns", None))
        if kind is not None and getattr(fact, "kind", "") == "property":
            yield fact.line, fact.name, kind


def _element(annotation: Expr | None) -> Expr | None:
    match annotation:
        case Item(of, Listing((kind,))) if getattr(of, "name", "") in _SETS:
            return kind
    return None


def _called(context: Context) -> dict[Thing, _Said]:
    """The tables that calls of ``ToTable`` give to classes."""
    found: dict[Thing, _Said] = {}
    for effect in context.effects.get("entity-table", ()):
        table = _text(effect.get("table"))
        if table:
            found[_entity(effect)] = _Said(effect.site, table, _text(effect.get("schema")))
    return found


def _entity(effect: Effect) -> Thing:
    """The class that a builder is for."""
    thing = effect.receiver.field("entity") if isinstance(effect.receiver, Made) else effect.receiver
    return _class(thing) if thing is not None else Known("")


def _class(thing: Thing) -> Thing:
    return thing.of if isinstance(thing, Instance) else thing


def _table(context: Context, entity: Thing, called: dict[Thing, _Said]) -> _Said | None:
    """The table of an entity as a call says, or an attribute of its class."""
    cls = _class(entity)
    if cls in called:
        return called[cls]
    if not isinstance(cls, ClassOf):
        return None
    file = context.program.files[cls.path]
    fact = file.classes[cls.name]
    for decorator in fact.decorators:
        made = context.evaluator.quiet(decorator, Frame(file, fact.scope, line=fact.line))
        if isinstance(made, Made) and made.type == "table-attribute":
            return _Said(Site(cls.path, fact.line), _text(made.field("table")), _text(made.field("schema")))
    return None


def _text(thing: Thing | None) -> str:
    return (thing.text or "") if isinstance(thing, Value) else ""
