"""The form of an OpenAPI document, checked against the specification's own JSON Schema.

openapi-spec-validator ships it. Nothing is followed and nothing of the document is run; what takes exponential time
there is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from boundary.reading.openapi_schemas import wrong_schemas

Pointer = tuple[str | int, ...]
Problem = tuple[Pointer, str]

MOST = 20
"""Errors that are told of one document."""

LARGEST = 2_000_000
"""Bytes of a document whose form is checked in full; a larger one takes longer than people wait."""

HEAVIEST = 800_000
"""Weight of a document whose form is checked in full: its values, each counted once for every level above it."""

VERSIONS = {"2.0": "schema_v2", "3.0": "schema_v30", "3.1": "schema_v31", "3.2": "schema_v32"}
"""Versions of the specification and what the package calls their schemas."""


def weight(value: Any) -> int:
    """What checking a document costs; what aliases share is looked at once and counted each time."""
    return _weigh(value, {})[1]


def _weigh(value: Any, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    if not isinstance(value, dict | list):
        return 1, 1
    found = known.get(id(value))
    if found is None:
        below = [_weigh(one, known) for one in (value.values() if isinstance(value, dict) else value)]
        nodes = 1 + sum(count for count, _ in below)
        found = known[id(value)] = nodes, nodes + sum(cost for _, cost in below)
    return found


def misshapen(document: dict[str, Any], version: str) -> Iterator[Problem]:
    """What the specification does not allow in a document, each with its pointer."""
    for error in _validator(VERSIONS[version]).iter_errors(document):
        yield _explained(error)
    if version in ("3.1", "3.2"):
        yield from wrong_schemas(document)


@lru_cache(maxsize=len(VERSIONS))
def _validator(name: str) -> Any:
    from jsonschema.validators import validator_for
    from openapi_spec_validator import schemas

    schema = _static(dict(getattr(schemas, name)))
    return validator_for(schema)(schema)


def _static(schema: Any) -> Any:
    """A schema without what takes long: dynamic references, which all mean the same in one document, and the demand for
    different elements, which compares each with each. What it says of a keyword of that name stays."""
    if isinstance(schema, list):
        return [_static(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$dynamicRef" and isinstance(value, str):
            found["$ref"] = "#/$defs/schema"
        elif not (key == "$dynamicAnchor" and isinstance(value, str)) and not (key == "uniqueItems" and value is True):
            found[key] = _static(value)
    return found


def _explained(error: Any) -> Problem:
    """The error that matters most: of several allowed forms, that of the one which was meant."""
    allowed: list[Any] = []
    while inner := [one for one in error.context if not _is_about_reference(one)]:
        error = min(inner, key=lambda one: (bool(one.context), len(one.absolute_path), str(one.absolute_path)))
        alike = [one for one in inner if one.validator == "enum" and one.absolute_path == error.absolute_path]
        allowed = [value for one in alike for value in one.validator_value]
    pointer = tuple(error.absolute_path)
    if error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, Mapping):
        extra = next((key for key in error.instance if repr(key) in error.message), "")
        return (*pointer, extra), "a path begins with /" if pointer == ("paths",) else "is not allowed here"
    return pointer, _brief(error, allowed)


def _is_about_reference(error: Any) -> bool:
    """Whether an error only says that something is no ``$ref``, which it did not want to be."""
    return isinstance(error.schema, Mapping) and "$ref" in error.schema.get("required", ())


def _brief(error: Any, allowed: list[Any]) -> str:
    if error.validator == "enum":
        values = dict.fromkeys(allowed or error.validator_value)
        return f"{short(error.instance)} is none of {', '.join(map(str, values))}"
    if error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        return f"{short(error.instance)} is no {' or '.join(kinds)}"
    if error.validator == "required":
        return str(error.message).replace("'", "").replace(" is a required property", " is missing")
    if error.validator in ("minProperties", "minItems"):
        return "must not be empty"
    if error.validator in ("oneOf", "anyOf", "not"):
        return "has none of the forms that are allowed here"
    line = " ".join(str(error.message).split())
    return line if len(line) <= 160 else f"{line[:80]} … {line[-70:]}"


def short(value: Any) -> str:
    """A value as a message shows it."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
