"""Helm charts (https://helm.sh/docs/topics/charts/): ``Chart.yaml``, values and templates, kept as they are.

What a template says is only known together with the values and the other templates of its chart, so the texts are the
facts, and ``boundary.resolve.packaging`` makes manifests of them. A template without a chart above it stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import peek
from boundary.facts import Packaging
from boundary.source import Source

FORMAT = "helm"

LONGEST = 2 * 1024 * 1024
"""Characters of one file that are kept."""

_CHART = re.compile(r"(?:^|/)(?:Chart|requirements)\.ya?ml$")
_VALUES = re.compile(
    r"(?:^|/)(?:[\w.-]*values[\w.-]*|values/[\w./-]+|[\w.-]*helm[\w.-]*/[\w.-]+)\.ya?ml(?:\.(?:tpl|tftpl|tmpl|gotmpl))?$",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"(?:^|/)templates/(?!tests/)(?:[^/]+/)*[\w.-]+\.(?:ya?ml|tpl)$")


def matches(path: str) -> bool:
    """Charts, values and templates by their names and folders."""
    return any(pattern.search(path) for pattern in (_CHART, _VALUES, _TEMPLATE))


def extract(source: Source) -> Iterator[Packaging]:
    """The text of the file."""
    text = peek(source)
    if not text.strip() or len(text) > LONGEST:
        return
    if _TEMPLATE.search(source.path):
        yield Packaging("template", text)
    elif _CHART.search(source.path):
        yield Packaging("chart", text)
    elif ":" in text:
        yield Packaging("values", text)
