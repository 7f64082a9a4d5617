"""Changelogs of Liquibase in XML, YAML and JSON: what each change does to which table.

Changelogs in SQL are read as other SQL is. Specification: https://docs.liquibase.com/change-types/home.html .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from boundary.extractors import sql
from boundary.extractors._documents import documents, peek
from boundary.extractors._xml import Element, read
from boundary.facts import Fact, Statement, TableMode, TableUse
from boundary.reading.kinds import is_yaml
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "liquibase"

_MARK = "databaseChangeLog"
_SETS = frozenset({"changeSet", "changes"})
_CHANGES: dict[str, tuple[tuple[str, TableMode], ...]] = {
    "createTable": (("tableName", "creates"),),
    "createView": (("viewName", "creates"),),
    "renameTable": (("oldTableName", "alters"), ("newTableName", "creates")),
    "dropTable": (("tableName", "drops"),),
    "dropView": (("viewName", "drops"),),
    "addForeignKeyConstraint": (("baseTableName", "alters"), ("referencedTableName", "references")),
    "dropForeignKeyConstraint": (("baseTableName", "alters"),),
    **dict.fromkeys(("insert", "update", "delete", "loadData", "loadUpdateData"), (("tableName", "writes"),)),
    **dict.fromkeys(
        (
            "addAutoIncrement", "addColumn", "addDefaultValue", "addLookupTable", "addNotNullConstraint",
            "addPrimaryKey", "addUniqueConstraint", "createIndex", "dropColumn", "dropDefaultValue", "dropIndex",
            "dropNotNullConstraint", "dropPrimaryKey", "dropUniqueConstraint", "mergeColumns", "modifyDataType",
            "renameColumn", "setColumnRemarks", "setTableRemarks",
        ),
        (("tableName", "alters"),),
    ),
}  # fmt: skip
"""Changes, with the attributes that name their tables and what is done to these."""

_SCHEMAS = {"baseTableName": "baseTableSchemaName", "referencedTableName": "referencedTableSchemaName"}


@dataclass(frozen=True)
class _Part:
    """A change or a part of one: the same in all notations."""

    name: str
    attributes: Mapping[str, str]
    line: int
    text: str = ""
    parts: tuple[_Part, ...] = field(default=())


def matches(path: str) -> bool:
    """XML, YAML and JSON files: content decides."""
    return path.endswith((".xml", ".json")) or is_yaml(path)


def extract(source: Source) -> Iterator[Fact]:
    """One statement for each change of a changelog; nothing for another file."""
    if _MARK not in peek(source):
        return
    if source.path.endswith(".xml"):
        root = read(source.data)
        if root.name == _MARK:
            yield from _changes(_of_element(root))
        return
    for document in documents(source, certain=False):
        for number, item in enumerate(document.get(_MARK).items):
            yield from _changes(_of_node(str(number), item))


def _changes(part: _Part) -> Iterator[Fact]:
    """The changes in a part; what a changelog undoes when it is taken back counts for nothing."""
    for one in part.parts:
        query = one.text.strip() or one.attributes.get("selectQuery", "")
        if one.name == "createView" and query:
            schema, name = one.attributes.get("schemaName", ""), one.attributes.get("viewName", "")
            yield from sql.read(f"CREATE VIEW {schema}{'.' if schema else ''}{name} AS {query}", one.line)
        elif one.name in _CHANGES:
            uses = tuple(dict.fromkeys(_uses(one)))
            if uses:
                yield Statement(uses, one.name, line=one.line, end_line=one.line)
        elif one.name in ("sql", "createProcedure"):
            told = one.text or one.attributes.get("sql", "") or one.attributes.get("procedureText", "")
            yield from sql.read(told, one.line)
        elif one.name in _SETS or one.name.isdecimal():
            yield from _changes(one)


def _uses(change: _Part) -> Iterator[TableUse]:
    given = change.attributes
    for attribute, mode in _CHANGES[change.name]:
        schema = given.get(_SCHEMAS.get(attribute, "schemaName"), "")
        if given.get(attribute):
            yield TableUse(given[attribute], mode, schema=schema)
    for table, schema in _referenced(change):
        yield TableUse(table, "references", schema=schema)


def _referenced(part: _Part) -> Iterator[tuple[str, str]]:
    """The tables that constraints of columns point to: ``references="berth(id)"``, or by their own attribute."""
    for one in part.parts:
        if one.name == "constraints":
            table = one.attributes.get("referencedTableName") or one.attributes.get("references", "").partition("(")[0]
            schema, _, name = table.strip().rpartition(".")
            if name:
                yield name, one.attributes.get("referencedTableSchemaName") or schema
        yield from _referenced(one)


def _of_element(element: Element) -> _Part:
    children = tuple(_of_element(child) for child in element.children)
    return _Part(element.name, element.attributes, element.line, element.text, children)


def _of_node(name: str, node: Node, line: int = 0) -> _Part:
    """A mapping: its scalars are attributes, all else are parts."""
    given = {key.text: value.text for key, value in node.pairs if value.kind == "scalar" and not value.null}
    parts = [_of_node(key.text, value, key.line) for key, value in node.pairs if value.kind != "scalar"]
    parts += [_of_node(str(number), item) for number, item in enumerate(node.items)]
    return _Part(name, given, line or node.line, parts=tuple(parts))
