"""A ``.thrift`` file as what it declares.

Specification: https://thrift.apache.org/docs/idl .
"""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename
from typing import TypeVar

from boundary.contracts.cursor import PAIRS, Cursor
from boundary.contracts.thrift.declared import Declared, Enum, Field, Method, Namespace, Need, Service, Structure, Type
from boundary.contracts.thrift.declared import Value as EnumValue

_Read = TypeVar("_Read")

_CONTAINERS = ("list", "set", "map")
_NEEDS: dict[str, Need] = {"required": "required", "optional": "optional"}


class File:
    """The declarations of one file; ``types`` maps the names of typedefs to what they mean."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.stem = basename(path).rpartition(".")[0]
        self.declared: list[Declared] = []
        self.types: dict[str, Type] = {}
        self.includes: list[str] = []
        self._at = Cursor(path, text, commas=False)
        self._depth = 0
        while self._at.word.line:
            self._definition()

    def _definition(self) -> None:
        at, word = self._at, self._at.take()
        if word.text in ("include", "cpp_include"):
            self.includes.append(at.string())
        elif word.text == "namespace":
            scope, value = at.take().text, at.take().text
            self.declared.append(Namespace(name=scope, value=value, line=word.line, path=self.path))
        elif word.text == "const":
            self._type()
            at.name()
            at.expect("=")
            self._at.value()
        elif word.text == "typedef":
            meaning = self._type()
            self.types[self._full(at.name().text)] = meaning
        elif word.text in ("enum", "senum"):
            self.declared.append(self._enum())
        elif word.text in ("struct", "union", "exception"):
            self.declared.append(self._structure(word.text))
        elif word.text == "service":
            self.declared.append(self._service())
        elif word.text != ";":
            raise at.error(f"no definition begins with {word.text}", word.line)
        self._annotations()

    def _full(self, name: str) -> str:
        return f"{self.stem}.{name}"

    def _enum(self) -> Enum:
        word = self._at.name()
        values: list[EnumValue] = []
        self._at.open()
        while not self._at.close():
            name = self._at.take() if self._at.at_string() else self._at.name()
            number = self._at.number() if self._at.skip("=") else (values[-1].number + 1 if values else 0)
            values.append(EnumValue(name=name.text, number=number, line=name.line, path=self.path))
            self._annotations()
        return Enum(name=self._full(word.text), values=tuple(values), line=word.line, path=self.path)

    def _structure(self, kind: str) -> Structure:
        word = self._at.name()
        self._at.skip("xsd_all")
        fields = tuple(self._fields("{"))
        return Structure(name=self._full(word.text), kind=kind, fields=fields, line=word.line, path=self.path)

    def _service(self) -> Service:
        at, word = self._at, self._at.name()
        extends = at.name().text if at.skip("extends") else ""
        methods = self._block("{", self._method)
        return Service(
            name=self._full(word.text), methods=tuple(methods), extends=extends, line=word.line, path=self.path
        )

    def _method(self) -> Method:
        at = self._at
        oneway = at.skip("oneway") or at.skip("async")
        returns = self._type()
        word = at.name()
        arguments = tuple(self._fields("("))
        throws = tuple(self._fields("(")) if at.skip("throws") else ()
        self._annotations()
        return Method(
            name=word.text,
            returns=returns,
            arguments=arguments,
            throws=throws,
            oneway=oneway,
            line=word.line,
            path=self.path,
        )

    def _fields(self, opening: str) -> list[Field]:
        """Fields; those without a number get -1, -2 …, as the compiler gives them."""
        spare = iter(range(-1, -100_000, -1))
        return self._block(opening, lambda: self._field(next(spare)))

    def _field(self, spare: int) -> Field:
        at, line = self._at, self._at.line
        number = spare
        if at.after() == ":":
            number = at.number()
            at.expect(":")
        need = _NEEDS.get(at.word.text, "default")
        if need != "default":
            at.take()
        kind = self._type()
        at.skip("&")
        word = at.name()
        default = self._at.value() if at.skip("=") else ""
        self._annotations()
        return Field(name=word.text, number=number, type=kind, need=need, default=default, line=line, path=self.path)

    def _block(self, opening: str, read: Callable[[], _Read]) -> list[_Read]:
        found: list[_Read] = []
        self._at.open(opening)
        while not self._at.close(PAIRS[opening]):
            found.append(read())
        return found

    def _type(self) -> Type:
        at = self._at
        name = at.name().text
        inner: list[Type] = []
        if name in _CONTAINERS:
            if at.skip("cpp_type"):
                at.string()
            self._depth += 1
            if self._depth > 60:
                raise at.error("types are nested too deeply")
            at.expect("<")
            inner.append(self._type())
            if name == "map":
                inner.append(self._type())
            at.expect(">")
            self._depth -= 1
        self._annotations(separated=False)
        return Type(name, tuple(inner))

    def _annotations(self, *, separated: bool = True) -> None:
        """Pass over ``(name = "value")`` and what separates declarations."""
        at = self._at
        if at.sees("("):
            at.take()
            while not at.skip(")"):
                at.take()
        if separated:
            at.skip(";")
