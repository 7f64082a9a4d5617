"""The Schema Objects of OpenAPI 3.1 and 3.2, whose form the schema of the specification leaves open.

Their dialect is JSON Schema 2020-12 with four keywords more (https://spec.openapis.org/oas/v3.1.0#schema-object). Only
the form of each keyword is checked, by a table: the metaschema with its dynamic references takes ten seconds for a
megabyte.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Pointer = tuple[str | int, ...]

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")

_FORMS = {
    "schema": "items not if then else contains additionalProperties propertyNames unevaluatedItems "
    "unevaluatedProperties contentSchema",
    "schemas": "properties patternProperties $defs dependentSchemas",
    "choices": "allOf anyOf oneOf prefixItems",
    "a string": "$id $schema $ref $anchor $dynamicRef $dynamicAnchor $comment title description format pattern "
    "contentEncoding contentMediaType",
    "a whole number from 0": "maxLength minLength maxItems minItems maxProperties minProperties maxContains "
    "minContains",
    "a number": "maximum minimum exclusiveMaximum exclusiveMinimum multipleOf",
    "true or false": "deprecated readOnly writeOnly uniqueItems",
    "a list": "enum examples",
    "a list of strings": "required",
    "an object": "discriminator xml externalDocs dependentRequired",
}
_FORM_OF = {keyword: form for form, keywords in _FORMS.items() for keyword in keywords.split()}


def wrong_schemas(document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Keywords whose values have not the form they need; none for a document that chooses another dialect."""
    if "jsonSchemaDialect" in document:
        return
    for pointer, schema in _outermost(document):
        if isinstance(schema, dict) and "$schema" not in schema:
            yield from _wrong(schema, pointer)


def _outermost(document: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    """The schemas that stand in no other schema, with their pointers."""
    waiting: list[tuple[Pointer, Any]] = [((), document)]
    while waiting:
        pointer, node = waiting.pop()
        for key, value in reversed(node.items()) if isinstance(node, dict) else enumerate(node):
            below = (*pointer, key)
            if key == "schema" or pointer == ("components", "schemas"):
                yield below, value
            elif isinstance(value, dict | list) and key not in ("example", "examples", "value", "default"):
                waiting.append((below, value))


def _wrong(schema: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    waiting = [(pointer, schema)]
    while waiting:
        at, one = waiting.pop()
        if isinstance(one, bool):
            continue
        if not isinstance(one, dict):
            yield at, "a schema is an object, true or false"
            continue
        for keyword, value in one.items():
            below = (*at, keyword)
            inner, needed = _taken_apart(_FORM_OF.get(keyword, ""), value)
            if keyword == "type" and not _is_type(value):
                needed = f"one of {', '.join(TYPES)}, or a list of them"
            if needed:
                yield below, f"{keyword} needs to be {needed}"
            waiting += [((*below, *key), value) for key, value in inner]


def _taken_apart(form: str, value: Any) -> tuple[list[tuple[Pointer, Any]], str]:
    """The schemas in a keyword's value, and what the value should be instead ("" when it is that)."""
    match form:
        case "schema":
            return [((), value)], ""
        case "schemas" if isinstance(value, dict):
            return [((key,), inner) for key, inner in value.items()], ""
        case "choices" if isinstance(value, list) and value:
            return [((index,), inner) for index, inner in enumerate(value)], ""
        case "schemas":
            return [], "an object of schemas"
        case "choices":
            return [], "a list of schemas that is not empty"
    return [], "" if not form or _has_form(form, value) else form


def _has_form(form: str, value: Any) -> bool:
    match form:
        case "a string":
            return isinstance(value, str)
        case "a whole number from 0":
            return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == value // 1
        case "a number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "true or false":
            return isinstance(value, bool)
        case "an object":
            return isinstance(value, dict)
    return isinstance(value, list) and (form == "a list" or all(isinstance(one, str) for one in value))


def _is_type(value: Any) -> bool:
    among = value if isinstance(value, list) and value else [value]
    return all(isinstance(one, str) and one in TYPES for one in among)
