"""Services of gRPC that are interfaces of C#: what a ``.proto`` file would say of them.

An interface that is a contract is the service, its methods are the procedures, and classes whose members have numbers
the messages. Sources: https://protobuf-net.github.io/protobuf-net.Grpc/gettingstarted and its ``ServiceBinder`` and
``TypeModel`` for the names; ``DataMember.Order`` and ``ProtoMember`` are numbers of fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from boundary.facts import (
    Apply,
    Assign,
    Class,
    Contract,
    ContractOperation,
    Expr,
    Fact,
    Function,
    Item,
    Listing,
    Member,
    Message,
    MessageField,
    Namespace,
    Parameter,
    Ref,
    Text,
)

MARKS = ("[ServiceContract", "[Service(", "[Service]", "[ProtoContract", "[DataContract")
"""Texts of which a file has one if it can be a contract."""

_SERVICES = frozenset({"ServiceContract", "Service"})
_MESSAGES = frozenset({"ProtoContract", "DataContract"})
_OPERATIONS = frozenset({"OperationContract", "Operation"})
_AROUND = frozenset({"CallContext", "CancellationToken", "ServerCallContext", "CallOptions"})
"""Parameters that are not sent."""

_STREAMS = frozenset({"IAsyncEnumerable", "IObservable"})
_LATER = frozenset({"Task", "ValueTask"})
_MANY = frozenset(
    {"List", "IList", "ICollection", "IEnumerable", "IReadOnlyList", "IReadOnlyCollection", "HashSet", "ISet"}
)
_MAPS = frozenset({"Dictionary", "IDictionary", "IReadOnlyDictionary"})
_SCALARS = {
    "string": "string", "int": "int32", "short": "int32", "sbyte": "int32", "long": "int64", "uint": "uint32",
    "ushort": "uint32", "ulong": "uint64", "bool": "bool", "double": "double", "float": "float", "byte": "bytes",
    "Guid": ".bcl.Guid", "decimal": ".bcl.Decimal", "DateTime": ".bcl.DateTime", "TimeSpan": ".bcl.TimeSpan",
}  # fmt: skip
_EMPTY = "google.protobuf.Empty"


def contracted(facts: Sequence[Fact]) -> Iterator[Fact]:
    """The contract, the procedures and the messages that the classes of a file are."""
    spaces = [fact for fact in facts if isinstance(fact, Namespace)]
    space = spaces[0].name if spaces else ""
    classes = [fact for fact in facts if isinstance(fact, Class) and not fact.scope]
    operations = []
    for one in classes:
        said = _mark(one.decorators, _SERVICES)
        if said is not None and one.kind == "interface":
            service = _named(said) or f"{space}.{_plain(one.name)}".lstrip(".")
            operations += list(_operations(facts, one, service, space))
    if operations:
        yield Contract("proto", space, line=operations[0].line)
    yield from operations
    members: dict[str, list[MessageField]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact, Assign) and isinstance(fact.target, Ref) and (number := _number(fact)):
            kind, label = _type(fact.annotation, space)
            members[fact.scope].append(MessageField(fact.target.name, number, kind, label, fact.line))
    for one in classes:
        if members[one.name] and _mark(one.decorators, _MESSAGES) is not None:
            yield Message(f"{space}.{one.name}".lstrip("."), fields=tuple(members[one.name]), line=one.line)


def _operations(facts: Sequence[Fact], one: Class, service: str, space: str) -> Iterator[ContractOperation]:
    """The methods of an interface; one with several things to send is none of gRPC."""
    for fact in facts:
        if not isinstance(fact, Function) or fact.scope != one.name:
            continue
        sent = [each for each in fact.parameters if _bare(each.annotation) not in _AROUND]
        if len(sent) > 1 or fact.returns is None:
            continue
        said = _mark(fact.decorators, _OPERATIONS)
        name = _named(said) or fact.name.partition("#")[0].removesuffix("Async")
        request, up = _message(sent[0], space) if sent else (_EMPTY, False)
        response, down = _payload(fact.returns, space)
        yield ContractOperation(
            "RPC", f"/{service}/{name}", name, messages=(request, response), line=fact.line, column=fact.column,
            streams="both" if up and down else "request" if up else "response" if down else "",
        )  # fmt: skip


def _message(one: Parameter, space: str) -> tuple[str, bool]:
    return _payload(one.annotation, space) if one.annotation is not None else (_EMPTY, False)


def _payload(kind: Expr, space: str) -> tuple[str, bool]:
    """The message that a type carries, and whether it is a stream of them."""
    name = _bare(kind)
    if name in _LATER | _STREAMS:
        inner = _arguments(kind)
        return (_payload(inner[0], space)[0] if inner else _EMPTY), name in _STREAMS
    return (_full(kind, space) if name != "void" else _EMPTY), False


def _type(kind: Expr | None, space: str) -> tuple[str, str]:
    """A type as a ``.proto`` file has it, and its label."""
    name, inner = _bare(kind), _arguments(kind)
    if name in _MANY and inner:
        return _type(inner[0], space)[0], "repeated"
    if name in _MAPS and len(inner) > 1:
        return f"map<{_type(inner[0], space)[0]},{_type(inner[1], space)[0]}>", ""
    return (_full(kind, space) if kind is not None else "?"), ""


def _full(kind: Expr, space: str) -> str:
    name = _bare(kind)
    return _SCALARS.get(name) or f"{space}.{name}".lstrip(".")


def _bare(kind: Expr | None) -> str:
    """The last part of a type's name."""
    of = kind.of if isinstance(kind, Item) else kind
    return of.name if isinstance(of, Ref | Member) else ""


def _arguments(kind: Expr | None) -> tuple[Expr, ...]:
    return kind.key.items if isinstance(kind, Item) and isinstance(kind.key, Listing) else ()


def _mark(decorators: Sequence[Expr], names: frozenset[str]) -> Expr | None:
    """The attribute that makes something a part of a contract."""
    for one in decorators:
        if _bare(one.callee if isinstance(one, Apply) else one).removesuffix("Attribute") in names:
            return one
    return None


def _named(said: Expr | None) -> str:
    """The name that an attribute gives."""
    if not isinstance(said, Apply):
        return ""
    given = [value for key, value in said.keywords if key == "Name"] + list(said.args)
    return next((one.text for one in given if isinstance(one, Text)), "")


def _number(fact: Assign) -> int:
    """The number of a member; 0 for one that has none."""
    for one in fact.decorators:
        name = _bare(one.callee).removesuffix("Attribute") if isinstance(one, Apply) else ""
        if isinstance(one, Apply) and name in ("ProtoMember", "DataMember"):
            given = one.args[:1] if name == "ProtoMember" else [value for key, value in one.keywords if key == "Order"]
            written = next((each.text for each in given if isinstance(each, Text)), "")
            return int(written) if written.isdecimal() else 0
    return 0


def _plain(name: str) -> str:
    """An interface's name without what only says that it is one."""
    return name[1:] if name[:1] == "I" and name[1:2].isupper() else name
