"""What an OpenAPI or Swagger document promises beside its operations: who may call, until when, how much comes back.

Sources: OpenAPI 3.1, "Security Scheme Object"; Swagger 2.0, "Security Definitions Object"; RFC 8594 (the Sunset header,
which the extension ``x-sunset`` says beforehand).
"""

from __future__ import annotations

import re

from boundary.extractors._openapi_tree import follow
from boundary.reading.yaml import Node

_BOUND = re.compile(
    r"limit|page|per|size|count|first|last|top|max|offset|cursor|after|before|since|from|until|start|take|skip|batch|id|ids"
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def is_secured(root: Node) -> bool:
    """Whether the document says in any way how callers prove who they are."""
    schemes = root.get("securityDefinitions").pairs or root.get("components").get("securitySchemes").pairs
    return bool(schemes)


def sunset(root: Node, operation: Node) -> str:
    """When an operation ends, as written; ``header`` where its answers say it."""
    written = operation.get("x-sunset").string
    answers = [follow(root, one) for _, one in operation.get("responses").pairs]
    named = any(key.text.lower() == "sunset" for answer in answers for key, _ in answer.get("headers").pairs)
    return written or ("header" if named else "")


def is_unbounded(root: Node, method: str, item: Node, operation: Node) -> bool:
    """Whether an operation answers with a list as long as it happens to be: no parameter says how much is wanted."""
    if method != "get":
        return False
    for written in (*item.get("parameters").items, *operation.get("parameters").items):
        parameter = follow(root, written)
        words = _WORDS.findall(parameter.get("name").string)
        if parameter.get("in").string == "query" and any(_BOUND.fullmatch(word.lower()) for word in words):
            return False
    return any(_is_list(root, answer) for status, answer in operation.get("responses").pairs if status.text[:1] == "2")


def _is_list(root: Node, written: Node) -> bool:
    answer = follow(root, written)
    bodies = [body.get("schema") for _, body in answer.get("content").pairs] or [answer.get("schema")]
    return any(follow(root, schema).get("type").string == "array" for schema in bodies)
