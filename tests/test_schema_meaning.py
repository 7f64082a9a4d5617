"""What schemas mean beyond their keywords: discriminators, directions, conditions, negations, dialects, witnesses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracting import OPENAPI30, OPENAPI31, compared, schema, told

from boundary.contracts.documents import Documents
from boundary.contracts.schemas import DRAFT7, MISSING, SWAGGER2, Comparer, Dialect, dialect, differences

TEXT = {"type": "string"}
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}

CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "meow": {"type": "boolean"}}}
DOG = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "bark": {"type": "boolean"}}}


def pets(mapping: dict[str, str] | None = None, *names: str, keyword: str = "oneOf") -> dict[str, Any]:
    found: dict[str, Any] = {keyword: [{"$ref": f"#/c/{name}"} for name in names or ("Cat", "Dog")]}
    if mapping is not None:
        found["discriminator"] = {"propertyName": "kind", "mapping": mapping}
    return found


def test_values_of_a_discriminator_are_on_the_wire_and_names_of_components_are_not() -> None:
    both = {"Cat": CAT, "Dog": DOG, "Hound": DOG}
    usual = {"cat": "#/c/Cat", "dog": "#/c/Dog"}
    renamed = pets({"cat": "#/c/Cat", "dog": "#/c/Hound"}, "Cat", "Hound")
    assert told(pets(usual), renamed, "request", **both) == []
    assert told(pets(usual), pets(usual, keyword="anyOf"), "response", **both) == []
    assert told(pets({"Cat": "Cat", "Dog": "Dog"}), pets({}), "request", **both) == []
    turned = pets({"cat": "#/c/Dog", "dog": "#/c/Cat"})
    assert told(pets(usual), turned, "request", **both) == [
        "$ discriminator retargeted cat",
        "$ discriminator retargeted dog",
    ]
    other = pets({"cat": "#/c/Cat", "hound": "#/c/Dog"})
    assert told(pets(usual), other, "request", **both) == ["$ discriminator value-removed dog"]
    assert told(pets(usual), other, "response", **both) == ["$ discriminator value-added hound"]
    kindless = {**pets(usual), "discriminator": {"propertyName": "type"}}
    assert told(pets(usual), kindless, "request", **both) == ["$ discriminator changed type"]


def test_without_a_mapping_the_names_of_components_are_on_the_wire_unless_they_list_the_values() -> None:
    named = {"Cat": CAT, "Dog": DOG, "Hound": DOG}
    assert told(pets({}), pets({}, "Cat", "Hound"), "request", **named) == ["$ discriminator value-removed Dog"]

    def listing(animal: dict[str, Any], value: str) -> dict[str, Any]:
        return {**animal, "properties": {**animal["properties"], "kind": {"const": value}}}

    listed = {"Cat": listing(CAT, "cat"), "Dog": listing(DOG, "dog"), "Hound": listing(DOG, "dog")}
    assert told(pets({}), pets({}, "Cat", "Hound"), "request", **listed) == []


def test_a_discriminator_on_a_base_schema_counts_its_mapping() -> None:
    def base(*values: str) -> dict[str, Any]:
        return {**CAT, "discriminator": {"propertyName": "kind", "mapping": dict.fromkeys(values, "#/c/Cat")}}

    assert told(base("cat", "lion"), base("cat"), "request", Cat=CAT) == ["$ discriminator value-removed lion"]
    assert told(base("cat"), base("cat", "lion"), "response", Cat=CAT) == ["$ discriminator value-added lion"]
    assert told(base("cat"), base("cat", "lion"), "request", Cat=CAT) == []


def test_branches_that_describe_different_properties_do_not_stand_for_one_another() -> None:
    both = {"Cat": CAT, "Dog": DOG, "Pet": {"type": "object", "properties": {"kind": {"type": "string"}}}}
    assert told(pets(), pets(None, "Cat"), "request", **both) == ["$ oneOf branch-removed Dog"]
    assert told(pets(None, "Cat"), pets(), "response", **both) == ["$ oneOf branch-added Dog"]
    assert told(pets(), {"$ref": "#/c/Pet"}, "request", **both) == []
    assert told(pets(), pets(None, "Cat"), "response", **both) == []


def test_alternatives_that_others_allow_together_are_not_decided() -> None:
    whole = {"type": "object", "properties": {"a": {"type": "string"}}}
    split = {"anyOf": [{**whole, "required": ["a"]}, {**whole, "properties": {"a": False}}]}
    assert told(whole, split, "request") == ["$ anyOf branch-removed object ?"]
    longer = {"anyOf": [{**whole, "minProperties": 2}, {**whole, "minProperties": 3}]}
    assert told(whole, longer, "request") == ["$ anyOf branch-removed object"]


def test_a_value_that_two_branches_of_one_of_match_is_refused() -> None:
    integer, text, number = {"type": "integer"}, {"type": "string"}, {"type": "number"}
    old, new = {"oneOf": [integer, text]}, {"oneOf": [integer, text, number]}
    reasons = compared(old, new, "request")
    assert [(one.keyword, one.move, one.witness) for one in reasons] == [("oneOf", "overlap-added", 0)]
    assert told(new, old, "response") == ["$ oneOf overlap-removed"]
    assert told({"allOf": [old]}, {"allOf": [new]}, "request") == ["$ oneOf overlap-added"]


READ = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "readOnly": True}}}
WRITE = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "writeOnly": True}}}
PLAIN = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def test_read_only_is_no_part_of_requests_and_write_only_none_of_responses() -> None:
    assert told(READ, PLAIN, "request") == ["$ required added id"]
    assert told(PLAIN, READ, "request") == ["$ property became-read-only id"]
    assert told(READ, PLAIN, "response") == told(PLAIN, READ, "response") == []
    assert told(WRITE, PLAIN, "response") == []
    assert told(PLAIN, WRITE, "response") == ["$ property became-write-only id"]
    assert told(WRITE, PLAIN, "request") == told(PLAIN, WRITE, "request") == []
    apart = {"type": "object", "allOf": [{"properties": {"id": {"allOf": [{"$ref": "#/c/Id"}]}}}, {"required": ["id"]}]}
    assert told(apart, READ, "request", Id={"type": "string", "readOnly": True}) == []
    longer = {**READ, "properties": {"id": {"type": "string", "readOnly": True, "maxLength": 3}}}
    assert told(READ, longer, "request") == []


def test_conditions_are_followed() -> None:
    def under(condition: Any, then: Any, otherwise: Any = True) -> Any:
        return {"type": "object", "properties": {"t": {"type": "string"}, "u": {"type": "string"}},
                "if": condition, "then": then, "else": otherwise}  # fmt: skip

    special = {"properties": {"t": {"const": "a"}}, "required": ["t"]}
    needed, long = {"required": ["u"]}, {"required": ["u"], "properties": {"u": {"minLength": 5}}}
    assert told(under(special, needed), under(special, long), "request") == ["$.u minLength added 5"]
    assert told(under(special, long), under(special, needed), "request") == []
    assert told(under(special, True, needed), under(special, True, long), "request") == ["$.u minLength added 5"]
    assert told(under({}, needed), {**under({}, True), **needed}, "request") == []  # what always holds is no condition
    assert told(under({}, True), {**under({}, True), **needed}, "request") == ["$ required added u"]
    closed = {**under(special, True), "properties": {"t": {"const": "b"}, "u": {"type": "string"}}}
    assert told(closed, {**closed, "then": long}, "request") == []


def test_negations_are_compared_by_what_they_refuse() -> None:
    def without(refused: Any, **more: Any) -> Any:
        return {**more, "not": refused}

    long_a = {"type": "string", "pattern": "^a", "minLength": 3}
    assert told({"type": "string"}, without(long_a, type="string"), "request") == ["$ not added"]
    assert told(without({"minLength": 3}, type="string"), without(long_a, type="string"), "request") == []
    weak = without({"type": "string", "pattern": "^a", "minLength": 5}, type="string")
    assert told(weak, without(long_a, type="string"), "request") == ["$ not changed"]
    assert told({"type": "integer"}, without(long_a, type="integer"), "request") == []
    unknown = {"pattern": "(?=a)a$", "minLength": 3}
    assert told({"type": "string"}, without(unknown, type="string"), "request") == ["$ not added ?"]
    assert told(without({"required": ["a"]}), without({"required": ["a", "b"]}), "request") == []
    assert told({"type": "integer"}, {"type": "integer", "not": {"maximum": 3}}, "request") == ["$ not added 3"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"swagger": "2.0"}, SWAGGER2),
        ({"openapi": "3.0.3"}, OPENAPI30),
        ({"openapi": "3.1.0"}, OPENAPI31),
        ({"openapi": "3.2.0"}, OPENAPI31),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, DRAFT7),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, OPENAPI31),
        ([], OPENAPI31),
    ],
)
def test_the_dialect_is_told_by_the_document(document: Any, expected: Dialect) -> None:
    assert dialect(Documents({"a": json.dumps(document).encode()}.get).open("a")) == expected


def test_dialects_write_the_same_in_their_ways() -> None:
    old = schema({"type": "number", "minimum": 0, "exclusiveMinimum": True, "x-nullable": True})
    new = schema({"type": ["number", "null"], "exclusiveMinimum": 0})
    assert Comparer(SWAGGER2, OPENAPI31).differences(old, new, "request") == []
    assert Comparer(OPENAPI31, SWAGGER2).differences(new, old, "response") == []
    tuples = schema({"type": "array", "items": [{"type": "string"}], "additionalItems": False})
    assert Comparer(DRAFT7, OPENAPI31).differences(
        tuples, schema({"type": "array", "prefixItems": [{"type": "string"}], "items": False}), "request"
    ) == []  # fmt: skip
    beside = {"$ref": "#/c/S", "maxLength": 3}
    assert told({"$ref": "#/c/S"}, beside, "request", OPENAPI30, S={"type": "string"}) == []
    assert told({"$ref": "#/c/S"}, beside, "request", OPENAPI31, S={"type": "string"}) == ["$ maxLength added 3"]
    assert told({"dependencies": {"a": ["b"]}}, {"dependentRequired": {"a": ["b"]}}, "request", DRAFT7) == []


def test_a_schema_that_is_missing_allows_everything() -> None:
    comparer = Comparer()
    text = schema({"type": "string"})
    assert comparer.differences(None, None, "request") == []
    assert [one.keyword for one in comparer.differences(None, text, "request")] == ["type"]
    assert comparer.differences(text, None, "request") == []
    assert repr(comparer.differences(None, text, "request")[0]) == "Reason($ type added string)"
    assert [one.keyword for one in differences(schema({}), text, "request")] == ["type"]


def test_references_by_dynamic_anchors_are_followed() -> None:
    leaf = {"$dynamicAnchor": "leaf", "type": "string"}
    tree = {"type": "array", "items": {"$dynamicRef": "#leaf"}, "$defs": {"leaf": leaf}}
    assert told(tree, {"type": "array", "items": {"type": "string"}}, "request") == []
    longer = {**tree, "$defs": {"leaf": {**leaf, "maxLength": 2}}}
    assert told(tree, longer, "request") == ["$[] maxLength added 2"]


def test_a_resource_fills_what_another_leaves_open() -> None:
    page = {
        "$id": "https://x.example/page",
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}, "next": {"$ref": "#/c/Next"}},
        "$defs": {"item": {"$dynamicAnchor": "item"}},
    }

    def of(item: Any) -> dict[str, Any]:
        filled = {"item": {"$dynamicAnchor": "item", **item}}
        return {"$id": "https://x.example/users", "$ref": "https://x.example/page", "$defs": filled}

    def said(old: Any, new: Any, at: str) -> list[str]:
        comparer = Comparer()
        sides = (schema({"$ref": f"#/c/{at}"}, Users=of(item), Page=page, Next=TEXT) for item in (old, new))
        return [str(reason) for reason in comparer.differences(*sides, "request")]

    longer = {**TEXT, "maxLength": 3}
    assert said(TEXT, longer, "Users") == ["Reason($.items[] maxLength added 3)"]
    assert said(TEXT, longer, "Page") == []
    assert said(TEXT, TEXT, "Users") == []
    plain = {"type": "object", "properties": {"items": {"type": "array", "items": TEXT}, "next": TEXT}}
    written_out = Comparer().differences(
        schema({"$ref": "#/c/U"}, U=of(TEXT), P=page, Next=TEXT), schema(plain), "request"
    )
    assert written_out == []


@pytest.mark.parametrize(
    ("old", "new", "witness"),
    [
        (TEXT, {**TEXT, "maxLength": 3}, "aaaa"),
        ({**TEXT, "minLength": 2}, {**TEXT, "minLength": 4}, "aaa"),
        ({"type": "array", "items": {"const": 1}}, {"type": "array", "maxItems": 2}, [1, 1, 1]),
        ({"type": "array"}, {"type": "array", "minItems": 1}, []),
    ],
)
def test_a_witness_of_a_length_is_just_beyond_it(old: Any, new: Any, witness: Any) -> None:
    assert [one.witness for one in compared(old, new, "request")] == [witness]


def test_a_witness_is_for_the_whole_message() -> None:
    def around(inner: Any) -> Any:
        listed = {"type": "array", "minItems": 2, "uniqueItems": True, "items": inner}
        tupled = {"type": "array", "prefixItems": [{"type": "string"}, {"additionalProperties": listed}]}
        return {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "p": tupled}}

    (reason,) = compared(around({"type": "integer"}), around({"type": "integer", "minimum": 5}), "request")
    assert reason.at == "$.p[1]{}[]"
    assert reason.witness["id"] == "a"
    assert min(reason.witness["p"][1]["a0"]) < 5
    (note,) = compared({**OBJECT, "properties": {"a": {}, "b": {}}}, OBJECT, "response")
    assert note.witness is MISSING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"^\d{5}$", "^[0-9]{5}$"), (r"^[a-zA-Z0-9_]{1,}$", r"^\w+$"), ("^(?:a|b){0,1}$", "^(a|b)?$"), ("^a.*$", "^a"),
        ("[a]{2,2}", "a{2}"), (r"^\-x{0,}$", "^-x*$"), (r"^[+\-*]$", "^[*+-]$"), (r"[^\d]", "[^0-9]"), ("^.*a", "a"),
    ],
)  # fmt: skip
def test_patterns_are_compared_by_what_they_match(one: str, other: str) -> None:
    old, new = ({"type": "string", "pattern": pattern} for pattern in (one, other))
    assert told(old, new, "request") == told(new, old, "request") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.b", r"a\.b"), ("[a-c]", "[ac]"), (r"\D", r"\d"), ("[^a]", "[a]"), ("a+", "a*"), ("^a$", "a"),
        ("a{2}", "a{3}"), ("(a|b)c", "a|bc"), ("[.]", "."), (r"[\^a]", "[^a]"), (r"^a\.*$", "^a"), (r"[\\d]", r"[\d]"),
    ],
)  # fmt: skip
def test_other_patterns_are_not_taken_for_the_same(one: str, other: str) -> None:
    old, new = ({"type": "string", "pattern": pattern} for pattern in (one, other))
    assert told(old, new, "request") + told(new, old, "request")
