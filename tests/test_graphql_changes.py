"""What may no longer be left out of a request of GraphQL is told as required."""

from __future__ import annotations

import pytest

from boundary.contracts.files import Files
from boundary.contracts.graphql import compare

SCHEMA = (
    "type Query { room(number: String, floor: Int = 1): Room }\ntype Room { beds: Int! }\ninput Wish { name: String }\n"
)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("number: String,", "number: String!,", ("required", "added")),
        ("{ name: String }", "{ name: String! }", ("required", "added")),
        ("{ name: String }", "{ name: Int }", ("type", "changed")),
        ("beds: Int!", "beds: Int", ("type", "changed")),
    ],
)
def test_what_was_done(old: str, new: str, told: tuple[str, str]) -> None:
    texts = [SCHEMA.encode(), SCHEMA.replace(old, new).encode()]
    before, after = (Files("", ["a.graphql"], {"a.graphql": text}.get) for text in texts)
    assert [(one.keyword, one.move) for one in compare(before, after).changes if one.level != "info"] == [told]
