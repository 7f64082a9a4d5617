"""Avro schemas: the records that events are written in.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-declaration .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors._documents import documents
from boundary.facts import Contract, Fact
from boundary.source import Source

FORMAT = "avro"

_NAMED = ("record", "error", "enum", "fixed")


def matches(path: str) -> bool:
    """Files called ``.avsc``."""
    return path.lower().endswith(".avsc")


def extract(source: Source) -> Iterator[Fact]:
    """The contract of a file: a named type, or the last of several, which is made of the others."""
    for root in documents(source, certain=True):
        named = [one for one in (root.items or (root,)) if one.get("type").text in _NAMED and one.get("name").string]
        if named:
            name, space = named[-1].get("name").string, named[-1].get("namespace").string
            title = name if "." in name or not space else f"{space}.{name}"
            yield Contract("avro", title, line=named[-1].line, column=named[-1].column)
