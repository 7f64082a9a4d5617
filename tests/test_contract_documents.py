"""Documents of a contract: what references lead to, what is refused, and where things stand."""

from __future__ import annotations

import json

import pytest

from boundary.contracts.documents import Documents, Node
from boundary.contracts.model import Place
from boundary.errors import ContractError


def documents(**files: str) -> Documents:
    """Documents of these files; ``__`` in a name is a slash."""
    texts = {name.replace("__", "/"): text.encode() for name, text in files.items()}
    return Documents(texts.get)


def opened(text: str, **files: str) -> Node:
    return documents(main=text, **files).open("main")


PETS = """\
paths:
  /pets/{id}: {$ref: 'parts/paths#/one'}
components:
  schemas:
    Pet: &pet
      type: object
      tags: [a, 1, 1.5, 0x10, on, 2020-01-01, ~, TRUE, '1']
    Dog:
      <<: *pet
      $anchor: dog
      type: dog
"""


def test_yaml_means_what_the_core_schema_says() -> None:
    root = opened(PETS)
    pet = root.get("components", "schemas", "Pet")
    assert pet is not None
    assert pet.value["tags"] == ["a", 1, 1.5, 16, "on", "2020-01-01", None, True, "1"]
    dog = root.get("components", "schemas", "Dog")
    assert dog is not None
    assert dog.value["type"] == "dog"
    assert dog.value["tags"] is pet.value["tags"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000.0), ("-.5", -0.5), ("1e999", "1e999"), ("0o17", 15), ("1_000", "1_000"), ("", None)],
)
def test_scalars(text: str, value: object) -> None:
    assert opened(f"a: {text}\n").value == {"a": value}


def test_references_lead_over_files_pointers_and_anchors() -> None:
    root = opened(PETS, parts__paths="one: {get: {schema: {$ref: '../main#dog'}}}\n")
    found = root.get("paths", "/pets/{id}", "get", "schema", "type")
    assert found is not None
    assert found.value == "dog"
    assert found.place() == Place("main", 11, "/components/schemas/Dog/type")
    assert found.identity == ("main", "/components/schemas/Dog/type")


def test_identifiers_name_schemas() -> None:
    text = json.dumps(
        {"a": {"$ref": "https://x.example/pet#/b"}, "c": {"$id": "https://x.example/pet", "b": [{"v": 1}]}}
    )
    found = opened(text).get("a", 0, "v")
    assert found is not None
    assert found.value == 1
    assert found.pointer == "/c/b/0/v"


def test_lines_of_json_are_found_along_the_pointer() -> None:
    text = '\ufeff{\n "a~/b": [\n  {"x": 1},\n  {"x": "}",\n   "y": [\n1]}],\n "last": null}'
    root = opened(text)
    node = root.get("a~/b", 1, "y", 0)
    assert node is not None
    assert node.place() == Place("main", 6, "/a~0~1b/1/y/0")
    assert [below.place().line for _, below in root.items()] == [2, 7]
    assert root.source.line(("last", "nothing")) == 7
    assert root.source.line(("nowhere",)) == 1


def test_lines_of_yaml_fall_back_to_what_is_above() -> None:
    source = opened("a:\n- b\n- c: 1\n").source
    assert [source.line(steps) for steps in (("a",), ("a", "1", "c"), ("a", "7"), ("a", "x"), ("z",))] == [
        1,
        3,
        1,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("file:///etc/passwd", "nothing is fetched"),
        ("https://x.example/a.yaml#/b", "nothing is fetched"),
        ("//x.example/a", "nothing is fetched"),
        ("../../etc/passwd", "leads out of the folder"),
        ("/etc/passwd", "leads out of the folder"),
        ("..%2fup.yaml", "leads out of the folder"),
        ("other.yaml#/a", "there is no file other.yaml"),
        ("#/nothing", "leads nowhere"),
        ("#/l/7", "leads nowhere"),
        ("#/l/x/y", "leads nowhere"),
        ("#none", "leads nowhere"),
        ("#/a", "in a circle"),
    ],
)
def test_what_leads_nowhere_or_out_is_refused_with_its_place(reference: str, reason: str) -> None:
    root = opened(f"l: []\na:\n  $ref: '{reference}'\n")
    with pytest.raises(ContractError, match=reason) as caught:
        root.get("a")
    assert caught.value.where == "main:2"


@pytest.mark.parametrize(
    ("data", "where"), [(b'{"a": [1,\n 2', "main:3"), (b"a: b\nc: [\n", "main:3"), (b"a: 1\nb: \xff\n", "main:2")]
)
def test_what_cannot_be_decoded_is_refused_with_its_line(data: bytes, where: str) -> None:
    with pytest.raises(ContractError) as caught:
        Documents({"main": data}.get).open("main")
    assert caught.value.where == where


def test_a_missing_document_is_refused() -> None:
    with pytest.raises(ContractError, match=r"there is no file other"):
        documents(main="a: 1").open("other")
    assert opened("").value is None


def test_references_in_a_circle_over_three_files_are_values_all_the_same() -> None:
    files = {"b": "s: {properties: {c: {$ref: 'c#/s'}}}", "c": "s: {properties: {a: {$ref: 'main#/s'}}}"}
    root = opened("s: {properties: {b: {$ref: 'b#/s'}}}", **files)
    found = root.get("s", *(["properties", "b", "properties", "c", "properties", "a"] * 20))
    assert found is not None
    assert found.identity == ("main", "/s")
    assert repr(found) == "Node(main#/s)"


def test_numbers_beyond_all_measure_are_texts() -> None:
    root = opened('{"a": {\n"b": 1' + "0" * 5000 + ',\n"c": 1}}')
    assert len(root.value["a"]["b"]) == 5001
    assert root.source.line(("a", "c")) == 3
