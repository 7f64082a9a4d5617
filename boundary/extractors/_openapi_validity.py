"""What is wrong with an OpenAPI document, and where.

Its form is checked against the specification's own JSON Schema, as openapi-spec-validator ships it. The rest of what
that package checks is done here: its walk follows references to files and networks, tries the document's own patterns
on its defaults, and takes exponential time for nested ``allOf``; none of which a stranger's file may bring about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from boundary.extractors._openapi_schemas import wrong_schemas
from boundary.extractors._openapi_tree import Pointer, follow, locate, place, pointer_of, typed, weight, written
from boundary.facts import InvalidContract, Unreadable
from boundary.reading.yaml import Node

MOST = 20
"""Errors that are told of one document."""

LARGEST = 2_000_000
"""Bytes of a document whose form is checked in full; a larger one takes longer than people wait."""

HEAVIEST = 800_000
"""Weight (see ``_openapi_tree.weight``) of a document whose form is checked in full."""

VERSIONS = {"2.0": "schema_v2", "3.0": "schema_v30", "3.1": "schema_v31", "3.2": "schema_v32"}
"""Versions of the specification and what the package calls their schemas."""

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_VERSION = re.compile(r"(\d+\.\d+)(?:\.\d+.*)?")
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
_DATA = frozenset(("example", "examples", "default", "enum", "const"))

Problem = tuple[Pointer, str]


def problems(root: Node, version: str, size: int) -> Iterator[InvalidContract | Unreadable]:
    """At most ``MOST`` errors in the order of their lines, each at the key or element that it is about."""
    try:
        found = list(islice(_problems(root, version, size), MOST))
    except RecursionError:
        yield Unreadable("depth", "nested too deeply to be checked against its specification", line=root.line)
        return
    facts = []
    for pointer, reason in found:
        shown = place(root, pointer)
        facts.append(InvalidContract(written(pointer), reason, line=shown.line, column=shown.column))
    yield from sorted(dict.fromkeys(facts), key=lambda fact: (fact.line, fact.column, fact.pointer, fact.reason))


def _problems(root: Node, version: str, size: int) -> Iterator[Problem]:
    known = _VERSION.fullmatch(version)
    name = VERSIONS.get(known[1]) if known else None
    if name is None:
        key = "openapi" if root.get("openapi") else "swagger"
        yield (key,), f"version {version[:20]} is none that is known: {', '.join(VERSIONS)}"
        return
    if size > LARGEST or weight(root) > HEAVIEST:
        yield from _rough(root)
        return
    wrong = list(islice(_misshapen(root, name), MOST))
    yield from wrong
    yield from _references(root)
    if not wrong:
        yield from _semantics(root)


def _rough(root: Node) -> Iterator[Problem]:
    """The form of the paths, for a document that is too large for more."""
    if root.get("paths").kind not in ("mapping", "missing"):
        yield ("paths",), "is not an object"
    for path, item in root.get("paths").pairs:
        if not path.text.startswith(("/", "x-")):
            yield ("paths", path.text), "a path begins with /"
        elif item.kind != "mapping" and not path.text.startswith("x-"):
            yield ("paths", path.text), "is not an object"


# --- the specification's schema -----------------------------------------------------------------------------


def _misshapen(root: Node, name: str) -> Iterator[Problem]:
    document = typed(root)
    for key in ("openapi", "swagger"):
        if key in document:  # as written: YAML takes an unquoted 2.0 for a number, and every reader knows it
            document[key] = root.get(key).text
    for error in _validator(name).iter_errors(document):
        yield _explained(error)
    if name in ("schema_v31", "schema_v32"):
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
        return f"{_short(error.instance)} is none of {', '.join(map(str, values))}"
    if error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        return f"{_short(error.instance)} is no {' or '.join(kinds)}"
    if error.validator == "required":
        return str(error.message).replace("'", "").replace(" is a required property", " is missing")
    if error.validator in ("minProperties", "minItems"):
        return "must not be empty"
    if error.validator in ("oneOf", "anyOf", "not"):
        return "has none of the forms that are allowed here"
    line = " ".join(str(error.message).split())
    return line if len(line) <= 160 else f"{line[:80]} … {line[-70:]}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- what the schema cannot say -----------------------------------------------------------------------------


def _references(root: Node) -> Iterator[Problem]:
    """References into the document that lead nowhere; not those inside of schemas with an ``$id``, which count from
    there, and not what stands in examples."""
    waiting: list[tuple[Node, Pointer]] = [(root, ())]
    seen: set[int] = set()
    while waiting:
        node, pointer = waiting.pop()
        if id(node) in seen or (pointer and node.get("$id")):
            continue
        seen.add(id(node))
        reference = node.get("$ref")
        target = pointer_of(reference.text) if reference.kind == "scalar" else None
        if target is not None and locate(root, target).kind == "missing":
            yield (*pointer, "$ref"), f"{_short(reference.text)} does not exist"
        below = [(value, (*pointer, key.text)) for key, value in node.pairs if not _is_data(key.text, pointer)]
        below += [(item, (*pointer, index)) for index, item in enumerate(node.items)]
        waiting += [one for one in reversed(below) if one[0].kind != "scalar"]


def _is_data(key: str, above: Pointer) -> bool:
    """Whether what a key holds is data rather than specification; a property of a schema may have any name."""
    return (key in _DATA and (not above or above[-1] not in ("properties", "schemas"))) or key.startswith("x-")


def _semantics(root: Node) -> Iterator[Problem]:
    tags = Counter(tag.get("name").text for tag in root.get("tags").items)
    for index, tag in enumerate(root.get("tags").items):
        if tags[tag.get("name").text] > 1:
            yield ("tags", index), f"tag {_short(tag.get('name').text)} is declared more than once"
    identities: Counter[str] = Counter()
    for path, written_item in root.get("paths").pairs:
        item = follow(root, written_item)
        common = _parameters(root, item)
        yield from _twice(common, ("paths", path.text))
        for key, operation in item.pairs:
            if key.text not in _METHODS:
                continue
            where: Pointer = ("paths", path.text, key.text)
            identity = operation.get("operationId").string
            identities[identity] += 1
            if identity and identities[identity] == 2:
                yield (*where, "operationId"), f"operationId {_short(identity)} is another operation's too"
            own = _parameters(root, operation)
            yield from _twice(own, where)
            if None not in (*common, *own):
                declared = {one[1] for one in (*common, *own) if one and one[0] == "path"}
                yield from _path_parameters(path.text, declared, where)


def _parameters(root: Node, node: Node) -> list[tuple[str, str] | None]:
    """(in, name) of the parameters of an operation or path; None for one that another file defines."""
    found: list[tuple[str, str] | None] = []
    for one in node.get("parameters").items:
        parameter = follow(root, one)
        found.append((parameter.get("in").string, parameter.get("name").string) if parameter else None)
    return found


def _twice(parameters: Iterable[tuple[str, str] | None], where: Pointer) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, parameter in enumerate(parameters):
        if parameter in seen:
            yield (*where, "parameters", index), f"{parameter[0]} parameter {_short(parameter[1])} is declared twice"
        if parameter is not None:
            seen.add(parameter)


def _path_parameters(path: str, declared: set[str], where: Pointer) -> Iterator[Problem]:
    named = set(_TEMPLATE.findall(path))
    for name in sorted(named - declared):
        yield where, f"path parameter {_short(name)} is not declared"
    for name in sorted(declared - named):
        yield where, f"path parameter {_short(name)} is not part of the path"
