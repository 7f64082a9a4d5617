"""What documents of GraphQL ask for, whatever is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundary.reading.queries import Asked, asked

WORDS = [
    "query",
    "mutation",
    "fragment",
    "on",
    "{",
    "}",
    "(",
    ")",
    ":",
    "@",
    "...",
    "...F",
    "F",
    "a",
    "b",
    "$x",
    "type",
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{ guest { name } }", [Asked("QUERY guest", ("$.name",))]),
        ("query One($id: ID! = {a: 1}) { guest(id: $id, of: {x: 2}) { id } rooms }",
         [Asked("QUERY guest", ("$.id",), (("$.id", "id"), ("$.of", ""), ("$.of.x", ""))), Asked("QUERY rooms", ())]),
        ("mutation { add(of: [{a: [1, 2], b: {c: $x}}, {a: 3}], to: []) { id } }",
         [Asked("MUTATION add", ("$.id",), (("$.of", ""), ("$.of.a", ""), ("$.of.b", ""), ("$.of.b.c", "x"),
                                            ("$.of.a", ""), ("$.to", "")))]),
        ("mutation { kept: rename(name: \"{\") { now: name @include(if: $a) __typename } }",
         [Asked("MUTATION rename", ("$.name",), (("$.name", ""),))]),
        ("subscription { left { guest { ...Of ... on Vip { card } ... @skip(if: $b) { city } } } } fragment Of on G { id }",
         [Asked("SUBSCRIPTION left", ("$.guest", "$.guest.id", "$.guest.card", "$.guest.city"))]),
        ("query { ... Of } fragment Of on Query { guest ...Of }", [Asked("QUERY guest", ())]),
        ("type Query { guest: Guest }", []),
        ("extend type Query { guest: Guest }", []),
        ("what is {", []),
        ("no braces", []),
        ("{ a }" + " " * 50_000, []),
    ],
)  # fmt: skip
def test_what_is_asked(text: str, found: list[Asked]) -> None:
    assert list(asked(text)) == found


def test_fragments_of_each_other_are_read_once() -> None:
    many = " ".join(f"fragment F{n} on T {{ {' '.join(f'...F{m}' for m in range(60))} f{n} }}" for n in range(60))
    one = asked(f"query {{ root {{ ...F0 }} }} {many}")
    assert len(one) == 1
    assert len(one[0].fields) == 60


def test_what_is_nested_too_deep_is_left_out() -> None:
    text = "{ a " * 200 + "}" * 200
    assert len(asked(text)) == 1


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_no_document_breaks_it(words: list[str]) -> None:
    for one in asked(" ".join(words)):
        assert one.operation.partition(" ")[0] in ("QUERY", "MUTATION", "SUBSCRIPTION")
        assert all(path.startswith("$.") for path in one.fields)
