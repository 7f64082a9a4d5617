"""What sed puts in the place of what: only plain texts count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary.reading.sed import substitutions


@pytest.mark.parametrize(
    ("words", "pairs", "files"),
    [
        (["-i", "s/DB_VAL/orders/g", "a.yaml"], [("DB_VAL", "orders")], ["a.yaml"]),
        (["-i", "", "s|<DB>|a/b|;s|X_Y|z|", "a", "b"], [("<DB>", "a/b"), ("X_Y", "z")], ["a", "b"]),
        (["-i.bak", "-e", "s/__T__/1/", "--expression=s/__U__/2/", "a"], [("__T__", "1"), ("__U__", "2")], ["a"]),
        (["-es/__T__/1/", "a"], [("__T__", "1")], ["a"]),
        (["s/\\${HOST}/db/", "a"], [("${HOST}", "db")], ["a"]),
        (["s/a\\/b\\/c/x/", "a"], [("a/b/c", "x")], ["a"]),
        (["s/image: .*/image: x/", "a"], [], ["a"]),
        (["s/tag$/x/", "a"], [], ["a"]),
        (["s/\\(old\\)/x/", "a"], [], ["a"]),
        (["s/TAG_VAL/&-new/", "a"], [], ["a"]),
        (["s/TAG_VAL/v\\&1/", "a"], [("TAG_VAL", "v&1")], ["a"]),
        (["s/aa/b/", "a"], [], ["a"]),
        (["/begin/d; s/TAG_VAL/x/", "a"], [], ["a"]),
        (["s/TAG_VAL/x", "a"], [], ["a"]),
        (["-n", "p"], [], []),
        (["-e"], [], []),
    ],
)
def test_plain_texts(words: list[str], pairs: list[tuple[str, str]], files: list[str]) -> None:
    assert substitutions(words) == (pairs, files)


@given(st.lists(st.text(alphabet="s/|\\&;ab_$.-e ", max_size=40), max_size=6))
def test_any_words_are_read(words: list[str]) -> None:
    for old, new in substitutions(words)[0]:
        assert len(old) > 1 and "\n" not in old + new
