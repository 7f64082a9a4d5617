"""What plain scalars of a YAML document mean in a contract: the core schema of YAML 1.2.

OpenAPI recommends YAML 1.2 with its JSON schema (section "Format"), so that ``on``, ``no`` and dates stay texts, which
readers of YAML 1.1 make something else of. Specification: https://yaml.org/spec/1.2.2/#103-core-schema .
"""

from __future__ import annotations

import re
from typing import Any

from boundary.reading.yaml import Node

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_FLAGS = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_WHOLE = re.compile(r"[-+]?[0-9]{1,400}")
_OTHER_BASE = re.compile(r"0(?:o[0-7]{1,100}|x[0-9a-fA-F]{1,100})")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def plain(tree: Node) -> Any:
    """The value of a document; nodes that aliases share stay one object. The last one of duplicate keys wins."""
    done: dict[int, Any] = {}

    def one(node: Node) -> Any:
        if node.kind == "scalar":
            return scalar(node)
        if node.kind == "missing":
            return None
        key = id(node)
        if key not in done:
            if node.kind == "sequence":
                done[key] = [one(item) for item in node.items]
            else:
                done[key] = {name.text: one(value) for name, value in node.pairs}
        return done[key]

    return one(tree)


def scalar(node: Node) -> Any:
    """The value of a scalar: a text unless it is plain and reads as null, a flag or a number."""
    text = node.text
    if node.quoted or node.tag not in ("", "!"):
        return text
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _DECIMAL.fullmatch(text):
        value = float(text)
        return text if value in (float("inf"), float("-inf")) else value
    return text
