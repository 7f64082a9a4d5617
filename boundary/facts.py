"""The fact vocabulary: what one file says, as written, before anything is joined.

An extractor is a pure function of (path, bytes) that yields these. A fact never names another file's contents; what a
name or a variable means is decided later, in ``boundary.resolve``. Paths inside facts are *as written*. Positions
count from 1. All types are frozen msgspec structs, tagged, so that the facts of a file serialise by themselves.

Three families: what is deployed (workloads, variables, mounts, addresses), what is declared (packages, owners,
contracts, tables), and what code does (an expression tree small enough to be evaluated symbolically, the same for
every language).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.model import Value


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="fact"):
    """An observation at a line of one file."""

    line: int = 1
    column: int = 1
    end_line: int = 0


# --- reading ------------------------------------------------------------------------------------------------


class Unreadable(Fact, frozen=True):
    """The file, or a part of it, could not be understood; ``what`` is one of syntax, encoding, size, depth,
    escape, access."""

    what: str
    reason: str


class InvalidContract(Fact, frozen=True):
    """A contract document that its own specification rejects, at a JSON pointer."""

    pointer: str
    reason: str


class SymbolicLink(Fact, frozen=True):
    """The path is a symbolic link; ``target`` as stored, relative to the link's folder."""

    target: str


class CopyOf(Fact, frozen=True):
    """The normalised text of this source file (comments and blank lines out), as a digest; equal digests are copies."""

    digest: str
    size: int


# --- ownership ----------------------------------------------------------------------------------------------


class OwnerRule(Fact, frozen=True):
    """A line of CODEOWNERS; ``base`` is the folder that patterns are relative to (``.github/`` and ``docs/`` taken off).

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
    origins other than the registry."""

    ecosystem: str
    name: str
    spec: str = ""
    origin: Literal["registry", "path", "git", "workspace"] = "registry"
    target: str = ""
    scope: Literal["runtime", "dev", "build", "optional"] = "runtime"


class Submodule(Fact, frozen=True):
    """A git submodule: the folder it is laid in and the URL it comes from."""

    name: str
    path: str
    url: str


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


# --- deployment ---------------------------------------------------------------------------------------------


class Deployment(Fact, frozen=True):
    """A deployment file as a whole: ``name`` is the project it declares (empty: the folder's name), ``includes`` other
    files it takes in, as written."""

    platform: str
    name: str = ""
    includes: tuple[str, ...] = ()


class Container(msgspec.Struct, frozen=True):
    """One container of a workload. ``command`` is entrypoint and arguments, word by word."""

    name: str
    image: Value | None = None
    command: tuple[Value, ...] = ()
    init: bool = False
    line: int = 1


class Workload(Fact, frozen=True):
    """Something that runs: a compose service, a Deployment, a StatefulSet, a CronJob …

    ``names`` are further names it answers to (container_name, hostname, network aliases, ``links`` aliases belong to
    the linking side and are in Link). ``build`` is the context folder and ``dockerfile`` its file, as written;
    ``contexts`` additional named build contexts. ``extends`` is (file or "", service). ``networks`` are the networks
    it is attached to (empty: the default one). ``account`` is its service account.
    """

    platform: str
    kind: str
    name: str
    namespace: str = ""
    containers: tuple[Container, ...] = ()
    names: tuple[str, ...] = ()
    build: Value | None = None
    dockerfile: Value | None = None
    contexts: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    pod_labels: tuple[tuple[str, str], ...] = ()
    extends: tuple[str, str] | None = None
    profiles: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    account: str = ""


class Variable(Fact, frozen=True):
    """An environment variable of a workload; ``value`` None means: passed through from the caller's environment."""

    workload: str
    name: str
    value: Value | None
    container: str = ""


class VariableFile(Fact, frozen=True):
    """A workload reads variables from a file (``env_file``), path as written."""

    workload: str
    path: Value
    required: bool = True


class VariableSource(Fact, frozen=True):
    """A workload takes variables from a ConfigMap or Secret: one key into ``variable``, or all of them (``key`` empty)
    with a prefix."""

    workload: str
    kind: Literal["configmap", "secret"]
    name: str
    key: str = ""
    variable: str = ""
    prefix: str = ""
    container: str = ""


class Setting(Fact, frozen=True):
    """A key and its value in a configuration file: ``.env``, ConfigMap, properties, application YAML …

    ``scope`` is the format (``dotenv``, ``configmap``, ``secret``, ``yaml``, ``properties``, ``json``) and, for
    cluster resources, ``group`` the resource's name and ``namespace``. Nested keys are joined by dots.
    """

    scope: str
    key: str
    value: Value
    group: str = ""
    namespace: str = ""


class Port(Fact, frozen=True):
    """A port of a workload. ``published`` is the host's port (None: not published), ``host`` the address it is bound to
    (empty: all). Numbers are values because they are often variables."""

    workload: str
    target: Value
    published: Value | None = None
    host: str = ""
    name: str = ""


class Mount(Fact, frozen=True):
    """Something mounted into a workload. ``kind``: ``volume`` (named, or a claim), ``bind`` (host path), ``empty``,
    ``memory`` (emptyDir medium Memory, tmpfs), ``config``, ``secret``, ``anonymous``. ``source`` as written."""

    workload: str
    kind: Literal["volume", "bind", "empty", "memory", "config", "secret", "anonymous"]
    source: str
    target: str
    read_only: bool = False
    container: str = ""


class VolumeDefinition(Fact, frozen=True):
    """A volume or claim that a deployment declares. ``external`` ones, and ``name`` when given, are not prefixed by the
    project. ``modes`` are access modes (``ReadWriteMany`` …); ``source`` a host path or server:path behind it."""

    platform: str
    key: str
    name: str = ""
    namespace: str = ""
    external: bool = False
    modes: tuple[str, ...] = ()
    source: str = ""


class SharedNamespace(Fact, frozen=True):
    """A workload joins a namespace that is not its own: ``which`` is network, pid, ipc, process or privileged,
    ``mode`` as written (``host``, ``service:x``, ``container:x``, ``shareable``, ``true``)."""

    workload: str
    which: Literal["network", "pid", "ipc", "process", "privileged"]
    mode: str


class Link(Fact, frozen=True):
    """Declared order or an old-style link: ``links: [db:database]`` gives the linking side a name for the target."""

    workload: str
    target: str
    alias: str = ""
    kind: Literal["depends", "links"] = "depends"


class Address(Fact, frozen=True):
    """A name that a platform gives to workloads: a Kubernetes Service. ``ports`` are (port, target, node port or 0)."""

    platform: str
    name: str
    namespace: str = ""
    selector: tuple[tuple[str, str], ...] = ()
    ports: tuple[tuple[int, str, int], ...] = ()
    type: str = "ClusterIP"
    external: str = ""


# --- interfaces and data ------------------------------------------------------------------------------------


class Contract(Fact, frozen=True):
    """A document that declares operations: ``kind`` is ``openapi`` …, ``servers`` its base URLs as written."""

    kind: str
    title: str
    version: str = ""
    servers: tuple[str, ...] = ()


class ContractOperation(Fact, frozen=True):
    """An operation that the file's contract declares. ``required`` as in ``boundary.model.Operation``; ``base`` is the
    path of an operation-level server, None for the document's own."""

    method: str
    path: str
    operation_id: str = ""
    internal: bool = False
    deprecated: bool = False
    required: tuple[str, ...] = ()
    base: str | None = None


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


class Server(Fact, frozen=True):
    """A foreign server that SQL declares (``CREATE SERVER x OPTIONS (host …, dbname …)``)."""

    name: str
    host: str
    database: str = ""


# --- code ---------------------------------------------------------------------------------------------------


class Text(msgspec.Struct, frozen=True, tag=True):
    """A literal string, number or boolean, as text; ``line`` where it starts."""

    text: str
    line: int = 0


class Join(msgspec.Struct, frozen=True, tag=True):
    """Texts put together: concatenation, interpolation, ``%`` and ``format`` with the places filled."""

    parts: tuple[Expr, ...]


class Ref(msgspec.Struct, frozen=True, tag=True):
    """A bare name as written; ``self`` stands for a method's receiver, whatever the source calls it."""

    name: str


class Member(msgspec.Struct, frozen=True, tag=True):
    """An attribute: ``of.name``."""

    of: Expr
    name: str


class Item(msgspec.Struct, frozen=True, tag=True):
    """A subscript: ``of[key]``; an element of an iteration has an Unknown key."""

    of: Expr
    key: Expr


class Apply(msgspec.Struct, frozen=True, tag=True):
    """A call. ``*args`` and ``**kwargs`` are an Item with Unknown key, and a keyword with an empty name."""

    callee: Expr
    args: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    line: int = 0
    column: int = 0


class Record(msgspec.Struct, frozen=True, tag=True):
    """A dictionary or object literal."""

    entries: tuple[tuple[Expr, Expr], ...]


class Listing(msgspec.Struct, frozen=True, tag=True):
    """A list, tuple or set literal, or the element of a comprehension."""

    items: tuple[Expr, ...]


class Either(msgspec.Struct, frozen=True, tag=True):
    """One of several: ``a or b``, ``a if c else b``. The first is what is meant when it is there."""

    options: tuple[Expr, ...]


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """An expression that is not followed."""


Expr = Text | Join | Ref | Member | Item | Apply | Record | Listing | Either | Unknown


class Import(Fact, frozen=True):
    """``module`` as written (dots and slashes kept), ``name`` the thing taken from it (empty: the module itself, ``*``:
    everything), ``alias`` what it is called here. ``level`` counts the leading dots of a relative import.
    ``typing`` marks imports that only type checkers see."""

    module: str
    name: str = ""
    alias: str = ""
    level: int = 0
    typing: bool = False
    scope: str = ""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a function; ``kind`` is ``value``, ``rest`` (``*args``) or ``named-rest`` (``**kwargs``)."""

    name: str
    default: Expr | None = None
    annotation: Expr | None = None
    kind: Literal["value", "rest", "named-rest"] = "value"


class Function(Fact, frozen=True):
    """A function or method. ``scope`` is the dotted name of what encloses it ("" for the module); a receiver is not
    among ``parameters``. ``kind``: ``function``, ``method``, ``property``, ``static`` or ``class``."""

    name: str
    scope: str = ""
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    kind: Literal["function", "method", "property", "static", "class"] = "function"


class Class(Fact, frozen=True):
    """A class with its bases; ``keywords`` of the class statement (``table=True``)."""

    name: str
    scope: str = ""
    bases: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    decorators: tuple[Expr, ...] = ()


class Assign(Fact, frozen=True):
    """``target = value`` inside ``scope`` (a module is "", a class or function its dotted name). The target is a Ref, a
    Member (``self.x``) or an Item (``app.config["X"]``); ``value`` None is a bare annotation."""

    scope: str
    target: Expr
    value: Expr | None
    annotation: Expr | None = None


class Return(Fact, frozen=True):
    """What a function gives back (``yield`` too)."""

    scope: str
    value: Expr


class Evaluate(Fact, frozen=True):
    """An expression that stands for itself or in a condition, a loop head, an argument …: only ones with a call in
    them. ``main`` marks statements that run when the file is started as a program."""

    scope: str
    value: Expr
    main: bool = False


AnyFact = (
    Unreadable | InvalidContract | SymbolicLink | CopyOf | OwnerRule | CatalogEntry | Package | Dependency | Submodule
    | ImageStage | ImageCopy | ImageSetting | Deployment | Workload | Variable | VariableFile | VariableSource | Setting
    | Port | Mount | VolumeDefinition | SharedNamespace | Link | Address | Contract | ContractOperation | Statement
    | Server | Import | Function | Class | Assign | Return | Evaluate
)  # fmt: skip


class FileFacts(msgspec.Struct, frozen=True):
    """All that one file says. ``formats`` names the extractors that read it; ``mark`` why it is no code of the running
    system (``test``, ``example``, ``generated``, ``vendored`` …), empty for what is."""

    path: str
    facts: tuple[AnyFact, ...] = ()
    formats: tuple[str, ...] = ()
    mark: str = ""
