"""Patterns read as machines: the judge is the regular expressions of the standard library."""

from __future__ import annotations

import re

import pytest
from contracting import told
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import within

from boundary.contracts.schemas.languages import machine, sought

QUICK = settings(max_examples=100, deadline=None)

ATOMS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", r"\d", r"\w", ".", "1", "-", r"\.", "(?:)", "[a-c1-]", r"[\d-]", r"\x61"]
)
COUNTS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"])
PARTS = st.recursive(
    st.builds(lambda atom, count: f"(?:{atom}){count}", ATOMS, COUNTS),
    lambda inner: st.one_of(
        st.builds(lambda one, two: f"{one}{two}", inner, inner),
        st.builds(lambda one, two, count: f"({one}|{two}){count}", inner, inner, st.sampled_from(["", "?", "{2}"])),
    ),
    max_leaves=5,
)
PATTERNS = st.builds(
    lambda start, part, end: f"{start}{part}{end}", st.sampled_from(["", "^"]), PARTS, st.sampled_from(["", "$"])
)
TEXTS = st.text(alphabet="ab1-. é", max_size=6)


def search(pattern: str, text: str) -> bool:
    return re.search(pattern.replace("$", r"\Z"), text, re.ASCII) is not None


@QUICK
@given(PATTERNS, TEXTS)
def test_a_machine_finds_what_a_search_finds(pattern: str, text: str) -> None:
    made = machine(pattern)
    assert made is not None
    assert made.matches(text) == search(pattern, text)


@QUICK
@given(PATTERNS, PATTERNS, st.lists(TEXTS, max_size=20))
def test_a_text_that_is_sought_is_one_and_none_is_overlooked(inside: str, outside: str, texts: list[str]) -> None:
    answer = sought((inside,), outside)
    if answer.text is not None:
        assert search(inside, answer.text)
        assert not search(outside, answer.text)
    elif answer.decided:
        assert not any(search(inside, text) and not search(outside, text) for text in texts)


@QUICK
@given(PATTERNS, PATTERNS, st.integers(0, 3), st.integers(0, 3))
def test_lengths_are_kept_to(one: str, two: str, least: int, more: int) -> None:
    answer = sought((one, two), None, least, least + more)
    if answer.text is not None and answer.decided:
        assert search(one, answer.text)
        assert search(two, answer.text)
        assert least <= len(answer.text) <= least + more


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)b", "(?<!a)b", r"(a)\1", r"\bword\b", r"\p{L}", "(?i)a", "a**", "^*", "(a", "a)", "[a", "[b-a]", "a{2,1}",
        "a{2}{3}", "*", "\\", "(" * 80 + ")" * 80, "(a{900}){900}", "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_not_regular_is_not_read(pattern: str) -> None:
    assert machine(pattern) is None
    assert not sought((pattern,), "a").decided


@pytest.mark.timed
def test_what_takes_for_ever_is_not_decided() -> None:
    with within(2):
        assert not sought(("^(a|b)*a(a|b){14}$",), "^c").decided
        assert not sought(("^a*$",), None, 1000).decided


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"pattern": r"^\w+$"}, {"pattern": r"^[\w\s]+$"}, []),
        ({"pattern": r"^[\w\s]+$"}, {"pattern": r"^\w+$"}, [r"$ pattern changed ^\w+$"]),
        ({"pattern": "^[a-z]{2,8}$"}, {"pattern": "^[a-z]+$", "minLength": 2, "maxLength": 8}, []),
        ({"pattern": "^[a-z]+$", "maxLength": 8}, {"pattern": "^[a-z]{1,8}$"}, []),
        ({"pattern": "^[a-z]{2,8}$"}, {"pattern": "^[a-z]+$", "maxLength": 7}, ["$ maxLength added 7"]),
        ({"format": "uuid"}, {"pattern": "^[0-9a-fA-F-]{36}$"}, []),
        ({"format": "date"}, {"pattern": r"^\d{8}$"}, [r"$ pattern added ^\d{8}$"]),
        ({"pattern": "^(?:a|b)$"}, {"pattern": "^[abc]$"}, []),
        ({"pattern": "(?=a)a"}, {"pattern": "^a"}, ["$ pattern changed ^a ?"]),
    ],
)
def test_patterns_lie_within_one_another(old: dict[str, object], new: dict[str, object], changes: list[str]) -> None:
    assert told({"type": "string", **old}, {"type": "string", **new}, "request") == changes
