"""Definitions of Kafka Connect connectors: JSON or YAML as its REST interface takes them, and properties files.

https://docs.confluent.io/platform/current/connect/references/restapi.html ; what the settings mean is told in
``boundary.reading.connectors``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, peek
from boundary.facts import Tap
from boundary.model import Hole, Value
from boundary.reading import connectors
from boundary.reading.kinds import in_chart
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "connector"

_MARK = re.compile(r"connector\.class")
_PROVIDED = re.compile(r"\$\{(?:(?P<provider>\w+):)?(?P<path>[^{}]*)\}")
_PAIR = re.compile(r"^[ \t]*([\w.-]+)[ \t]*[=:]([^\n]*)$", re.MULTILINE)
_DEEPEST = 3


def matches(path: str) -> bool:
    """JSON, YAML and properties files: content decides."""
    return path.endswith((".json", ".yaml", ".yml", ".properties"))


def extract(source: Source) -> Iterator[Tap]:
    """The connectors of a file that take data out of a database."""
    text = peek(source)
    if not _MARK.search(text) or in_chart(source.path, text):
        return
    stem = PurePosixPath(source.path).stem
    if source.path.endswith(".properties"):
        found = {key: (_provided(text), line) for key, text, line in _pairs(text)}
        name = found.get("name", (Value.of(stem), 1))[0].text or stem
        yield from of_settings(name, found, 1)
        return
    for document in documents(source, certain=False):
        yield from _connectors(stem, document, 0)


def _pairs(text: str) -> Iterator[tuple[str, str, int]]:
    line, seen = 1, 0
    for one in _PAIR.finditer(text):
        line += text.count("\n", seen, one.start(1))
        seen = one.start(1)
        yield one[1], one[2].strip(), line


def _connectors(name: str, node: Node, depth: int) -> Iterator[Tap]:
    """The connector that a mapping is, or those below it."""
    if depth > _DEEPEST or node.get("kind").string == "KafkaConnector":
        return
    called = node.get("name").string or name
    if node.get("connector.class"):
        yield from of_node(called, node)
        return
    for key, value in node.pairs:
        yield from _connectors(called if key.text == "config" else key.text, value, depth + 1)
    for item in node.items:
        yield from _connectors(called, item, depth + 1)


def of_node(name: str, node: Node, called: str = "") -> Iterator[Tap]:
    """The connector of a mapping of settings; ``called`` is its class where that is written apart."""
    found = {key.text: (_provided(value.text), key.line) for key, value in node.pairs if value.kind == "scalar"}
    if called:
        found["connector.class"] = (Value.of(called), node.line)
    yield from of_settings(name, found, node.line)


def of_settings(name: str, found: dict[str, tuple[Value, int]], line: int) -> Iterator[Tap]:
    """The connector of some settings, each with its line."""
    source = connectors.source({key: value for key, (value, _) in found.items()})
    if source is not None:
        told = (at for key, (_, at) in found.items() if key.endswith(("hostname", ".url", ".connection.string")))
        yield Tap(name, source.engine, source.address, source.tables, line=next(told, line))


def _provided(text: str) -> Value:
    """A value with what configuration providers fill in.

    See https://docs.confluent.io/platform/current/connect/security.html .
    """
    parts: list[str | Hole] = []
    at = 0
    for one in _PROVIDED.finditer(text):
        name = one["path"].rpartition(":")[2]
        parts += [text[at : one.start()], Hole("env" if one["provider"] in (None, "env") else "unknown", name)]
        at = one.end()
    return Value.of(*parts, text[at:])
