"""Protocol Buffers: the services and procedures that a ``.proto`` file declares, and its messages.

Read tolerantly, statement by statement, so that a file of any edition, or one that does not compile, still says what it
says. Specifications: https://protobuf.dev/reference/protobuf/proto2-spec , proto3-spec, edition-2023-spec; the mapping
to HTTP is that of ``google/api/http.proto``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from boundary.extract import UnreadableSource
from boundary.facts import Contract, ContractOperation, Fact, Message, MessageField
from boundary.reading.idl import Word, words
from boundary.source import Source

FORMAT = "protobuf"

_DEEPEST = 60
"""Blocks in blocks; the compiler itself refuses a hundred."""
_LABELS = frozenset({"optional", "required", "repeated"})
_NO_FIELDS = frozenset({"option", "extensions", "reserved", "group", "syntax", "import"})
_VERBS = frozenset({"get", "put", "post", "delete", "patch"})


def matches(path: str) -> bool:
    """Files called ``.proto``."""
    return path.lower().endswith(".proto")


def extract(source: Source) -> Iterator[Fact]:
    """The contract of a file that declares a service, its operations, and all messages."""
    reader = _Reader()
    reader.read(list(words(source.text, commas=True)))
    if reader.operations or reader.services:
        line = reader.services[0].line if reader.services else 1
        yield Contract("proto", reader.package, options=tuple(reader.options), line=line)
    yield from reader.operations
    yield from sorted(reader.messages, key=lambda message: message.line)


@dataclass
class _Block:
    """An open pair of braces: ``kind`` is the word that it begins with, ``name`` the full name of what it defines."""

    kind: str
    name: str
    line: int
    fields: list[MessageField] = field(default_factory=list)
    reserved: list[str] = field(default_factory=list)
    operation: ContractOperation | None = None


class _Reader:
    """Goes through the statements of one file."""

    def __init__(self) -> None:
        self.package = ""
        self.options: list[tuple[str, str]] = []
        self.services: list[_Block] = []
        self.operations: list[ContractOperation] = []
        self.messages: list[Message] = []
        self._open: list[_Block] = []

    def read(self, all_words: Sequence[Word]) -> None:
        """Take all statements; what is no statement that we know is passed over."""
        statement: list[Word] = []
        brackets = 0
        for word in all_words:
            mark = "" if word.quoted else word.text
            brackets += (mark == "[") - (mark == "]" and brackets > 0)
            if brackets or mark not in ("{", "}", ";"):
                statement.append(word)
                continue
            if mark == "{":
                self._begin(statement, word)
            else:
                self._statement(statement)
            if mark == "}" and self._open:
                self._end(self._open.pop())
            statement = []
        self._statement(statement)
        while self._open:
            self._end(self._open.pop())

    def _begin(self, head: list[Word], brace: Word) -> None:
        if len(self._open) >= _DEEPEST:
            raise UnreadableSource("depth", "blocks are nested too deeply", brace.line)
        if self._open and self._open[-1].kind == "http":
            self._mapped(head)
            head = []
        kind = head[0].text if head else ""
        name = head[1].text if len(head) > 1 else ""
        block = _Block(kind, name, head[0].line if head else brace.line)
        if kind in ("message", "enum", "group"):
            around = next((b.name for b in reversed(self._open) if b.kind == "message"), self.package)
            block.name = f"{around}.{name}".lstrip(".")
        elif kind == "service":
            block.name = f"{self.package}.{name}".lstrip(".")
            self.services.append(block)
        elif kind == "rpc":
            block.operation = self._procedure(head)
        elif kind == "option" and any(w.text == "google.api.http" for w in head):
            block.kind = "http"
        elif not head:
            block.kind = self._open[-1].kind if self._open else ""
        self._open.append(block)

    def _end(self, block: _Block) -> None:
        if block.operation is not None:
            self.operations.append(block.operation)
        elif block.kind in ("message", "enum"):
            kind = "enum" if block.kind == "enum" else "message"
            fields = tuple(block.fields)
            self.messages.append(Message(block.name, kind, fields, tuple(block.reserved), line=block.line))  # type: ignore[arg-type]

    def _statement(self, statement: list[Word]) -> None:
        if not statement:
            return
        first = statement[0].text
        around = self._open[-1].kind if self._open else ""
        if around == "http":
            self._mapped(statement)
        elif around in ("message", "oneof", "extend", "enum"):
            self._member(statement)
        elif around == "service" and first == "rpc":
            found = self._procedure(statement)
            self.operations += [found] if found else []
        elif first == "package" and not around and len(statement) > 1:
            self.package = statement[1].text
        elif first == "option" and not around and len(statement) > 3 and statement[3].quoted:
            self.options.append((statement[1].text, statement[3].text))

    def _procedure(self, head: list[Word]) -> ContractOperation | None:
        """``rpc Get (stream Request) returns (stream Answer)``."""
        service = next((b.name for b in reversed(self._open) if b.kind == "service"), None)
        texts = [word.text for word in head if not word.quoted]
        if service is None or len(texts) < 2 or "(" not in texts:
            return None
        sides = " ".join(texts[texts.index("(") :]).split("returns", 1)
        told = [side.replace("(", " ").replace(")", " ").split() for side in sides]
        streams = ["stream" in side[:-1] for side in told] + [False]
        return ContractOperation(
            "RPC",
            f"/{service}/{texts[1]}",
            texts[1],
            messages=tuple(side[-1].lstrip(".") for side in told if side),
            streams="both" if all(streams[:2]) else "request" if streams[0] else "response" if streams[1] else "",
            line=head[0].line,
            column=head[0].column,
        )

    def _mapped(self, statement: list[Word]) -> None:
        """``get: "/v1/orders/{id}"`` in a procedure's option: the same is offered over HTTP by a gateway."""
        for verb, colon, path in zip(statement, statement[1:], statement[2:], strict=False):
            if verb.text in _VERBS and colon.text == ":" and path.quoted and path.text.startswith("/"):
                self.operations.append(
                    ContractOperation(verb.text.upper(), path.text, line=verb.line, column=verb.column)
                )

    def _member(self, statement: list[Word]) -> None:
        """A field, a name of an enumeration, or what is reserved."""
        owner = next((b for b in reversed(self._open) if b.kind in ("message", "enum")), None)
        first = statement[0].text
        if owner is None or self._open[-1].kind == "extend":
            return
        if first == "reserved":
            owner.reserved += _reserved(statement[1:])
            return
        texts = [word.text for word in statement]
        at = texts.index("=") if "=" in texts else 0
        number = texts[at + 1] if at and at + 1 < len(texts) else ""
        if first in _NO_FIELDS or not _is_number(number):
            return
        label = f"oneof {self._open[-1].name}" if self._open[-1].kind == "oneof" else ""
        start = 1 if first in _LABELS else 0
        kind = "".join(texts[start : at - 1])
        owner.fields.append(
            MessageField(texts[at - 1], int(number, 0), kind, label or (first if start else ""), statement[0].line)
        )


def _reserved(statement: list[Word]) -> list[str]:
    """``2, 15, 9 to 11`` and ``"foo"``."""
    texts = [word.text for word in statement if word.text != ","]
    found: list[str] = []
    for position, text in enumerate(texts):
        if text == "to" and 0 < position < len(texts) - 1:
            found[-1] = f"{found[-1]} to {texts[position + 1]}"
        elif position == 0 or texts[position - 1] != "to":
            found.append(text)
    return found


def _is_number(text: str) -> bool:
    try:
        int(text, 0)
    except ValueError:
        return False
    return True
