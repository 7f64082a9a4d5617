"""Secrets in lines that are shown: what opens a door is covered, and the rest of the line stays as it is."""

from __future__ import annotations

import pytest
from timing import within

from boundary.reading.masking import masked


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("URL: postgresql://orders:s3cr:t@/x@db:5432/orders", "URL: postgresql://orders:***@db:5432/orders"),
        ("redis://:pw@cache:6379/0", "redis://:***@cache:6379/0"),
        ("  POSTGRES_PASSWORD: hunter2", "  POSTGRES_PASSWORD: ***"),
        ("      - DB_PASSWORD=hunter2", "      - DB_PASSWORD=***"),
        ("ENV API_TOKEN=abc", "ENV API_TOKEN=***"),
        ('connect(host="db", password="abc", user="x")', 'connect(host="db", password="***", user="x")'),
        ('"host=db password=abc dbname=x"', '"host=db password=*** dbname=x"'),
        ("Server=db;User Id=sa;Password=Pa55;", "Server=db;User Id=sa;Password=***;"),
        ("password: hunter2", "password: ***"),
        ('{"apiKey": "abcd"}', '{"apiKey": "***"}'),
    ],
)
def test_a_secret_is_covered(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "http://host:8080/x?m=a@b",
        "postgresql://orders:${DB_PASSWORD}@orders-db/orders",
        "POSTGRES_PASSWORD: ${X:?}",
        'password = os.environ["DB_PASSWORD"]',
        "connect(password=settings.PW, user=1)",
        "def f(token: str) -> None:",
        "password = get_password()",
        'SECRET_KEY = env("SECRET_KEY")',
        "tokens = tokenize(text)",
        "token: ${{ secrets.TOKEN }}",
        "DB_PASSWORD = None",
        "secretKeyRef: {name: orders-db, key: password}",
        "class TokenError(Exception):",
    ],
)
def test_what_only_names_a_secret_stays(line: str) -> None:
    assert masked(line) == line


LONG = ["password=" * 200_000, "://a:" * 200_000 + "@", " " * 10**6 + "secret :", "a_" * 10**6]


@pytest.mark.timed
@pytest.mark.parametrize("line", LONG, ids=range(len(LONG)))
def test_no_line_takes_long(line: str) -> None:
    with within(1):
        assert len(masked(line)) <= 10_000 * 4
