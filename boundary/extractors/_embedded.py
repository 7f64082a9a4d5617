"""Files that stand as texts in a ConfigMap: the configuration of a proxy, of telemetry or of a program."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from boundary.extract import UnreadableSource
from boundary.extractors import appconfig, properties
from boundary.facts import Route, Setting, Telemetry, Upstream
from boundary.reading import proxies, telemetry, yaml
from boundary.reading.kinds import is_yaml
from boundary.reading.proxies import documents
from boundary.source import Source

CONFIGURES = re.compile(r"(?:application|bootstrap)(?:-[\w.-]+)?\.(?:ya?ml|properties)")
"""Names of files that a program of Spring, Quarkus or Micronaut reads as its configuration."""


def routes(name: str, node: yaml.Node, group: str) -> Iterator[Route | Telemetry | Upstream]:
    """The routes of a proxy's configuration and the addresses of telemetry, with their lines in the file around it."""
    above = node.line if "\n" in node.text else node.line - 1
    for fact in _read(name, node.text):
        yield msgspec.structs.replace(fact, group=group, line=fact.line + above)


def settings(name: str, node: yaml.Node, holder: str) -> Iterator[Setting]:
    """The settings of a program whose configuration stands in a ConfigMap, with their lines in the file around it."""
    above = node.line if "\n" in node.text else node.line - 1
    reader = appconfig if is_yaml(name) else properties
    try:
        found = list(reader.extract(Source(name, node.text.encode()))) if CONFIGURES.fullmatch(name) else []
    except UnreadableSource:
        return
    yield from (msgspec.structs.replace(one, holder=holder, line=one.line + above, column=1) for one in found)


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
