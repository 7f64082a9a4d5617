"""Messages and services that are classes of C#, as their extractor reads them: what a ``.proto`` file declares."""

from __future__ import annotations

from boundary.contracts.protobuf.declared import Field, File, Message, Method, Service
from boundary.extractors import csharp
from boundary.facts import Contract, ContractOperation, MessageField
from boundary.facts import Message as Told
from boundary.source import Source

ENDING = ".cs"


def read(path: str, text: str) -> File:
    """The declarations of a file; numbers tell members apart, as on the wire."""
    facts = [*csharp.extract(Source(path, text.encode()))]
    told = [fact for fact in facts if isinstance(fact, Told)]
    package = next((fact.title for fact in facts if isinstance(fact, Contract)), "")
    package = package or next((fact.name.rpartition(".")[0] for fact in told), "")
    methods: dict[str, list[Method]] = {}
    for fact in facts:
        if isinstance(fact, ContractOperation) and fact.method == "RPC":
            service = fact.path.strip("/").partition("/")[0]
            methods.setdefault(service, []).append(_method(path, service, fact))
    return File(
        path=path,
        syntax="proto3",
        package=package,
        messages=tuple(_message(path, one) for one in told),
        services=tuple(
            Service(
                name=name.rpartition(".")[2],
                scope=name.rpartition(".")[0],
                line=found[0].line,
                path=path,
                methods=tuple(found),
            )
            for name, found in methods.items()
        ),
    )


def _method(path: str, service: str, fact: ContractOperation) -> Method:
    request, response = (f".{one.lstrip('.')}" for one in fact.messages)
    return Method(
        name=fact.operation_id, scope=service, line=fact.line, path=path, request=request, response=response,
        streams_request=fact.streams in ("request", "both"), streams_response=fact.streams in ("response", "both"),
    )  # fmt: skip


def _message(path: str, told: Told) -> Message:
    scope, _, name = told.name.rpartition(".")
    fields = tuple(_field(path, told.name, one) for one in told.fields)
    return Message(name=name, scope=scope, line=told.line, path=path, fields=fields)


def _field(path: str, scope: str, one: MessageField) -> Field:
    key, comma, value = one.type.removeprefix("map<").removesuffix(">").partition(",")
    kind = value if comma else one.type
    return Field(
        name=one.name, scope=scope, line=one.line, path=path, number=one.number,
        type=f".{kind.lstrip('.')}" if "." in kind else kind, key=key if comma else "",
        presence="map" if comma else "repeated" if one.label == "repeated" else "implicit",
    )  # fmt: skip
