"""YAML files that a program reads as its own configuration: Spring's ``application.yml``, nameko's ``config.yml`` …

One ``Setting`` for each scalar, its key the keys above it joined by dots (places in lists count from 0). For Spring's
documents and files of one profile (``application-docker.yml``) the setting's ``group`` is the profile. What other
tools' files hold is no setting of a program: they are told by name and by content and left alone. Placeholders: Spring
Boot reference, "Property Placeholders"; nameko configuration, "Environment variables"; pyaml-env's ``!ENV``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, leaves, peek
from boundary.facts import Setting
from boundary.model import Hole, Value
from boundary.reading.interpolate import application
from boundary.reading.kinds import in_chart, is_yaml, kind
from boundary.reading.profiles import of_document, of_key, of_name, of_variables, variables
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "appconfig"

MOST = 2000
"""Settings of one file; a longer file holds data."""

_NAMED = re.compile(r"(?:application|bootstrap|config|settings|appsettings)(?:[._-].*)?\.ya?ml$", re.IGNORECASE)
_ENVIRONMENT_TAG = re.compile(r"!env(?:_?var)?$", re.IGNORECASE)


def matches(path: str) -> bool:
    """YAML files that are not another tool's by their name and folder."""
    return is_yaml(path) and kind(path, Node(1, 1, "mapping")) == "plain"


def extract(source: Source) -> Iterator[Setting]:
    """The settings of a file, at most ``MOST``, nothing when its content is another tool's."""
    if in_chart(source.path, peek(source)):
        return
    left, of_file = MOST, of_name(source.path)
    for document in documents(source, _NAMED.match(PurePosixPath(source.path).name) is not None):
        if document.kind != "mapping" or kind(source.path, document) != "plain":
            return
        found = tuple(islice(leaves(document, _value), left))
        left -= len(found)
        profile = of_document((key, value.text or "") for key, _, value in found) or of_file
        read = (_setting(*one, profile) for one in found)
        yield from variables(read) if of_variables(source.path) else read


def _setting(written: str, node: Node, value: Value, profile: str) -> Setting:
    own, key = of_key(written)
    return Setting("yaml", key, value, own or profile, line=node.line, column=node.column)


def _value(node: Node) -> Value:
    if not _ENVIRONMENT_TAG.match(node.tag) or "${" in node.text:
        return application(node.text)
    name, _, default = node.text.partition(" ")
    return Value.of(Hole("env", name, Value.of(default.strip()) if default.strip() else None))
