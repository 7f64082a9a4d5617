"""Files that stand as texts in other files: the configuration of a proxy or of telemetry in a ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from boundary.facts import Route, Telemetry, Upstream
from boundary.reading import proxies, telemetry, yaml
from boundary.reading.kinds import is_yaml
from boundary.reading.proxies import documents


def routes(name: str, node: yaml.Node, group: str) -> Iterator[Route | Telemetry | Upstream]:
    """The routes of a proxy's configuration and the addresses of telemetry, with their lines in the file around it."""
    above = node.line if "\n" in node.text else node.line - 1
    for fact in _read(name, node.text):
        yield msgspec.structs.replace(fact, group=group, line=fact.line + above)


def _read(name: str, text: str) -> Iterator[Route | Telemetry | Upstream]:
    if not is_yaml(name):
        yield from proxies.read(name, text)
        yield from telemetry.of_text(text)
        return
    try:
        found = yaml.documents(text)
    except yaml.YamlError:
        return
    for document in found:
        if documents.is_mine(document):
            yield from documents.read(document)
        else:
            yield from telemetry.of_document(document)
