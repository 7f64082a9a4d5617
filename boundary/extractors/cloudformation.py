"""CloudFormation templates, with what the Serverless Application Model adds, and what the CDK writes.

``Globals`` are laid under the functions that they are for, since they stand in the same file. Specifications:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html and
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundary.extractors._documents import documents, peek
from boundary.extractors._template import expression
from boundary.facts import Expr, Fact, Record, Text
from boundary.facts.infra import Block
from boundary.reading.yaml import MISSING, Node
from boundary.source import Source

FORMAT = "cloudformation"

_MARK = re.compile(r"""["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::\w""")
_MARKED = re.compile(r"(?:AWS|Alexa|Custom)::\w")
_SECTIONS = re.compile(r"""^[ \t]*["']?Resources["']?\s*:""", re.MULTILINE)
_GLOBAL = {"AWS::Serverless::Function": "Function", "AWS::Serverless::Api": "Api",
           "AWS::Serverless::SimpleTable": "SimpleTable"}  # fmt: skip


def matches(path: str) -> bool:
    """Every YAML and JSON file, and those that only are called templates: content decides."""
    return path.endswith((".yaml", ".yml", ".json", ".template"))


def extract(source: Source) -> Iterator[Fact]:
    """The blocks of a template, nothing for another file."""
    text = peek(source)
    if not _MARK.search(text):
        return
    whole = _SECTIONS.search(text) is not None
    for document in documents(source, certain=whole):
        if whole:
            yield from template(document)
        elif document.pairs and all(_MARKED.match(value.get("Type").string) for _, value in document.pairs):
            yield from _resources(document, MISSING)


def template(document: Node) -> Iterator[Fact]:
    """Parameters, mappings, conditions, resources and outputs, in this order."""
    for key, value in document.get("Parameters").pairs:
        yield Block("cloudformation", "variable", value.get("Type").string, key.text, expression(value), line=key.line)
    for key, value in document.get("Mappings").pairs:
        yield Block("cloudformation", "mapping", "", key.text, expression(value), line=key.line)
    for key, value in document.get("Conditions").pairs:
        told = Record(((Text("value", key.line), expression(value)),))
        yield Block("cloudformation", "condition", "", key.text, told, line=key.line)
    yield from _resources(document.get("Resources"), document.get("Globals"))
    for key, value in document.get("Outputs").pairs:
        yield Block("cloudformation", "output", "", key.text, expression(value), line=key.line)


def _resources(resources: Node, shared: Node) -> Iterator[Block]:
    """Resources: those of a template, or of a file that is nothing but some of them, which another one takes in."""
    for key, value in resources.pairs:
        kind = value.get("Type").string
        if kind:
            body = laid_over(shared.get(_GLOBAL.get(kind, "")), value.get("Properties"))
            noted = _noted(value.get("Metadata"))
            if noted.entries and isinstance(body, Record):
                body = Record((*body.entries, (Text("Metadata"), noted)))
            connectors = value.get("Connectors")
            if connectors and isinstance(body, Record):
                body = Record((*body.entries, (Text("Connectors", connectors.line), expression(connectors))))
            yield Block("cloudformation", "resource", kind, key.text, body, line=key.line)


def _noted(metadata: Node) -> Record:
    """What the CDK notes of a resource: the path of its construct, and of what it has packed."""
    named = ((key, value) for key, value in metadata.pairs if key.text in ("aws:cdk:path", "aws:asset:path"))
    return Record(tuple((Text(key.text, key.line), expression(value)) for key, value in named))


def laid_over(lower: Node, upper: Node) -> Expr:
    """The properties of a resource over those that all of its kind have: maps are merged, everything else replaced."""
    if lower.kind != "mapping" or lower.tag:
        return expression(upper) if upper else Record(()) if not lower else expression(lower)
    if upper.kind != "mapping" or upper.tag or (len(upper.pairs) == 1 and upper.pairs[0][0].text.startswith("Fn::")):
        return expression(upper) if upper else expression(lower)
    entries: dict[str, tuple[Expr, Expr]] = {}
    for key, value in (*lower.pairs, *upper.pairs):
        both = key.text in entries and lower.get(key.text).kind == value.kind == "mapping"
        made = laid_over(lower.get(key.text), value) if both else expression(value)
        entries[key.text] = (Text(key.text, key.line), made)
    return Record(tuple(entries.values()))
