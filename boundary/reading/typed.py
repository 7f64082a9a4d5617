"""YAML nodes as typed values: what a program sees that reads them with Go's YAML (https://yaml.org/spec/1.1/)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from boundary.reading.yaml import Node

_CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})|0x[0-9a-fA-F]{1,15}|0o?[0-7]{1,20}")
_FLOAT = re.compile(r"[-+]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18}|\d{1,18}(?=[eE]))(?:[eE][-+]?\d{1,3})?")


def typed(node: Node, put: Callable[[Any, Node], Any] = lambda value, _: value) -> Any:
    """Dictionaries, lists, texts, numbers, booleans and None; the last one of duplicate keys. ``put`` is what becomes
    of keys and scalars, with their nodes."""
    if node.kind == "mapping":
        return {put(key.text, key): typed(value, put) for key, value in node.pairs}
    if node.kind == "sequence":
        return [typed(item, put) for item in node.items]
    return put(scalar(node), node)


def scalar(node: Node) -> Any:
    """What a scalar is, None for what is missing."""
    text = node.text
    if node.kind == "missing" or node.null:
        return None
    if node.quoted or node.tag.endswith(("!str", ":str")):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _WHOLE.fullmatch(text):
        return int(text, 8) if re.fullmatch(r"0[0-7]+", text) else int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text
