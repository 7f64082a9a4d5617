"""What leads requests to functions: the gateways and the addresses of their own that stacks give them.

A gateway may lead to functions of several services; which of them answers is told by the path then. References:
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html and
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html .
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from boundary.model import Value
from boundary.resolve.stacks.attributes import ARN, FUNCTION_URL, GATEWAY, GRAPH, GRAPHS
from boundary.resolve.stacks.evaluator import as_text, member
from boundary.resolve.stacks.templates import IMPLICIT, uid_of
from boundary.resolve.stacks.things import Resource, Table, Thing, text

_APIS = frozenset(
    ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Serverless::Api", "AWS::Serverless::HttpApi",
     "aws_api_gateway_rest_api", "aws_apigatewayv2_api")
)  # fmt: skip

_FUNCTIONS = frozenset(
    ("AWS::Lambda::Function", "AWS::Serverless::Function", "aws_lambda_function", "terraform-aws-modules/lambda/aws")
)

_LINKS = {
    "AWS::ApiGateway::Method": (("RestApiId",), ("Integration.Uri",)),
    "AWS::ApiGatewayV2::Integration": (("ApiId",), ("IntegrationUri",)),
    "AWS::Lambda::Permission": (("SourceArn",), ("FunctionName",)),
    "aws_api_gateway_integration": (("rest_api_id",), ("uri",)),
    "aws_apigatewayv2_integration": (("api_id",), ("integration_uri",)),
    "aws_lambda_permission": (("source_arn",), ("function_name",)),
}
"""Resources that join a gateway and a function: what names the one, and the other."""

_ADDRESSES = {"AWS::Lambda::Url": "TargetFunctionArn", "aws_lambda_function_url": "function_name"}

_WORD = re.compile(r"[\w.]+")


def fronts(resources: Iterable[Resource]) -> dict[str, list[str]]:
    """The host names that lead to each function, by its uid."""
    every = list(resources)
    by_uid = {one.uid: one for one in every}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    led: set[str] = set()
    for api, function in _joined(every, by_uid):
        led.add(api)
        found[function][api + GATEWAY] = None
    for one in every:
        if one.type in _ADDRESSES and (function := _named(by_uid, as_text(one.get(_ADDRESSES[one.type])))):
            found[function][one.uid + FUNCTION_URL] = None
        if one.type == "AWS::Serverless::Function":
            found[one.uid][f"{one.uid}Url{FUNCTION_URL}"] = None
        if one.type in GRAPHS:
            found[one.uid][one.uid + GRAPH] = None
    for one in every:
        if one.type in _APIS and one.uid not in led:
            for function in _beside(every, one):
                found[function][one.uid + GATEWAY] = None
    return {uid: list(names) for uid, names in found.items()}


def _beside(every: list[Resource], api: Resource) -> list[str]:
    """The functions of a gateway's stack, where nothing tells which of them it leads to."""
    return [one.uid for one in every if one.stack == api.stack and one.type in _FUNCTIONS and "::" in one.type]


def _joined(every: list[Resource], by_uid: dict[str, Resource]) -> Iterator[tuple[str, str]]:
    """Gateways with the functions that they lead to."""
    for one in every:
        if one.type == "AWS::Serverless::Function":
            yield from ((api, one.uid) for api in _of_events(one, by_uid))
        for paths in (_LINKS[one.type],) if one.type in _LINKS else ():
            gateway, function = (next((as_text(one.get(*path.split("."))) for path in each), Value()) for each in paths)
            api, target = _among(by_uid, str(gateway), _APIS), _named(by_uid, function)
            if api and target:
                yield api, target


def _of_events(function: Resource, by_uid: dict[str, Resource]) -> Iterator[str]:
    """The gateways whose requests start a function; without a name it is one that the framework makes."""
    events = function.get("Events")
    for event in events.entries.values() if isinstance(events, Table) else ():
        if not isinstance(event, Table) or text(event.get("Type")) not in ("Api", "HttpApi"):
            continue
        named = next((one for key in ("RestApiId", "ApiId") if (one := _said(event.get("Properties"), key))), None)
        if named is None:
            yield from (uid_of(function.stack, name) for name in IMPLICIT)
        elif api := _among(by_uid, str(as_text(named)), _APIS):
            yield api


def _said(thing: Thing, key: str) -> Thing | None:
    return member(thing, key) if isinstance(thing, Table) and key in thing.entries else None


def _named(by_uid: dict[str, Resource], value: Value) -> str:
    """The function that an address, a name or an ARN means, "" for none."""
    return _among(by_uid, str(value).replace(ARN, " "), _FUNCTIONS)


def _among(by_uid: dict[str, Resource], written: str, types: frozenset[str]) -> str:
    """The one resource of these types whose uid a text holds, "" for none."""
    words = (word.strip(".") for word in _WORD.findall(written))
    return next((word for word in words if word in by_uid and by_uid[word].type in types), "")
