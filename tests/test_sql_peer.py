"""Our reader of SQL beside sqlglot, which parses by grammar: plain statements of several dialects name the same tables."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import expressions

from boundary.reading import sql

STATEMENTS = """
postgres | SELECT isbn, title FROM books WHERE year > 1990 ORDER BY title LIMIT 10
postgres | SELECT b.title, a.name FROM catalog.books AS b JOIN catalog.authors a ON a.id = b.author
postgres | SELECT * FROM books b LEFT JOIN loans l USING (isbn) CROSS JOIN branches
postgres | SELECT * FROM ONLY events, LATERAL (SELECT * FROM marks WHERE marks.event = events.id) m
postgres | SELECT count(*) FILTER (WHERE due < now()) FROM loans
postgres | SELECT EXTRACT(year FROM due), trim(both ' ' FROM name), substring(name FROM 2) FROM loans
postgres | SELECT * FROM loans WHERE reader IS DISTINCT FROM 4
postgres | SELECT * FROM loans WHERE EXISTS (SELECT 1 FROM fines WHERE fines.loan = loans.id)
postgres | WITH late AS (SELECT * FROM loans) SELECT * FROM late JOIN readers ON readers.id = late.reader
postgres | WITH RECURSIVE tree AS (SELECT id FROM shelves UNION ALL SELECT s.id FROM shelves s JOIN tree t ON s.up = t.id) SELECT * FROM tree
postgres | WITH gone AS (DELETE FROM loans RETURNING *) INSERT INTO old_loans SELECT * FROM gone
postgres | SELECT isbn FROM books UNION SELECT isbn FROM wishes EXCEPT SELECT isbn FROM sold
postgres | INSERT INTO books (isbn, title) VALUES ('1', 'FROM nowhere') ON CONFLICT (isbn) DO UPDATE SET title = excluded.title
postgres | UPDATE books SET price = prices.price FROM prices WHERE prices.isbn = books.isbn
postgres | DELETE FROM loans USING readers WHERE readers.id = loans.reader
postgres | TRUNCATE TABLE loans
postgres | CREATE TABLE loans (id bigint PRIMARY KEY, isbn text NOT NULL REFERENCES books (isbn))
postgres | CREATE TABLE loans (isbn text, FOREIGN KEY (isbn) REFERENCES catalog.books (isbn) ON DELETE CASCADE)
postgres | CREATE TABLE IF NOT EXISTS best AS SELECT * FROM books
postgres | CREATE MATERIALIZED VIEW open_loans AS SELECT * FROM loans
postgres | CREATE VIEW reports.late AS SELECT * FROM loans JOIN readers ON true
postgres | ALTER TABLE loans ADD COLUMN day date
postgres | ALTER TABLE IF EXISTS lending.loans DROP COLUMN day
postgres | DROP TABLE IF EXISTS loans
postgres | DROP VIEW open_loans
postgres | SELECT "Weird Name".id FROM "Weird Name"
postgres | SELECT * FROM books TABLESAMPLE SYSTEM (1)
postgres | SELECT * FROM books FOR UPDATE SKIP LOCKED
postgres | MERGE INTO stock USING deliveries ON stock.isbn = deliveries.isbn WHEN MATCHED THEN UPDATE SET n = 1 WHEN NOT MATCHED THEN INSERT (isbn) VALUES (deliveries.isbn)
postgres | SELECT 'a -- b', $$ FROM x $$ FROM books -- FROM comment
postgres | CREATE INDEX by_isbn ON loans (isbn)
postgres | ALTER TABLE loans ADD CONSTRAINT book FOREIGN KEY (isbn) REFERENCES books (isbn)
postgres | CREATE TRIGGER late AFTER INSERT ON loans EXECUTE FUNCTION remind()
postgres | COPY loans FROM STDIN
mysql | SELECT * FROM `books` b STRAIGHT_JOIN `loans` l ON b.isbn = l.isbn
mysql | SELECT * FROM catalog.books USE INDEX (by_title) WHERE title = "FROM x"
mysql | INSERT IGNORE INTO books SET isbn = '1'
mysql | INSERT INTO books (isbn) SELECT isbn FROM deliveries ON DUPLICATE KEY UPDATE isbn = isbn
mysql | UPDATE books, prices SET books.price = prices.price WHERE books.isbn = prices.isbn
mysql | DELETE FROM books WHERE isbn IN (SELECT isbn FROM lost)
mysql | CREATE TABLE books (isbn varchar(13), KEY by_isbn (isbn)) ENGINE=InnoDB
mysql | ALTER TABLE books MODIFY COLUMN title text
mysql | DROP TABLE books, loans
tsql | SELECT TOP 10 * FROM [dbo].[books] WITH (NOLOCK)
tsql | SELECT * FROM dbo.books b CROSS APPLY (SELECT TOP 1 * FROM dbo.loans l WHERE l.isbn = b.isbn) x
tsql | INSERT INTO dbo.books (isbn) VALUES (N'1')
tsql | UPDATE dbo.books SET title = 'x' WHERE isbn = @isbn
tsql | DELETE FROM [lending].[loans] WHERE id = 1
tsql | CREATE TABLE [lending].[loans] ([id] int IDENTITY(1,1))
sqlite | INSERT OR REPLACE INTO books VALUES (1)
sqlite | CREATE TABLE IF NOT EXISTS books (isbn TEXT)
sqlite | SELECT * FROM books WHERE title GLOB 'a*'
sqlite | SELECT * FROM main.books NATURAL JOIN loans
oracle | SELECT * FROM books WHERE ROWNUM < 10 MINUS SELECT * FROM sold
oracle | SELECT * FROM books b, loans l WHERE b.isbn = l.isbn (+)
oracle | CREATE TABLE books (isbn VARCHAR2(13) NOT NULL)
snowflake | SELECT * FROM books QUALIFY row_number() OVER (PARTITION BY author ORDER BY year) = 1
bigquery | SELECT * FROM `catalog.books` WHERE year IN UNNEST([1990, 1991])
clickhouse | SELECT * FROM visits FINAL PREWHERE day > 1
clickhouse | INSERT INTO visits (day) VALUES (1)
duckdb | SELECT * FROM books ANTI JOIN sold USING (isbn)
spark | INSERT OVERWRITE TABLE visits SELECT * FROM raw_visits LATERAL VIEW explode(days) d AS day
""".strip().splitlines()

DIFFERENT = [
    # what is no table: indexes, constraints, sequences, schemas, aliases, procedures
    ("postgres", "DROP INDEX by_isbn", set(), {"by_isbn"}),
    ("mysql", "DROP INDEX by_isbn ON books", set(), {"by_isbn"}),
    ("postgres", "ALTER INDEX by_isbn RENAME TO by_number", set(), {"by_isbn", "by_number"}),
    ("postgres", "ALTER TABLE loans DROP CONSTRAINT book", set(), {"book"}),
    ("postgres", "CREATE SEQUENCE numbers", set(), {"numbers"}),
    ("postgres", "CREATE SCHEMA lending", set(), {"lending"}),
    ("mysql", "DELETE b FROM books b JOIN lost l ON l.isbn = b.isbn", set(), {"b"}),
    ("sqlite", "SELECT * FROM books INDEXED BY by_title", set(), {"by_title"}),
    # a table that is nobody's, or that is there only while somebody is connected
    ("oracle", "SELECT 1 FROM dual", set(), {"dual"}),
    ("postgres", "CREATE TEMPORARY TABLE chosen (id int)", set(), {"chosen"}),
    ("tsql", "SELECT * INTO #chosen FROM loans", set(), {"chosen"}),
    # the name that a table will have
    ("postgres", "ALTER TABLE loans RENAME TO lendings", set(), {"lendings"}),
    # statements that touch no rows
    ("mysql", "DESCRIBE books", set(), {"books"}),
    ("postgres", "GRANT SELECT ON loans TO reader", set(), {"loans"}),
    ("postgres", "COMMENT ON TABLE loans IS 'x'", set(), {"loans"}),
    # statements that only we read
    ("mysql", "REPLACE INTO books (isbn) VALUES ('1')", {"books"}, set()),
    ("mysql", "RENAME TABLE books TO works", {"books"}, set()),
    ("sqlite", "CREATE TABLE books (isbn TEXT) WITHOUT ROWID", {"books"}, set()),
]  # fmt: skip
"""Dialect, statement, what only we see, what only the other one sees."""


def ours(text: str) -> set[str]:
    return {f"{use.schema}.{use.table}".strip(".").casefold() for use in sql.uses(text)}


def theirs(text: str, dialect: str) -> set[str]:
    found: set[str] = set()
    for tree in sqlglot.parse(text, read=dialect):
        named = {one.alias.casefold() for one in tree.find_all(expressions.CTE)} if tree else set()
        for table in tree.find_all(expressions.Table) if tree else ():
            name = f"{table.db}.{table.name}".strip(".").casefold()
            if name and name not in named:
                found.add(name)
    return found


@pytest.mark.parametrize("line", STATEMENTS)
def test_both_see_the_same_tables(line: str) -> None:
    dialect, _, text = line.partition(" | ")
    assert ours(text) == theirs(text, dialect) != set()


@pytest.mark.parametrize(("dialect", "text", "mine", "others"), DIFFERENT)
def test_known_differences(dialect: str, text: str, mine: set[str], others: set[str]) -> None:
    here, there = ours(text), theirs(text, dialect)
    assert (here - there, there - here) == (mine, others)
