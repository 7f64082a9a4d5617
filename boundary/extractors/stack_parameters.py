"""Files of parameters that stacks are deployed with: ``[{"ParameterKey": …, "ParameterValue": …}]`` of CloudFormation's
commands, and ``{"Parameters": {…}}`` of CodePipeline.

References: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html .
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from boundary.extractors._documents import documents, peek
from boundary.facts import Record, Text
from boundary.facts.infra import Block
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "stack-parameters"

_KEYS = {"Parameters", "Tags", "StackPolicy"}
"""What a configuration of CodePipeline may have."""


def matches(path: str) -> bool:
    """JSON files: content decides."""
    return path.endswith(".json")


def extract(source: Source) -> Iterator[Block]:
    """What a file gives, nothing for another file."""
    if '"ParameterKey"' not in (text := peek(source)) and '"Parameters"' not in text:
        return
    for document in documents(source, certain=False)[:1]:
        given = list(_given(document))
        if given:
            environment = PurePosixPath(source.path).name.partition(".")[0]
            body = Record(tuple((Text(name, line), Text(value, line)) for name, value, line in given))
            yield Block("cloudformation", "given", environment, "", body, line=given[0][2])


def _given(document: Node) -> Iterator[tuple[str, str, int]]:
    for one in document.items:
        key, value = one.get("ParameterKey"), one.get("ParameterValue")
        if key.string and value.kind == "scalar":
            yield key.string, value.text, key.line
    if document.pairs and {key.text for key, _ in document.pairs} <= _KEYS:
        for name, value in document.get("Parameters").pairs:
            if value.kind == "scalar":
                yield name.text, value.text, name.line
