"""An installation of a chart as a file says it, with the values that are written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from boundary.facts import Installation
from boundary.reading.typed import scalar
from boundary.reading.yaml import Node
from boundary.resolve.packaging.charts import below, mapping
from boundary.resolve.packaging.places import Places


@dataclass(frozen=True, slots=True)
class Given:
    """``chart``, ``repository`` and ``files`` are as written; each of ``layers`` goes over the files and over the
    layers before it."""

    name: str
    chart: str
    namespace: str = ""
    repository: str = ""
    files: tuple[str, ...] = ()
    layers: tuple[dict[str, Any], ...] = ()
    line: int = 1
    version: str = ""


def given(path: str, fact: Installation, places: Places) -> Given:
    """What a fact of a file says."""
    layers = [mapping(text, path, places, first) for first, text in fact.values]
    for name, value in fact.settings:
        layers.append(below(name, places.put(scalar(Node(1, 1, "scalar", "", value)), path, fact.line)))
    return Given(
        fact.name, fact.chart, fact.namespace, fact.repository, fact.files, tuple(layers), fact.line, fact.version
    )
