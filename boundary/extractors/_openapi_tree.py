"""An OpenAPI document as a tree with positions: typed values of it, local references, and the lines of JSON pointers.

References: https://www.rfc-editor.org/rfc/rfc6901 ; only those into the same document are followed, ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from boundary.reading.yaml import MISSING, Node

LONGEST_CHAIN = 8
"""References that are followed one after the other; longer chains are cycles in practice."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

_FILLED_IN = "filled in"
"""What stands for a text that a template puts there."""

Pointer = tuple[str | int, ...]


def typed(node: Node, known: dict[int, Any] | None = None) -> Any:
    """A node as JSON would have it: YAML's core schema (https://yaml.org/spec/1.2.2/#103-core-schema), keys always
    texts, dates left as texts. What an alias repeats is one object, so that no text grows in memory."""
    known = {} if known is None else known
    if node.kind == "scalar":
        return _scalar(node)
    if _is_filled_in(node):
        return _FILLED_IN
    found = known.get(id(node))
    if found is None:
        if node.kind == "mapping":
            found = {key.text: typed(value, known) for key, value in node.pairs}
        else:
            found = [typed(item, known) for item in node.items]
        known[id(node)] = found
    return found


def _is_filled_in(node: Node) -> bool:
    """Whether a template of CloudFormation, which may take a document in, puts a text here: ``{Fn::Sub: …}``."""
    if node.kind == "sequence":
        return node.tag.startswith("!")
    named = node.pairs[0][0].text if len(node.pairs) == 1 else ""
    return named.startswith("Fn::") or (named == "Ref" and node.pairs[0][1].kind == "scalar")


def _scalar(node: Node) -> str | int | float | bool | None:
    if node.quoted or node.tag:
        return node.text
    if node.null:
        return None
    if node.text in _WORDS:
        return _WORDS[node.text]
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    return float(node.text) if _NUMBER.fullmatch(node.text) else node.text


def pointer_of(reference: str) -> Pointer | None:
    """The keys of a reference into the same document (``#/components/schemas/Order``); None for any other."""
    if reference == "#":
        return ()
    if not reference.startswith("#/"):
        return None
    parts = unquote(reference[2:]).split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def written(pointer: Iterable[str | int]) -> str:
    """A pointer as text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def locate(root: Node, pointer: Pointer) -> Node:
    """The node at a pointer, ``MISSING`` when there is none."""
    node = root
    for part in pointer:
        if node.kind == "sequence":
            index = int(part) if str(part).isdecimal() and len(str(part)) < 9 else len(node.items)
            node = node.items[index] if index < len(node.items) else MISSING
        else:
            node = node.get(str(part))
    return node


def place(root: Node, pointer: Pointer) -> Node:
    """The node that shows where a pointer leads: the last of its keys that is there, or an element of a list."""
    node, shown = root, root
    for part in pointer:
        if node.kind == "sequence":
            node = shown = locate(node, (part,))
            continue
        pair = next((pair for pair in reversed(node.pairs) if pair[0].text == str(part)), None)
        if pair is None:
            break
        shown, node = pair
    return shown


def follow(root: Node, node: Node) -> Node:
    """What a node with a ``$ref`` into the same document stands for; ``MISSING`` for a reference elsewhere or in a
    circle, the node itself when it is no reference."""
    for _ in range(LONGEST_CHAIN):
        reference = node.get("$ref")
        if reference.kind != "scalar":
            return node
        pointer = pointer_of(reference.text)
        node = MISSING if pointer is None else locate(root, pointer)
    return MISSING
