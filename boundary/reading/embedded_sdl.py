"""Schemas of GraphQL that stand in code: what is tagged ``gql``, marked ``#graphql``, or given to ``buildSchema``.

See https://www.apollographql.com/docs/apollo-server/schema/schema .
"""

from __future__ import annotations

import re

CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")
"""Endings of files that hold such texts."""

_TEXT = re.compile(
    r"(?:\b(?:gql|graphql)(?:<[^`<>]{0,200}>)?\s*\(?\s*|/\*\s*GraphQL\s*\*/\s*|\bbuildSchema\s*\(\s*)`([^`\\]*)`"
    r"|`(\s*#graphql\b[^`\\]*)`"
)
_DECLARES = re.compile(r"(?m)^\s*(?:extend\s+)?(?:type|schema|interface|input|enum|union|scalar)\b[^`]*?[{=\n]")
_FILLED = re.compile(r"\$\{[^{}`]*\}")
_ANY = re.compile(r"[^\n]")


def schema(text: str) -> str:
    """A file's text with nothing but the schemas in it, each in its place; "" where it has none."""
    if "`" not in text or not any(word in text for word in ("gql", "graphql", "GraphQL", "buildSchema")):
        return ""
    parts: list[str] = []
    at = 0
    for found in _TEXT.finditer(text):
        part = 1 if found[1] is not None else 2
        if not _DECLARES.search(found[part]):
            continue
        kept = _FILLED.sub(lambda place: _ANY.sub(" ", place[0]), found[part])
        parts += [_ANY.sub(" ", text[at : found.start(part)]), kept]
        at = found.end(part)
    return "".join(parts) + _ANY.sub(" ", text[at:]) if parts else ""
