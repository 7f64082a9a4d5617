"""Facts about what is declared: owners, packages, images, contracts, tables."""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.facts.fact import Fact
from boundary.model import Value

# --- ownership ----------------------------------------------------------------------------------------------


class OwnerRule(Fact, frozen=True):
    """A line of CODEOWNERS; ``base`` is the folder that patterns are relative to (less ``.github/`` and ``docs/``).

    No owners means that the pattern is expressly without owner.
    """

    base: str
    pattern: str
    owners: tuple[str, ...]


class CatalogEntry(Fact, frozen=True):
    """An entity of a Backstage ``catalog-info.yaml``; lists hold entity references as written."""

    kind: str
    name: str
    owner: str | None = None
    type: str = ""
    provides: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


# --- packages and images ------------------------------------------------------------------------------------


class Package(Fact, frozen=True):
    """What a manifest builds. ``runs`` is True when the manifest itself says that it starts (a start script, a main
    package, a server plug-in), False when it says that it is a library, None when it does not tell.

    ``modules`` are import roots or packages as far as the manifest names them; ``members`` are workspace members
    (folders or patterns, as written).
    """

    ecosystem: str
    name: str
    version: str = ""
    runs: bool | None = None
    modules: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


class Dependency(Fact, frozen=True):
    """A manifest's dependency. ``origin`` says where it comes from; ``target`` is the path or URL, as written, for
    origins other than the registry. Where that is ``alias``, the name is one of a catalogue (see ``BuildAlias``); when
    its entry is known, ``entry`` is its file and line."""

    ecosystem: str
    name: str
    spec: str = ""
    origin: Literal["registry", "path", "git", "workspace", "alias"] = "registry"
    target: str = ""
    scope: Literal["runtime", "dev", "build", "optional"] = "runtime"
    entry: tuple[str, int] | None = None


class PathAlias(Fact, frozen=True):
    """Names of modules that a compiler finds elsewhere: an import that fits ``pattern`` means one of ``targets``, paths
    relative to the file's folder. ``*`` is the same text on both sides."""

    pattern: str
    targets: tuple[str, ...]


class Submodule(Fact, frozen=True):
    """A git submodule: the folder it is laid in and the URL it comes from."""

    name: str
    path: str
    url: str


class ImageBuild(Fact, frozen=True):
    """A tool builds an image from a folder; ``dockerfile`` is empty for the folder's own, ``contexts`` are further
    folders by the names that the Dockerfile has for them. Paths as written."""

    image: str
    context: str
    dockerfile: str = ""
    contexts: tuple[tuple[str, str], ...] = ()


class ImageStage(Fact, frozen=True):
    """``FROM base AS name`` of a Dockerfile; stages count from 0."""

    index: int
    base: Value
    name: str = ""


class ImageCopy(Fact, frozen=True):
    """``COPY`` or ``ADD``: ``origin`` is the stage, context or image of ``--from``, empty for the build context."""

    stage: int
    sources: tuple[str, ...]
    target: str
    origin: str = ""


class ImageSetting(Fact, frozen=True):
    """Another instruction of a Dockerfile stage: ``env``, ``arg`` and ``label`` have a name; ``entrypoint``, ``cmd``,
    ``run``, ``workdir``, ``user``, ``expose`` and ``volume`` only a value (shell words joined by one blank)."""

    stage: int
    kind: Literal["env", "arg", "label", "entrypoint", "cmd", "run", "workdir", "user", "expose", "volume"]
    name: str
    value: Value


# --- interfaces and data ------------------------------------------------------------------------------------


class Contract(Fact, frozen=True):
    """A document that others rely on: ``kind`` is openapi, asyncapi, proto, thrift, graphql or avro;
    ``servers`` its base URLs as written, a broker's with its protocol as scheme.

    ``title`` is the package of a proto file. ``options`` are what generated code is called: ``go_package``,
    ``java_package``, ``csharp_namespace`` …; for Thrift the namespaces by language. ``secured``: it says how callers
    prove who they are.
    """

    kind: str
    title: str
    version: str = ""
    servers: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    secured: bool = False


class Generated(Fact, frozen=True):
    """That a file was made from a contract, as its head says: the contract's title and version as they were then, and
    the SHA-256 of its text, as far as each is told."""

    title: str = ""
    version: str = ""
    digest: str = ""


class Query(Fact, frozen=True):
    """A document that a client sends to a GraphQL interface, in a file of its own."""

    text: str


class ContractOperation(Fact, frozen=True):
    """An operation that the file's contract declares. ``required`` as in ``boundary.model.Operation``; ``base`` is the
    path of an operation-level server, None for the document's own.

    The ``method`` of a remote procedure is ``RPC`` and its path ``/package.Service/Method``; ``QUERY``, ``MUTATION``
    and ``SUBSCRIPTION`` have the field's name as path; ``SEND`` and ``RECEIVE``, as the application that the document
    describes does it, the channel's address. ``messages`` are the names of what is sent and received, a remote
    procedure's request first; ``streams`` says which of its two is a stream. ``sunset`` is its last day as written;
    ``unbounded``: it answers with a list, and no parameter says how much is wanted. ``bound`` are the names that the
    brokers' bindings give a channel (of a topic, a queue, an exchange).
    """

    method: str
    path: str
    operation_id: str = ""
    internal: bool = False
    deprecated: bool = False
    required: tuple[str, ...] = ()
    base: str | None = None
    messages: tuple[str, ...] = ()
    streams: Literal["", "request", "response", "both"] = ""
    sunset: str = ""
    unbounded: bool = False
    bound: tuple[str, ...] = ()


class MessageField(msgspec.Struct, frozen=True):
    """A field of a message, or a name of an enumeration. ``label`` is ``optional``, ``required``, ``repeated``,
    ``oneof`` and its name, or empty; ``type`` as written (``map<string, Order>``)."""

    name: str
    number: int
    type: str = ""
    label: str = ""
    line: int = 1


class Message(Fact, frozen=True):
    """A message or an enumeration that a contract declares, by its full name; ``reserved`` holds the numbers, ranges
    (``4 to 8``) and names that may not come back."""

    name: str
    kind: Literal["message", "enum"] = "message"
    fields: tuple[MessageField, ...] = ()
    reserved: tuple[str, ...] = ()


TableMode = Literal["reads", "writes", "creates", "alters", "drops", "references"]


class TableUse(msgspec.Struct, frozen=True, order=True):
    """A table that a statement touches. Parts as written, unquoted; ``line`` counts from 0 inside the statement's text.

    ``remote`` is set for tables reached through another server (postgres_fdw, dblink): the host or server name.
    """

    table: str
    mode: TableMode
    schema: str = ""
    database: str = ""
    remote: str = ""
    line: int = 0


class Statement(Fact, frozen=True):
    """A statement of a SQL file and the tables it touches."""

    uses: tuple[TableUse, ...]
    text: str


class SchemaRight(Fact, frozen=True):
    """A login may do something in a schema (``SELECT``, ``USAGE`` …), or looks for tables there (``search_path``)."""

    schema: str
    role: str
    what: str


class Server(Fact, frozen=True):
    """A foreign server that SQL declares (``CREATE SERVER x OPTIONS (host …, dbname …)``)."""

    name: str
    host: str
    database: str = ""
