"""``cdk.json`` of the AWS Cloud Development Kit: what the program's context says.

See https://docs.aws.amazon.com/cdk/v2/guide/context.html .
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents
from boundary.extractors._template import expression
from boundary.facts.infra import Block
from boundary.source import Source

FORMAT = "cdk"


def matches(path: str) -> bool:
    """The file that says how a program is started."""
    return PurePosixPath(path).name == "cdk.json"


def extract(source: Source) -> Iterator[Block]:
    """The context, nothing where there is none."""
    for document in documents(source, certain=True)[:1]:
        told = document.get("context")
        if told.pairs:
            yield Block("cloudformation", "setting", "", "context", expression(told), line=told.line)
