"""Where telemetry is fetched from and sent to, one ``Telemetry`` for each address.

The formats and their references stand in ``boundary.reading.telemetry``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.facts import Telemetry
from boundary.reading import telemetry
from boundary.reading.kinds import in_chart, is_yaml
from boundary.source import Source

FORMAT = "telemetry"

_TEXT = re.compile(r"(?:\.conf|logback[\w.-]*\.xml|log4j2[\w.-]*\.xml|logstash[\w.-]*\.(?:config|cfg))$", re.IGNORECASE)
_MARK = re.compile(
    r"^(?:scrape_configs|datasources|exporters|output(?:\.\w+)?|clients|remote_write)[\"']?:", re.MULTILINE
)


def matches(path: str) -> bool:
    """YAML, configurations of log shippers and of Java's loggers: content decides."""
    return is_yaml(path) or _TEXT.search(path) is not None


def extract(source: Source) -> Iterator[Telemetry]:
    """The addresses of a file, nothing for another one."""
    text = peek(source)
    if not is_yaml(source.path):
        yield from telemetry.of_text(text)
    elif _MARK.search(text) and not in_chart(source.path, text):
        for document in documents(source, certain=False):
            yield from telemetry.of_document(document)
