"""SQL texts made to hurt: none is deep, long or odd enough to crash, hang or fall silent."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_sql import CHANGES, DEFINITIONS, REMOTE, shown

from boundary.reading import sql

DEEP = 20_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM orders WHERE " + "(" * DEEP + "1" + ")" * DEEP + " AND a IN (SELECT b FROM c)", "reads orders; reads c"),
        ("SELECT * FROM (" * DEEP + "SELECT * FROM orders", "reads orders"),
        (")" * DEEP + "SELECT * FROM orders", "reads orders"),
        ("SELECT * FROM orders WHERE a = '" + "x" * DEEP, "reads orders"),
        ("SELECT * FROM orders /* " * DEEP, "reads orders"),
        ("{" * DEEP + "SELECT * FROM orders", "reads orders"),
        ("{{" * DEEP, ""),
        ("$a$ " * DEEP, ""),
        ("dblink(" * DEEP, ""),
        ("CREATE TABLE " * DEEP, ""),
        ("EXECUTE '" * 10 + "SELECT * FROM orders", "reads orders"),
        ("SELECT a FROM orders" + ", 1" * 200_000 + "; SELECT b FROM items", "reads orders; reads items"),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_depth_and_length_are_no_danger(text: str, expected: str) -> None:
    assert shown(sql.uses(text)) == expected


def test_statements_in_texts_in_texts_have_an_end() -> None:
    text = "SELECT * FROM orders"
    found = []
    for _ in range(8):
        text = "EXECUTE '" + text.replace("'", "''") + "'"
        found.append(shown(sql.uses(text)))
    assert found == ["reads orders"] * 4 + [""] * 4


@given(st.text(alphabet=st.sampled_from("selctfromwhijn ()'\"`[];,.*$@#{}%-/\\\n01AS"), max_size=80))
def test_any_text_is_read(text: str) -> None:
    for use in sql.uses(text):
        assert use.table
        assert 0 <= use.line <= text.count("\n")
    sql.servers(text)
    sql.looks_like_sql(text)


@given(
    st.lists(
        st.sampled_from(re.findall(r"\S+", " ".join(text for text, _ in (*CHANGES, *DEFINITIONS, *REMOTE)))),
        max_size=25,
    )
)
def test_any_words_are_read(words: list[str]) -> None:
    for use in sql.uses(" ".join(words)):
        assert use.table
