"""What an attribute of a resource is: its address, its name, what is written, or something that only the cloud knows.

Whatever only the cloud knows of a store's place is spelled by its ``uid``: a host name that exists nowhere else, so
that a variable that holds it leads to the store.
"""

from __future__ import annotations

import re

from boundary.facts import Apply, Record, Ref
from boundary.model import Value
from boundary.resolve.stacks.things import Handle, Null, Resource, Table, Thing, text, unknown

ARN = "arn::"
"""What the resource name of a resource begins with; its uid follows."""

GATEWAY = ".execute-api.region.amazonaws.com"
"""What follows the id of an API in its host name, as texts of templates spell it."""

FUNCTION_URL = ".lambda-url.region.on.aws"
"""What follows the id of a function's own address."""

GRAPH = ".appsync-api.region.amazonaws.com"
"""What follows the id of a graph of AppSync in its host name."""

GRAPHS = frozenset({"AWS::AppSync::GraphQLApi", "aws_appsync_graphql_api"})
"""Interfaces that lead to data and functions by themselves."""

_PLACED = re.compile(r"arn:|https://sqs\.|https://queue\.")
"""How resource names and addresses begin whose account and region tell no two apart; their last part is the name."""

_LEAST = 3
"""Letters that must be known of a name."""

_NAMING = frozenset(
    ("id", "name", "arn", "url", "bucket", "function_name", "invoke_arn", "qualified_arn", "stream_arn", "self_link",
     "repository_url", "key_name", "execution_arn", "unique_id", "Name", "Arn", "StreamArn", "QueueName", "QueueUrl",
     "TopicName", "TopicArn", "Ref", "Value")
)  # fmt: skip
"""Attributes that name a resource wherever a type has them."""


def attribute(resource: Resource, name: str) -> Thing:
    """What an attribute of a resource is, by the name that the language has for it."""
    row = resource.row
    if row:
        if name in row.ids and resource.declared:
            return Value.of(ARN, resource.uid)
        if name in row.hosts and (suffix := {"execute-api": GATEWAY, "lambda": FUNCTION_URL}.get(row.grants)):
            return Value.of("https://", resource.uid, suffix)
        if name in row.hosts:
            return Value.of(resource.uid)
        if name in row.endpoints:
            number = resource.text("port") or (str(row.port) if row.port else "")
            return Value.of(resource.uid, f":{number}" if number else "")
        if name in row.texts:
            return Value.of(row.texts[name].replace("{}", resource.uid))
        if name in row.inner:
            return Handle(resource)
        if (copied := next((one for one in row.copies if one in resource.body), "")) and name not in resource.body:
            return resource.get(copied)
        if row.kind == "parameter" and name in ("value", "Value", "insecure_value") and name in resource.body:
            return resource.get(name)
    if row and "/" in resource.type and name.endswith(("database_name", "db_name")) and row.databases:
        return resource.get(row.databases[0])
    if resource.type in GRAPHS and name in ("GraphQLUrl", "uris"):
        address = Value.of("https://", resource.uid, GRAPH, "/graphql")
        return address if name != "uris" else Table({"GRAPHQL": address}, whole=False)
    if resource.type == "template_file" and name == "rendered":
        return _rendered(resource)
    if resource.type == "archive_file" and name == "output_path":
        packed = resource.get("source_dir")
        return resource.get("source_file") if isinstance(packed, Null) else packed
    if name == "invoke_url" and (api := text(resource.get("rest_api_id")) or text(resource.get("api_id"))):
        return Value.of("https://", api, GATEWAY)
    if name == "security_group_id" and name not in resource.body:
        return Value.of(resource.uid)  # the group that a module makes
    if _is_arn(name) or (name.endswith("Arn") and name not in resource.body):
        return Value.of(ARN, resource.uid)
    written = resource.get(name) if name in resource.body else None
    if (
        written is not None
        and not isinstance(written, Null)
        and (text(written) is not None or not _names(resource, name))
    ):
        return written
    if _names(resource, name):
        return spelled(resource)
    return written if written is not None and not isinstance(written, Null) else unknown(f"{resource.uid}.{name}")


def _rendered(resource: Resource) -> Thing:
    """The text of a template that is data of the stack, as the function that came after it makes it.

    See https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file .
    """
    for _, expr in resource.body.get("template", ()):
        if isinstance(expr, Apply) and expr.callee == Ref("file") and expr.args:
            given = next((said for _, said in resource.body.get("vars", ())), Record(()))
            return resource.read(Apply(Ref("templatefile"), (expr.args[0], given)))
    return resource.get("template")


def spelled(resource: Resource) -> Value:
    """A resource as a text: its name, else what no other one is called."""
    return Value.of(resource.name)


def name_in(value: Value) -> str:
    """The name of a resource in a text: the last part of a URL or ARN, with its parts that a deployment fills.

    "" for a text of which nothing is known.
    """
    literal = "".join(part for part in value.parts if isinstance(part, str))
    last = (
        re.split(r"[/:]", value.parts[-1].rstrip("/*"))[-1] if value.parts and isinstance(value.parts[-1], str) else ""
    )
    if _PLACED.match(literal) and last and re.search(r"[/:]", str(value.parts[-1])):
        return last
    if any(hole.kind != "parameter" for hole in value.holes):
        return ""
    if value.holes and sum(map(str.isalnum, literal)) < _LEAST:
        return ""
    whole = str(value).rstrip("/*")
    if whole.startswith(ARN):
        return re.split(r"[/:]", whole.removeprefix(ARN))[0]
    return re.split(r"[/:]", whole)[-1]


def _is_arn(name: str) -> bool:
    return name in ("arn", "Arn", "TopicArn", "qualified_arn", "stream_arn", "StreamArn") or name.endswith("_arn")


def _names(resource: Resource, name: str) -> bool:
    output = ("/" in resource.type or "source" in resource.body) and name.endswith(("_id", "_name", "_url"))
    return name in _NAMING or output or (resource.row is not None and name in resource.row.names)
