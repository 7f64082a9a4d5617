"""What the comparison of schemas says: each row is compatible one way and not the other, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from contracting import OPENAPI30, OPENAPI31, compared, told

OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}

NARROWED: list[tuple[Any, Any, str, str]] = [
    ({"type": "integer"}, {"type": "integer", "minimum": 5}, "minimum added 5", "minimum removed 5"),
    ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 5}, "minimum raised 5", "minimum lowered 5"),
    ({"type": "number", "maximum": 9}, {"type": "number", "maximum": 5}, "maximum lowered 5", "maximum raised 5"),
    (
        {"type": "number", "minimum": 1},
        {"type": "number", "exclusiveMinimum": 1},
        "exclusiveMinimum added 1",
        "minimum removed 1",
    ),
    ({"type": "number"}, {"type": "integer"}, "type changed number → integer", "type changed integer → number"),
    (
        {"type": "integer", "multipleOf": 5},
        {"type": "integer", "multipleOf": 10},
        "multipleOf changed 10",
    )
    * 1
    + ("multipleOf changed 10",),
    ({"type": "string"}, {"type": "string", "maxLength": 3}, "maxLength added 3", "maxLength removed 3"),
    ({"type": "string"}, {"type": "string", "pattern": "^a"}, "pattern added ^a", "pattern removed ^a"),
    ({"type": "string"}, {"type": "string", "format": "uuid"}, "format added uuid", "format removed uuid"),
    ({"type": "string"}, {"type": "string", "not": {"const": "x"}}, "not added x", "not removed x"),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum value-removed b", "enum value-added b"),
    ({"type": "string"}, {"type": "string", "enum": ["a"]}, "enum added a", "enum removed a"),
    ({"type": "string"}, {"const": "a"}, "const added a", "const removed a"),
    ({}, {"type": "string"}, "type added string", "type removed string"),
    ({"type": ["string", "null"]}, {"type": "string"}, "nullable removed", "nullable added"),
    (
        {"type": ["string", "integer"]},
        {"type": "string"},
        "type value-removed integer",
        "type value-added integer",
    ),
    ({"type": "array"}, {"type": "array", "minItems": 1}, "minItems added 1", "minItems removed 1"),
    ({"type": "array"}, {"type": "array", "uniqueItems": True}, "uniqueItems added", "uniqueItems removed"),
    ({"type": "array"}, {"type": "array", "contains": {"const": 1}}, "contains added", "contains removed"),
    (OBJECT, {**OBJECT, "required": ["a"]}, "required added a", "required removed a"),
    (
        OBJECT,
        {**OBJECT, "additionalProperties": False},
        "additionalProperties added",
        "additionalProperties removed",
    ),
    (OBJECT, {**OBJECT, "maxProperties": 1}, "maxProperties added 1", "maxProperties removed 1"),
    (
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], **OBJECT},
        {"anyOf": [{"required": ["a"]}], **OBJECT},
        "anyOf branch-removed 1",
        "anyOf branch-added 1",
    ),
]


@pytest.mark.parametrize(("wide", "narrow", "request_says", "response_says"), NARROWED)
def test_narrowing_breaks_requests_and_widening_responses(
    wide: Any, narrow: Any, request_says: str, response_says: str
) -> None:
    assert told(wide, narrow, "request") == [f"$ {request_says}"]
    assert told(narrow, wide, "response") == [f"$ {response_says}"]
    assert told(narrow, wide, "request") == []
    assert told(wide, narrow, "response") == []


@pytest.mark.parametrize(("wide", "narrow"), [row[:2] for row in NARROWED])
def test_the_place_is_told_wherever_a_schema_stands(wide: Any, narrow: Any) -> None:
    def around(schema: Any) -> Any:
        return {"type": "object", "properties": {"p": {"type": "array", "items": {"additionalProperties": schema}}}}

    assert told(around(wide), around(narrow), "request")[0].startswith("$.p[]")
    assert told(around(narrow), around(wide), "response")[0].startswith("$.p[]")
    assert told(around(narrow), around(wide), "request") == []


SAME: list[tuple[Any, Any]] = [
    ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ({"enum": ["a"]}, {"const": "a"}),
    ({"enum": [True, None, False]}, {"type": ["boolean", "null"]}),
    ({"oneOf": [{"const": True}, {"const": False}]}, {"type": "boolean"}),
    ({"enum": ["a", 1, None]}, {"oneOf": [{"const": None}, {"const": 1.0}, {"const": "a"}]}),
    ({"type": "number", "multipleOf": 1}, {"type": "integer"}),
    ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
    ({"type": "integer", "multipleOf": 6}, {"allOf": [{"type": "integer", "multipleOf": 2}, {"multipleOf": 3}]}),
    ({"$ref": "#/c/P"}, OBJECT),
    ({"$ref": "#/c/P"}, {"allOf": [{"$ref": "#/c/P"}]}),
    ({"$ref": "#/c/P", "description": "x"}, {"allOf": [{"properties": {"a": {"type": "string"}}}, {"type": "object"}]}),
    ({"type": "object", "additionalProperties": True}, {"type": "object", "minProperties": 0, "required": []}),
    ({"type": "array", "items": {}}, {"type": "array", "items": True, "minItems": 0}),
    ({"type": "array", "maxItems": 0}, {"type": "array", "items": False}),
    ({"dependentRequired": {"a": ["b"]}}, {"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
    ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"dependentRequired": {"a": ["b"]}}),
    ({"not": {"type": "string", "minLength": 5}, "type": "string"}, {"type": "string", "maxLength": 4}),
    ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
    (
        {"allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}, "unevaluatedProperties": False},
        {"properties": {"a": {}, "b": {}}, "additionalProperties": False},
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_way_to_write_it_is_no_difference(one: Any, other: Any) -> None:
    for direction in ("request", "response"):
        assert told(one, other, direction, P=OBJECT) == []  # type: ignore[arg-type]
        assert told(other, one, direction, P=OBJECT) == []  # type: ignore[arg-type]


def test_an_optional_property_may_be_added() -> None:
    more = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    assert told(OBJECT, more, "request") == []
    assert told(OBJECT, more, "response") == []
    assert told(more, OBJECT, "request") == []
    assert told(more, OBJECT, "response") == ["$ property removed b"]
    assert told(OBJECT, {**more, "required": ["b"]}, "request") == ["$ property added b"]
    assert told({**more, "additionalProperties": False}, {**OBJECT, "additionalProperties": False}, "request") == [
        "$ property removed b"
    ]


def test_nullable_of_the_older_version_is_null() -> None:
    assert told({"type": "string"}, {"type": "string", "nullable": True}, "response", OPENAPI30) == ["$ nullable added"]
    assert told({"type": "string"}, {"type": "string", "nullable": True}, "response", OPENAPI31) == []


MORE: list[tuple[Any, Any, str]] = [
    ({"type": "array"}, {"type": "array", "contains": {"const": 1}, "maxContains": 2}, "$ contains added"),
    (
        {"type": "array", "contains": {"const": 1}},
        {"type": "array", "contains": {"const": 2}},
        "$ contains changed",
    ),
    ({"type": "object"}, {"type": "object", "patternProperties": {"^x": {"type": "string"}}}, "$ patternProperties added ^x"),
    (
        {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
        {"type": "object", "patternProperties": {"^x": {"type": "string", "maxLength": 1}}},
        "${} maxLength added 1",
    ),
    ({"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}, "$ propertyNames added"),
    (
        {"type": "object", "propertyNames": {"maxLength": 5}},
        {"type": "object", "propertyNames": {"maxLength": 3}},
        "$ propertyNames changed",
    ),
    (
        {**OBJECT, "additionalProperties": False},
        {**OBJECT, "additionalProperties": False, "propertyNames": {"const": "b"}},
        "$ propertyNames added a",
    ),
    (OBJECT, {**OBJECT, "additionalProperties": {"type": "string"}}, "$ additionalProperties added"),
    (
        {**OBJECT, "additionalProperties": {"type": "string"}},
        {**OBJECT, "additionalProperties": False},
        "$ additionalProperties changed",
    ),
    (
        {**OBJECT, "additionalProperties": {"type": "string"}},
        {**OBJECT, "properties": {**OBJECT["properties"], "b": {"type": "integer"}}},
        "$.b type changed string → integer",
    ),
    (
        {**OBJECT, "patternProperties": {"^x": {}}, "additionalProperties": False},
        {**OBJECT, "additionalProperties": False},
        "$ additionalProperties added",
    ),
    (
        {"type": "object", "properties": {"a": {}}, "required": ["z"]},
        {"type": "object", "properties": {"a": {}, "z": {"type": "string"}}},
        "$.z type added string",
    ),
    (OBJECT, {**OBJECT, "properties": {"a": False}}, "$ property removed a"),
    (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        "$ property added a",
    ),
    ({"type": "string", "format": "int-like"}, {"type": "string", "format": "date"}, "$ format changed date"),
    ({"type": "integer", "format": "int64"}, {"type": "integer", "format": "int32"}, "$ format changed int32"),
    ({"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^ab"}, "$ pattern changed ^ab"),
    ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 1, "multipleOf": 0.5}, "$ multipleOf added 0.5"),
    ({"enum": ["a", 1]}, {"enum": ["a"]}, "$ enum value-removed 1"),
    ({"enum": ["a", "bb"]}, {"type": "string", "minLength": 2}, "$ enum value-removed a"),
    ({"enum": ["a"]}, {"type": "string", "minLength": 2}, "$ enum changed a"),
    ({"const": {"a": 1}}, {"const": {"a": 2}}, '$ const value-removed {\'a\': 1}'),
    ({"enum": [[1], [2]]}, {"type": "array", "items": {"const": 1}}, "$ enum value-removed [2]"),
    ({"type": "boolean"}, {"const": True}, "$ const added True"),
    ({"type": ["string", "null"]}, {"type": "integer"}, "$ type changed string → integer"),
    ({"oneOf": [{"type": "string"}, OBJECT]}, {"type": "string"}, "$ oneOf branch-removed 1"),
    ({"type": "array", "prefixItems": [{}, {}]}, {"type": "array", "prefixItems": [{}, {"type": "string"}]}, "$[1] type added string"),
    ({"items": {}, "type": "array", "maxItems": 1}, {"type": "array", "prefixItems": [{}, {"type": "string"}]}, ""),
    ({"type": "array", "maxItems": 1}, {"type": "array", "uniqueItems": True}, ""),
    ({"type": "array", "minItems": 2, "items": {"const": 1}}, {"type": "array", "contains": {"const": 1}}, ""),
    ({"type": "array", "contains": {"const": 1}}, {"type": "array", "minItems": 1}, ""),
    ({"type": "string", "format": "uuid"}, {"type": "string", "minLength": 36, "maxLength": 36}, ""),
    ({"type": "string", "format": "url"}, {"type": "string", "format": "uri-reference"}, ""),
    ({**OBJECT, "additionalProperties": False}, {**OBJECT, "maxProperties": 1}, ""),
    ({**OBJECT, "required": ["a"]}, {**OBJECT, "minProperties": 1}, ""),
    ({**OBJECT, "additionalProperties": False}, {**OBJECT, "propertyNames": {"enum": ["a"]}}, ""),
    (
        {"type": "object", "patternProperties": {"^x": {}}, "additionalProperties": False},
        {"type": "object", "propertyNames": {"pattern": "^x"}},
        "",
    ),
    ({**OBJECT, "properties": {"a": False}}, OBJECT, ""),
    ({**OBJECT, "properties": {"a": {"not": {}}}, "required": ["a"]}, {**OBJECT, "maxProperties": 0}, ""),
    ({"type": "string", "not": {"enum": ["a"]}}, {"type": "string", "not": {"const": "a"}}, ""),
    ({"type": "string", "maxLength": 1}, {"type": "string", "not": {"const": "aa"}}, ""),
    ({"unevaluatedItems": False, "type": "array", "prefixItems": [{}]}, {"type": "array", "maxItems": 1}, ""),
    ({"unevaluatedItems": {"const": 1}, "type": "array"}, {"type": "array", "items": {"const": 1}}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), MORE)
def test_one_by_one(old: Any, new: Any, says: str) -> None:
    found = told(old, new, "request")
    assert found == ([says] if says else [])
    assert bool(compared(new, old, "response")) == bool(says) or "False" in str(old)
