"""What a specification does not allow in a document, told beside what changed; hostile documents are refused or passed
over."""

from __future__ import annotations

import json

import pytest
from timing import within

from boundary.contracts.files import Files
from boundary.contracts.openapi import compare
from boundary.contracts.openapi.validity import problems

AT = "api.yaml:3/paths/~1a/get/responses/200"
TYPE = "api.yaml:4/components/schemas/A/type"
KINDS = "array, boolean, integer, null, number, object, string"
HEAD = "openapi: {version}\ninfo: {{title: Books, version: 1.0.0}}\n"


def told(text: str, version: str = "3.0.3") -> list[str]:
    data = (HEAD.format(version=version) + text).encode()
    return shown("api.yaml", data)


def shown(path: str, data: bytes) -> list[str]:
    """The errors of a document that the old side does not have."""
    files = Files("new", [path], {path: data}.get)
    return [f"{one.place}{one.place.pointer}: {one.message}" for one in problems(Files("old", [], {}.get), files)]


def large(**wrong: object) -> bytes:
    """A document of 3 MB, one operation of which has something wrong."""
    sound = {"get": {"summary": "Tells of one book. " * 8, "responses": {"200": {"description": "The book."}}}}
    paths = {f"/books/{at}": sound for at in range(12_000)}
    paths["/books/7000"] = {"get": {**sound["get"], **wrong}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Books", "version": "1"}, "paths": paths}).encode()


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


def test_what_both_sides_have_is_told_of_each() -> None:
    data = (HEAD.format(version="3.0.3") + "paths: {books: {}}").encode()
    side = Files("side", ["api.yaml"], {"api.yaml": data}.get)
    assert [(one.side, one.place.line) for one in problems(side, side)] == [("old", 3), ("new", 3)]


@pytest.mark.timed
def test_large_documents_are_checked_in_full() -> None:
    with within(5):
        assert shown("api.json", large()) == []
        assert shown("api.json", large(tags="books")) == ["api.json:1/paths/~1books~17000/get/tags: books is no array"]


def test_errors_that_are_too_many_to_be_told_are_told_as_one() -> None:
    wrong = {"schema": {"properties": {f"p{at}": {"type": "text"} for at in range(100_000)}}}
    assert shown("api.json", large(parameters=[wrong])) == [
        "api.json:1: has not the form that its specification demands, and is too large to say where"
    ]


@pytest.mark.timed
def test_hostile_documents_take_little_time() -> None:
    with within(5):
        laughs = "\n".join(f"  a{at + 1}: &a{at + 1} [*a{at}, *a{at}, *a{at}, *a{at}]" for at in range(8))
        assert told(f"x-a:\n  a0: &a0 [x]\n{laughs}\npaths: {{}}") == []
        deep = "{allOf: [" * 90 + "{}" + "]}" * 90
        found = told(f"paths: {{}}\ncomponents: {{schemas: {{A: {deep}}}}}")
        assert found in ([], ["api.yaml:1: is nested too deeply to be checked"])
        tower = '{"openapi": "3.0.3", "paths": ' + '{"a": ' * 400 + "1" + "}" * 401
        assert shown("api.json", tower.encode()) == ["api.json:1: is nested too deeply to be checked"]


@pytest.mark.timed
def test_many_values_that_change_take_little_time() -> None:
    with within(5):
        old, new = ([f"v{at * step}" for at in range(3000)] for step in (1, 2))
        paths = (
            "paths: {{/a: {{get: {{parameters: [{{name: a, in: query, schema: {{enum: {}}}}}], responses: {{}}}}}}}}"
        )
        sides = [
            Files("side", ["a.yaml"], {"a.yaml": (HEAD.format(version="3.1.0") + paths.format(one)).encode()}.get)
            for one in (old, new)
        ]
        assert compare(*sides).summary == {"error": 1000, "warning": 0, "info": 1001}
