"""``serverless.yml`` of the Serverless Framework: functions, their variables and events, and the resources beside them.

Functions are written as the Serverless Application Model has them. Variables stay as they are written; the sections of
the document that they may ask are written down, too.
Specification: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from boundary.extractors._documents import documents, peek
from boundary.extractors._template import expression
from boundary.extractors.cloudformation import template
from boundary.facts import Apply, Expr, Fact, Listing, Member, Record, Ref, Text
from boundary.facts.infra import COMPOSED, Block
from boundary.reading.yaml import MISSING, Node
from boundary.source import Source

FORMAT = "serverless"

_NAME = re.compile(r"serverless(\.[\w-]+)?\.(ya?ml|json)")
_COMPOSE = re.compile(r"serverless-compose\.(ya?ml|json)")
_HANDLER = re.compile(r"^[ \t]+[\"']?handler[\"']?\s*:.*?^[ \t]+[\"']?events[\"']?\s*:", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"\$\{file\(([^()]+)\)(?::[\w.]+)?\}")
_STATEMENT = re.compile(r"^[ \t-]*[\"']?Effect[\"']?\s*:\s*[\"']?Allow", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{(?:self|opt|sls|param|file|ssm|cf|aws|env)[:(]")
_ROLE = "IamRoleLambdaExecution"
_SECTIONS = ("service", "custom", "provider", "params")
"""Sections that variables ask."""


def matches(path: str) -> bool:
    """``serverless.yml`` and its variants by environment, and the files that it may include: content decides."""
    return path.endswith((".yml", ".yaml", ".json"))


def extract(source: Source) -> Iterator[Fact]:
    """The service, its functions and its resources; of another file the functions that a service may include."""
    if _COMPOSE.fullmatch(PurePosixPath(source.path).name):
        yield from _composed(source)
        return
    if _NAME.fullmatch(PurePosixPath(source.path).name) is None:
        if _HANDLER.search(peek(source)):
            yield from _fragments(source)
        elif _STATEMENT.search(peek(source)) or _VARIABLE.search(peek(source)):
            yield from _part(source)
        return
    document = next(iter(documents(source, certain=True)), MISSING)
    if not document.get("service") or not document.get("provider"):
        return
    yield from service(document)


def _composed(source: Source) -> Iterator[Block]:
    """Services in folders that are deployed together, and what they are given: parameters, or outputs of each other.

    See https://www.serverless.com/framework/docs/guides/compose .
    """
    for document in documents(source, certain=True)[:1]:
        for key, one in document.get("services").pairs:
            given, where = one.get("params"), one.get("path").string or key.text
            told = expression(given) if given.pairs else Record(())
            yield Block("cloudformation", "given", COMPOSED, where, told, line=key.line)


def service(document: Node) -> Iterator[Fact]:
    """What a document says that describes a service."""
    called = document.get("service", "name").string or document.get("service").string
    yield Block("cloudformation", "stack", "", called, line=document.line)
    reader = _Reader(document)
    for functions in document.get("functions").items or (document.get("functions"),):
        for key, value in functions.pairs:
            yield _function(key, _named(called, key, reader.function(value)))
    for resources in document.get("resources").items or (document.get("resources"),):
        yield from template(resources)
    yield from _machines(document.get("stepFunctions", "stateMachines"))
    yield from _role(called, document.get("provider"))
    yield from _included(document, reader)
    for section in _SECTIONS:
        if document.get(section):
            told = document.get(section)
            yield Block("cloudformation", "setting", "", section, expression(told), line=told.line)


def _machines(machines: Node) -> Iterator[Block]:
    """State machines of the plug-in ``serverless-step-functions``, as the application model has them.

    See https://www.serverless.com/plugins/serverless-step-functions .
    """
    for key, value in machines.pairs:
        named, definition = value.get("name"), value.get("definition")
        entries = ((Text(ours, one.line), expression(one)) for ours, one in
                   (("Name", named), ("Definition", definition)) if one)  # fmt: skip
        body = Record(tuple(entries))
        yield Block("cloudformation", "resource", "AWS::Serverless::StateMachine", key.text, body, line=key.line)


def _role(service: str, provider: Node) -> Iterator[Block]:
    """The role that all functions have which name none of their own."""
    if not provider.get("role") and provider.get("iam", "role").kind != "scalar":
        told = provider.get("iam", "role", "name")
        name = expression(told) if told else Text(f"{service}-${{sls:stage}}-${{aws:region}}-lambdaRole", provider.line)
        body = Record(((Text("RoleName", provider.line), name),))
        yield Block("cloudformation", "resource", "AWS::IAM::Role", _ROLE, body, line=told.line or provider.line)


def _function(key: Node, body: Expr, kind: Literal["resource", "fragment"] = "resource") -> Block:
    return Block("cloudformation", kind, "AWS::Serverless::Function", key.text, body, line=key.line)


def _named(service: str, key: Node, function: Expr) -> Expr:
    """A function with the name that the framework gives it where it has none of its own: ``service-stage-key``."""
    entries = function.entries if isinstance(function, Record) else ()
    if any(isinstance(one, Text) and one.text == "FunctionName" for one, _ in entries):
        return function
    return Record((*entries, (Text("FunctionName", key.line), Text(f"{service}-${{sls:stage}}-{key.text}", key.line))))


def _fragments(source: Source) -> Iterator[Block]:
    """Functions in a file of their own: a map of names, or a list of such maps."""
    for document in documents(source, certain=False)[:1]:
        for one in document.items or (document,):
            for key, value in one.pairs:
                if value.get("handler").kind == "scalar" and value.get("events").items:
                    yield _function(key, _Reader(MISSING).function(value), "fragment")


def _part(source: Source) -> Iterator[Block]:
    """What a role may do, in a file of its own: a list of statements, or one by name; or whatever asks variables of the
    service. Templates are no parts."""
    for document in documents(source, certain=False)[:1]:
        among = document.items or tuple(one for _, value in document.pairs for one in value.items)
        stated = any(one.get("Effect").kind == "scalar" and one.get("Action") for one in among)
        if stated or (_VARIABLE.search(peek(source)) and not document.get("Resources")):
            yield Block("cloudformation", "part", "", "", expression(document), line=document.line)


def _included(document: Node, reader: _Reader) -> Iterator[Block]:
    """The files that are taken in as functions or resources, and what all functions have."""
    files: list[tuple[Node, str]] = []
    for section in ("functions", "resources"):
        parts = (document.get(section), *document.get(section).items)
        for one in (*parts, *(part.get("Resources") for part in parts)):
            if one.kind == "scalar" and (found := _FILE.fullmatch(one.text.strip())):
                files.append((one, found[1].strip()))
    for one, path in files:
        yield Block("cloudformation", "include", "", path, line=one.line)
    if files:
        yield Block("cloudformation", "shared", "", "", reader.function(MISSING), line=document.line)


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
        shape = Record(((Text("Variables"), self._variables(node)),))
        events = tuple((Text(str(at), one.line), _event(one)) for at, one in enumerate(node.get("events").items))
        entries += [(Text("Environment"), shape), (Text("CodeUri"), Text(".")), (Text("Events"), Record(events)),
                    self._granted(node.get("iamRoleStatements"))]  # fmt: skip
        entries += _further(node, self.document.get("provider"))
        return Record(tuple(entries))

    def _variables(self, node: Node) -> Expr:
        """What all functions are started with, and over it what this one is."""
        both = [one for one in (self.document.get("provider", "environment"), node.get("environment")) if one]
        if any(one.kind == "scalar" for one in both):
            return Apply(Ref("merge"), tuple(expression(one) for one in both), line=both[-1].line)
        pairs = {key.text: (Text(key.text, key.line), expression(value)) for one in both for key, value in one.pairs}
        return Record(tuple(pairs.values()))

    def _granted(self, own: Node) -> tuple[Expr, Expr]:
        """What the function's role may do: of a role of its own, else of the one that all functions have."""
        roles = self.document.get("provider", "iam", "role", "statements")
        granted = own or roles or self.document.get("provider", "iamRoleStatements")
        every = expression(granted)
        if any(one.kind == "scalar" for one in (granted, *granted.items)):  # A variable may stand for several.
            every = Apply(Ref("flatten"), (every,), line=granted.line)
        statements = Record(((Text("Statement", granted.line), every),))
        return Text("Policies", granted.line), Listing((statements,) if granted else ())


def _event(node: Node) -> Expr:
    """An event of a function: its kind, and what it says."""
    key, value = node.pairs[0] if node.pairs else (node, node)
    kinds = {"http": "Api", "httpApi": "HttpApi", "sqs": "SQS", "sns": "SNS", "stream": "Stream",
             "eventBridge": "EventBridgeRule", "schedule": "Schedule", "s3": "S3",
             "cloudwatchLog": "CloudWatchLogs"}  # fmt: skip
    names = {"path": "Path", "method": "Method", "arn": "Arn", "pattern": "Pattern", "eventBus": "EventBusName",
             "bucket": "Bucket", "topicName": "Topic", "logGroup": "LogGroupName"}  # fmt: skip
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


def _further(node: Node, provider: Node) -> list[tuple[Expr, Expr]]:
    """Role, layers, network and file system of a function, or of all functions."""
    found: list[tuple[Expr, Expr]] = []
    for ours, theirs in (("Role", "role"), ("Layers", "layers")):
        given = node.get(theirs) or provider.get(theirs)
        if not given and theirs == "role" and provider.get("iam", "role").kind == "scalar":
            given = provider.get("iam", "role")
        if given:
            found.append((Text(ours, given.line), expression(given)))
        elif theirs == "role" and provider and not node.get("iamRoleStatements"):
            found.append((Text(ours), Member(Ref(_ROLE), "Arn")))
    for ours, theirs, keys in _SHAPES:
        given = node.get(theirs) or provider.get(theirs)
        pairs = [(Text(keys[key.text], key.line), expression(value)) for key, value in given.pairs if key.text in keys]
        if pairs:
            shaped = Record(tuple(pairs))
            found.append((Text(ours, given.line), Listing((shaped,)) if ours.endswith("s") else shaped))
    return found


_SHAPES = (
    ("VpcConfig", "vpc", {"securityGroupIds": "SecurityGroupIds", "subnetIds": "SubnetIds"}),
    ("FileSystemConfigs", "fileSystemConfig", {"arn": "Arn", "localMountPath": "LocalMountPath"}),
)
"""Parts of a function: what the template and the framework call them, and their keys."""
