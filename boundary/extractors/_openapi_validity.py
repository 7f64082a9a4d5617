"""What is wrong with an OpenAPI document, and where.

Its form is checked against the specification's own JSON Schema (``boundary.reading.openapi_form``). The rest of what
openapi-spec-validator checks is done here: its walk follows references to files and networks, tries the document's own
patterns on its defaults, and takes exponential time for nested ``allOf``; none of which a stranger's file may bring
about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from boundary.extractors._openapi_tree import follow, locate, place, pointer_of, typed, written
from boundary.facts import InvalidContract, Unreadable
from boundary.reading.openapi_form import MOST, MOST_VALUES, VERSIONS, Pointer, Problem, extent, misshapen, short
from boundary.reading.yaml import Node

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_VERSION = re.compile(r"(\d+\.\d+)(?:\.\d+.*)?")
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
_DATA = frozenset(("example", "examples", "default", "enum", "const"))


def problems(root: Node, version: str) -> Iterator[InvalidContract | Unreadable]:
    """At most ``MOST`` errors in the order of their lines, each at the key or element that it is about."""
    try:
        found = list(islice(_problems(root, version), MOST))
    except RecursionError:
        yield Unreadable("depth", "nested too deeply to be checked against its specification", line=root.line)
        return
    facts = []
    for pointer, reason in found:
        shown = place(root, pointer)
        facts.append(InvalidContract(written(pointer), reason, line=shown.line, column=shown.column))
    yield from sorted(dict.fromkeys(facts), key=lambda fact: (fact.line, fact.column, fact.pointer, fact.reason))


def _problems(root: Node, version: str) -> Iterator[Problem]:
    known = _VERSION.fullmatch(version)
    if known is None or known[1] not in VERSIONS:
        key = "openapi" if root.get("openapi") else "swagger"
        yield (key,), f"version {version[:20]} is none that is known: {', '.join(VERSIONS)}"
        return
    document = _document(root)
    size = extent(document)
    if size.values > MOST_VALUES:
        yield from _rough(root)
        return
    wrong = list(islice(misshapen(document, known[1], size), MOST))
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


def _document(root: Node) -> dict[str, Any]:
    document: dict[str, Any] = typed(root)
    for key in ("openapi", "swagger"):
        if key in document:  # as written: YAML takes an unquoted 2.0 for a number, and every reader knows it
            document[key] = root.get(key).text
    return document


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
            yield (*pointer, "$ref"), f"{short(reference.text)} does not exist"
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
            yield ("tags", index), f"tag {short(tag.get('name').text)} is declared more than once"
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
                yield (*where, "operationId"), f"operationId {short(identity)} is another operation's too"
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
            yield (*where, "parameters", index), f"{parameter[0]} parameter {short(parameter[1])} is declared twice"
        if parameter is not None:
            seen.add(parameter)


def _path_parameters(path: str, declared: set[str], where: Pointer) -> Iterator[Problem]:
    named = set(_TEMPLATE.findall(path))
    for name in sorted(named - declared):
        yield where, f"path parameter {short(name)} is not declared"
    for name in sorted(declared - named):
        yield where, f"path parameter {short(name)} is not part of the path"
