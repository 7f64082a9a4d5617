"""Integrations of Amazon API Gateway that stand in OpenAPI documents: what answers an operation without any code.

See https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.extractors._template import expression
from boundary.facts.infra import Block
from boundary.source import Source

FORMAT = "apigateway"

KEY = "x-amazon-apigateway-integration"
"""The extension of an operation; it is the type of the blocks, too."""


def matches(path: str) -> bool:
    """Every YAML and JSON file: content decides."""
    return path.endswith((".yaml", ".yml", ".json"))


def extract(source: Source) -> Iterator[Block]:
    """The integrations of an OpenAPI document, nothing for another file."""
    if KEY not in peek(source):
        return
    for document in documents(source, certain=False)[:1]:
        for path, operations in (
            document.get("paths").pairs if document.get("openapi") or document.get("swagger") else ()
        ):
            for method, operation in operations.pairs:
                told = operation.get(KEY)
                if told.kind == "mapping":
                    name = f"{method.text.upper()} {path.text}"
                    yield Block("cloudformation", "resource", KEY, name, expression(told), line=told.line)
