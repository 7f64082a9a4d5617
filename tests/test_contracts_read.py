"""OpenAPI documents: what is told of strange and hostile ones, and what reading them must never do."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import within

from boundary.extract import extract
from boundary.extractors import _openapi_validity, openapi
from boundary.facts import AnyFact, Contract, ContractOperation, InvalidContract, Unreadable
from boundary.reading.openapi_form import HEAVIEST, MOST
from boundary.source import Source

ROOT = Path(__file__).parents[1]


def read(text: str | dict[str, Any], path: str = "openapi.yaml") -> list[AnyFact]:
    data = text if isinstance(text, str) else json.dumps(text, indent=1)
    return list(extract(Source(path, data.encode()), [openapi]).facts)  # type: ignore[list-item]


def invalid(text: str | dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(fact.line, fact.pointer, fact.reason) for fact in read(text) if isinstance(fact, InvalidContract)]


def contract(version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    head = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    return {**head, "info": {"title": "Desk", "version": "1"}, "paths": {}, **more}


def operation(**more: Any) -> dict[str, Any]:
    return {"/a": {"get": {"responses": {"200": {"description": "fine"}}, **more}}}


def test_files_are_told_by_their_content() -> None:
    assert [path for path in ("a.yaml", "B.YML", "x/api.json", "a.toml", "openapi.md") if openapi.matches(path)] == [
        "a.yaml", "B.YML", "x/api.json",
    ]  # fmt: skip
    for path in ("service.json", "docs/api.yml"):
        assert isinstance(read(contract(), path)[0], Contract)
        assert isinstance(read('{"info":{},"openapi":"3.0.0","paths":{}}', path)[0], Contract)
    assert read("\ufeffopenapi: 3.0.0\npaths: {}\n")[0].line == 1
    assert read("openapi: true\n") == read("swagger: [1]\n") == read("- openapi: 3.0.0\n") == []


@pytest.mark.parametrize(("version", "wrong"), [("2.0", 0), ("3.0.0", 0), ("3.1.1", 0), ("3.2.0", 0), ("3.7.0", 1)])
def test_every_known_version_is_checked(version: str, wrong: int) -> None:
    assert len(invalid(contract(version))) == wrong
    assert len(invalid(contract(version, colour="red"))) == 1


@pytest.mark.parametrize("version", ["2.0", "three", "3.0.3"])
def test_a_version_without_quotes_is_a_version(version: str) -> None:
    key = "swagger" if version == "2.0" else "openapi"
    assert read(f"{key}: {version}\ninfo: {{title: a, version: '1'}}\npaths: {{}}\n")[1:] == (
        [InvalidContract("/openapi", "version three is none that is known: 2.0, 3.0, 3.1, 3.2")]
        if version == "three" else []
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("12", "12 is no string"),
        ("1.5", "1.5 is no string"),
        ("1e3", "1000.0 is no string"),
        ("true", "true is no string"),
        ("null", "null is no string"),
        ("{}", "an object is no string"),
        ("[]", "a list is no string"),
        ("2024-05-01", None),
        ("'12'", None),
        ("!!str 12", None),
        ("off", None),
        ("9" * 5000, f"{float('9' * 5000)} is no string"),
    ],
)
def test_scalars_have_the_types_of_json(written: str, reason: str | None) -> None:
    found = invalid(f"openapi: 3.0.3\ninfo:\n  title: Desk\n  version: {written}\npaths: {{}}\n")
    assert found == ([(4, "/info/version", reason)] if reason else [])


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"paths": operation(parameters=[{"in": "query"}])}, "name is missing"),
        ({"paths": operation(parameters=[{"name": "a", "in": "path", "schema": {}}])}, "required is missing"),
        ({"paths": operation(responses={"600": {"description": "x"}})}, "is not allowed here"),
        ({"paths": operation(tags=["a", "a"])}, None),
        ({"tags": [{"name": "a", "description": "x"}, {"name": "a"}]}, "tag a is declared more than once"),
        ({"paths": operation(responses={})}, "must not be empty"),
        ({"servers": [{"url": 1}]}, "1 is no string"),
        ({"components": {"schemas": {"A": {"type": "a" * 100}}}}, "… is none of array, boolean"),
        ({"components": {"schemas": {"A": {"minLength": "x" * 300}}}}, "… is no integer"),
        ({"components": {"schemas": {"A": {"tpye": "string"}}}}, "is not allowed here"),
        ({"components": {"schemas": {"A": {"pattern": "(a+)+$", "default": "a" * 60 + "b"}}}}, None),
        ({"components": {"schemas": {"A": {"$ref": "#/components/schemas/B"}}}}, "#/components/schemas/B does not exist"),
        ({"components": {"schemas": {"A": {"items": {"$ref": "#"}}}}}, None),
        ({"components": {"schemas": {"default": {"$ref": "#/components/schemas/B"}}}}, "does not exist"),
        ({"components": {"schemas": {"A": {"default": {"$ref": "#/none"}}}}}, None),
        ({"x-more": {"$ref": "#/none"}}, None),
        ({"components": {"parameters": {"P": {"name": "a", "in": "query", "schema": {}, "content": {}}}}}, "none of the forms"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(more: dict[str, Any], found: str | None) -> None:
    reasons = [reason for _, _, reason in invalid(contract(**more))]
    assert len(set(reasons)) == (0 if found is None else 1)
    assert all(found and found in reason and "\n" not in reason and len(reason) < 200 for reason in reasons)


def test_references_inside_of_schemas_with_an_identity_count_from_there() -> None:
    schemas = {"A": {"$id": "https://x.example/a", "$ref": "#/$defs/B", "$defs": {"B": {}}}}
    assert invalid(contract("3.1.0", components={"schemas": schemas})) == []
    other = {"A": {"$schema": "https://json-schema.org/draft/2019-09/schema", "type": "strin"}}
    assert invalid(contract("3.1.0", components={"schemas": other})) == []
    sound = {"A": {"type": ["string", "null"], "maxLength": 5.0, "required": ["a"], "not": True, "xml": {}, "x-a": 1}}
    assert invalid(contract("3.1.0", components={"schemas": sound})) == []
    assert len(invalid(contract("3.1.0", components={"schemas": {"A": {"items": 1}}}))) == 1


def test_a_reference_is_followed_into_no_file_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection or a file was opened")

    text = contract(paths={
        **operation(parameters=[{"$ref": "http://127.0.0.1:9/p"}, {"$ref": "file:///etc/passwd"}, {"$ref": "p.yaml#/a"}]),
        "/b": {"$ref": "ftp://127.0.0.1/b"},
    })  # fmt: skip
    assert invalid(contract()) == []  # the packages that check are loaded now
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    found = read(text)
    assert [fact.path for fact in found if isinstance(fact, ContractOperation)] == ["/a"]
    assert len(found) == 2


def test_errors_are_limited_and_in_order() -> None:
    paths = {f"p{number:02}": {} for number in range(50)}
    found = invalid(contract(paths={"/a": {"get": {}}, **paths}))
    assert len(found) <= MOST
    assert found == sorted(found)
    many = {f"S{number:02}": {"type": "x"} for number in range(50)}
    assert len(invalid(contract(components={"schemas": many}))) == MOST


def test_the_form_of_a_document_with_too_many_values_is_checked_roughly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_openapi_validity, "MOST_VALUES", 8)
    paths: dict[str, Any] = {"nowhere": {}, "/list": [], "x-note": "y", "/fine": {"get": {"responses": 1}}}
    found = [(pointer, reason) for _, pointer, reason in invalid(contract(paths=paths))]
    assert found == [("/paths/nowhere", "a path begins with /"), ("/paths/~1list", "is not an object")]
    assert [reason for *_, reason in invalid(contract(paths=["y"] * 9))] == ["is not an object"]


def nested(version: str, depth: int) -> str:
    schema: dict[str, Any] = {"type": "strin"}
    for _ in range(depth):
        schema = {"allOf": [schema, schema]} if depth < 12 else {"items": schema}
    return json.dumps(contract(version, components={"schemas": {"A": schema}}))


ALIASES = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\nx: &x0 {allOf: [{type: string}]}\n" + "".join(
    f"x{n}: &x{n} {{allOf: [*x{n - 1}, *x{n - 1}]}}\n" for n in range(1, 17)
)
HOSTILE = {
    "nested": nested("3.0.3", 190),
    "nested newer": nested("3.1.0", 190),
    "too deep": "openapi: 3.0.3\npaths: " + "[" * 5000,
    "twofold": nested("3.0.3", 11),
    "aliases": ALIASES,
    "aliases of schemas": ALIASES + "components: {schemas: {A: *x16}}\n",
    "aliases of newer schemas": ALIASES.replace("3.0.3", "3.1.0") + "components: {schemas: {A: *x16}}\n",
    "callbacks": "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths:\n  /a: "
    + "{get: {callbacks: {c: {'{$url}': " * 45 + "{}" + "}}}}" * 45,
    "circles": json.dumps(contract(paths={"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}})),
    "patterns": json.dumps(contract("3.1.0", components={"schemas": {"A": {"pattern": "(" * 5000, "default": "a"}}})),
    "parameters": json.dumps(contract(paths=operation(parameters=[{"$ref": "#/paths/~1a/get/parameters/0"}] * 3000))),
    "different parameters": json.dumps(
        contract(paths=operation(parameters=[{"name": f"a{n}", "in": "query", "schema": {}} for n in range(3000)]))
    ),
    "placeholders": json.dumps(contract(servers=[{"url": "{" * 200_000}], paths={"/{" * 100_000: {"get": {}}})),
    "index": json.dumps(contract(tags=[{"$ref": "#/tags/" + "9" * 5000}])),
    "one line": "openapi: 3.0.3" + " " * 500_000 + "x",
}  # fmt: skip


@pytest.mark.timed
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_end_soon(name: str) -> None:
    with within(20):
        found = read(HOSTILE[name])
    assert len(found) < 100 and all(len(getattr(fact, "reason", "")) < 250 for fact in found)
    assert found, "every one of them is named as a contract"


def test_what_is_nested_too_deeply_to_be_checked_is_said() -> None:
    found = read(HOSTILE["nested"])
    assert isinstance(found[0], Contract)
    assert [fact.what for fact in found if isinstance(fact, Unreadable)] == ["depth"]


def test_what_is_heavy_hides_nothing_beside_it() -> None:
    wide = {"A": {"enum": [[["x"] * 100] * 100] * (HEAVIEST // 60_000)}, "B": {"type": "strin"}}
    found = invalid(json.dumps(contract(components={"schemas": wide})))
    assert [pointer for _, pointer, _ in found] == ["/components/schemas/B/type"]


def test_packages_that_check_are_loaded_for_contracts_only() -> None:
    code = (
        "import sys; from boundary.extract import extract, extractors; from boundary.source import Source\n"
        "extract(Source('openapi.yaml', b'a: 1'), extractors()); extract(Source('a.json', b'{\"swagger\": 1}'), extractors())\n"
        "print(sorted({'openapi_spec_validator', 'jsonschema', 'jsonschema_rs', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PIECES = [
    "openapi", "swagger", "3.0.3", "2.0", "3.1.0", "info", "title", "version", "paths", "/a", "/{id}", "get", "parameters",
    "name", "in", "path", "query", "responses", "200", "description", "schema", "$ref", "#/paths/~1a", "components",
    "schemas", "type", "string", "servers", "url", "http://a/{b}", "variables", "basePath", "host", "x-internal", "tags",
    ": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", "&a ", "*a", "'", "1", "true", "null",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.sampled_from(["openapi: 3.1.0\n", "swagger: '2.0'\n"]),
)
def test_any_text_gives_facts(text: str, head: str) -> None:
    for fact in read(head + text):
        assert isinstance(fact, Contract | ContractOperation | InvalidContract | Unreadable)
        assert fact.line >= 1
