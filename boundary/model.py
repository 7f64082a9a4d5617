"""The frozen types that travel down the street: locations, values, nodes, edges, findings, the report.

Everything here is immutable, slotted and serialisable (msgspec structs), and knows nothing of files, formats or
rules. Field names are the vocabulary of the product; see ``CONTRIBUTING.md``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from boundary.edits import Rewrite


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a source: ``path`` is relative to the workspace root with ``/``; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Evidence(msgspec.Struct, frozen=True, order=True):
    """One link of a chain of reasons: what stands at a place, in words for people."""

    location: Location
    what: str


HoleKind = Literal["env", "config", "variable", "constant", "parameter", "attribute", "unknown"]


class Hole(msgspec.Struct, frozen=True, tag="hole"):
    """The unknown part of a value.

    ``kind`` says what would fill it: an environment variable of the process (``env``), a configuration key
    (``config``), a variable that a deployment tool interpolates (``variable``: ``${X}`` in compose, ``$(X)`` in
    Kubernetes), a constant elsewhere in the code (``constant``), a parameter of a function (``parameter``), another
    resource's attribute (``attribute``), or nothing that we can name (``unknown``). ``default`` is what the source
    itself says to use when nothing else fills it.
    """

    kind: HoleKind
    name: str = ""
    default: Value | None = None


LONGEST = 400_000
"""Characters that a joined text has at most: no name, address or statement that says anything is longer."""

_WEIGHT = 20  # characters that an unknown part counts as


class Value(msgspec.Struct, frozen=True, tag="value"):
    """A text only partly known: literals and holes, in order. ``Value(("http://", Hole("env", "HOST"), ":80"))``."""

    parts: tuple[str | Hole, ...] = ()

    @classmethod
    def of(cls, *parts: str | Hole | Value) -> Value:
        """Join parts into one value; neighbouring literals melt together and empty ones vanish.

        What grows beyond ``LONGEST`` by joining is one unknown: texts that double at each step would fill the memory.
        """
        flat: list[str | Hole] = []
        run: list[str] = []
        left = LONGEST
        for piece in (p for part in parts for p in (part.parts if isinstance(part, Value) else (part,))):
            if left <= 0:
                return cls((Hole("unknown"),))
            left -= len(piece) if isinstance(piece, str) else _WEIGHT
            if isinstance(piece, str):
                run.append(piece)
                continue
            flat += [*_melted(run), piece]
            run = []
        return cls((*flat, *_melted(run)))

    @property
    def text(self) -> str | None:
        """The whole text when nothing is missing, else None."""
        if not self.parts:
            return ""
        only = self.parts[0]
        return only if len(self.parts) == 1 and isinstance(only, str) else None

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The unknown parts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def __str__(self) -> str:
        return "".join(p if isinstance(p, str) else "{" + (p.name or "?") + "}" for p in self.parts)


def _melted(run: list[str]) -> list[str]:
    whole = "".join(run)
    return [whole] if whole else []


NodeKind = Literal[
    "service", "store", "table", "channel", "broker", "gateway", "registry", "config-server",
    "external", "team", "volume", "package", "operation",
]  # fmt: skip

EdgeKind = Literal[
    "http", "grpc", "graphql", "invoke", "reads", "writes", "connects", "publishes", "subscribes", "links",
    "mounts", "grants", "reaches", "registers", "configures", "routes", "depends", "joins", "executes",
    "defines", "alters", "references", "taps",
]  # fmt: skip

Grade = Literal["coded", "configured", "permitted"]
Severity = Literal["error", "warning", "info"]
Status = Literal["new", "known", "excepted", "fixed", "stale"]


class Shape(msgspec.Struct, frozen=True, order=True):
    """What a type of code says about a part of a message: ``type`` is one of JSON Schema's, "" where it does not tell.

    Lists are what they hold. ``nullable``: it may be nothing; ``fields`` are those of an object, declared at ``place``.
    """

    type: str = ""
    nullable: bool = False
    fields: tuple[Part, ...] = ()
    place: Location = Location("")


class Part(msgspec.Struct, frozen=True, order=True):
    """A field of a message, under its name on the wire; ``required`` of whoever sends it."""

    name: str
    shape: Shape
    required: bool
    place: Location


class Operation(msgspec.Struct, frozen=True, order=True):
    """One operation of a service: ``method`` is ``GET`` … or ``*``; ``path`` a template such as ``/orders/{id}``. A
    remote procedure has the method ``RPC`` and the path ``/package.Service/Method``.

    ``source`` tells whether a contract declares it or code serves it; ``required`` names the query parameters,
    headers and fields of the body without which the provider refuses the call (``query:customer_id``,
    ``header:X-Tenant``, ``body:customer.email`` for who sends a customer). ``below`` says
    that what is below the path is served as well, whatever it is called: the items and searches of a repository.
    ``sunset`` is the last day of a deprecated one as written; ``unbounded`` one answers with a list of any length;
    ``entity`` is the class kept in a store that it answers with, where it is one; ``takes`` and ``gives`` are what
    the types of its code say about the bodies of request and answer. ``base`` is the path of the contract's server
    where that is not in ``path``: a gateway takes it away.
    """

    method: str
    path: str
    location: Location
    source: Literal["contract", "code"] = "contract"
    internal: bool = False
    deprecated: bool = False
    required: tuple[str, ...] = ()
    below: bool = False
    sunset: str = ""
    unbounded: bool = False
    entity: Evidence | None = None
    takes: Shape | None = None
    gives: Shape | None = None
    base: str = ""

    @property
    def name(self) -> str:
        """How the operation is shown: ``GET /orders/{id}``, and ``Orders.Get`` for a remote procedure."""
        if self.method == "RPC":
            service, _, procedure = self.path.rpartition("/")
            return f"{service.rpartition('.')[2].lstrip('/')}.{procedure}"
        return f"{self.method} {self.path}"


class FieldUse(msgspec.Struct, frozen=True, order=True):
    """That a consumer's code reads a field of what it receives (``side`` is ``response``, also for messages), or sends
    it in a request.

    ``path`` is ``$`` for the whole body, ``$.items.sku`` for a field below it (lists and maps are not told apart), and
    ``query:limit`` or ``header:X-Tenant`` for a parameter. ``whole`` says that the value goes where it is not followed,
    so that anything below the path may be used; ``certain`` is False where a type only declares the field. ``value`` is
    the literal that is sent.
    """

    path: str
    location: Location
    side: Literal["response", "request"] = "response"
    whole: bool = False
    certain: bool = True
    value: str | None = None


class Document(msgspec.Struct, frozen=True):
    """A contract that a service declares: ``kind`` and ``title`` as its fact has them, ``servers`` its addresses;
    ``of`` is the id of the service whose contract a copy is."""

    kind: str
    title: str
    version: str
    location: Location
    servers: tuple[str, ...] = ()
    secured: bool = False
    of: str = ""


class Release(msgspec.Struct, frozen=True, order=True):
    """A version of a service that a deployment names, and where."""

    version: str
    location: Location


class Node(msgspec.Struct, frozen=True):
    """Something in the service graph. ``id`` is ``kind:name`` and unique in the workspace.

    ``owner`` is the team, None where nobody says; ``keeper`` the id of the service that a store, table, volume or
    package belongs to; ``parent`` the id of what it is a part of (a table's store);
    ``names`` are all further names that the sources use; ``location`` is where it is declared best;
    ``traits`` are facts that rules select by (``published``, ``contract``, ``opaque`` …). ``parts`` are the names of
    the tables that were folded into a store when a graph is drawn coarser (``boundary.levels``). ``contracts`` are the
    documents that say what a service offers, ``copies`` those of others that it keeps among its files; ``deployed``
    are the versions of it that are deployed by their image's tag.
    """

    id: str
    kind: NodeKind
    name: str
    names: tuple[str, ...] = ()
    owner: str | None = None
    keeper: str | None = None
    root: str | None = None
    language: str = ""
    role: str = ""
    technology: str = ""
    parent: str | None = None
    operations: tuple[Operation, ...] = ()
    location: Location | None = None
    traits: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[str, ...] = ()
    contracts: tuple[Document, ...] = ()
    copies: tuple[Document, ...] = ()
    deployed: tuple[Release, ...] = ()


class Edge(msgspec.Struct, frozen=True):
    """A resolved dependency, from the one that depends to the one depended on.

    ``evidence`` is the chain of reasons, the most telling place first: it is where a finding points. ``grade`` is the
    best kind of evidence. ``certain`` is False for a candidate (an end was found by elimination rather than by
    address): rules report those as info. ``operations`` are ids such as ``GET /orders/{id}``; ``traits`` are what
    rules select by (``read-write``, ``literal-address``, ``loopback``, ``ip-address`` …). ``fields`` are the parts of
    messages that the code at this place is seen to use; None where that was not followed.
    """

    source: str
    target: str
    kind: EdgeKind
    evidence: tuple[Evidence, ...]
    grade: Grade = "coded"
    certain: bool = True
    operations: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    detail: str = ""
    fields: tuple[FieldUse, ...] | None = None

    @property
    def location(self) -> Location:
        """Where a finding about this edge points."""
        return self.evidence[0].location


class Revision(msgspec.Struct, frozen=True):
    """A commit of the history: who wrote it (an address where there is one), its first line, the files it touched."""

    author: str
    subject: str
    paths: tuple[str, ...]


class Work(msgspec.Struct, frozen=True):
    """What a commit was about: whose work it was, and the ids of the services whose code it changed."""

    author: str
    services: tuple[str, ...]


class Unresolved(msgspec.Struct, frozen=True):
    """A reference whose other end was not found: kept, counted and shown, never turned into an edge."""

    source: str
    kind: str
    value: str
    location: Location
    reason: str


class Hit(msgspec.Struct, frozen=True, order=True):
    """A consumer that a change of a contract breaks, and the place in its code that shows it. ``owner`` is its team, or
    itself; ``certain`` is False where its code was not followed far enough to tell; ``what`` says it in words."""

    service: str
    owner: str
    location: Location
    certain: bool
    what: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rule is broken. ``source`` and ``target`` are node ids; ``from_name`` and ``to_name`` what is shown.

    ``evidence`` holds the chain of reasons (it may start with the finding's own location); ``counterpart`` is the
    other end (the thing called, read, imported), when it has a place of its own. ``grades`` are the kinds of evidence
    that the finding joins: what code does, what is configured, what is permitted. ``fingerprint`` is free of line
    numbers and wording. ``reason`` says why it was settled as ``excepted``. ``consumers`` are the names of those
    concerned, ``hits`` the places in their code. ``cause`` is the fingerprint of the finding that it follows from,
    ``rewrite`` what would mend it, where that is known.
    """

    code: str
    rule: str
    clause: str
    severity: Severity
    message: str
    location: Location
    source: str = ""
    target: str = ""
    from_name: str = ""
    to_name: str = ""
    team_from: str | None = None
    team_to: str | None = None
    evidence: tuple[Evidence, ...] = ()
    counterpart: Location | None = None
    consumers: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    hits: tuple[Hit, ...] = ()
    fix: str = ""
    fingerprint: str = ""
    status: Status = "new"
    reason: str = ""
    cause: str = ""
    rewrite: Rewrite | None = None


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something about the workspace itself that a rule reports: an unreadable source, an invalid contract, a wrong rule
    file. ``kind`` is what a rule selects by (``unreadable``, ``contract``, ``configuration``)."""

    kind: str
    location: Location
    what: str


class FormatCount(msgspec.Struct, frozen=True, order=True):
    """How many files of a format were read."""

    format: str
    files: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the report rests on: what was read, what was not and why, how much resolved.

    ``located`` counts the references (calls, connections, statements) that were found in code and configuration,
    ``resolved`` those whose other end is known, ``by_service`` has both for each service id; ``skipped`` counts files
    by reason; ``notes`` are sentences about how the workspace was read that its reader should know.
    """

    repositories: int = 0
    files: int = 0
    formats: tuple[FormatCount, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    unreadable: int = 0
    services: int = 0
    stores: int = 0
    edges: int = 0
    located: int = 0
    resolved: int = 0
    unresolved: tuple[Unresolved, ...] = ()
    by_service: tuple[tuple[str, int, int], ...] = ()
    notes: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run says. Findings are sorted by path, line, code; ``seconds`` is shown and never compared.

    ``base`` is the revision and ``baseline`` the file that they were compared with.
    """

    findings: tuple[Finding, ...] = ()
    coverage: Coverage = Coverage()
    base: str | None = None
    baseline: str | None = None
    seconds: float = 0.0
