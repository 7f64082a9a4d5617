"""Backstage's ``catalog-info.yaml``: components, APIs and resources with their owners.

Format: https://backstage.io/docs/features/software-catalog/descriptor-format .
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, peek
from boundary.facts import CatalogEntry
from boundary.reading.kinds import is_yaml
from boundary.source import Source

FORMAT = "backstage"


def matches(path: str) -> bool:
    """Every YAML file: content decides, since catalogues are split over files of any name."""
    return is_yaml(path)


def extract(source: Source) -> Iterator[CatalogEntry]:
    """The entities of a file."""
    certain = PurePosixPath(source.path).stem == "catalog-info"
    if not certain and "backstage.io/" not in peek(source):
        return
    for document in documents(source, certain):
        name = document.get("metadata", "name")
        if not document.get("apiVersion").text.startswith("backstage.io/") or not name:
            continue
        spec = document.get("spec")
        yield CatalogEntry(
            kind=document.get("kind").string,
            name=name.text,
            owner=spec.get("owner").string or None,
            type=spec.get("type").string,
            provides=spec.get("providesApis").strings,
            consumes=spec.get("consumesApis").strings,
            depends_on=spec.get("dependsOn").strings,
            line=name.line,
            column=name.column,
        )
