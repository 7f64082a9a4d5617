"""What an application host of .NET Aspire starts: projects, containers and servers, with what each is given.

The program builds a model: ``builder.AddProject<Projects.Orders_API>("orders").WithReference(ordersDb)``. The calls of
one file are read. A reference gives a connection text (``ConnectionStrings__ordersdb``) or the endpoints of another
program (``services__stock__http__0``), as the tool itself does.

Sources: https://learn.microsoft.com/dotnet/aspire/fundamentals/app-host-overview , "Connection string and endpoint
references"; the hosting packages' ``Add…`` methods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from boundary.facts import (
    Apply,
    Assign,
    Container,
    Evaluate,
    Expr,
    Fact,
    Item,
    Join,
    Link,
    Member,
    Port,
    Ref,
    Return,
    Text,
    Variable,
    Workload,
)
from boundary.model import Hole, Value

PLATFORM = "aspire"

_GATEWAY = "mcr.microsoft.com/dotnet/nightly/yarp"

_SERVERS = {
    "Postgres": ("postgres", "postgres"), "AzurePostgresFlexibleServer": ("postgres", "postgres"),
    "SqlServer": ("mcr.microsoft.com/mssql/server", "sqlserver"),
    "AzureSqlServer": ("mcr.microsoft.com/mssql/server", "sqlserver"),
    "MySql": ("mysql", "mysql"), "Oracle": ("container-registry.oracle.com/database/free", "oracle"),
    "MongoDB": ("mongo", "mongodb"), "Redis": ("redis", "redis"), "AzureRedis": ("redis", "redis"),
    "Valkey": ("valkey/valkey", "redis"), "Garnet": ("ghcr.io/microsoft/garnet", "redis"),
    "RabbitMQ": ("rabbitmq", "amqp"), "Kafka": ("confluentinc/confluent-local", "kafka"), "Nats": ("nats", "nats"),
    "Elasticsearch": ("elasticsearch", "http"), "Qdrant": ("qdrant/qdrant", "http"), "Seq": ("datalust/seq", "http"),
    "Milvus": ("milvusdb/milvus", "http"), "Keycloak": ("quay.io/keycloak/keycloak", "http"),
    "MailPit": ("axllent/mailpit", "smtp"), "Ollama": ("ollama/ollama", "http"), "Yarp": (_GATEWAY, "http"),
}  # fmt: skip
"""What a method of a hosting package starts: its image, and the scheme of its connection text."""

_PROGRAMS = frozenset({"NpmApp", "NodeApp", "ViteApp", "JavaScriptApp", "YarnApp", "PnpmApp", "PythonApp", "UvicornApp",
                       "PythonModule", "GolangApp", "SpringApp", "Dockerfile"})  # fmt: skip
"""Methods that start a program by its folder, which is their second argument."""

_DEEPEST = 60


class _Resource(msgspec.Struct):
    """One resource of the model as far as the calls tell it."""

    name: str
    line: int
    kind: str
    image: str = ""
    scheme: str = "http"
    project: str = ""
    folder: str = ""
    parent: _Resource | None = None
    variables: list[tuple[str, Value, int]] = msgspec.field(default_factory=list)
    waits: list[tuple[str, int]] = msgspec.field(default_factory=list)
    ports: list[tuple[str, int]] = msgspec.field(default_factory=list)

    @property
    def address(self) -> str:
        """The text by which others connect."""
        if self.parent is not None:
            return f"{self.parent.scheme}://{self.parent.name}/{self.folder or self.name}"
        return f"{self.scheme}://{self.name}"

    @property
    def serves(self) -> bool:
        """Whether it is a program, which others call at its endpoints."""
        return self.parent is None and (self.scheme == "http" or self.kind == "program")


def hosted(facts: Sequence[Fact]) -> Iterator[Fact]:
    """The workloads that the calls of a file describe, with their variables."""
    model = _Model(facts)
    for one in model.read():
        if one.parent is None:
            yield from _workload(one)


def _workload(one: _Resource) -> Iterator[Fact]:
    image = Value.of(one.image) if one.image else None
    yield Workload(
        PLATFORM, one.kind, one.name,
        containers=(Container(one.name, image, line=one.line),),
        build=Value.of(one.folder) if one.folder else None,
        labels=(("project", one.project),) if one.project else (),
        line=one.line,
    )  # fmt: skip
    for name, value, line in one.variables:
        yield Variable(one.name, name, value, line=line)
    for target, line in one.waits:
        yield Link(one.name, target, line=line)
    for port, line in one.ports:
        yield Port(one.name, Value.of(port), Value.of(port), line=line)


class _Model:
    """Follows the calls of each function from top to bottom; ``known`` are the resources by scope and variable."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._found: dict[str, _Resource] = {}
        self._known: dict[tuple[str, str], _Resource] = {}
        self._inside: dict[str, list[Fact]] = defaultdict(list)
        self._texts: dict[tuple[str, str], Text] = {}
        for fact in facts:
            if isinstance(fact, Assign) and isinstance(fact.target, Ref) and isinstance(fact.value, Text):
                self._texts[fact.scope, fact.target.name] = fact.value
            if isinstance(fact, Assign | Evaluate | Return):
                self._inside[fact.scope].append(fact)

    def read(self) -> list[_Resource]:
        """All resources, in the order in which they are added."""
        for scope in list(self._inside):
            if ".<lambda" not in scope:
                self._walk(scope, scope)
        return list(self._found.values())

    def _walk(self, scope: str, around: str) -> None:
        for fact in sorted(self._inside.get(scope, ()), key=lambda fact: fact.line):
            value = getattr(fact, "value", None)
            told = self._resource(value, around, 0) if value is not None else None
            if told is not None and isinstance(fact, Assign) and isinstance(fact.target, Ref):
                self._known[around, fact.target.name] = told

    # --- resources ------------------------------------------------------------------------------------------

    def _resource(self, expr: Expr, scope: str, depth: int) -> _Resource | None:
        """The resource that an expression is, after what its calls say about it."""
        if depth > _DEEPEST:
            return None
        match expr:
            case Ref(name):
                return self._known.get((scope, name))
            case Apply(Member(of, name), args, keywords, line):
                receiver = self._resource(of, scope, depth + 1)
                if name.startswith("Add"):
                    return self._added(name[3:], receiver, args, dict(keywords), line, scope)
                if receiver is not None:
                    self._said(receiver, name, args, dict(keywords), line, scope)
                return receiver
        return None

    def _added(
        self,
        what: str,
        receiver: _Resource | None,
        args: Sequence[Expr],
        keywords: dict[str, Expr],
        line: int,
        scope: str,
    ) -> _Resource | None:
        texts = [self._text(arg, scope) for arg in args]
        name = texts[0] if texts else self._text(keywords.get("name", Ref("")), scope)
        second = texts[1] if len(texts) > 1 else ""
        if not name:
            return receiver
        one: _Resource | None = None
        if what == "Project":
            kind = keywords.get("<0>")
            project = kind.name if isinstance(kind, Member | Ref) else ""
            one = _Resource(name, line, "program", project=project, folder="" if project else _folder(second))
        elif what in _PROGRAMS:
            one = _Resource(name, line, "program", folder=second)
        elif what == "Executable":
            one = _Resource(name, line, "program", folder=texts[2] if len(texts) > 2 else "")
        elif what == "Container":
            one = _Resource(name, line, "container", image=second)
        elif what in _SERVERS:
            image, scheme = _SERVERS[what]
            one = _Resource(name, line, "container", image=image, scheme=scheme)
        elif what == "Database" and receiver is not None:
            one = _Resource(name, line, "database", parent=receiver, folder=second)
        if one is None:
            return receiver
        return self._found.setdefault(name, one)

    def _said(
        self, one: _Resource, how: str, args: Sequence[Expr], keywords: dict[str, Expr], line: int, scope: str
    ) -> None:
        """What a call says about a resource."""
        others = [told for arg in args if (told := self._resource(arg, scope, 0)) is not None]
        if how == "WithReference":
            for other in others:
                one.variables += _reference(other, self._text(keywords.get("connectionName", Ref("")), scope), line)
        elif how == "WaitFor":
            one.waits += [((other.parent or other).name, line) for other in others]
        elif how == "WithEnvironment" and len(args) > 1:
            name = self._text(args[0], scope)
            if name:
                one.variables.append((name, Value.of(*self._value(args[1], scope, 0)), line))
        elif how in ("WithHttpEndpoint", "WithHttpsEndpoint", "WithEndpoint"):
            port = self._text(keywords.get("port", args[0] if args else Ref("")), scope)
            one.ports += [(port, line)] if port.isdecimal() else []
        else:
            for other in (*others, *self._in_functions(args, scope)):
                if one.image == _GATEWAY and other is not one:
                    one.variables += _reference(other, "", line)
        for function in args if how == "WithEnvironment" else ():
            self._set_inside(one, function, scope)

    def _in_functions(self, args: Sequence[Expr], scope: str) -> Iterator[_Resource]:
        """The resources that functions among the arguments of a call name in their own calls."""
        for inner in self._scopes(args):
            for fact in self._inside.get(inner, ()):
                value = getattr(fact, "value", None)
                for arg in _arguments(value) if value is not None else ():
                    told = self._resource(arg, scope, 0)
                    if told is not None:
                        yield told

    def _set_inside(self, one: _Resource, function: Expr, scope: str) -> None:
        """``context => context.EnvironmentVariables["X"] = …``."""
        for inner in self._scopes([function]):
            for fact in self._inside.get(inner, ()):
                key = fact.target.key if isinstance(fact, Assign) and isinstance(fact.target, Item) else None
                if isinstance(fact, Assign) and isinstance(key, Text) and fact.value is not None:
                    one.variables.append((key.text, Value.of(*self._value(fact.value, scope, 0)), fact.line))

    def _scopes(self, args: Sequence[Expr]) -> Iterator[str]:
        names = [arg.name for arg in args if isinstance(arg, Ref) and arg.name.startswith("<lambda")]
        yield from (scope for scope in self._inside for name in names if scope.endswith(name))

    # --- values ---------------------------------------------------------------------------------------------

    def _text(self, expr: Expr, scope: str) -> str:
        if isinstance(expr, Ref):
            named = (self._texts.get((where, expr.name)) for where in (scope, scope.rpartition(".")[0]))
            expr = next((told for told in named if isinstance(told, Text)), expr)
        return expr.text if isinstance(expr, Text) else ""

    def _value(self, expr: Expr, scope: str, depth: int) -> Iterator[str | Hole]:
        """What a variable is given: a text, the endpoint of a resource, or an expression of both."""
        resource = self._resource(expr, scope, 0)
        if resource is not None:
            yield resource.address
            return
        match expr:
            case Join(parts):
                for part in parts:
                    yield from self._value(part, scope, depth + 1)
            case Apply(Member(_, "Create"), args) if args and depth < _DEEPEST:
                yield from self._value(args[0], scope, depth + 1)
            case Member(of, _) if depth < _DEEPEST and self._resource(of, scope, 0) is not None:
                yield from self._value(of, scope, depth + 1)
            case _:
                yield self._text(expr, scope) or Hole("unknown")


def _arguments(expr: Expr) -> Iterator[Expr]:
    """The arguments of calls that follow each other."""
    for _ in range(_DEEPEST):
        if not isinstance(expr, Apply):
            return
        yield from expr.args
        if not isinstance(expr.callee, Member):
            return
        expr = expr.callee.of


def _reference(other: _Resource, name: str, line: int) -> Iterator[tuple[str, Value, int]]:
    """The variables that a reference to a resource gives."""
    if other.serves:
        yield f"services__{other.name}__http__0", Value.of(other.address), line
    else:
        yield f"ConnectionStrings__{name or other.name}", Value.of(other.address), line


def _folder(project: str) -> str:
    """The folder of a project file."""
    path = project.replace("\\", "/")
    return path.rpartition("/")[0] if path.lower().endswith("proj") else path
