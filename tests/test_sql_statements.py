"""SQL texts: their statements, the servers that they declare, and which texts are SQL at all."""

from __future__ import annotations

import pytest

from boundary.facts import TableUse
from boundary.reading import sql


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE SERVER IF NOT EXISTS catalog FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'catalog-db', dbname 'catalog')", "catalog catalog-db/catalog"),
        ("CREATE SERVER shop FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'db', DATABASE 'shop', PORT 3306)", "shop db/shop"),
        ("CREATE SERVER o FOREIGN DATA WRAPPER oracle_fdw OPTIONS (dbserver '//db:1521/shop')", "o db/shop"),
        ("CREATE SERVER files FOREIGN DATA WRAPPER file_fdw", ""),
        ("CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db')", "{?} db/"),
        ("DO $$ BEGIN CREATE SERVER catalog FOREIGN DATA WRAPPER x OPTIONS (host 'db'); END $$", "catalog db/"),
        ("CREATE EXTERNAL SCHEMA far FROM POSTGRES DATABASE 'shop' SCHEMA 'public' URI 'db.example.net' PORT 5432", "far db.example.net/shop"),
        ("CREATE EXTERNAL SCHEMA s FROM DATA CATALOG DATABASE 'lake'; CREATE SCHEMA t", ""),
        ("CREATE DATABASE LINK shop CONNECT TO u IDENTIFIED BY p USING 'db:1521/shop'", "shop db/shop"),
        ("CREATE DATABASE LINK shop USING 'SHOPDB'", "shop shopdb/"),
        ("CREATE INDEX link ON a USING 'x'", ""),
        ("BEGIN EXEC sp_addlinkedserver; EXEC sp_addlinkedserver 'db'; SELECT 'x'; END", "db db/"),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=db dbname=shop password=x' PUBLICATION p", "s db/shop"),
        ("ATTACH 'host=db dbname=shop' AS pg (TYPE postgres); ATTACH 'file.db' AS f", "pg db/shop"),
        ("EXEC sp_addlinkedserver @server = N'SHOP', @datasrc = N'db\\fast', @catalog = N'shop'; SELECT 1", "SHOP db\\fast/shop"),
        ("EXEC sp_addlinkedserver 'SHOP', '', 'SQLNCLI', 'db'", "SHOP db/"),
        ("EXEC sp_addlinkedserver 'db', 'SQL Server'; EXEC sp_addlinkedserver @x", "db db/"),
        ("SELECT dblink_connect('shop', 'host=db dbname=shop'), dblink_connect('host=other')", "shop db/shop"),
        ("SELECT dblink_connect('shop', 'postgresql:///shop')", "shop localhost/shop"),
    ],
)  # fmt: skip
def test_servers(text: str, expected: str) -> None:
    assert "; ".join(f"{found.name} {found.host}/{found.database}" for found in sql.servers(text)) == expected


def test_lines_count_from_the_statement_and_from_the_text() -> None:
    text = "-- first\n\nSELECT *\nFROM a;\nCREATE FUNCTION f() AS $$\nBEGIN\n  DELETE FROM b\n  ;END $$;\n\nCREATE SERVER s\n OPTIONS (host 'h')"
    found = sql.statements(text)
    assert [(one.line, one.end_line, [use.line for use in one.uses]) for one in found] == [
        (2, 3, [1]),
        (4, 7, [2]),
        (9, 10, []),
    ]
    assert [use.line for use in sql.uses(text)] == [3, 6]
    assert [server.line for server in sql.servers(text)] == [9]
    assert text[found[0].start : found[0].end] == "SELECT *\nFROM a"


def test_each_use_once_at_its_first_line() -> None:
    assert sql.uses("SELECT * FROM a\nJOIN b ON 1=1\nJOIN a x ON 2=2") == (
        TableUse("a", "reads"), TableUse("b", "reads", line=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "select id, total from orders where paid",
        "Select * From orders",
        "select distinct a as b from t",
        "select id from a where b = 1",
        "-- orders of today\nSELECT 1 FROM orders",
        "(SELECT a FROM b) UNION (SELECT c FROM d)",
        "BEGIN; SET search_path = x; UPDATE orders SET a = 1; COMMIT",
        "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM orders",
        "update orders set paid = true",
        "UPDATE {table} SET {assignments}",
        "insert into orders",
        "INSERT INTO {table} {columns}",
        "delete from orders",
        "Delete from orders where id = 1",
        "delete from orders where id in (1, 2)",
        "merge into a using b on a.id = b.id when matched then delete",
        "COPY orders FROM STDIN",
        "TRUNCATE TABLE orders",
        "DO $body$ BEGIN END $body$",
        "IMPORT FOREIGN SCHEMA public FROM SERVER s INTO t",
        "SELECT dblink_connect('host=db')",
        "select {columns} from {table}",
    ],
    ids=lambda text: text[:50],
)
def test_statements_are_recognised(text: str) -> None:
    assert sql.looks_like_sql(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "orders", "SELECT", "SELECT 1", "selected from orders", "Select an item from the list", "select one from the menu",
        "select the first of many items from orders", "select a thing from a list", "Select orders from archive",
        "Update your settings", "update the set of rules", "Update available", "Delete from cart", "delete from the cart",
        "Insert into the slot", "insert a coin into slot", "Create a new order", "create an account", "Drop files here",
        "drop table", "alter the course", "with love from Paris", "With orders as usual", "merge into master", "replace into",
        "Copy from clipboard", "truncate text", "grant access", "execute order 66", "Load data", "{?}", "{sql} FROM orders",
    ],
)  # fmt: skip
def test_prose_is_not_recognised(text: str) -> None:
    assert not sql.looks_like_sql(text)
