"""The form of an OpenAPI document, checked against the specification's own JSON Schema.

openapi-spec-validator ships it. The quick judge (jsonschema-rs) says whether a document is sound, and which of its
parts are not; only these are put to the slow one (jsonschema), which says what is wrong. Nothing is followed and
nothing of the document is run; what takes exponential time there is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from boundary.reading.openapi_schemas import wrong_schemas

Pointer = tuple[str | int, ...]
Problem = tuple[Pointer, str]

MOST = 20
"""Errors that are told of one document."""

MOST_VALUES = 2_000_000
"""Values of a document whose form is checked, what aliases repeat counted each time."""

HEAVIEST = 800_000
"""What explaining errors may cost: the values of the wrong parts, each counted once for every level above it."""

DEEPEST = 300
"""Levels of a document whose form is checked. The quick judge has no bound of its own, and ends the process."""

VERSIONS = ("2.0", "3.0", "3.1", "3.2")
"""Versions of the specification that are known."""


class Extent(NamedTuple):
    """How large a document is; what aliases share is looked at once and counted each time."""

    values: int
    cost: int
    """The values, each counted once for every level above it."""
    levels: int


def extent(value: Any) -> Extent:
    """How large a document is. Raises RecursionError when it is nested too deeply to tell."""
    return Extent(*_extent(value, {})) if isinstance(value, dict | list) else Extent(1, 1, 1)


def _extent(value: dict[str, Any] | list[Any], known: dict[int, tuple[int, int, int]]) -> tuple[int, int, int]:
    found = known.get(id(value))
    if found is None:
        values, cost, levels = 1, 0, 1
        for one in value.values() if isinstance(value, dict) else value:
            if isinstance(one, (dict, list)):
                inner = _extent(one, known)
                values += inner[0]
                cost += inner[1]
                levels = max(levels, inner[2])
            else:
                values += 1
                cost += 1
        found = known[id(value)] = values, values + cost, levels + 1
    return found


def misshapen(document: dict[str, Any], version: str, size: Extent) -> Iterator[Problem]:
    """What the specification does not allow in a document of at most ``MOST_VALUES``, each with its pointer.

    Raises RecursionError for one of more than ``DEEPEST`` levels.
    """
    if size.levels > DEEPEST:
        raise RecursionError(f"more than {DEEPEST} levels")
    if not _is_sound(document, version):
        yield from _told(_wrong_parts(document, version), version)
    if version in ("3.1", "3.2"):
        yield from wrong_schemas(document)


def _told(document: dict[str, Any], version: str) -> Iterator[Problem]:
    if extent(document).cost > HEAVIEST:
        yield (), "has not the form that its specification demands, and is too large to say where"
        return
    for error in _explainer(version).iter_errors(document):
        yield _explained(error)


def _is_sound(document: dict[str, Any], version: str) -> bool:
    try:
        return bool(_judge(version).is_valid(document))
    except (
        ValueError
    ):  # a key that is no text, or a document that refers to itself: the other one reads what JSON cannot say
        return False


def _wrong_parts(document: dict[str, Any], version: str) -> dict[str, Any]:
    """A document without the sound ones of its many parts; of the others the first ``MOST`` of each kind."""
    left = dict(document)
    if isinstance(document.get("components"), dict):
        left["components"] = dict(document["components"])
    for above, key in _groups(document):
        group = document[above][key] if above else document[key]
        wrong = (
            name for name, part in group.items() if not _is_sound(_framed(above, key, {name: part}, version), version)
        )
        (left[above] if above else left)[key] = {name: group[name] for name in islice(wrong, MOST)}
    return left


def _groups(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a document holds many things of one kind: the key above, when there is one, and the key."""
    for key in ("paths", "webhooks", "definitions"):
        if isinstance(document.get(key), dict):
            yield "", key
    components = document.get("components")
    if isinstance(components, dict):
        yield from (("components", key) for key, group in components.items() if isinstance(group, dict))


def _framed(above: str, key: str, group: dict[str, Any], version: str) -> dict[str, Any]:
    """A document that is sound if the group is."""
    frame: dict[str, Any] = {"info": {"title": "", "version": ""}, "paths": {}}
    frame |= {"swagger": version} if version == "2.0" else {"openapi": f"{version}.0"}
    return {**frame, above: {key: group}} if above else {**frame, key: group}


@lru_cache(maxsize=len(VERSIONS))
def _judge(version: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(_schema(version))


@lru_cache(maxsize=len(VERSIONS))
def _explainer(version: str) -> Any:
    from jsonschema.validators import validator_for

    return validator_for(_schema(version))(_schema(version))


@lru_cache(maxsize=len(VERSIONS))
def _schema(version: str) -> Any:
    """The schema of a version. The package is not imported for it: that takes longer than most checks."""
    package = find_spec("openapi_spec_validator")
    assert package is not None and package.submodule_search_locations, "it is a dependency"
    resources = Path(package.submodule_search_locations[0], "resources", "schemas")
    return _static(msgspec.json.decode(Path(resources, f"v{version}", "schema.json").read_bytes()))


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
