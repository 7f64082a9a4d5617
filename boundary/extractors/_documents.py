"""How the extractors of YAML formats read a file: whose errors are reported, and whose are none of their business."""

from __future__ import annotations

from boundary.extract import UnreadableSource
from boundary.reading import yaml
from boundary.reading.kinds import in_chart
from boundary.source import NotText, Source


def peek(source: Source) -> str:
    """The text of a file that may be anybody's; "" when it is no text."""
    try:
        return source.text
    except NotText:
        return ""


def documents(source: Source, certain: bool) -> tuple[yaml.Node, ...]:
    """The documents of a file. What cannot be read raises ``UnreadableSource`` when the file certainly is of the format
    that asks, and is nothing otherwise; templates of Helm charts are nothing in any case."""
    text = source.text if certain else peek(source)
    try:
        return yaml.documents(text)
    except yaml.YamlError as error:
        if certain and not in_chart(source.path, text):
            raise UnreadableSource(error.what, str(error), error.line, error.column) from None
        return ()
