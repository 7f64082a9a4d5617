"""How the extractors of YAML formats read a file: whose errors are reported, and whose are none of their business."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from boundary.extract import UnreadableSource
from boundary.model import Value
from boundary.reading import toml, yaml
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


def tables(source: Source) -> tuple[dict[str, Any], dict[toml.Path, int]]:
    """What a TOML file says, and the lines of its keys; one that cannot be read raises ``UnreadableSource``."""
    text = peek(source)
    try:
        return toml.values(text), toml.lines(text)
    except toml.TomlError as error:
        raise UnreadableSource(error.what, str(error), error.line, error.column) from None


def leaves(node: yaml.Node, read: Callable[[yaml.Node], Value]) -> Iterator[tuple[str, yaml.Node, Value]]:
    """The scalars below a node: the keys above each joined by dots (places in lists count from 0), where it stands (an
    entry where its key does), and what ``read`` makes of it."""
    return _below(node, (), read)


def _below(
    node: yaml.Node, above: tuple[str, ...], read: Callable[[yaml.Node], Value]
) -> Iterator[tuple[str, yaml.Node, Value]]:
    entries = [(key.text, key, value) for key, value in node.pairs]
    entries += [(str(number), item, item) for number, item in enumerate(node.items)]
    for name, place, value in entries:
        if value.kind != "scalar":
            yield from _below(value, (*above, name), read)
        elif not value.null:
            yield ".".join((*above, name)), place, read(value)
