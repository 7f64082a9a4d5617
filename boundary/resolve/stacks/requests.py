"""Requests that the gateways of stacks pass on to functions: operations of the services that these are of.

Both generations of Amazon's API Gateway, in templates and in Terraform: methods below the resources of a REST API, and
the routes of an HTTP API with their integrations. References:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html .
"""

from __future__ import annotations

from collections.abc import Iterator

from boundary.extractors.apigateway import KEY
from boundary.model import Operation
from boundary.resolve.landscape import Landscape
from boundary.resolve.stacks.evaluator import as_text
from boundary.resolve.stacks.stack import Stacks
from boundary.resolve.stacks.things import Resource, text
from boundary.resolve.stacks.wiring import within

_METHODS = {
    "AWS::ApiGateway::Method": ("HttpMethod", "ResourceId", "Integration.Uri"),
    "aws_api_gateway_integration": ("http_method", "resource_id", "uri"),
}
"""Methods of a REST API: the attributes that tell the verb, the resource and the function."""

_ROUTES = {
    "AWS::ApiGatewayV2::Route": ("RouteKey", "Target", "IntegrationUri"),
    "aws_apigatewayv2_route": ("route_key", "target", "integration_uri"),
}
"""Routes of an HTTP API: verb and path, the integration, and what names the function there."""

_PARTS = {"AWS::ApiGateway::Resource": ("PathPart", "ParentId"), "aws_api_gateway_resource": ("path_part", "parent_id")}
_DEEPEST = 30
"""Parts of a path."""


def operations(land: Landscape) -> Iterator[tuple[str, Operation]]:
    """All operations, each with the service whose function answers it."""
    stacks = land.stacks
    services = {unit.key: service.id for service in land.services for unit in service.units}
    for resource in stacks.resources if stacks is not None else ():
        if resource.type == KEY:
            yield from _integration(land, resource)
            continue
        found = _told(stacks, resource) if stacks is not None else None
        if found is not None and stacks is not None:
            verb, path, address = found
            function = within(stacks, address)
            service = services.get(function.uid) if function is not None else None
            if service is not None:
                method = "*" if verb.upper() == "ANY" else verb.upper()
                yield service, Operation(method, path, resource.location, "code")


def _integration(land: Landscape, resource: Resource) -> Iterator[tuple[str, Operation]]:
    """What an integration in a document answers."""
    verb, _, path = resource.label.partition(" ")
    for service in land.declaring(resource.location.path, resource.stack)[:1]:
        yield service, Operation("*" if verb.startswith("X-") else verb, path, resource.location, "code")


def _told(stacks: Stacks, resource: Resource) -> tuple[str, str, str] | None:
    """Verb, path, and the address of the function; None for another resource, and for what is not known."""
    if resource.type in _METHODS:
        verb, place, address = _METHODS[resource.type]
        path = _path(stacks, str(as_text(resource.get(place))), 0)
        return text(resource.get(verb)) or "*", path, str(as_text(resource.get(*address.split("."))))
    if resource.type in _ROUTES:
        key, target, address = _ROUTES[resource.type]
        verb, _, path = (text(resource.get(key)) or "").partition(" ")
        integration = stacks.by_uid.get(str(as_text(resource.get(target))).rpartition("/")[2])
        if path.startswith("/") and integration is not None:
            return verb, path, str(as_text(integration.get(address)))
    return None


def _path(stacks: Stacks, uid: str, depth: int) -> str:
    """The path of a resource of a REST API: its part behind that of its parent, the root's being empty."""
    resource = stacks.by_uid.get(uid)
    names = _PARTS.get(resource.type) if resource is not None else None
    if resource is None or names is None or depth > _DEEPEST:
        return "/"
    above = _path(stacks, str(as_text(resource.get(names[1]))), depth + 1)
    return f"{above.rstrip('/')}/{as_text(resource.get(names[0]))!s}"
