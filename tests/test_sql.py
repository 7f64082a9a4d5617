"""SQL texts: which tables they touch and how, in every dialect, however they are written."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary.facts import TableUse
from boundary.reading import sql
from boundary.reading.sql.tokens import tokens


def shown(uses: tuple[TableUse, ...]) -> str:
    """``reads shop.orders; writes stock@server``."""
    names = (".".join(part for part in (use.database, use.schema, use.table) if part) for use in uses)
    pairs = zip(uses, names, strict=True)
    return "; ".join(f"{use.mode} {name}" + (f"@{use.remote}" if use.remote else "") for use, name in pairs)


QUERIES = [
    ("SELECT * FROM orders", "reads orders"),
    (
        'SELECT o.id FROM shop.orders o JOIN "Customers" AS c ON c.id = o.customer_id, `payments` p WHERE o.id = %s',
        "reads shop.orders; reads Customers; reads payments",
    ),
    ("SELECT * FROM [dbo].[Order Lines] WHERE [id] = 1", "reads dbo.Order Lines"),
    ("SELECT * FROM linked.shop.dbo.orders, shop..items, shop.dbo.x", "reads shop.dbo.orders@linked; reads shop.items; reads shop.dbo.x"),
    ("SELECT * FROM `project.shop.orders` o, o.items i, UNNEST(o.lines)", "reads project.shop.orders"),
    ("SELECT * FROM ONLY orders NATURAL JOIN b CROSS JOIN c FULL OUTER JOIN d USING (x, y), e", "reads orders; reads b; reads c; reads d; reads e"),
    ("SELECT * FROM (a JOIN b ON a.x = b.x) JOIN (SELECT * FROM c) AS d ON TRUE", "reads a; reads b; reads c"),
    ("SELECT * FROM orders WITH (NOLOCK), items (NOLOCK) i JOIN x ON 1 = 1", "reads orders; reads items; reads x"),
    ("SELECT * FROM orders CROSS APPLY lines(orders.id) OUTER APPLY (SELECT * FROM stock) s", "reads orders; reads stock"),
    ("SELECT * FROM orders FOR SYSTEM_TIME AS OF '2026-01-01' o, items", "reads orders; reads items"),
    ("SELECT * FROM orders FORCE INDEX FOR JOIN (i) WHERE a IN (SELECT b FROM c UNION ALL SELECT d FROM e)", "reads orders; reads c; reads e"),
    ("SELECT x FROM orders ARRAY JOIN tags AS t WHERE EXISTS (SELECT 1 FROM items)", "reads orders; reads items"),
    (
        "SELECT EXTRACT(YEAR FROM placed), SUBSTRING(name FROM 1 FOR 3), TRIM(BOTH ' ' FROM x) FROM orders "
        "WHERE a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d",
        "reads orders",
    ),
    ("SELECT count(*) FILTER (WHERE a), max(b) OVER (PARTITION BY c ORDER BY d) FROM orders", "reads orders"),
    ("SELECT * FROM generate_series(1, 2) g, unnest(ARRAY[1]) u, LATERAL (SELECT * FROM t) z, json_each(x)", "reads t"),
    ("SELECT * FROM (VALUES (1, 2), (3, 4)) AS v (a, b), TABLE(lines()) t, ROWS FROM (f(1)) r", ""),
    ("SELECT * FROM orders TABLESAMPLE BERNOULLI (1) FOR UPDATE OF orders", "reads orders"),
    ("FROM orders SELECT id", "reads orders"),
    ("SELECT * FROM orders ORDER BY a, b FETCH FIRST 5 ROWS ONLY", "reads orders"),
    ("SELECT a -- FROM b\n/* JOIN c */ FROM orders # FROM d\nWHERE x = 'FROM e' AND y = 'it''s FROM f' AND z = 'it\\'s' ", "reads orders"),
    ("SELECT a FROM b WHERE c LIKE '%\\' ESCAPE '\\' AND d IN (SELECT e FROM f)", "reads b; reads f"),
    ("SELECT * FROM information_schema.tables t, pg_class, dual, sqlite_master, sys.objects, orders", "reads orders"),
    ("EXPLAIN ANALYZE SELECT * FROM orders", "reads orders"),
    ("SELECT CASE WHEN a THEN 1 END FROM orders", "reads orders"),
    ("SELECT * FROM 'orders.parquet'", ""),
    ("SELECT 1; SELECT * FROM a; ; SELECT * FROM b;", "reads a; reads b"),
    ("SELECT FROM", ""),
    ("(SELECT * FROM) a", ""),
    ("CREATE PROCEDURE p AS BEGIN SELECT * FROM; SELECT 1 FROM a END", "reads a"),
    ("SELECT show, inherits FROM orders", "reads orders"),
]  # fmt: skip

EXPRESSIONS = [
    (
        "WITH recent AS (SELECT * FROM orders), x (a, b) AS MATERIALIZED (SELECT a, b FROM recent JOIN items USING (id)) "
        "SELECT * FROM x, recent",
        "reads orders; reads items",
    ),
    ("WITH orders AS (SELECT * FROM orders WHERE paid) SELECT * FROM orders", "reads orders"),
    ("WITH y AS (SELECT a FROM x), x AS (SELECT a FROM y) SELECT a FROM x", "reads x"),
    ("WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT * FROM t JOIN nodes n ON n.id = t.id) SELECT * FROM t", "reads nodes"),
    ("WITH tree AS (SELECT id FROM cats UNION ALL SELECT c.id FROM cats c JOIN tree ON TRUE) SELECT * FROM tree", "reads cats"),
    ("WITH gone AS (DELETE FROM orders RETURNING *) INSERT INTO archive SELECT * FROM gone", "writes orders; writes archive"),
    ("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y, x", "reads x"),
    ("WITH x AS (SELECT 1) SELECT * FROM x; SELECT * FROM x", "reads x"),
    ("CREATE TEMPORARY TABLE t AS SELECT * FROM orders; INSERT INTO t SELECT * FROM items; DROP TABLE t", "reads orders; reads items"),
    ("SELECT a INTO TEMP t FROM orders; SELECT * FROM t", "reads orders"),
    ("SELECT * INTO #new FROM orders; SELECT * FROM #new JOIN tempdb..old ON 1 = 1", "reads orders"),
    ("DECLARE @t TABLE (id int); INSERT INTO @t SELECT id FROM orders", "reads orders"),
]  # fmt: skip

CHANGES = [
    ("INSERT INTO audit (a, b) SELECT a, b FROM orders ON CONFLICT (a) DO UPDATE SET b = excluded.b", "writes audit; reads orders"),
    ("INSERT IGNORE INTO orders VALUES (1), (2, 'x'), ((SELECT max(id) FROM items)), (4)", "writes orders; reads items"),
    ("INSERT orders SET a = 1 ON DUPLICATE KEY UPDATE a = 2", "writes orders"),
    ("INSERT OR REPLACE INTO orders DEFAULT VALUES", "writes orders"),
    ("INSERT OVERWRITE TABLE orders SELECT * FROM staging", "writes orders; reads staging"),
    ("INSERT ALL INTO a VALUES (1) INTO b VALUES (2) SELECT * FROM c", "writes a; writes b; reads c"),
    ("INSERT TOP (5) INTO orders EXEC load", "writes orders"),
    ("INSERT INTO FUNCTION file('x') SELECT * FROM orders", "reads orders"),
    ("BULK INSERT dbo.orders FROM 'orders.csv'", "writes dbo.orders"),
    ("INSERT INTO orders (a) VALUES (1) RETURNING id INTO v", "writes orders"),
    ("REPLACE INTO orders VALUES (1); UPSERT INTO items VALUES (1)", "writes orders; writes items"),
    ("SELECT REPLACE(a, 'x', 'y'), INSERT(b, 1, 2, c), TRUNCATE(d, 2) FROM orders", "reads orders"),
    ("UPDATE orders SET total = s.total FROM (SELECT * FROM sums) s WHERE s.id = orders.id", "writes orders; reads sums"),
    ("UPDATE o SET o.x = 1 FROM dbo.orders o JOIN customers c ON c.id = o.customer", "writes dbo.orders; reads customers"),
    ("UPDATE orders o JOIN customers c ON c.id = o.customer SET o.x = 1, o.y = 2", "writes orders; reads customers"),
    ("UPDATE orders AS o, items i SET o.a = i.a", "writes orders; reads items"),
    ("UPDATE LOW_PRIORITY orders SET a = 1", "writes orders"),
    ("UPDATE TOP (5) orders SET a = 1; UPDATE STATISTICS orders; UPDATE OR IGNORE items SET b = 1", "writes orders; writes items"),
    ("UPDATE shop.orders", "writes shop.orders"),
    ("SELECT * FROM orders FOR UPDATE; SELECT * FROM items FOR NO KEY UPDATE SKIP LOCKED", "reads orders; reads items"),
    ("DELETE FROM orders", "writes orders"),
    ("DELETE FROM shop.orders WHERE id IN (SELECT id FROM old)", "writes shop.orders; reads old"),
    ("DELETE FROM orders USING customers c JOIN x USING (id) WHERE c.id = orders.customer", "writes orders; reads customers; reads x"),
    ("DELETE o, i FROM orders o JOIN items i ON i.oid = o.id, c", "writes orders; writes items; reads c"),
    ("DELETE orders WHERE id = 1", "writes orders"),
    ("DELETE x FROM (SELECT * FROM orders) x", "reads orders"),
    ("UPDATE a SET x = 1 DELETE FROM b UPDATE c SET y = 2 SELECT * FROM d c", "writes a; writes b; writes c; reads d"),
    (
        "MERGE INTO stock AS s USING incoming i ON s.id = i.id WHEN MATCHED THEN UPDATE SET q = 1 "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES (1)",
        "writes stock; reads incoming",
    ),
    (
        "MERGE dbo.stock WITH (HOLDLOCK) AS x USING (SELECT * FROM s) AS y ON 1 = 1 WHEN MATCHED THEN DELETE "
        "OUTPUT deleted.* INTO audit",
        "writes dbo.stock; reads s; writes audit",
    ),
    ("SELECT * FROM a INNER MERGE JOIN b ON 1 = 1", "reads a; reads b"),
    ("TRUNCATE TABLE orders, shop.items RESTART IDENTITY CASCADE; TRUNCATE stock", "writes orders; writes shop.items; writes stock"),
    ("COPY orders (a, b) FROM STDIN; COPY items TO '/tmp/x'; COPY (SELECT * FROM stock) TO STDOUT", "writes orders; reads items; reads stock"),
    ("COPY INTO orders FROM @stage; COPY INTO @stage FROM items", "writes orders; reads items"),
    ("COPY orders FROM stdin;\n1\tSELECT * FROM nothing\n\\.\nSELECT * FROM items", "writes orders; reads items"),
    ("\\connect shop\n\\copy orders from 'o.csv'\nSELECT * FROM items", "writes orders; reads items"),
    ("LOAD DATA INFILE 'x' INTO TABLE orders FIELDS TERMINATED BY ','; IMPORT INTO items CSV DATA ('x')", "writes orders; writes items"),
    ("SELECT * INTO archive.old_orders FROM orders", "creates archive.old_orders; reads orders"),
    ("SELECT a, b INTO @x, @y FROM orders; SELECT c INTO OUTFILE 'f' FROM items", "reads orders; reads items"),
    ("FETCH NEXT FROM cur INTO x; SHOW TABLES FROM shop; DESCRIBE orders; PRAGMA table_info(orders)", ""),
    ("GRANT SELECT, INSERT, UPDATE (a), DELETE, TRUNCATE, REFERENCES ON orders TO reporting", ""),
    ("REVOKE SELECT ON orders FROM reporting; LOCK TABLES orders WRITE; COMMENT ON TABLE orders IS 'FROM x'", ""),
    ("COPY orders FROM stdin;\n1\tSELECT * FROM items", "writes orders; reads items"),
    ("DELETE FROM (SELECT 1 FROM orders)", "reads orders"),
]  # fmt: skip

DEFINITIONS = [
    (
        "CREATE TABLE IF NOT EXISTS orders (id int REFERENCES customers (id), "
        'FOREIGN KEY (x) REFERENCES shop."items" (id) ON DELETE CASCADE ON UPDATE SET NULL)',
        "creates orders; references customers; references shop.items",
    ),
    ("CREATE TABLE a AS SELECT * FROM b; CREATE TABLE c (LIKE d INCLUDING ALL); CREATE TABLE e LIKE f", "creates a; reads b; creates c; references d; creates e; references f"),
    ("CREATE TABLE p PARTITION OF q FOR VALUES IN (1); CREATE TABLE c () INHERITS (d, e); CREATE TABLE x CLONE y", "creates p; references q; creates c; references d; references e; creates x; reads y"),
    ("CREATE OR REPLACE VIEW v (a) AS SELECT a FROM b JOIN c USING (id)", "creates v; reads b; reads c"),
    ("CREATE ALGORITHM=MERGE DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `v` AS SELECT * FROM `a`", "creates v; reads a"),
    ("/*!50001 CREATE VIEW v AS SELECT 1 FROM a */; REFRESH MATERIALIZED VIEW CONCURRENTLY m", "creates v; reads a; writes m"),
    ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY orders (a); DROP INDEX i; DROP INDEX j ON items", "alters orders; alters items"),
    ("ALTER TABLE ONLY orders ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES b (id)", "alters orders; references b"),
    ("ALTER TABLE orders RENAME TO old_orders; ALTER TABLE orders DROP COLUMN y, DROP CONSTRAINT c, DROP INDEX i", "alters orders"),
    ("ALTER INDEX i RENAME TO j; ALTER SEQUENCE s OWNED BY orders.id; ALTER VIEW v AS SELECT * FROM a", "alters v; reads a"),
    ("RENAME TABLE a TO b, c TO d", "alters a; alters c"),
    ("DROP TABLE IF EXISTS a, shop.b CASCADE; DROP MATERIALIZED VIEW m; DROP SCHEMA s; DROP FUNCTION f", "drops a; drops shop.b; drops m"),
    ("CREATE TRIGGER t AFTER INSERT OR UPDATE OF a ON orders FOR EACH ROW EXECUTE FUNCTION f()", "alters orders"),
    ("CREATE TRIGGER t ON DATABASE FOR CREATE_TABLE AS SELECT * FROM a", "reads a"),
    ("CREATE TRIGGER t BEFORE DELETE ON orders FOR EACH ROW INSERT INTO log VALUES (OLD.id)", "alters orders; writes log"),
    (
        "CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE stock SET a = 1; DELETE FROM x WHERE id = OLD.id; END; SELECT 1 FROM y",
        "alters orders; writes stock; writes x; reads y",
    ),
    ("CREATE TRIGGER t AFTER UPDATE ON a REFERENCING NEW TABLE AS changed FOR EACH STATEMENT INSERT INTO b SELECT * FROM changed", "alters a; writes b"),
    ("CREATE RULE r AS ON INSERT TO orders DO INSTEAD INSERT INTO log VALUES (1)", "alters orders; writes log"),
    ("CREATE POLICY p ON orders FOR SELECT USING (EXISTS (SELECT 1 FROM members)); DROP POLICY p ON items", "alters orders; reads members; alters items"),
    ("CREATE SYNONYM s FOR shop.orders", "reads shop.orders"),
    ("CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('a'); CREATE DATABASE d; CREATE USER u; CREATE EXTENSION e FROM unpackaged", ""),
    ("CREATE STATISTICS s ON a, b FROM orders", ""),
    (
        "CREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n  INSERT INTO log SELECT * FROM orders;\n"
        "  IF x THEN UPDATE stock SET a = NEW.a; END IF;\n  SELECT count(*) INTO n FROM items;\n  SELECT * FROM NEW;\n"
        "  FOR r IN SELECT * FROM lines LOOP PERFORM 1 FROM prices; END LOOP;\nEND $$ LANGUAGE plpgsql",
        "writes log; reads orders; writes stock; reads items; reads lines; reads prices",
    ),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM orders WHERE b = ''x'''", "reads orders"),
    ("CREATE FUNCTION f() RETURNS int AS $py$ from x import y; select(y) $py$ LANGUAGE plpython3u", ""),
    ("DO $$ BEGIN DELETE FROM orders; END $$", "writes orders"),
    ("DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT * FROM a; INSERT INTO b VALUES (1); END$$\nDELIMITER ;\nSELECT 1 FROM c;", "reads a; writes b; reads c"),
    ("USE shop\nGO\nSELECT * FROM a\nINSERT b VALUES (1)\nUPDATE c SET x = 1\nCREATE TABLE e (a int)\nDROP TABLE f\nGO", "reads a; writes b; writes c; creates e; drops f"),
    ("BEGIN TRAN; UPDATE a SET x = 1; COMMIT; BEGIN; SELECT * FROM b; END", "writes a; reads b"),
    ("CREATE PROCEDURE p AS BEGIN IF 1 = 1 BEGIN SELECT * FROM a; END END\nGO\nSELECT * FROM b", "reads a; reads b"),
    ("EXECUTE 'INSERT INTO a SELECT * FROM b WHERE c = $1' USING d; EXECUTE format('DELETE FROM %I', t)", "writes a; reads b"),
    ("EXEC sp_executesql N'SELECT * FROM a'; PREPARE s FROM 'UPDATE b SET c = ?'", "reads a; writes b"),
    ("EXECUTE 'just some text from here'", ""),
    ("ALTER TABLE (x); TRUNCATE TABLE; RENAME TABLE; RENAME TABLE a, b; REFRESH TABLE c; CREATE TABLE d LIKE (x)", "alters a; alters b; creates d"),
    ("ALTER POLICY p ON orders USING (a); CREATE TRIGGER t " + "x " * 60 + "ON items", "alters orders"),
]  # fmt: skip

HOLES = [
    ("SELECT * FROM {table} JOIN {schema}.orders ON 1 = 1 JOIN prefix_{x} p ON 1 = 1 JOIN %s ON 2 = 2 JOIN items_%s q ON 3 = 3 JOIN real ON 4 = 4", "reads orders; reads real"),
    ("INSERT INTO `{db}`.`orders` VALUES (?, ?)", "writes orders"),
    ('SELECT * FROM "{schema}"."orders", [{other}], `%s`', "reads orders"),
    ("UPDATE {?} SET a = 1 WHERE b IN (SELECT c FROM d)", "reads d"),
    ("UPDATE orders SET status = :status WHERE id = $1 AND a = %(a)s AND b = @b AND c::text = ? AND d = #{d} AND e = ${e}", "writes orders"),
    ("SELECT * FROM :tbl, :\"other\", #{name}, ${name}, @rows, orders", "reads orders"),
    ("SELECT * FROM <%= table %> JOIN orders ON TRUE <% if x %> WHERE a <% end %>", "reads orders"),
    (
        "{{ config(materialized='table') }} {# from nowhere #} select * from {{ ref('stg_orders') }} "
        "join {{ source('shop', 'customers') }} using (id) {% if x %} where a in (select b from {{ this }}) {% endif %}",
        "reads stg_orders; reads shop.customers",
    ),
    ('ALTER TABLE "{{ index .Options "Namespace" }}"."users" ADD x int', "alters users"),
    ("DELETE FROM {a}, SELECT * FROM", ""),
]  # fmt: skip

REMOTE = [
    (
        "SELECT * FROM dblink('host=orders-db dbname=orders user=ro', 'SELECT id FROM shop.orders WHERE x = ''a''') "
        "AS t (id int) JOIN invoices i ON TRUE",
        "reads orders.shop.orders@orders-db; reads invoices",
    ),
    ("SELECT dblink_exec('link', 'DELETE FROM orders'), dblink('UPDATE a SET b = 1')", "writes orders@link; writes a@{?}"),
    ("SELECT * FROM dblink('host={HOST} dbname=' || db, 'SELECT * FROM orders WHERE id = ' || id)", "reads {?}.orders@{HOST}"),
    ("SELECT * FROM dblink(connection, 'SELECT * FROM orders'), dblink()", "reads orders@connection"),
    ("SELECT * FROM OPENQUERY(SHOP, 'SELECT * FROM dbo.orders') q, items", "reads dbo.orders@SHOP; reads items"),
    ("SELECT * FROM orders@shop_link o JOIN sales.items@shop_link i ON 1 = 1", "reads orders@shop_link; reads sales.items@shop_link"),
    (
        "CREATE FOREIGN TABLE books (id int OPTIONS (column_name 'a')) SERVER catalog OPTIONS (schema_name 'public', table_name 'book')",
        "reads public.book@catalog",
    ),
    ("CREATE FOREIGN TABLE IF NOT EXISTS far.books (id int) SERVER catalog", "reads books@catalog"),
    (
        "IMPORT FOREIGN SCHEMA public LIMIT TO (books, book_stock) FROM SERVER catalog INTO local",
        "reads public.books@catalog; reads public.book_stock@catalog",
    ),
    ("IMPORT FOREIGN SCHEMA public FROM SERVER catalog INTO local", "reads public.*@catalog"),
    ("IMPORT FOREIGN SCHEMA public", ""),
    ("CREATE TABLE a (x int) ENGINE = MySQL('db:3306', 'shop', 'orders', 'u', 'p')", "reads shop.orders@db"),
    ("CREATE TABLE a (x int) ENGINE = MergeTree ORDER BY x", "creates a"),
    ("CREATE TABLE a (x int) ENGINE=FEDERATED CONNECTION='mysql://u:p@db:3306/shop/orders'", "reads shop.orders@db"),
    ("CREATE TABLE a (x int) ENGINE=FEDERATED CONNECTION='link/orders'", "reads orders@link"),
    ("SELECT * FROM postgresql('db:5432', 'shop', 'orders', 'u', 'p') AS p, remote('node', shop.items) r", "reads shop.orders@db; reads shop.items@node"),
    ("SELECT * FROM postgres_scan('host=db dbname=shop', 'public', 'orders'), mysql('x'), remote('h', t)", "reads shop.public.orders@db"),
    ("ATTACH 'host=db dbname=shop' AS pg (TYPE postgres); SELECT * FROM pg.public.orders", "reads public.orders@pg"),
    (
        "CREATE EXTERNAL SCHEMA far FROM POSTGRES DATABASE 'shop' URI 'db.example.net'; SELECT * FROM far.orders, near.items",
        "reads orders@far; reads near.items",
    ),
    ("SELECT * FROM dblink((SELECT c FROM links), 'SELECT * FROM o@far')", "reads o@far"),
    ("CREATE TABLE a (x int) ENGINE = MySQL('db')", "creates a"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [*QUERIES, *EXPRESSIONS, *CHANGES, *DEFINITIONS, *HOLES, *REMOTE], ids=lambda text: text[:60]
)
def test_uses(text: str, expected: str) -> None:
    assert shown(sql.uses(text)) == expected


PLAIN = [text for text, _ in (*QUERIES, *EXPRESSIONS, *CHANGES, *DEFINITIONS) if not re.search(r"[\n#\\]", text)]
SPACES = [" ", "\n", "\t", "  ", "\n\n", " /* FROM nowhere */ ", " -- JOIN nothing\n", "\r\n"]


@given(st.sampled_from(PLAIN), st.randoms(use_true_random=False))
def test_writing_changes_nothing(text: str, chance: random.Random) -> None:
    """Case, blank space and comments: the tables are the same."""
    parts: list[str] = []
    cases: dict[str, str] = {}  # a name keeps its case within a text
    end = 0
    for token in tokens(text):
        if token.at > end:
            parts.append(chance.choice(SPACES))
        raw = text[token.at : token.end]
        parts.append(
            cases.setdefault(raw, chance.choice((raw.lower(), raw.upper(), raw))) if token.kind == "word" else raw
        )
        end = token.end
    written = "".join(parts)
    assert shown(sql.uses(written)).lower() == shown(sql.uses(text)).lower(), written


@pytest.mark.parametrize(
    "text",
    [text for text, uses in (*QUERIES[:3], *QUERIES[12:13], *EXPRESSIONS[:6], *CHANGES[:2], *DEFINITIONS[:8]) if uses],
    ids=lambda text: text[:50],
)
def test_what_names_tables_is_recognised(text: str) -> None:
    assert sql.looks_like_sql(text)
