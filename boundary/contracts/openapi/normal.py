"""The normal form of an HTTP description, the same for every version of OpenAPI and for Swagger 2.0.

What stands at the path is pushed down to its operations, defaults are written out, and each part keeps the node that it
came from. Schemas stay nodes: they are compared by what they accept, in ``boundary.contracts.schemas``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from boundary.contracts.documents import Node

VARIABLE = re.compile(r"\{([^{}]*)\}")
"""A variable in the template of a path."""


class Parameter(msgspec.Struct, frozen=True, eq=False):
    """A value that a request carries outside of its body.

    ``where`` is query, path, header or cookie; ``name`` of a path parameter is its position in the template, of a
    header its lower-case form; ``shown`` is what is written. ``shared`` when it stands at the path rather than at the
    operation; ``media`` the media type of its content, where it is described by one; ``style`` and ``explode`` with the
    defaults of its place.
    """

    name: str
    shown: str
    where: str
    required: bool
    node: Node
    schema: Node | None
    style: str = ""
    explode: bool = False
    media: str = ""
    reserved: bool = False
    empty: bool = False
    shared: bool = False


class Encoding(msgspec.Struct, frozen=True, eq=False):
    """How a part of a form or multipart body is written."""

    node: Node
    content_type: str = ""
    style: str = ""
    explode: str = ""
    headers: Mapping[str, Header] = {}


class Media(msgspec.Struct, frozen=True, eq=False):
    """What one media type of a body holds.

    ``type`` is lower case with its parameters sorted; ``items`` is the schema of each element of a sequential body
    (``itemSchema`` of 3.2).
    """

    type: str
    node: Node
    schema: Node | None
    items: Node | None = None
    encodings: Mapping[str, Encoding] = {}


class Body(msgspec.Struct, frozen=True, eq=False):
    """A request's body."""

    node: Node
    required: bool
    media: Mapping[str, Media]


class Header(msgspec.Struct, frozen=True, eq=False):
    """A header of a response or of a part; ``media`` is the media type of its content, where it is described by one."""

    shown: str
    node: Node
    required: bool
    schema: Node | None
    explode: bool = False
    media: str = ""


class Response(msgspec.Struct, frozen=True, eq=False):
    """What comes back under one status: ``200``, ``2XX`` or ``default``."""

    status: str
    node: Node
    media: Mapping[str, Media]
    headers: Mapping[str, Header]
    links: Mapping[str, Node] = {}


class Scheme(msgspec.Struct, frozen=True, eq=False):
    """A way to say who one is. ``kind`` is what a client must do alike to be let in (``apiKey header X-Key``);
    ``addresses`` are the URLs at which it gets its tokens."""

    name: str
    kind: tuple[str, ...]
    node: Node | None
    addresses: Mapping[str, str] = {}
    scopes: Mapping[str, str] = {}


class Alternative(msgspec.Struct, frozen=True, eq=False):
    """Schemes that are needed together, each with the scopes it must have; none at all lets everybody in."""

    node: Node | None
    needs: Mapping[str, tuple[Scheme, frozenset[str]]]


class Security(msgspec.Struct, frozen=True, eq=False):
    """What lets a request in: any one of the alternatives. ``shared`` when the whole document says so."""

    alternatives: tuple[Alternative, ...]
    node: Node | None = None
    shared: bool = False


class Server(msgspec.Struct, frozen=True, eq=False):
    """An address at which operations are served: ``base`` is its path without a slash at the end."""

    url: str
    base: str
    node: Node


class Operation(msgspec.Struct, frozen=True, eq=False):
    """A method on a path. ``key`` is the path with its variables numbered (``/users/{}``), ``group`` says which part of
    the document it belongs to: paths, webhooks, or a callback of an operation.

    ``turned`` when the provider is the one who sends the request (webhooks, callbacks); ``owner`` is the operation that
    a callback belongs to.
    """

    method: str
    path: str
    key: str
    node: Node
    item: Node
    group: str = "paths"
    turned: bool = False
    servers: tuple[Server, ...] = ()

    @property
    def variables(self) -> list[str]:
        """The names of the path's variables, in their order."""
        return VARIABLE.findall(self.path)

    @property
    def label(self) -> str:
        """How the operation is called: with the path at which its first server serves it."""
        if self.group != "paths":
            return f"{self.group} {self.method}".strip()
        base = self.servers[0].base if self.servers else ""
        return f"{self.method} {base}{self.path}"
