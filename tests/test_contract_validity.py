"""What a specification does not allow in a document, told beside what changed; hostile documents are refused or passed
over."""

from __future__ import annotations

import time

import pytest

from boundary.contracts.files import Files
from boundary.contracts.openapi import compare
from boundary.contracts.openapi.validity import problems

AT = "api.yaml:3/paths/~1a/get/responses/200"
TYPE = "api.yaml:4/components/schemas/A/type"
KINDS = "array, boolean, integer, null, number, object, string"
HEAD = "openapi: {version}\ninfo: {{title: Books, version: 1.0.0}}\n"


def told(text: str, version: str = "3.0.3") -> list[str]:
    data = (HEAD.format(version=version) + text).encode()
    files = Files("new", ["api.yaml"], {"api.yaml": data}.get)
    return [f"{one.place}{one.place.pointer}: {one.message}" for one in problems("new", files)]


@pytest.mark.parametrize(
    ("version", "text", "expected"),
    [
        ("3.0.3", "paths: {}", []),
        ("3.1.0", "paths: {}", []),
        ("3.0.3", "", ["api.yaml:1: paths is missing"]),
        ("3.0.3", "paths: {books: {}}", ["api.yaml:3/paths/books: a path begins with /"]),
        ("3.0.3", "paths: {/a: {get: {responses: {'200': {}}}}}", [f"{AT}: description is missing"]),
        ("3.1.0", "paths: {/a: {get: {responses: {'200': {}}}}}", [f"{AT}: description is missing"]),
        ("3.2.0", "paths: {/a: {get: {responses: {'200': 1}}}}", [f"{AT}: 1 is no object"]),
        (
            "3.1.0",
            "paths: {}\ncomponents: {schemas: {A: {type: text}}}",
            [f"{TYPE}: type needs to be one of {KINDS}, or a list of them"],
        ),
        ("4.0.0", "paths: 3", []),
    ],
)
def test_errors_have_a_place(version: str, text: str, expected: list[str]) -> None:
    assert told(text, version) == expected


@pytest.mark.timed
def test_hostile_documents_take_little_time() -> None:
    begun = time.monotonic()
    laughs = "\n".join(f"  a{at + 1}: &a{at + 1} [*a{at}, *a{at}, *a{at}, *a{at}]" for at in range(8))
    assert told(f"x-a:\n  a0: &a0 [x]\n{laughs}\npaths: {{}}") == []
    deep = "{allOf: [" * 90 + "{}" + "]}" * 90
    found = told(f"paths: {{}}\ncomponents: {{schemas: {{A: {deep}}}}}")
    assert found in ([], ["api.yaml:1: is nested too deeply to be checked"])
    assert time.monotonic() - begun < 5


@pytest.mark.timed
def test_many_values_that_change_take_little_time() -> None:
    begun = time.monotonic()
    old, new = ([f"v{at * step}" for at in range(3000)] for step in (1, 2))
    paths = "paths: {{/a: {{get: {{parameters: [{{name: a, in: query, schema: {{enum: {}}}}}], responses: {{}}}}}}}}"
    sides = [
        Files("side", ["a.yaml"], {"a.yaml": (HEAD.format(version="3.1.0") + paths.format(one)).encode()}.get)
        for one in (old, new)
    ]
    assert compare(*sides).summary == {"error": 1000, "warning": 0, "info": 1001}
    assert time.monotonic() - begun < 5
