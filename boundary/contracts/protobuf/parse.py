"""A ``.proto`` file as what it declares: proto2, proto3 and editions.

Specifications: https://protobuf.dev/reference/protobuf/proto2-spec , proto3-spec and edition-2023-spec. Strict where a
wrong reading would give a wrong verdict, so an unknown statement is an error at its line; what only the
compiler's later checks refuse (missing imports, numbers used twice) passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from boundary.contracts.cursor import Cursor
from boundary.contracts.protobuf import options
from boundary.contracts.protobuf.declared import Enum, Field, File, Message, Range, Reserved, Service
from boundary.contracts.protobuf.enums import enum, ranges, reserved
from boundary.contracts.protobuf.features import Features, changed, of_syntax, presence
from boundary.contracts.protobuf.services import service

LAST_FIELD = 536_870_911
"""What ``max`` means in the ranges of a message: 2**29 - 1."""

_LABELS = ("optional", "required", "repeated")


def parse(path: str, text: str) -> File:
    """The declarations of a file; ContractError when it cannot be read."""
    return _Reader(Cursor(path, text)).file()


@dataclass
class _Body:
    """What a message collects while it is read; ``alternative`` is the ``oneof`` that is open."""

    scope: str
    features: Features
    fields: list[Field] = field(default_factory=list)
    oneofs: dict[str, int] = field(default_factory=dict)
    ranges: list[Range] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    extensions: list[Range] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    alternative: str = ""


class _Reader:
    """Goes through one file, nested messages and enumerations laid beside the outer ones."""

    def __init__(self, at: Cursor) -> None:
        self.at = at
        self.syntax, self.syntax_line = "proto2", 1
        self.package, self.package_line = "", 1
        self.options: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.imports: list[str] = []
        self.messages: list[Message] = []
        self.enums: list[Enum] = []
        self.services: list[Service] = []
        self.extensions: list[Field] = []

    def file(self) -> File:
        """Everything up to the end."""
        while self.at.word.line:
            self._top()
        return File(
            path=self.at.path,
            syntax=self.syntax,
            package=self.package,
            syntax_line=self.syntax_line,
            package_line=self.package_line,
            options=self.options,
            lines=self.lines,
            imports=tuple(self.imports),
            messages=tuple(self.messages),
            enums=tuple(self.enums),
            services=tuple(self.services),
            extensions=tuple(self.extensions),
        )

    @property
    def features(self) -> Features:
        """The features of the file."""
        return changed(of_syntax(self.syntax), self.options)

    def _top(self) -> None:
        at, line = self.at, self.at.line
        if at.skip("syntax") or at.skip("edition"):
            at.expect("=")
            self.syntax, self.syntax_line = at.string(), line
            at.expect(";")
        elif at.skip("package"):
            self.package, self.package_line = at.name().text, line
            at.expect(";")
        elif at.skip("import"):
            if not at.word.quoted:
                at.take()
            self.imports.append(at.string())
            at.expect(";")
        elif at.skip("option"):
            for name, value in options.statement(at):
                self.options[name], self.lines[name] = value, line
        elif at.sees("service"):
            self.services.append(service(at, self.package))
        elif not self._declaration(self.package, self.features) and not at.skip(";"):
            raise at.error(f"no declaration begins with {at.word.text}")

    def _declaration(self, scope: str, features: Features) -> bool:
        """A message, enumeration or extension, if one begins here."""
        at = self.at
        if at.sees("local", "export") and at.after() in ("message", "enum"):
            at.take()
        if at.sees("message"):
            self._message(scope, features)
        elif at.sees("enum"):
            self.enums.append(enum(at, scope, features))
        elif at.sees("extend"):
            self._extend(scope, features)
        else:
            return False
        return True

    # --- messages -------------------------------------------------------------------------------------------

    def _message(self, scope: str, features: Features) -> None:
        line = self.at.take().line
        name = self.at.name().text
        self._body_of(scope, name, line, features)

    def _body_of(self, scope: str, name: str, line: int, features: Features) -> None:
        """The braces of a message, or of a group."""
        at = self.at
        body = _Body(f"{scope}.{name}".lstrip("."), features)
        at.open()
        while not at.close():
            self._member(body)
        json = changed(features, body.options)["json_format"]
        message = Message(
            name=name,
            scope=scope,
            line=line,
            path=at.path,
            options=body.options,
            fields=tuple(body.fields),
            oneofs=body.oneofs,
            reserved=Reserved(tuple(body.ranges), frozenset(body.names)),
            extensions=tuple(body.extensions),
            strict_json=json == "ALLOW",
        )
        self.messages.append(message)

    def _member(self, body: _Body) -> None:
        at = self.at
        if at.skip(";") or self._declaration(body.scope, body.features):
            return
        if at.skip("option"):
            body.options |= options.statement(at)
            body.features = changed(body.features, body.options)
        elif at.sees("reserved"):
            reserved(at, body.ranges, body.names, LAST_FIELD)
        elif at.skip("extensions"):
            body.extensions += ranges(at, LAST_FIELD)
            dict(options.bracketed(at))
            at.expect(";")
        elif at.sees("oneof"):
            self._oneof(body)
        else:
            body.fields.append(self._field(body))

    def _oneof(self, body: _Body) -> None:
        at, line = self.at, self.at.take().line
        body.alternative = at.name().text
        body.oneofs[body.alternative] = line
        at.open()
        while not at.close():
            if at.skip("option"):
                dict(options.statement(at))
            elif not at.skip(";"):
                body.fields.append(self._field(body))
        body.alternative = ""

    def _field(self, body: _Body, extends: str = "") -> Field:
        at, line = self.at, self.at.line
        label = at.take().text if at.sees(*_LABELS) and at.after() != "=" else ""
        key, kind = self._type()
        name = at.name()
        at.expect("=")
        number = at.number()
        own = dict(options.bracketed(at))
        features = changed(body.features, own)
        is_group = kind == "group" and at.sees("{")
        if is_group:
            self._body_of(body.scope, name.text, line, body.features)
        else:
            at.expect(";")
        return Field(
            name=name.text.lower() if is_group else name.text,
            scope=body.scope,
            line=line,
            path=at.path,
            options=own,
            number=number,
            type=name.text if is_group else kind,
            key=key,
            presence="map" if key else presence(features, label, bool(body.alternative)),
            oneof=body.alternative,
            delimited=is_group or features["message_encoding"] == "DELIMITED",
            checked_utf8=features["utf8_validation"] == "VERIFY",
            extends=extends,
        )

    def _type(self) -> tuple[str, str]:
        """The type of a field, before it that of the keys when it is a map."""
        at = self.at
        if not at.sees("map") or at.after() != "<":
            return "", at.name().text
        at.take()
        at.take()
        key = at.name().text
        at.expect(",")
        kind = at.name().text
        at.expect(">")
        return key, kind

    def _extend(self, scope: str, features: Features) -> None:
        at = self.at
        at.take()
        extended = at.name().text
        body = _Body(scope, features)
        at.open()
        while not at.close():
            if not at.skip(";"):
                self.extensions.append(self._field(body, extended))
