"""Swagger 2.0 read into the same normal form: https://spec.openapis.org/oas/v2.0.html .

Parameters and headers are schemas themselves there, bodies are parameters, and media types are listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from boundary.contracts.documents import Node
from boundary.contracts.openapi.description import Description, made, media_type
from boundary.contracts.openapi.normal import Body, Header, Media, Operation, Parameter, Response, Scheme, Server
from boundary.contracts.openapi.tree import at, entries, flag, members, raw, schema, text

_COLLECTIONS = {
    "csv": ("", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "tsv": ("tabDelimited", False),
}
"""``collectionFormat`` as style (empty: the usual one of the place) and explode."""

_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_FILE = {"type": "string", "format": "binary"}
_USUAL = ("application/json",)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Swagger(Description):
    """One version of a description in Swagger 2.0."""

    def servers(self, operation: Node | None = None, item: Node | None = None) -> tuple[Server, ...]:  # noqa: ARG002
        """The one address of the document; the operation's own schemes do not change its path."""
        host, base = text(self.root, "host"), text(self.root, "basePath").strip("/")
        if not host and not base:
            return ()
        schemes = [node.value for node in members(self.root, "schemes") if isinstance(node.value, str)] or ["https"]
        path = f"/{base}" if base else ""
        node = self.root.child("basePath") or self.root.child("host") or self.root
        return tuple(Server(f"{scheme}://{host}{path}" if host else path, path, node) for scheme in schemes)

    def parameter(self, node: Node, places: Mapping[str, str], shared: bool) -> Parameter | None:
        """A parameter in its normal form; None for parts of the body."""
        name, where = text(node, "name"), text(node, "in")
        if not name or where not in ("query", "path", "header"):
            return None
        style, explode = _COLLECTIONS.get(text(node, "collectionFormat") or "csv", ("", False))
        explodes = explode or (where == "query" and text(node, "type") != "array")
        return made(node, places, node, style or ("form" if where == "query" else "simple"), explodes, shared=shared)

    def body(self, operation: Operation) -> Body | None:
        """The request's body: the parameter that is one, or the fields of a form."""
        fields: dict[str, Node] = {}
        for holder in (operation.item, operation.node):
            for node in members(holder, "parameters"):
                if text(node, "in") == "body":
                    kinds = self._kinds(operation, "consumes", _USUAL)
                    media = {kind: Media(kind, node, schema(node, "schema")) for kind in kinds}
                    return Body(node, flag(node, "required") is True, media)
                if text(node, "in") == "formData":
                    fields[text(node, "name")] = node
        if not fields:
            return None
        holder = operation.node.child("parameters") or operation.node
        files = any(text(node, "type") == "file" for node in fields.values())
        kinds = self._kinds(operation, "consumes", _FORMS[files:][:1])
        form = _form(fields, holder)
        required = bool(form.value.get("required"))
        return Body(holder, required, {kind: Media(kind, holder, form) for kind in kinds})

    def responses(self, operation: Operation) -> dict[str, Response]:
        """What may come back, by status."""
        kinds = self._kinds(operation, "produces", _USUAL)
        found: dict[str, Response] = {}
        for status, node in entries(operation.node, "responses"):
            body = schema(node, "schema")
            media = {kind: Media(kind, node, body) for kind in kinds} if body is not None else {}
            found[status] = Response(status, node, media, self.headers(node))
        return found

    def header(self, name: str, node: Node) -> Header:
        """A header, which is its own schema."""
        return Header(name, node, False, node)

    def _kinds(self, operation: Operation, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
        holder = operation.node if raw(operation.node, key) is not None else self.root
        kinds = [node.value for node in members(holder, key) if isinstance(node.value, str)]
        return tuple(media_type(kind) for kind in kinds) or usual

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """The security schemes that the document declares, by name."""
        return {name: self.scheme(name, node) for name, node in entries(self.root, "securityDefinitions")}

    def scheme(self, name: str, node: Node) -> Scheme:
        """A security scheme in its normal form."""
        kind = text(node, "type")
        if kind == "basic":
            return Scheme(name, ("http", "basic"), node)
        if kind != "oauth2":
            return super().scheme(name, node)
        flow = _FLOWS.get(text(node, "flow"), text(node, "flow"))
        addresses = {f"{flow} {key}": text(node, key) for key in ("authorizationUrl", "tokenUrl") if text(node, key)}
        below = at(node, "scopes")
        listed: Iterator[tuple[str, Node]] = below.items() if below is not None else iter(())
        return Scheme(name, (kind,), node, addresses, {scope: str(one.value) for scope, one in listed})


def _form(fields: Mapping[str, Node], holder: Node) -> Node:
    """The fields of a form as the schema that OpenAPI 3 writes for them."""
    needed = [name for name, node in fields.items() if flag(node, "required") is True]
    properties = {
        name: node.value | (_FILE if node.value.get("type") == "file" else {}) for name, node in fields.items()
    }
    value = {"type": "object", "properties": properties} | ({"required": needed} if needed else {})
    return Node(value, holder.source, holder.parent, holder.key)
