"""``serverless.yml`` of the Serverless Framework: functions, their variables and events, and the resources beside them.

Functions are written as the Serverless Application Model has them. Variables that the file itself answers
(``${self:custom.x}``), and defaults, are filled; parameters of the parameter store stay dynamic references.
Specification: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from boundary.extractors._documents import documents
from boundary.extractors._template import expression
from boundary.extractors.cloudformation import template
from boundary.facts import Apply, Expr, Fact, Item, Join, Listing, Record, Ref, Text
from boundary.facts.infra import Block
from boundary.reading.yaml import Node
from boundary.source import Source

FORMAT = "serverless"

DEEPEST = 8
"""Variables in variables."""

_NAME = re.compile(r"serverless(\.[\w-]+)?\.(ya?ml|json)")
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


def matches(path: str) -> bool:
    """``serverless.yml`` and its variants by environment."""
    return _NAME.fullmatch(PurePosixPath(path).name) is not None


def extract(source: Source) -> Iterator[Fact]:
    """The service, its functions and its resources."""
    for document in documents(source, certain=True)[:1]:
        if not document.get("service") or not document.get("provider"):
            return
        named = document.get("service", "name").string or document.get("service").string
        reader = _Reader(document)
        yield Block("cloudformation", "stack", "", reader.text(named), line=document.line)
        for key, value in document.get("functions").pairs:
            yield Block("cloudformation", "resource", "AWS::Serverless::Function", key.text, reader.function(value),
                        line=key.line)  # fmt: skip
        resources = document.get("resources")
        for one in resources.items or (resources,):
            for fact in template(one):
                yield reader.filled(fact) if isinstance(fact, Block) else fact


@dataclass
class _Reader:
    document: Node

    def function(self, node: Node) -> Expr:
        """A function of the framework as one of the application model."""
        entries: list[tuple[Expr, Expr]] = []
        if node.get("name"):
            entries.append((Text("FunctionName", node.get("name").line), expression(node.get("name"))))
        for ours, theirs in (("Handler", "handler"), ("ImageUri", "image")):
            if node.get(theirs).kind == "scalar":
                entries.append((Text(ours, node.get(theirs).line), expression(node.get(theirs))))
        variables = {
            key.text: (Text(key.text, key.line), expression(value))
            for among in (self.document.get("provider", "environment"), node.get("environment"))
            for key, value in among.pairs
        }
        shape = Record(((Text("Variables"), Record(tuple(variables.values()))),))
        events = tuple((Text(str(at), one.line), _event(one)) for at, one in enumerate(node.get("events").items))
        roles = self.document.get("provider", "iam", "role", "statements")
        granted = roles or self.document.get("provider", "iamRoleStatements")
        statements = Record(((Text("Statement", granted.line), expression(granted)),))
        entries += [(Text("Environment"), shape), (Text("CodeUri"), Text(".")), (Text("Events"), Record(events)),
                    (Text("Policies", granted.line), Listing((statements,) if granted else ()))]  # fmt: skip
        return self._expr(Record(tuple(entries)), 0)

    def filled(self, block: Block) -> Block:
        """A block with the variables of the framework filled."""
        return Block(block.language, block.kind, block.type, block.name, self._expr(block.body, 0), line=block.line)

    def text(self, written: str) -> str:
        """A text with its variables filled as far as the file tells."""
        found = self._text(written, 0, 0)
        return found.text if isinstance(found, Text) else written

    def _expr(self, expr: Expr, depth: int) -> Expr:
        match expr:
            case Text(text=written, line=line) if "${" in written:
                return self._text(written, line, depth)
            case Record(entries=entries):
                return Record(tuple((key, self._expr(value, depth)) for key, value in entries))
            case Listing(items=items):
                return Listing(tuple(self._expr(item, depth) for item in items))
            case Join(parts=parts):
                return Join(tuple(self._expr(part, depth) for part in parts))
            case Apply(callee=callee, args=args, keywords=keywords, line=line):
                return Apply(callee, tuple(self._expr(arg, depth) for arg in args), keywords, line)
            case Item(of=of, key=key):
                return Item(self._expr(of, depth), self._expr(key, depth))
        return expr

    def _text(self, written: str, line: int, depth: int) -> Expr:
        parts: list[Expr] = []
        at = 0
        for found in _VARIABLE.finditer(written):
            parts.append(Text(written[at : found.start()], line))
            parts.append(self._variable(found[1], line, depth))
            at = found.end()
        parts.append(Text(written[at:], line))
        kept = [part for part in parts if not isinstance(part, Text) or part.text]
        if all(isinstance(part, Text) for part in kept):
            return Text("".join(part.text for part in kept if isinstance(part, Text)), line)
        return kept[0] if len(kept) == 1 else Join(tuple(kept))

    def _variable(self, written: str, line: int, depth: int) -> Expr:
        first, *others = (one.strip() for one in written.split(","))
        source, _, address = first.partition(":")
        if depth < DEEPEST and source == "self":
            node = self.document.get(*address.split("."))
            if node:
                return self._expr(expression(node), depth + 1)
        if source.startswith("ssm"):
            return Text("{{resolve:ssm:" + address.partition("~")[0] + "}}", line)
        if source == "sls" or (source in ("opt", "self") and address in ("stage", "provider.stage") and not others):
            return Ref("Stage")
        default = next((one.strip("'\"") for one in others if one[:1] in "'\"" or re.fullmatch(r"[\w-]+", one)), None)
        if default is not None:
            return Text(default, line)
        return next((self._variable(one, line, depth + 1) for one in others[:1] if ":" in one), Ref(address or source))


def _event(node: Node) -> Expr:
    """An event of a function: its kind, and what it says."""
    key, value = node.pairs[0] if node.pairs else (node, node)
    kinds = {"http": "Api", "httpApi": "HttpApi", "sqs": "SQS", "sns": "SNS", "stream": "Stream",
             "eventBridge": "EventBridgeRule", "schedule": "Schedule", "s3": "S3"}  # fmt: skip
    names = {"path": "Path", "method": "Method", "arn": "Arn", "pattern": "Pattern", "eventBus": "EventBusName",
             "bucket": "Bucket", "topicName": "Topic"}  # fmt: skip
    said: Expr
    if value.kind == "mapping" and not any(
        name.text.startswith("Fn::") or name.text == "Ref" for name, _ in value.pairs
    ):
        said = Record(
            tuple((Text(names.get(name.text, name.text), name.line), expression(one)) for name, one in value.pairs)
        )
    elif key.text in ("http", "httpApi") and " " in value.text:
        method, _, path = value.text.partition(" ")
        said = Record(((Text("Method"), Text(method)), (Text("Path"), Text(path))))
    else:
        said = Record(((Text("Arn", value.line), expression(value)),))
    kind = Text(kinds.get(key.text, key.text), key.line)
    return Record(((Text("Type", key.line), kind), (Text("Properties", key.line), said)))
