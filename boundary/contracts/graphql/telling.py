"""Differences of schemas as changes: graded by the table, with both places and the operations that they reach."""

from __future__ import annotations

from collections.abc import Iterator

from boundary.contracts.grading import table
from boundary.contracts.graphql.differences import Declared, Found
from boundary.contracts.graphql.schema import Schema
from boundary.contracts.model import Change, Place, Reach


def change(old: Schema, new: Schema, found: Found) -> Change:
    """A difference as it is told."""
    row = table("graphql")[found.id]
    level = "info" if found.minor else row.level
    # What harms nobody reaches nobody; in a large schema the lists would be most of the answer.
    reaches = () if level == "info" else tuple(_reaches(old if found.old else new, found))
    where = f"{found.within}.{found.field}" if found.field else found.within
    keyword, move = _done(found, row.keyword, row.move)
    return Change(
        id=found.id,
        level=level,
        direction=found.direction,
        operation=reaches[0].operation if reaches else "",
        where=where,
        old=_place(found.old, where),
        new=_place(found.new, where),
        message=row.message.format_map({"name": where, "type": found.within, "field": found.field, **found.values}),
        subject=found.field or found.within,
        keyword=keyword,
        move=move,
        rule=row.rule,
        reaches=reaches,
        fix=row.fix,
    )


def _done(found: Found, keyword: str, move: str) -> tuple[str, str]:
    """What was done, in neutral words: what may no longer be left out is required now."""
    one, two = found.values.get("one"), found.values.get("two")
    return ("required", "added") if found.direction == "request" and str(two) == f"{one}!" else (keyword, move)


def _place(declared: Declared | None, where: str) -> Place | None:
    return Place(declared.path, declared.line, where) if declared else None


def _reaches(schema: Schema, found: Found) -> Iterator[Reach]:
    """The operations whose messages have the type. A field of a root type is an operation itself."""
    field, _, argument = found.field.partition("(")
    kind = next((kind for kind, name in schema.roots.items() if name == found.within), None)
    if kind is not None:
        names = [field] if field else [part.name for part in schema.types[found.within].parts]
        for name in names:
            yield Reach(f"{kind.upper()} {name}", found.direction, f"$.{argument[:-1]}" if argument else "")
        return
    for (operation, direction), at in sorted(schema.reached.get(found.within, {}).items()):
        place = f"{at}.{field}" if field and found.id.startswith(("field-", "input-")) else at
        if direction == "response" or not argument:
            yield Reach(operation, found.direction or ("request" if direction == "request" else "response"), place)
