"""State machines of the Amazon States Language in files of their own, to which a stack refers.

A file is one resource, whose definition is as it stands there. Specification: https://states-language.net/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, peek
from boundary.extractors._template import expression
from boundary.facts import Record, Text
from boundary.facts.infra import Block
from boundary.source import Source

FORMAT = "states"

_STARTS = re.compile(r"^[ \t{]*[\"']?StartAt[\"']?\s*:", re.MULTILINE)
_STATES = re.compile(r"[\"']?States[\"']?\s*:")


def matches(path: str) -> bool:
    """JSON and YAML files: content decides."""
    return path.endswith((".json", ".yaml", ".yml"))


def extract(source: Source) -> Iterator[Block]:
    """The machine of a file, nothing for another file."""
    text = peek(source)
    if not _STARTS.search(text) or not _STATES.search(text):
        return
    for document in documents(source, certain=False)[:1]:
        if document.get("StartAt") and document.get("States").kind == "mapping":
            body = Record(((Text("Definition", document.line), expression(document)),))
            name = PurePosixPath(source.path).name.partition(".")[0]
            yield Block("cloudformation", "resource", "states", name, body, line=document.line)
