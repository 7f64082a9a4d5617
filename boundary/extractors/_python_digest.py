"""A digest of a Python module that is the same for every layout of the same code, whatever interpreter reads it."""

from __future__ import annotations

import ast
from hashlib import sha256
from typing import Any

_IGNORED = frozenset({"ctx", "kind", "type_comment", "type_ignores", "type_params"})
"""Fields that say nothing about what the code does, or that only some interpreters have."""


def digest(tree: ast.Module) -> tuple[str, int]:
    """The digest, and the number of statements at all depths; docstrings, positions and comments do not count."""
    fields: dict[type, list[str]] = {}
    words: list[str] = []
    statements = 0
    stack: list[Any] = [tree]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is str:
            words.append(item)
        elif kind is list:
            words.append("[")
            stack.append("]")
            stack += item[::-1]
        elif not isinstance(item, ast.AST):
            words.append(hex(item) if kind is int else repr(item))  # long integers have no decimal form
        elif kind is not ast.Expr or not is_remark(item):
            statements += isinstance(item, ast.stmt)
            if kind not in fields:
                fields[kind] = [name for name in reversed(kind._fields) if name not in _IGNORED]
            words.append(kind.__name__)
            stack += [getattr(item, name) for name in fields[kind]]
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest(), statements


def is_remark(node: ast.AST) -> bool:
    """Whether a statement is only a text: a docstring, or code that is out of use."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
