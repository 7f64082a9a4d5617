"""An HTTP description read into its normal form, part by part and only when a part is asked for.

Specifications: https://spec.openapis.org/oas/v3.0.4.html , v3.1.1, v3.2.0; Swagger 2.0 differs in ``swagger``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from urllib.parse import urlsplit

from boundary.contracts.documents import Node
from boundary.contracts.openapi.normal import (
    VARIABLE,
    Alternative,
    Body,
    Encoding,
    Header,
    Media,
    Operation,
    Parameter,
    Response,
    Scheme,
    Security,
    Server,
)
from boundary.contracts.openapi.tree import at, entries, flag, members, raw, schema, text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_NO_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
"""Headers that OpenAPI 3 expressly does not count as parameters."""

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_FLOW_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def made(node: Node, places: Mapping[str, str], described: Node | None, style: str, explode: bool, *,
         shared: bool, media: str = "") -> Parameter:  # fmt: skip
    """A parameter of any version: ``places`` are the variables of its path by their names."""
    name, where = text(node, "name"), text(node, "in")
    return Parameter(
        name={"path": places.get(name, name), "header": name.lower()}.get(where, name),
        shown=name,
        where=where,
        required=where == "path" or flag(node, "required") is True,
        node=node,
        schema=described,
        style=style,
        explode=explode,
        media=media,
        reserved=flag(node, "allowReserved") is True,
        empty=flag(node, "allowEmptyValue") is True,
        shared=shared,
    )


def _places(variables: list[str], described: list[str]) -> dict[str, str]:
    """Where in a path each variable stands. One that is described under a name that the path does not have is the one
    that nobody describes."""
    places = {name: str(number) for number, name in enumerate(variables)}
    nameless = [name for name in variables if name not in described]
    strangers = dict.fromkeys(name for name in described if name not in places)
    return places | {name: places[own] for name, own in zip(strangers, nameless, strict=False)}


def template(path: str) -> str:
    """A path with its variables numbered by place, which is all of them that is on the wire."""
    return VARIABLE.sub("{}", path)


class Description:
    """One version of a description; ``dialect`` is ``3.0``, ``3.1`` or ``3.2``."""

    def __init__(self, root: Node, dialect: str) -> None:
        self.root = root
        self.dialect = dialect

    # --- operations -----------------------------------------------------------------------------------------

    def operations(self) -> Iterator[Operation]:
        """The operations of the paths, then of the webhooks; callbacks are asked of their operation."""
        for path, item in entries(self.root, "paths"):
            if path.startswith("/"):
                yield from self._of_item(path, item, "paths", turned=False)
        for name, item in entries(self.root, "webhooks"):
            yield from self._of_item(name, item, f"webhook {name}", turned=True)

    def callbacks(self, operation: Operation) -> Iterator[Operation]:
        """What the provider calls back after an operation."""
        for name, callback in entries(operation.node, "callbacks"):
            for expression, written in callback.items():
                if not expression.startswith("x-"):
                    group = f"{operation.label} callback {name} {expression}"
                    yield from self._of_item(expression, written.resolved(), group, turned=not operation.turned)

    def _of_item(self, path: str, item: Node, group: str, *, turned: bool) -> Iterator[Operation]:
        written = [(name.upper(), node) for name, node in item.items() if name in METHODS]
        written += list(entries(item, "additionalOperations"))
        for method, node in written:
            if isinstance(node.value, dict):
                servers = self.servers(node, item) if group == "paths" else ()
                yield Operation(method, path, template(path), node, item, group, turned, servers)

    def servers(self, operation: Node | None = None, item: Node | None = None) -> tuple[Server, ...]:
        """The servers of the innermost place that names some."""
        for holder in (operation, item, self.root):
            if raw(holder, "servers"):
                return tuple(_server(node) for node in members(holder, "servers"))
        return ()

    # --- requests -------------------------------------------------------------------------------------------

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Parameters by (where, name); the operation's own win over those of its path."""
        written = [
            (node, shared)
            for holder, shared in ((operation.item, True), (operation.node, False))
            for node in members(holder, "parameters")
        ]
        places = _places(operation.variables, [text(node, "name") for node, _ in written if text(node, "in") == "path"])
        found: dict[tuple[str, str], Parameter] = {}
        for node, shared in written:
            if parameter := self.parameter(node, places, shared):
                found[parameter.where, parameter.name] = parameter
        return found

    def parameter(self, node: Node, places: Mapping[str, str], shared: bool) -> Parameter | None:
        """A parameter in its normal form; None for what is none."""
        name, where = text(node, "name"), text(node, "in")
        if not name or (where not in _STYLES and where != "querystring"):
            return None
        if where == "header" and name.lower() in _NO_PARAMETERS:
            return None
        style = text(node, "style") or _STYLES.get(where, "")
        explode = flag(node, "explode")
        content = next(entries(node, "content"), None)
        described = schema(content[1] if content else node, "schema")
        explodes = style == "form" if explode is None else explode
        return made(node, places, described, style, explodes, shared=shared, media=content[0] if content else "")

    def body(self, operation: Operation) -> Body | None:
        """The request's body."""
        node = at(operation.node, "requestBody")
        if node is None or not isinstance(node.value, dict):
            return None
        return Body(node, flag(node, "required") is True, self.media(node))

    def media(self, holder: Node) -> dict[str, Media]:
        """The media types of a body, by their normal form."""
        found: dict[str, Media] = {}
        for name, node in entries(holder, "content"):
            kind = media_type(name)
            encodings = {part: self._encoding(one) for part, one in entries(node, "encoding")}
            found[kind] = Media(kind, node, schema(node, "schema"), schema(node, "itemSchema"), encodings)
        return found

    def _encoding(self, node: Node) -> Encoding:
        explode = flag(node, "explode")
        return Encoding(
            node,
            text(node, "contentType"),
            text(node, "style"),
            "" if explode is None else str(explode).lower(),
            self.headers(node),
        )

    # --- responses ------------------------------------------------------------------------------------------

    def responses(self, operation: Operation) -> dict[str, Response]:
        """What may come back, by status."""
        return {
            status.upper() if status != "default" else status: Response(
                status.upper() if status != "default" else status,
                node,
                self.media(node),
                self.headers(node),
                dict(entries(node, "links")),
            )
            for status, node in entries(operation.node, "responses")
        }

    def headers(self, holder: Node) -> dict[str, Header]:
        """Headers by their lower-case names; Content-Type is told by the media types."""
        return {
            name.lower(): self.header(name, node)
            for name, node in entries(holder, "headers")
            if name.lower() != "content-type"
        }

    def header(self, name: str, node: Node) -> Header:
        """A header in its normal form."""
        content = next(entries(node, "content"), None)
        return Header(
            name,
            node,
            flag(node, "required") is True,
            schema(content[1], "schema") if content else schema(node, "schema"),
            flag(node, "explode") is True,
            content[0] if content else "",
        )

    # --- security -------------------------------------------------------------------------------------------

    def security(self, operation: Operation) -> Security:
        """What lets a request of this operation in."""
        own = raw(operation.node, "security")
        return self.shared_security if own is None else self._security(operation.node, shared=False)

    @cached_property
    def shared_security(self) -> Security:
        """What the document says for the operations that say nothing themselves."""
        return self._security(self.root, shared=True)

    def _security(self, holder: Node, *, shared: bool) -> Security:
        alternatives = tuple(self._alternative(node) for node in members(holder, "security"))
        return Security(alternatives, holder.child("security") or holder, shared)

    def _alternative(self, node: Node) -> Alternative:
        needs: dict[str, tuple[Scheme, frozenset[str]]] = {}
        for name, scopes in node.items():
            listed = scopes.value if isinstance(scopes.value, list) else ()
            wanted = frozenset(one for one in listed if isinstance(one, str))
            needs[name] = self.schemes.get(name, Scheme(name, ("unknown", name), None)), wanted
        return Alternative(node, needs)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """The security schemes that the document declares, by name."""
        return {name: self.scheme(name, node) for name, node in entries(at(self.root, "components"), "securitySchemes")}

    def scheme(self, name: str, node: Node) -> Scheme:
        """A security scheme in its normal form."""
        kind = text(node, "type")
        if kind == "apiKey":
            where, key = text(node, "in"), text(node, "name")
            return Scheme(name, (kind, where, key.lower() if where == "header" else key), node)
        if kind == "http":
            return Scheme(name, (kind, text(node, "scheme").lower()), node)
        if kind == "openIdConnect":
            return Scheme(name, (kind,), node, {"openIdConnectUrl": text(node, "openIdConnectUrl")})
        addresses: dict[str, str] = {}
        scopes: dict[str, str] = {}
        flows = dict(entries(node, "flows")) if kind == "oauth2" else {}
        for flow, described in flows.items():
            addresses |= {f"{flow} {key}": url for key in _FLOW_ADDRESSES if (url := text(described, key))}
            scopes |= _scopes(described)
        return Scheme(name, (kind,), node, addresses, scopes)


def media_type(written: str) -> str:
    """A media type in lower case, its parameters sorted; a charset of UTF-8 is what everybody expects."""
    kind, *parameters = [part.strip().lower() for part in written.split(";")]
    kept = sorted(part for part in parameters if part and part.replace('"', "") != "charset=utf-8")
    return "; ".join([kind, *kept])


def _scopes(flow: Node) -> dict[str, str]:
    below = at(flow, "scopes")
    listed = below.items() if below is not None and isinstance(below.value, dict) else ()
    return {name: str(node.value) for name, node in listed}


def _server(node: Node) -> Server:
    url = text(node, "url")
    for name, variable in entries(node, "variables"):
        url = url.replace(f"{{{name}}}", text(variable, "default") or f"{{{name}}}")
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return Server(url, "/" + path.strip("/") if path.strip("/") and url.startswith(("/", "http")) else "", node)
