"""Foreign keys that code declares: of SQLAlchemy, SQLModel and Alembic by table and column, of Django by model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from boundary.model import Evidence, Value
from boundary.resolve.code.things import ClassOf, Effect, Several, Site
from boundary.resolve.context import Context, chain
from boundary.resolve.models import Mapped, Model, application_of, bind_key, django_model


def relations(context: Context) -> Iterator[Mapped]:
    """The tables that foreign keys of the program name, with mode ``references``.

    A key is told wherever it is made: in a mapped class, a ``Table``, a migration. Keys that the database does not hold
    (Django's ``db_constraint=False``) and those whose table is given as an object are left out.
    """
    for effect in context.effects.get("foreign-key", ()):
        for schema, table in dict.fromkeys(_named(effect)):
            yield _mapped(effect, schema, table, _bound(context, effect.site))
    yield from _of_models(context)


def _of_models(context: Context) -> Iterator[Mapped]:
    effects = context.effects.get("django-relation")
    if not effects:
        return
    models = _Models(context)
    for effect in effects:
        kept = effect.get("constraint")
        held = not (isinstance(kept, Value) and kept.text == "False") and effect.get("through") is None
        found = models.related(effect) if held else None
        if found:
            yield _mapped(effect, *found, "")


def _mapped(effect: Effect, schema: str, table: str, alias: str) -> Mapped:
    name = f"{schema}.{table}" if schema else table
    evidence: tuple[Evidence, ...] = chain(effect, f"declares a foreign key to table {name}")
    return Mapped(effect.place, table, "references", evidence, schema, alias)


def _named(effect: Effect) -> Iterator[tuple[str, str]]:
    """Schema and table of ``[schema.]table.column``, or of the table that is named by itself.

    Source: SQLAlchemy, ``ForeignKey.column`` and ``ForeignKeyConstraint.refcolumns``; Alembic, ``create_foreign_key``.
    """
    table, schema, column = (effect.get(name) for name in ("table", "schema", "column"))
    if isinstance(table, Value) and table.text:
        yield (schema.text or "") if isinstance(schema, Value) else "", table.text
    for item in column.items if isinstance(column, Several) else (column,):
        parts = (item.text or "").split(".") if isinstance(item, Value) else []
        if len(parts) > 1:
            yield parts[-3] if len(parts) > 2 else "", parts[-2]


def _bound(context: Context, site: Site) -> str:
    """The bind of the class that a place is in, "" for the usual one."""
    file = context.program.files[site.path]
    before = [assign for assigns in file.assigns.values() for assign in assigns if assign.line <= site.line]
    scope = max(before, key=lambda assign: assign.line).scope if before else ""
    return bind_key(context, file, file.class_of(scope)) if scope else ""


class _Models:
    """The models of Django by application and name."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[str, str], list[tuple[str, Model]]] = defaultdict(list)
        for path, file in sorted(context.program.files.items()):
            for name, fact in sorted(file.classes.items()):
                model = django_model(context, file, name, fact)
                if model:
                    self._known[model.application, name.lower()].append((path, model))

    def related(self, effect: Effect) -> tuple[str, str] | None:
        """Schema and table of the model that a relation means.

        Source: Django, ``ForeignKey.to``: a class, ``"app_label.Model"``, or a model of the same application by its
        name; the default of ``Options.db_table``.
        """
        to = effect.get("to")
        if isinstance(to, ClassOf):
            file = self._context.program.files[to.path]
            model = django_model(self._context, file, to.name, file.classes[to.name])
            return (model.schema, model.table) if model else None
        label, _, name = (to.text or "").lower().rpartition(".") if isinstance(to, Value) else ("", "", "")
        if name in ("", "self"):
            return None
        label = label or application_of(effect.site.path)
        mine = set(self._context.land.services_of(effect.place.path))
        for path, model in self._known.get((label, name), ()):
            if mine & set(self._context.land.services_of(path)):
                return model.schema, model.table
        return "", f"{label}_{name}"
