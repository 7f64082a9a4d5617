"""Bicep: what a file of Azure's templates declares, and the values that a ``.bicepparam`` gives to one.

Resources keep the types of the platform (``Microsoft.App/containerApps``, without the version), and their bodies are as
they stand there. Specifications: https://learn.microsoft.com/azure/azure-resource-manager/bicep/file and
https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files .
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from boundary.extractors._bicep import Broken, Reader, joined, tokens
from boundary.facts import Expr, Fact, Record, Text, Unreadable
from boundary.facts.infra import Block

if TYPE_CHECKING:
    from boundary.source import Source

FORMAT = "bicep"

_BROKEN = 10
"""One in so many declarations may be misunderstood."""

_Kind = Literal["resource", "data", "module", "variable", "local", "output", "assignment", "stack"]


def matches(path: str) -> bool:
    """Templates and their parameters."""
    return path.endswith((".bicep", ".bicepparam"))


def extract(source: Source) -> Iterator[Fact]:
    """The declarations of a file, in their order; the first line that is not understood is told once."""
    try:
        reader = Reader(tokens(source.text))
    except Broken as error:
        yield Unreadable("syntax", str(error), line=error.line)
        return
    given = source.path.endswith(".bicepparam")
    broken: list[Broken] = []
    statements = 0
    while reader.now.kind != "end":
        statements += 1
        try:
            yield from _statement(reader, given)
        except Broken as error:
            broken.append(error)
        reader.skip()
        reader.blank()
    if len(broken) * _BROKEN > statements:
        yield Unreadable("syntax", f"{broken[0]}; what else stands in the file is read", line=broken[0].line)


def _statement(reader: Reader, given: bool) -> Iterator[Block]:
    word = reader.word()
    if word.kind != "name":
        return
    if word.text == "using" and given:
        yield _block(
            "stack", "", "", Record(((Text("using", word.line), joined(reader.word())),)), word.line, word.line
        )
    elif word.text == "param":
        yield _parameter(reader, word.line, given)
    elif word.text in ("var", "output"):
        name = reader.word().text
        reader.skip("=")
        reader.need("=")
        kind: _Kind = "local" if word.text == "var" else "output"
        yield _valued(reader, kind, name, "value", word.line)
    elif word.text in ("resource", "module"):
        yield from _declared(reader, word.text, word.line)


def _parameter(reader: Reader, line: int, given: bool) -> Block:
    name = reader.word().text
    reader.skip("=")
    if not reader.take("="):
        return _block("variable", "", name, Record(()), line, line)
    if given:
        return _valued(reader, "assignment", name, "value", line)
    return _valued(reader, "variable", name, "default", line)


def _valued(reader: Reader, kind: _Kind, name: str, key: str, line: int) -> Block:
    reader.blank()
    value = reader.conditional()
    return _block(kind, "", name, Record(((Text(key, line), value),)), line, reader.now.line)


def _declared(reader: Reader, keyword: str, line: int) -> Iterator[Block]:
    name, written = reader.word().text, joined(reader.word())
    existing = reader.take("existing")
    reader.need("=")
    text = written.text if isinstance(written, Text) else ""
    of = text if keyword == "module" else text.partition("@")[0]
    body, inner = reader.resource(name, of)
    kind: _Kind = "module" if keyword == "module" else "data" if existing else "resource"
    yield _block(kind, of, name, body, line, reader.now.line)
    for each in inner:
        yield _block("data" if each.existing else "resource", each.type, each.symbol, each.body, each.line, each.end)


def _block(kind: _Kind, of: str, name: str, body: Expr, line: int, end: int) -> Block:
    return Block("bicep", kind, of, name, body, line=line, end_line=end)
